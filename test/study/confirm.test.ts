import { join } from 'node:path'
import { expect, test } from 'vitest'
import { confirm, float, openStudy } from '../../src/index.ts'
import type { LiveTrial, StudyOptions } from '../../src/index.ts'
import { normalDraw } from '../../src/numerics/draws.ts'
import { randomStream } from '../../src/numerics/random.ts'
import { raceOf } from '../../src/study/confirm.ts'
import { scratch } from '../support/scratch.ts'

const SPACE = { x: float(0, 1) }
type One = { readonly x: number }

/** A noisy slope: the noise of a trial depends on its seed alone. */
const noisy = ({ config, seed }: Pick<LiveTrial<One>, 'config' | 'seed'>): number =>
  config.x + 0.02 * normalDraw(randomStream('noise', seed))

/** A study of eight values, open to repeat them. */
async function begun(root: string, options: StudyOptions = {}, objective = noisy) {
  const study = await openStudy(root, { space: SPACE, sampler: 'sobol', seed: 5, ...options } as {
    space: typeof SPACE
  })
  for (let k = 0; k < 8; k++) {
    const trial = (await study.ask())!
    await trial.complete(objective(trial))
  }
  return study
}

test('the best configs are measured again, and first values fall back', async () => {
  await using study = await begun(join(scratch(), 's'))
  const best = (await study.best())!
  const { finalists, isDecided } = await confirm(study, noisy, { top: 3, repeats: 4 })
  expect(finalists).toHaveLength(3)
  expect(finalists.reduce((sum, { odds }) => sum + odds, 0)).toBeCloseTo(1, 9)
  expect(isDecided).toBe(finalists[0]!.odds >= 0.9)
  expect(finalists.map(({ number }) => number)).toContain(best.number)
  const trials = await study.trials()
  for (const { number, config, first, n, mean, half, fallsBack } of finalists) {
    const later = trials.filter((other) => other.config.x === config.x && other.number !== number)
    expect(later).toHaveLength(n)
    expect(n).toBeGreaterThanOrEqual(2)
    expect(mean).toBeCloseTo(later.reduce((sum, { value }) => sum + value!, 0) / n, 12)
    expect(fallsBack).toBeCloseTo(mean! - first, 12)
    expect(half).toBeGreaterThan(0)
  }
  // Each repeat has a directory of its own.
  expect(new Set(trials.map(({ id }) => id)).size).toBe(trials.length)
})

test('the same call again measures nothing more once it is decided', async () => {
  await using study = await begun(join(scratch(), 's'), {}, ({ config }) => config.x)
  const flat = ({ config }: { readonly config: One }): number => config.x
  const first = await confirm(study, flat, { top: 3, repeats: 5 })
  expect(first.isDecided).toBe(true)
  const count = (await study.trials()).length
  expect(count).toBe(8 + 6)
  expect(await confirm(study, flat, { top: 3, repeats: 5 })).toEqual(first)
  expect(await study.trials()).toHaveLength(count)
  expect(await study.ask({ wait: false, queued: true })).toBeUndefined()
})

test('what a dead process has queued is measured first', async () => {
  await using study = await begun(join(scratch(), 's'))
  const best = (await study.best())!
  await study.enqueue(best.config, { repeat: true })
  const race = raceOf(study, { top: 2, repeats: 2 })
  const trial = (await race.ask())!
  expect(trial.config).toEqual(best.config)
  await trial.fail('no')
  for (let next = await race.ask(); next !== undefined; next = await race.ask()) await next.complete(noisy(next))
  const { finalists } = await race.standing()
  expect(finalists.map(({ n }) => n).sort()).toEqual([1, 2])
})

test('a maximized objective falls back downwards, and constraints hold', async () => {
  const options: StudyOptions = { maximize: 'score', constraints: { ok: true } }
  const study = await openStudy(join(scratch(), 's'), { space: SPACE, sampler: 'sobol', ...options } as StudyOptions)
  for (let k = 0; k < 6; k++) {
    const trial = (await study.ask())!
    await trial.complete({ score: k, ok: k !== 5 })
  }
  const { finalists } = await confirm(study, () => ({ score: 1, ok: true }), { top: 2, repeats: 2 })
  expect(finalists.map(({ first, mean, fallsBack }) => [first, mean, fallsBack])).toEqual([
    [3, 1, 2],
    [4, 1, 3],
  ])
  await study.close()
})

test('options of confirm that make no sense are refused', async () => {
  await using study = await begun(join(scratch(), 's'))
  for (const options of [{ top: 1 }, { repeats: 1 }, { probability: 1 }, { jobs: 0 }])
    await expect(confirm(study, noisy, options)).rejects.toThrow(/option '(top|repeats|probability|jobs)': must be/)
})

test('with a fidelity, each repeat climbs to the top at once', async () => {
  const options = { space: SPACE, sampler: 'sobol', seed: 5, fidelity: { epochs: [1, 9] } } as const
  await using study = await openStudy(join(scratch(), 's'), { ...options, trials: 6 })
  const slope = ({ config, fidelity }: Pick<LiveTrial<One>, 'config' | 'fidelity'>): number => config.x + 1 / fidelity!
  await study.optimize(slope)
  await using again = await openStudy(study.directory, { space: SPACE })
  const { finalists } = await confirm(again, slope, { top: 2, repeats: 2 })
  expect(finalists.map(({ n, fallsBack }) => [n, fallsBack])).toContainEqual([2, 0])
  const repeats = (await again.trials()).filter(({ repeat }) => repeat > 0)
  expect(repeats.map(({ state, curve }) => [state, curve.length])).toEqual(repeats.map(() => ['complete', 3]))
})

test('what is preferred of several objectives decides who is a finalist and who wins', async () => {
  const two = ({ config: { x } }: { readonly config: One }) => ({ a: x, b: 1 - x })
  const options = { space: SPACE, sampler: 'sobol', seed: 5, objectives: { a: 'minimize', b: 'minimize' } } as const
  for (const prefer of [{ within: { b: { atMost: 0.6 } } }, { weights: { a: 1, b: 2 } }] as const) {
    await using study = await openStudy(join(scratch(), 's'), { ...options, prefer, trials: 8 })
    const best = await study.optimize(two)
    await using again = await openStudy(study.directory, { space: SPACE })
    const { finalists } = await confirm(again, two, { top: 3, repeats: 2 })
    expect(finalists[0]).toMatchObject({ number: best!.number, n: 2 })
    const worth = ({ config: { x } }: { readonly config: One }): number => ('weights' in prefer ? x + 2 * (1 - x) : x)
    for (const one of finalists) expect(one.first).toBeCloseTo(worth(one), 12)
  }
})
