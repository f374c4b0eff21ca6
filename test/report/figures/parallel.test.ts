import { expect, test } from 'vitest'
import { parallelFigure } from '../../../src/report/figures/parallel.ts'
import { bool, branch, choice, float } from '../../../src/space/parameter.ts'
import type { Space } from '../../../src/space/parameter.ts'
import { factsOf } from '../../support/study-facts.ts'
import { endedTrial } from '../../support/trial-records.ts'

const space = { x: float(0, 1), lr: float(1e-4, 1, { log: true }), kind: choice(['a', 'b']) }
const trial = (n: number, value: number | null, x = n / 40) =>
  endedTrial(n, { x, lr: 0.01, kind: n % 2 === 0 ? 'a' : 'b' }, value)

/** The places of one trial in the only mark. */
function rowOf(figure: ReturnType<typeof parallelFigure>, trial: number): number[] {
  const [paths] = figure.marks
  if (paths?.kind !== 'paths') throw new Error('no paths')
  const row = paths.trial.indexOf(trial)
  return [...paths.places.subarray(row * figure.axes.length, (row + 1) * figure.axes.length)]
}

const shadeOf = (figure: ReturnType<typeof parallelFigure>, trial: number): number => {
  const [paths] = figure.marks
  return paths?.kind === 'paths' ? paths.shade[paths.trial.indexOf(trial)]! : NaN
}

test('the value comes first, then the parameters, each on its own scale', () => {
  const figure = parallelFigure(factsOf(space, [trial(0, 3), trial(1, 1)]))
  expect(figure.axes.map(({ title, kind, better }) => [title, kind, better])).toEqual([
    ['value', 'linear', 'low'],
    ['x', 'linear', null],
    ['lr', 'log', null],
    ['kind', 'category', null],
  ])
  expect(rowOf(figure, 1)).toEqual([1, 1 / 40, 0.01, 1])
  expect([figure.empty, figure.left]).toEqual([null, []])
})

test('parameters are in the order of their importance, and those beyond twelve are counted', () => {
  const wide = Object.fromEntries(Array.from({ length: 50 }, (_, k) => [`p${k}`, float(0, 1)]))
  const config = Object.fromEntries(Object.keys(wide).map((name) => [name, 0.5]))
  const rows = [
    { parameters: [49], share: 0.5, low: 0.4, high: 0.6 },
    { parameters: [0, 49], share: 0.3, low: 0.2, high: 0.4 },
    { parameters: [7], share: 0.2, low: 0.1, high: 0.3 },
  ]
  const importances = [{ objective: 'value', heldOut: 0.9, trials: 20, rows }]
  const figure = parallelFigure(factsOf(wide, [endedTrial(0, config, 1)], { importances }))
  expect(figure.axes.slice(0, 4).map(({ title }) => title)).toEqual(['value', 'p49', 'p7', 'p0'])
  expect(figure.axes).toHaveLength(13)
  expect(figure.left).toEqual([{ count: 38, why: 'less important parameters' }])
  const asked = parallelFigure(factsOf(wide, [endedTrial(0, config, 1)]), { parameters: [3, 1] })
  expect([asked.axes.map(({ title }) => title), asked.left]).toEqual([['value', 'p3', 'p1'], []])
})

test.each([
  ['minimize', [0, 1, 2, 3, 4]],
  ['maximize', [39, 38, 37, 36, 35]],
] as const)('the best tenth has colors, by %s, and is drawn last', (direction, best) => {
  const trials = Array.from({ length: 40 }, (_, n) => trial(n, n))
  const goals = { objectives: { value: direction } }
  const figure = parallelFigure(factsOf(space, trials, { goals }))
  const [paths] = figure.marks
  expect(paths?.kind === 'paths' && [...paths.trial].slice(-5).reverse()).toEqual(best)
  expect(best.map((each) => shadeOf(figure, each))).toEqual([1, 0.75, 0.5, 0.25, 0])
  expect(shadeOf(figure, 20)).toBeNaN()
  expect(figure.axes[0]!.better).toBe(direction === 'minimize' ? 'low' : 'high')
})

test('a failed or pruned trial lies on the rail of the values; one that has not ended is counted', () => {
  const trials = [
    trial(0, 1),
    trial(1, null),
    endedTrial(2, { x: 0.2, lr: 0.1, kind: 'a' }, 5, { state: 'pruned' }),
    endedTrial(3, { x: 0.3, lr: 0.1, kind: 'a' }, null, { state: 'running' }),
  ]
  const figure = parallelFigure(factsOf(space, trials))
  expect([rowOf(figure, 1)[0], rowOf(figure, 2)[0]]).toEqual([NaN, NaN])
  expect(figure.axes[0]!.rail).toBe('no value')
  expect(figure.left).toEqual([{ count: 1, why: 'not ended yet' }])
})

test('a parameter that is not active has its place on the rail, and no line goes through a value', () => {
  const branched = {
    opt: branch('kind', { sgd: { momentum: float(0, 1) }, adam: { beta: float(0, 1) } }),
    z: bool(),
  } satisfies Space
  const trials = [
    endedTrial(0, { opt: { kind: 'sgd', momentum: 0.9 }, z: true }, 1),
    endedTrial(1, { opt: { kind: 'adam', beta: 0.5 }, z: false }, 2),
  ]
  const figure = parallelFigure(factsOf(branched, trials))
  expect(figure.axes.map(({ title, rail }) => [title, rail])).toEqual([
    ['value', null],
    ['opt.kind', null],
    ['opt.momentum', 'inactive'],
    ['opt.beta', 'inactive'],
    ['z', null],
  ])
  expect(rowOf(figure, 0)).toEqual([1, 0, 0.9, NaN, 1])
  expect(rowOf(figure, 1)).toEqual([2, 1, NaN, 0.5, 0])
})

test('with several objectives each has an axis, and a trial that breaks a constraint has no color', () => {
  const goals = {
    objectives: { loss: 'minimize', speed: 'maximize' },
    constraints: { ok: true },
  } as const
  const config = { x: 0.5, lr: 0.1, kind: 'a' }
  const trials = [
    endedTrial(0, config, 1, { values: { loss: 1, speed: 5 }, outputs: { ok: false } }),
    endedTrial(1, config, 2, { values: { loss: 2, speed: 9 }, outputs: { ok: true } }),
  ]
  const figure = parallelFigure(factsOf(space, trials, { goals }))
  expect(figure.axes.slice(0, 2).map(({ title, better }) => [title, better])).toEqual([
    ['loss', 'low'],
    ['speed', 'high'],
  ])
  expect([shadeOf(figure, 0), shadeOf(figure, 1)]).toEqual([NaN, 1])
})

test('of 200 categories the 30 most frequent have a place, and categories that begin alike stay two', () => {
  const long = Array.from({ length: 200 }, (_, k) => `${'the same first letters of all '.repeat(2)}${k}`)
  const many = { kind: choice(long) }
  const trials = Array.from({ length: 100 }, (_, n) => endedTrial(n, { kind: long[n < 40 ? 7 : 100 + n]! }, n))
  const figure = parallelFigure(factsOf(many, trials))
  expect(figure.axes[1]!.words).toHaveLength(31)
  expect(figure.axes[1]!.words.at(-1)).toBe('other (170)')
  expect(rowOf(figure, 0)[1]).toBe(figure.axes[1]!.words.indexOf(long[7]!))
  expect(new Set([41, 42].map((n) => rowOf(figure, n)[1])).size).toBe(2)
})

test('a value far off is at the edge and counted; values over twelve decades are on a logarithmic axis', () => {
  const trials = Array.from({ length: 30 }, (_, n) => trial(n, n === 29 ? 1e6 : 1 + n / 100))
  const figure = parallelFigure(factsOf(space, trials))
  expect(figure.left).toEqual([{ count: 1, why: expect.stringMatching(/^value above 1\.29/) as string }])
  const decades = Array.from({ length: 13 }, (_, n) => trial(n, 10 ** (n - 6)))
  expect(parallelFigure(factsOf(space, decades)).axes[0]!.kind).toBe('log')
})

test('one trial is a figure; none is a sentence', () => {
  expect(parallelFigure(factsOf(space, [trial(0, 1)])).summary).toBe('the best 1 of 1 trial')
  const empty = parallelFigure(factsOf(space, [trial(0, null)]))
  expect([empty.empty, empty.marks]).toEqual(['No trial has a value yet.', []])
  expect(parallelFigure(factsOf(space, [])).empty).toBe('No trial has a value yet.')
})

test('the summary says what the best share', () => {
  const trials = Array.from({ length: 40 }, (_, n) =>
    endedTrial(n, { x: n < 5 ? 0.3 + n / 100 : n / 40, lr: 10 ** -(n % 5), kind: n < 5 ? 'b' : 'a' }, n),
  )
  expect(parallelFigure(factsOf(space, trials)).summary).toBe(
    'the best 5 of 40 trials share x from 0.3 to 0.34, kind b',
  )
})

test('ten thousand trials are at most 600 lines', () => {
  const trials = Array.from({ length: 10_000 }, (_, n) => trial(n, n % 977, (n % 100) / 100))
  const figure = parallelFigure(factsOf(space, trials))
  const [paths] = figure.marks
  expect(paths?.kind === 'paths' && paths.trial.length).toBeLessThanOrEqual(600)
  expect(figure.left.find(({ why }) => why === 'trials like the gray ones')!.count).toBeGreaterThan(9000)
})
