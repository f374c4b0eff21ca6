import { expect, test } from 'vitest'
import { maximize } from '../../src/acquisition/maximize.ts'
import { randomStream } from '../../src/numerics/random.ts'
import { make } from '../../src/sampler/made.ts'
import type { Made } from '../../src/sampler/made.ts'
import type { History, Observation } from '../../src/sampler/observations.ts'
import { EFFORTS } from '../../src/sampler/past.ts'
import type { Past } from '../../src/sampler/past.ts'
import { ROLES } from '../../src/sampler/role.ts'
import type { RoleName } from '../../src/sampler/role.ts'
import { safetyOf } from '../../src/sampler/safety.ts'
import type { Beliefs } from '../../src/sampler/unmeasured.ts'
import { axesOf } from '../../src/space/axes.ts'
import { float } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import type { Model } from '../../src/surrogate/model.ts'
import { endedTrial } from '../support/trial-records.ts'

const axes = axesOf(parseSpace({ x: float(0, 1) }))
const AVOIDED = [0.56, 0.7, 0.8, 0.9, 1, 0.41].map((x) => Float64Array.of(x))

/** The values fall towards 0.5, beyond which nothing was measured. */
const observed = Array.from({ length: 20 }, (_, i): Observation => {
  const x = i / 40
  return { x: Float64Array.of(x), y: -x, trial: endedTrial(i, { x }, -x) }
})

/** A model of the observations, where some trials are pending or failed, with what is known of it. */
function wholly(
  role: RoleName,
  history: Partial<History>,
  past: Partial<Beliefs & Past> = {},
  chosen: readonly Observation[] = observed,
): Made {
  const all = { sign: 1, observed, failed: [], recentFailures: 0, pending: [], ...history } as const
  const { safety, pending = 'believe', failures = 'avoid' } = past
  const beliefs = { pending, failures }
  const { plain } = ROLES
  const rest = { basis: {}, random: randomStream('made'), number: 30, effort: EFFORTS.full, safety, beliefs, plain }
  const goals = { objectives: [{ name: 'value', history: all }], limits: [], weights: randomStream('weights') }
  const wanted = { ...goals, acquisition: 'ei', maximizer: maximize, step: 20, chance: randomStream('chance') } as const
  return make(ROLES[role], chosen, chosen.length, undefined, { axes, history: all, ...rest, ...wanted })
}

const made = (...args: Parameters<typeof wholly>): Model => wholly(...args).model

const at = (model: Model, x: number) => {
  const { means, variances } = model.predict(Float64Array.of(x), 1)
  return { mean: means[0]!, variance: variances[0]! }
}

test('a failure where trials fail is believed to be no better than the mean; one by chance, as the model says', () => {
  const history: History = { sign: 1, observed, failed: AVOIDED, recentFailures: 0, pending: [] }
  const { safety } = safetyOf(history, [false], 1)!
  expect(AVOIDED.map((x) => safety.feared.has(x))).toEqual([false, true, true, true, true, false])
  const model = made('plain', history, { safety })
  for (const x of [0.7, 0.8, 0.9]) expect(at(model, x).mean).toBeGreaterThan(-0.1)
  expect(at(model, 0.41).mean).toBeLessThan(-0.6)
})

test('a process that believes in a pending trial keeps its means, and is sure of what the trial will tell', () => {
  const alone = made('plain', {})
  const believing = made('plain', { pending: [Float64Array.of(0.9)] })
  for (const x of [0.1, 0.5, 0.8, 0.9]) expect(at(believing, x).mean).toBeCloseTo(at(alone, x).mean, 9)
  expect(at(believing, 0.9).variance).toBeLessThan(0.05 * at(alone, 0.9).variance)
  expect(at(made('plain', { pending: [Float64Array.of(0.9)] }, { pending: 'ignore' }), 0.9)).toEqual(at(alone, 0.9))
})

test('a forest believes in pending trials too: they are rows with the means that it predicts there', () => {
  const pending = [0.8, 0.9, 1].map((x) => Float64Array.of(x))
  const alone = made('forest', {})
  const believing = made('forest', { pending })
  expect(believing.n).toBe(alone.n + pending.length)
  expect(at(believing, 0.9).mean).toBeCloseTo(at(alone, 0.9).mean, 1)
  expect(made('forest', { pending }, { pending: 'ignore' }).n).toBe(alone.n)
})

test('every model takes a pending trial for the best, mean or worst value, if it is told to', () => {
  const pending = [Float64Array.of(0.9)]
  for (const role of ['plain', 'smooth', 'best', 'forest'] as const) {
    const [min, mean, max] = (['min', 'mean', 'max'] as const).map(
      (belief) => at(made(role, { pending }, { pending: belief }), 0.9).mean,
    )
    expect(min, role).toBeLessThan(mean! - 0.1)
    expect(mean, role).toBeLessThan(max! - 0.1)
  }
})

test('failures count as the mean or the worst value, or for nothing, if that is asked for', () => {
  const failed = [Float64Array.of(0.9)]
  for (const role of ['plain', 'forest'] as const) {
    const [mean, max] = (['mean', 'max'] as const).map(
      (belief) => at(made(role, { failed }, { failures: belief }), 0.9).mean,
    )
    expect(mean, role).toBeLessThan(max! - 0.1)
    expect(at(made(role, { failed }, { failures: 'ignore' }), 0.9), role).toEqual(at(made(role, {}), 0.9))
  }
})

test('a forest takes a failure for as poor as the worst value', () => {
  const failed = [0.6, 0.7, 0.8, 0.9].map((x) => Float64Array.of(x))
  expect(at(made('forest', { failed }), 0.75).mean).toBeGreaterThan(1)
  expect(at(made('forest', {}), 0.75).mean).toBeLessThan(-1)
})

test('trials that break a constraint teach a model, but come last, and improvements are not measured from them', () => {
  const breaking = observed.map((one, i): Observation => (i >= 10 ? { ...one, breaks: true } : one))
  for (const role of ['plain', 'forest'] as const) {
    const { ranked, best, means } = wholly(role, { observed: breaking }, {}, breaking)
    expect(ranked.map(({ y }) => -40 * y)).toEqual([
      9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10,
    ])
    expect(best).toBe(means[9])
    const all = breaking.map((one): Observation => ({ ...one, breaks: true }))
    expect(wholly(role, { observed: all }, {}, all).best).toBe(means[19])
  }
})
