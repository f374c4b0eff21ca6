/** HYP-15 of the ancestors, and the switch for a deterministic objective: `noise: false`. */

import { join } from 'node:path'
import { expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { openStudy } from '../../src/index.ts'
import { Optimizer } from '../../src/optimizer.ts'
import { bayesian } from '../../src/sampler/bayesian.ts'
import type { BayesianOptions } from '../../src/sampler/bayesian-options.ts'
import { isClear, isMisleading } from '../../src/sampler/noise.ts'
import { fitRole } from '../../src/sampler/role-fit.ts'
import type { ProcessRole } from '../../src/sampler/role.ts'
import { roleOf } from '../../src/sampler/roles.ts'
import { samplerFromWords } from '../../src/sampler/sampler-words.ts'
import { float } from '../../src/space/parameter.ts'
import { LEAST_NOISE, logVariancesOf } from '../../src/surrogate/hyperparameters.ts'
import { scratch } from '../support/scratch.ts'

const LINE = { x: float(0, 1), y: float(0, 1) }

/** A slope with noise. */
const points = Float64Array.from({ length: 120 }, (_, i) => randomStream('places', i).next())
const y = Float64Array.from({ length: 60 }, (_, i) => points[2 * i]! + randomStream('values', i).next())
const sample = { points, y, n: 60, categories: [false, false], effective: 2 }

test.each(['plain', 'smooth', 'best', 'process'] as const)(
  'HYP-15: the noise of model %s is fixed at next to nothing, even where values have much',
  (kind) => {
    const noiseIn = (isNoisy: boolean) => fitRole(roleOf(kind, isNoisy) as ProcessRole, sample).learned
    expect(logVariancesOf(noiseIn(false).theta).noise).toBeCloseTo(Math.log(LEAST_NOISE), 3)
    expect(isClear(noiseIn(false))).toBe(true)
    expect(isMisleading(noiseIn(false))).toBe(false)
    expect(isMisleading(noiseIn(true))).toBe(true)
  },
)

test('a forest has pure leaves, unless somebody has chosen others', () => {
  expect(roleOf('forest', false)).toMatchObject({ trees: { minLeaf: 1 } })
  expect(roleOf({ kind: 'bagging', minLeaf: 3 }, false)).toMatchObject({ trees: { minLeaf: 3 } })
  expect(roleOf('forest')).toMatchObject({ trees: {} })
})

/** An optimizer after 40 trials of a bowl with noise. */
function afterNoise(options: BayesianOptions): Optimizer<typeof LINE> {
  const optimizer = new Optimizer(LINE, { seed: 2, sampler: bayesian({ initial: 8, models: ['plain'], ...options }) })
  const random = randomStream('bowl')
  for (let i = 0; i < 40; i++) {
    const asked = optimizer.ask()!
    const { x, y } = asked.config
    optimizer.tell(asked, (x - 0.3) ** 2 + (y - 0.6) ** 2 + 0.3 * random.next())
  }
  return optimizer
}

test('nothing is judged noisy: the best value is recommended, and a known point has next to no interval', () => {
  const [quiet, usual] = [afterNoise({ noise: false }), afterNoise({})]
  expect(usual.recommend()).toMatchObject({ isNoisy: true })
  expect(quiet.recommend()).toEqual({ ...quiet.best()!, isNoisy: false, mean: null })
  const width = (optimizer: Optimizer<typeof LINE>): number => {
    const { low, high } = optimizer.predict(optimizer.best()!.config)!
    return high - low
  }
  expect(width(quiet)).toBeLessThan(0.01)
  expect(width(usual)).toBeGreaterThan(10 * width(quiet))
})

test('without noise a bowl is found to more digits than chance can explain', () => {
  const optimizer = new Optimizer(LINE, { seed: 1, sampler: bayesian({ noise: false }) })
  for (let i = 0; i < 30; i++) {
    const asked = optimizer.ask()!
    optimizer.tell(asked, (asked.config.x - 0.3) ** 2 + (asked.config.y - 0.6) ** 2)
  }
  expect(optimizer.best()!.value).toBeLessThan(1e-7)
})

test('what says that there is noise is refused beside it', () => {
  expect(() => bayesian({ noise: false, repeats: 3 })).toThrow(/'repeats': means nothing beside 'noise' false/)
  expect(() => bayesian({ noise: false, models: ['plain', { kind: 'process', noise: 0.1 }] })).toThrow(
    /'models\[1\].noise': means nothing beside 'noise' false/,
  )
  expect(bayesian({ noise: false, repeats: 1, models: [{ kind: 'process', noise: 0 }] }).options).toMatchObject({
    noise: false,
  })
})

test('a line of words says it, a study keeps it, and its suggestions are replayed', async () => {
  expect(samplerFromWords('auto noise=false')).toEqual({ name: 'auto', options: { noise: false } })
  const root = join(scratch(), 's')
  const work = async (trials: number, sampler?: ReturnType<typeof bayesian>): Promise<void> => {
    await using study = await openStudy(root, { space: LINE, trials, seed: 1, ...(sampler && { sampler }) })
    await study.optimize(({ config: { x, y } }) => (x - 0.3) ** 2 + (y - 0.6) ** 2)
    expect(study.notices).toEqual([])
  }
  await work(8, bayesian({ initial: 4, noise: false }))
  await work(12)
  await using study = await openStudy(root, { readOnly: true })
  const verdicts = await Promise.all((await study.trials()).map(({ number }) => study.replay(number!)))
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(Array(12).fill('same'))
  expect(await study.recommend()).toMatchObject({ isNoisy: false, luck: 'none', mean: null })
})
