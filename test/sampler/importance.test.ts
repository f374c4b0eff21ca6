import { expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { sobolPoint } from '../../src/numerics/sobol.ts'
import { importances, type Importance, type ImportanceRow } from '../../src/sampler/importance.ts'
import { decode, dimension } from '../../src/space/encoding.ts'
import { branch, choice, float, int, type Space } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import type { Config, TrialRecord, TrialState } from '../../src/trial.ts'
import { endedTrial } from '../support/trial-records.ts'

function trialOf(
  number: number,
  config: Config,
  values: Record<string, number>,
  state: TrialState = 'complete',
): TrialRecord {
  return endedTrial(number, config, Object.values(values)[0] ?? null, { values, state, reason: null, worker: null })
}

function trialsOf(space: Space, n: number, f: (config: any) => number): TrialRecord[] {
  return Array.from({ length: n }, (_, i) => {
    const config = decode(space, sobolPoint(i, dimension(space), 5))
    return trialOf(i, config, { loss: f(config) })
  })
}

const rowsOf = (space: Space, trials: readonly TrialRecord[]): readonly ImportanceRow[] =>
  importances(space, trials, { loss: 'minimize' }).flatMap(({ rows }) => rows)

const shareOf = (rows: readonly ImportanceRow[], ...parameters: string[]): number =>
  rows.find((row) => row.parameters.join() === parameters.join())!.share

test('a log parameter counts on its own scale, an int and a choice by their values', () => {
  // Variances: log10 lr is uniform on [-5, -1]: 16/12. The units 1…5: 2. The choice is 0, 0 or 3 at equal odds: 2.
  const space = parseSpace({
    lr: float(1e-5, 1e-1, { log: true }),
    units: int(1, 5),
    kind: choice(['a', 'b', 'c']),
    idle: float(0, 1),
  })
  const rows = rowsOf(
    space,
    trialsOf(space, 1000, ({ lr, units, kind }) => Math.log10(lr) + units + (kind === 'c' ? 3 : 0)),
  )
  const total = 16 / 12 + 2 + 2
  expect(Math.abs(shareOf(rows, 'lr') - 16 / 12 / total)).toBeLessThan(0.05)
  expect(Math.abs(shareOf(rows, 'units') - 2 / total)).toBeLessThan(0.05)
  expect(Math.abs(shareOf(rows, 'kind') - 2 / total)).toBeLessThan(0.05)
  expect(shareOf(rows, 'idle')).toBeLessThan(0.01)
  expect(rows.map(({ share }) => share)).toEqual(rows.map(({ share }) => share).sort((a, b) => b - a))
  expect(rows.length).toBe(10)
})

test('the values of a choice count by their weights', () => {
  const space = parseSpace({ kind: choice(['rare', 'usual'], { weights: [1, 9] }), x: float(0, 1) })
  const rows = rowsOf(
    space,
    trialsOf(space, 600, ({ kind, x }) => (kind === 'rare' ? 1 : 0) + x),
  )
  // The variance of the choice is 0.1 · 0.9, that of x 1/12.
  expect(Math.abs(shareOf(rows, 'kind') - 0.09 / (0.09 + 1 / 12))).toBeLessThan(0.05)
})

test('the values of an int on a log scale count by their widths on that scale', () => {
  // The value 1 owns ln(1.5 / 0.5) / ln(64.5 / 0.5) = 0.226 of the scale: variance 0.226 · 0.774. That of x is 1/12.
  const space = parseSpace({ n: int(1, 64, { log: true }), x: float(0, 1) })
  const rows = rowsOf(
    space,
    trialsOf(space, 600, ({ n, x }) => (n === 1 ? 1 : 0) + x),
  )
  expect(Math.abs(shareOf(rows, 'n') - 0.175 / (0.175 + 1 / 12))).toBeLessThan(0.05)
})

test('the effect of a parameter in a branch is shared with the selector', () => {
  // x is active half of the time: half of the variance is its own, half is the pair's; the selector's own is 0.
  const space = parseSpace({ model: branch('kind', { curve: { x: float(0, 1) }, flat: {} }) })
  const rows = rowsOf(
    space,
    trialsOf(space, 600, ({ model }) => (model.kind === 'curve' ? model.x : 0.5)),
  )
  expect(shareOf(rows, 'model.kind')).toBeLessThan(0.03)
  expect(Math.abs(shareOf(rows, 'model.x') - 0.5)).toBeLessThan(0.03)
  expect(Math.abs(shareOf(rows, 'model.kind', 'model.x') - 0.5)).toBeLessThan(0.03)
})

test('two branches may have a parameter of the same name, and each has a row of its own', () => {
  const lr = float(0, 1)
  const space = parseSpace({ opt: branch('kind', { adam: { lr, beta: float(0, 1) }, sgd: { lr } }) })
  const names = rowsOf(
    space,
    trialsOf(space, 100, ({ opt }) => (opt.kind === 'sgd' ? opt.lr : 0.5)),
  ).map(({ parameters }) => parameters.join(' × '))
  expect(new Set(names).size).toBe(names.length)
  expect(names).toEqual(
    expect.arrayContaining(['opt.kind', 'opt.beta', 'opt.lr (opt.kind=adam)', 'opt.lr (opt.kind=sgd)']),
  )
})

test('values near the largest and smallest doubles have the same shares as any other', () => {
  const space = parseSpace({ a: float(-1, 1), b: float(0, 1) })
  const trials = (unit: number): TrialRecord[] => trialsOf(space, 100, ({ a, b }) => unit * ((3 * a + b) / 4))
  const expected = importances(space, trials(1), { loss: 'minimize' })
  for (const unit of [2 ** 1023, 2 ** -900])
    expect(importances(space, trials(unit), { loss: 'minimize' })).toEqual(expected)
  // The largest double is not a power of two, so a last digit differs and a split may fall elsewhere.
  expect(importances(space, trials(Number.MAX_VALUE), { loss: 'minimize' })[0]!.heldOut).toBeCloseTo(
    expected[0]!.heldOut!,
    3,
  )
})

test('each objective has its own rows, from the trials with a finite value for it', () => {
  const space = parseSpace({ a: float(0, 1), b: float(0, 1) })
  const trials = trialsOf(space, 200, () => 0).map((trial, i) => {
    const { a, b } = trial.config as { a: number; b: number }
    return trialOf(i, trial.config, { loss: i % 10 === 0 ? NaN : a, latency: b })
  })
  const noise = trialsOf(space, 50, () => 1e9).map((trial) => ({ ...trial, state: 'failed' as const }))
  const [loss, latency, ...more] = importances(space, [...trials, ...noise], { loss: 'minimize', latency: 'maximize' })
  expect(more).toEqual([])
  expect(loss).toMatchObject({ objective: 'loss', trials: 180 })
  expect(loss!.rows[0]).toMatchObject({ parameters: ['a'] })
  expect(loss!.rows[0]!.share).toBeGreaterThan(0.98)
  expect(latency).toMatchObject({ objective: 'latency', trials: 200 })
  expect(latency!.rows[0]).toMatchObject({ parameters: ['b'] })
  expect(latency!.rows[0]!.share).toBeGreaterThan(0.98)
})

test('the order of the trials does not matter', () => {
  const space = parseSpace({ a: float(0, 1), n: int(1, 9), kind: choice(['x', 'y']) })
  const trials = trialsOf(space, 60, ({ a, n, kind }) => a * n + (kind === 'x' ? 1 : 0))
  expect(rowsOf(space, [...trials].reverse())).toEqual(rowsOf(space, trials))
})

test('too few trials give no rows, equal values shares of 0, and a space without parameters nothing', () => {
  const space = parseSpace({ a: float(0, 1), b: float(0, 1) })
  expect(rowsOf(space, [])).toEqual([])
  expect(
    rowsOf(
      space,
      trialsOf(space, 9, ({ a }) => a),
    ),
  ).toEqual([])
  expect(
    rowsOf(
      space,
      trialsOf(space, 20, () => 1),
    ).map(({ share }) => share),
  ).toEqual([0, 0, 0])
  const empty = parseSpace({ only: 'constants' })
  expect(
    rowsOf(
      empty,
      Array.from({ length: 20 }, (_, i) => trialOf(i, { only: 'constants' }, { loss: i })),
    ),
  ).toEqual([])
})

test('an int of a million values and a choice of 10,000 are affordable', () => {
  const words = Array.from({ length: 10_000 }, (_, i) => `w${i}`)
  const space = parseSpace({ n: int(1, 1_000_000, { log: true }), k: int(0, 1_000_000), word: choice(words) })
  const rows = rowsOf(
    space,
    trialsOf(space, 200, ({ n }) => Math.log(n)),
  )
  expect(rows[0]).toMatchObject({ parameters: ['n'] })
  expect(rows[0]!.share).toBeGreaterThan(0.9)
})

test('intervals of 80 % hold the shares that other trials of the same function have on average', () => {
  const space = parseSpace({ x: float(0, 1), y: float(0, 1), z: float(0, 1) })
  const found = Array.from({ length: 16 }, (_, seed) => {
    const random = randomStream('trials', seed)
    const trials = Array.from({ length: 40 }, (_, i) => {
      const config = { x: random.next(), y: random.next(), z: random.next() }
      return trialOf(i, config, { loss: 2 * config.x + config.y + config.x * config.z + 0.3 * random.next() })
    })
    return rowsOf(space, trials)
  })
  let inside = 0
  for (const name of ['x', 'y', 'z']) {
    const rows = found.map((each) => each.find(({ parameters }) => parameters.join() === name)!)
    const mean = rows.reduce((sum, { share }) => sum + share / rows.length, 0)
    inside += rows.filter(({ low, high }) => low <= mean && mean <= high).length / (3 * rows.length)
    for (const { low, share, high } of rows) expect(0 <= low && low <= share && share <= high && high <= 1).toBe(true)
  }
  expect(inside).toBeGreaterThan(0.65)
  expect(inside).toBeLessThan(0.95)
})

test('of very many trials the best and an even choice of the others count', () => {
  const space = parseSpace({ x: float(0, 1), y: float(0, 1) })
  const trials = trialsOf(space, 2100, ({ x, y }) => (x < 0.005 ? -50 * x : y))
  const [{ trials: counted, rows }] = importances(space, trials, { loss: 'minimize' }) as [Importance]
  expect(counted).toBe(2000)
  expect(shareOf(rows, 'y')).toBeGreaterThan(0.9)
})
