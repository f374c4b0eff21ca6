import { describe, expect, test } from 'vitest'
import { perSecond } from '../../src/acquisition/terms.ts'
import { randomStream } from '../../src/numerics/random.ts'
import { bayesian } from '../../src/sampler/bayesian.ts'
import { tellingSeconds, tookSeconds, workedMs } from '../../src/sampler/duration.ts'
import type { ModelExplanation } from '../../src/sampler/explanation.ts'
import type { Question } from '../../src/sampler/sampler.ts'
import { float } from '../../src/space/parameter.ts'
import { condition } from '../../src/surrogate/gaussian-process.ts'
import { priorOf } from '../../src/surrogate/hyperparameters.ts'
import { processModel } from '../../src/surrogate/model.ts'
import type { TrialRecord } from '../../src/trial.ts'
import { endedTrial } from '../support/trial-records.ts'

const SPACE = { x: float(0, 1), y: float(0, 1) }

/** Times of a trial that took this long. */
const times = (seconds: number): Pick<TrialRecord, 'started' | 'ended'> => ({
  started: new Date(0).toISOString(),
  ended: new Date(Math.round(1000 * seconds)).toISOString(),
})

/** Trials of a valley along x + y = 1, whose durations grow tenfold along x. */
function trials(count: number, secondsOf: (x: number) => number = (x) => 60 * 10 ** x): TrialRecord[] {
  const random = randomStream('seconds')
  return Array.from({ length: count }, (_, n) => {
    const config = { x: random.next(), y: random.next() }
    return endedTrial(n, config, (config.x + config.y - 1) ** 2, times(secondsOf(config.x)))
  })
}

const question = (known: readonly TrialRecord[], change: Partial<Question> = {}): Question => ({
  space: SPACE,
  trials: known,
  pending: [],
  objectives: { value: 'minimize' },
  seed: 1,
  number: known.length,
  draw: 0,
  isTried: () => false,
  ...change,
})

const explained = (perSecond: boolean | 'cooled', asked: Question): ModelExplanation =>
  bayesian({ perSecond, effort: 'low' }).explain!(asked) as ModelExplanation

describe('the price of a point', () => {
  const model = processModel(
    condition(
      { points: Float64Array.of(0.1, 0.4, 0.9), values: Float64Array.of(-1, 0.2, 1.1), categories: [false] },
      priorOf(1, 1).mean,
    ),
  )

  test('SKO-34: it is exp(−μ + ½σ²) of the logarithm of the seconds, or a power of it', () => {
    const x = Float64Array.of(0.6)
    const { means, variances } = model.predict(x, 1)
    const [mean, variance] = [means[0]!, variances[0]!]
    expect(perSecond(model, 1, 1).values(x, 1)[0]).toBeCloseTo(-mean + variance / 2, 12)
    // Where the model's unit is 2, ln T is twice the model's value.
    expect(perSecond(model, 2, 1).values(x, 1)[0]).toBeCloseTo(-2 * mean + (4 * variance) / 2, 12)
    expect(perSecond(model, 2, 0.5).values(x, 1)[0]).toBeCloseTo(-mean + variance / 2, 12)
    expect(perSecond(model, 2, 0).values(x, 1)[0]).toBeCloseTo(0, 12)
  })

  test('it is the mean of 1 / T under the prediction, as simulation has it', () => {
    const x = Float64Array.of(0.75)
    const { means, variances } = model.predict(x, 1)
    // Equal steps of probability, of a normal distribution by its quantiles.
    let sum = 0
    let weight = 0
    for (let z = -8; z <= 8; z += 0.01) {
      const density = Math.exp(-(z ** 2) / 2)
      sum += density * Math.exp(-(means[0]! + z * Math.sqrt(variances[0]!)))
      weight += density
    }
    expect(perSecond(model, 1, 1).values(x, 1)[0]).toBeCloseTo(Math.log(sum / weight), 8)
  })

  test('its slope is that of its values', () => {
    const term = perSecond(model, 1.7, 0.6)
    for (const at of [0.05, 0.33, 0.8]) {
      const gradient = Float64Array.of(10)
      const value = term.slope!(Float64Array.of(at), gradient)
      const step = 1e-5
      const [low, high] = [at - step, at + step].map((x) => term.values(Float64Array.of(x), 1)[0]!)
      expect(value).toBeCloseTo(term.values(Float64Array.of(at), 1)[0]!, 10)
      expect(gradient[0]! - 10).toBeCloseTo((high! - low!) / (2 * step), 4)
    }
  })
})

describe('suggestions per second', () => {
  test('go where trials are shorter, and say how long the trial will take', () => {
    const asked = question(trials(14))
    const suggested = (known: readonly TrialRecord[]): number =>
      bayesian({ effort: 'low', models: ['plain'], perSecond: true }).suggest(question(known))!.config.x as number
    const longUpwards = suggested(trials(14))
    const longDownwards = suggested(trials(14, (x) => 60 * 10 ** (1 - x)))
    expect(longUpwards).toBeLessThan(longDownwards)
    const { seconds } = explained(true, asked)
    const { x } = bayesian({ perSecond: true, effort: 'low' }).suggest(asked)!.config as { readonly x: number }
    expect(seconds!.power).toBe(1)
    expect(seconds!.value / (60 * 10 ** x)).toBeGreaterThan(0.5)
    expect(seconds!.value / (60 * 10 ** x)).toBeLessThan(2)
    expect(seconds!.low).toBeLessThan(seconds!.value)
    expect(explained(false, asked).seconds).toBeUndefined()
  })

  test('count the cube of the seconds in turns that explore, if another model finds what is better', () => {
    const known = trials(14)
    const powers = new Map<string, number>()
    for (let number = 13; number < 21; number++) {
      const { model, seconds } = explained(true, question(known, { number }))
      powers.set(model, seconds!.power)
    }
    expect(Object.fromEntries(powers)).toEqual({ plain: 3, smooth: 1, best: 1, forest: 3 })
    const alone = bayesian({ models: ['plain', 'forest'], perSecond: 'cooled', effort: 'low' })
    const { seconds } = alone.explain!(question(known, { budget: 28 })) as ModelExplanation
    expect(seconds!.power).toBe(0.5)
  })

  test('are the same if all trials take as long, or ten times as long', () => {
    const suggested = (perSecond: boolean, secondsOf: (x: number) => number): unknown =>
      bayesian({ effort: 'low', perSecond }).suggest(question(trials(14, secondsOf)))!.config
    const long = suggested(true, (x) => 600 * 10 ** x) as { readonly x: number; readonly y: number }
    const short = suggested(true, (x) => 60 * 10 ** x) as typeof long
    expect(long.x).toBeCloseTo(short.x, 4)
    expect(long.y).toBeCloseTo(short.y, 4)
  })

  test('are those without a price while too few durations are known', () => {
    const known = trials(14).map((trial, n) => (n < 10 ? { ...trial, started: null } : trial))
    const asked = question(known)
    expect(bayesian({ perSecond: true, effort: 'low' }).suggest(asked)).toEqual(
      bayesian({ effort: 'low' }).suggest(asked),
    )
  })

  test('cool as the budget of trials or of hours is used up, whichever is nearer its end', () => {
    const known = trials(14, () => 360)
    const power = (change: Partial<Question>): number => explained('cooled', question(known, change)).seconds!.power
    expect(power({})).toBe(1)
    expect(power({ budget: 28 })).toBe(0.5)
    expect(power({ hours: 2 })).toBeCloseTo(0.3, 12)
    expect(power({ budget: 28, hours: 2 })).toBeCloseTo(0.3, 12)
    expect(power({ budget: 28, hours: 14 })).toBe(0.5)
    expect(power({ budget: 10 })).toBe(0)
  })

  test('at the end of the budget they ask for the worth alone', () => {
    const asked = question(trials(14), { budget: 14 })
    const wanted = explained('cooled', asked)
    expect(wanted.seconds!.power).toBe(0)
    const without = bayesian({ effort: 'low', models: ['plain'] })
    const cooled = bayesian({ effort: 'low', models: ['plain'], perSecond: 'cooled' })
    const [a, b] = [without, cooled].map((sampler) => sampler.suggest(asked)!.config as { x: number; y: number })
    // Other candidates are searched in full, so that the same optimum comes out up to the search.
    expect(Math.abs(a!.x - b!.x)).toBeLessThan(0.1)
  })

  test('do not depend on the order of the trials, and a basis is carried on', () => {
    const known = trials(14)
    const sampler = bayesian({ perSecond: 'cooled', effort: 'low' })
    const first = sampler.suggest(question(known, { hours: 1 }))!
    expect(sampler.suggest(question([...known].reverse(), { hours: 1 }))).toEqual(first)
    const { seconds } = first.basis as { readonly seconds: { readonly fitted: number } }
    expect(seconds.fitted).toBe(14)
    const next = sampler.suggest(question(known, { hours: 1, basis: first.basis, number: 15 }))!
    expect((next.basis as { readonly seconds: unknown }).seconds).toEqual(seconds)
  })
})

describe('what a trial says of how long its config takes', () => {
  const timed = (change: Partial<TrialRecord>): TrialRecord => endedTrial(0, {}, 1, { ...times(5), ...change })

  test('complete trials tell it, and those that failed for taking too long or too much', () => {
    expect(tellingSeconds(timed({}))).toBe(5)
    expect(tellingSeconds(timed({ state: 'failed', reason: 'timeout' }))).toBe(5)
    expect(tellingSeconds(timed({ state: 'failed', reason: 'memory' }))).toBe(5)
    expect(tellingSeconds(timed({ state: 'failed', reason: 'exit' }))).toBeNull()
    expect(tellingSeconds(timed({ state: 'failed', reason: 'lost' }))).toBeNull()
    expect(tellingSeconds(timed({ state: 'pruned' }))).toBeNull()
    expect(tellingSeconds(timed({ ended: null }))).toBeNull()
  })

  test('a trial within one millisecond has a logarithm, and clocks that disagree have none', () => {
    expect(tellingSeconds(timed({ ended: times(0).started }))).toBe(0.001)
    expect(tellingSeconds(timed({ started: times(9).ended }))).toBeNull()
    expect(tookSeconds(timed({ started: 'yesterday' }))).toBeNull()
  })
})

test('all attempts of a trial count, but for one that was lost, and a clock that went back takes nothing away', () => {
  const record = endedTrial(0, {}, 1, { ...times(5), earlierMs: 2000 })
  expect(workedMs(record)).toBe(7000)
  expect(workedMs({ ...record, reason: 'lost' })).toBe(2000)
  expect(workedMs({ ...record, started: times(9).ended })).toBe(2000)
  expect(workedMs({ ...record, ended: null })).toBe(2000)
  expect(workedMs({ ...endedTrial(0, {}, 1), started: 'yesterday', ended: 'today' })).toBe(0)
})

test('an option that is neither a truth value nor cooled is refused', () => {
  expect(() => bayesian({ perSecond: 'warm' as never })).toThrow(
    `option 'perSecond': must be true, false or 'cooled', got "warm"`,
  )
})
