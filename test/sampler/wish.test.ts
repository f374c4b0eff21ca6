import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from 'vitest'
import { bayesian } from '../../src/sampler/bayesian.ts'
import type { AcquisitionOptions } from '../../src/sampler/acquisition-options.ts'
import type { BayesianOptions } from '../../src/sampler/bayesian-options.ts'
import type { ModelExplanation } from '../../src/sampler/explanation.ts'
import type { Standing } from '../../src/sampler/portfolio.ts'
import type { Question } from '../../src/sampler/sampler.ts'
import { sobolPoint } from '../../src/numerics/sobol.ts'
import { float } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import type { Config, Json, TrialRecord } from '../../src/trial.ts'
import { endedTrial } from '../support/trial-records.ts'

const PLANE = parseSpace({ x: float(0, 1), y: float(0, 1) })

const bowl = ({ x, y }: any): number => 30 * (x - 0.3) ** 2 + 30 * (y - 0.6) ** 2

const waves = ({ x, y }: any): number => Math.sin(14 * x) + Math.cos(9 * y)

/** A question after twelve measurements, all of them in the left half. */
function question(change: Partial<Question> = {}): Question {
  const trials = Array.from({ length: 12 }, (_, k) => {
    const [u, v] = sobolPoint(k, 2, 5)
    const config = { x: u! / 2, y: v! }
    return endedTrial(k, config, bowl(config))
  })
  return {
    space: PLANE,
    number: 12,
    seed: 3,
    draw: 0,
    trials,
    pending: [],
    objectives: { value: 'minimize' },
    isTried: () => false,
    ...change,
  }
}

const plain = (options: BayesianOptions) => bayesian({ models: ['plain'], initial: 6, ...options })

const asked = (options: BayesianOptions, change: Partial<Question> = {}): Config & { x: number; y: number } =>
  plain(options).suggest(question(change))!.config as never

const why = (options: BayesianOptions, change: Partial<Question> = {}): ModelExplanation =>
  plain(options).explain!(question(change)) as ModelExplanation

describe('what is wanted', () => {
  test('the improvement and a bound with kappa 0 go to the bottom, an infinite kappa to where nothing is known', () => {
    for (const acquisition of ['ei', { kind: 'lcb', kappa: 0 }] as const) {
      const { x, y } = asked({ acquisition })
      expect(Math.hypot(x - 0.3, y - 0.6)).toBeLessThan(0.1)
    }
    expect(asked({ acquisition: { kind: 'lcb', kappa: 'inf' } }).x).toBeGreaterThan(0.9)
  })

  test('a word that says the default changes nothing', () => {
    const usual = plain({}).suggest(question())
    for (const options of [
      { acquisition: 'ei' },
      { acquisition: { kind: 'ei', xi: 0 } },
      { pick: 'best' },
      { randomShare: 0 },
    ] as const)
      expect(plain(options).suggest(question())).toEqual(usual)
  })

  test('SKO-97 drawn weights lead two workers to different places, without a new fit', () => {
    const acquisition = { kind: 'lcb', kappa: { kind: 'drawn', mean: 4 } } as const
    const trials = question().trials.map(({ config }, k) => endedTrial(k, config, waves(config)))
    const drawn = [12, 13, 14, 15, 16].map(
      (number) => why({ acquisition }, { number, trials }).acquisition.with!.kappa!,
    )
    expect(new Set(drawn).size).toBe(5)
    const places = [12, 13, 14, 15, 16].map((number) => asked({ acquisition }, { number, trials }).x)
    expect(Math.max(...places) - Math.min(...places)).toBeGreaterThan(0.05)
  })

  test('a schedule begins after the opening', () => {
    const acquisition = { kind: 'lcb', kappa: { kind: 'linear', from: 5, to: 0, over: 10 } } as const
    expect(why({ acquisition }, { number: 12 }).acquisition.with).toEqual({ kappa: 5 - 0.5 * 7 })
    expect(why({ acquisition }, { number: 30 }).acquisition.with).toEqual({ kappa: 0 })
  })

  test('it is named, with its numbers; the default has none', () => {
    expect(why({}).acquisition).toEqual({ name: 'log expected improvement', value: expect.any(Number) })
    expect(why({ acquisition: 'pi' }).acquisition).toMatchObject({
      name: 'log probability of improvement',
      with: { xi: 0.01 },
    })
  })

  test('HYP-16 a share of 1 leaves all suggestions after the opening to chance', () => {
    expect(why({ randomShare: 1 })).toEqual({ by: 'random' })
    expect(why({ randomShare: 1 }, { number: 3, trials: [] })).toMatchObject({ by: 'sobol' })
  })

  test('SKO-94 with pending trials topk goes down the list', () => {
    const pending = [{ x: 0.9, y: 0.1 }]
    expect(asked({ pick: 'topk' })).toEqual(asked({}))
    expect(asked({ pick: 'topk', pending: 'ignore' }, { pending })).not.toEqual(
      asked({ pending: 'ignore' }, { pending }),
    )
  })
})

describe('a portfolio', () => {
  const of = ['ei', { kind: 'lcb', kappa: 'inf' }] as const
  const portfolio = { kind: 'portfolio', of } as const

  const standingAfter = (basis: Json | undefined, number: number, alpha?: number): Standing => {
    const acquisition = alpha === undefined ? portfolio : { ...portfolio, alpha }
    const suggestion = plain({ acquisition }).suggest(question({ basis, number }))!
    return (suggestion.basis as unknown as { portfolio: Standing }).portfolio
  }

  test('begins with equal odds, and keeps where each of its acquisitions wanted to measure', () => {
    expect(why({ acquisition: portfolio }).portfolio).toEqual({ of: ['ei', 'lcb'], odds: [0.5, 0.5] })
    const { gains, points } = standingAfter(undefined, 12)
    expect(gains).toEqual([0, 0])
    expect(points[0]![0]).toBeCloseTo(asked({ acquisition: 'ei' }).x, 1)
    expect(points[1]![0]).toBeGreaterThan(0.9)
  })

  test('SKO-36 gives more turns to the one whose proposals are low', () => {
    const basis = plain({ acquisition: portfolio }).suggest(question())!.basis
    const { gains } = standingAfter(basis, 13)
    expect(gains[0]).toBeGreaterThan(0.5)
    expect(gains[1]).toBeLessThan(0)
    const { odds } = why({ acquisition: portfolio }, { basis, number: 13 }).portfolio!
    expect(odds[0]).toBeGreaterThan(0.7)
    expect(odds[0]! + odds[1]!).toBeCloseTo(1, 12)
  })

  test('HYE-49 with forgetting judges only the one that was followed', () => {
    const basis = plain({ acquisition: { ...portfolio, alpha: 0.9 } }).suggest(question())!.basis
    const { chosen } = (basis as unknown as { portfolio: Standing }).portfolio
    const { gains } = standingAfter(basis, 13, 0.9)
    expect(gains[chosen]).not.toBe(0)
    expect(gains[1 - chosen]).toBe(0)
  })

  test('forgets the gains of other acquisitions', () => {
    const basis = plain({ acquisition: portfolio }).suggest(question())!.basis
    const others = { kind: 'portfolio', of: ['pi', 'ei'] } as const
    expect(why({ acquisition: others }, { basis, number: 13 }).portfolio!.odds).toEqual([0.5, 0.5])
  })

  test('HYE-51 fixed odds lead from one acquisition to the other', () => {
    const chances = [
      { kind: 'switch', from: 1, to: 0, at: 8 },
      { kind: 'switch', from: 0, to: 1, at: 8 },
    ] as const
    const acquisition = { kind: 'portfolio', of: ['lcb', 'pi'], chances } as const
    for (const number of [12, 13]) expect(why({ acquisition }, { number }).acquisition.with).toHaveProperty('kappa')
    for (const number of [14, 20]) expect(why({ acquisition }, { number }).acquisition.with).toHaveProperty('xi')
  })
})

describe('the search elsewhere', () => {
  /** The keys of the basis after each trial of a study of one worker. */
  function learnedBy(acquisition: AcquisitionOptions, count: number): Set<string> {
    const keys = new Set<string>()
    const trials: TrialRecord[] = []
    let basis: Json | undefined
    for (let number = 0; number < count; number++) {
      const isTried = (other: Config): boolean => trials.some(({ config }) => isDeepStrictEqual(config, other))
      const suggestion = plain({ acquisition, effort: 'low' }).suggest(question({ trials, number, basis, isTried }))!
      basis = suggestion.basis ?? basis
      for (const key of Object.keys((basis ?? {}) as object)) keys.add(key)
      trials.push(endedTrial(number, suggestion.config, bowl(suggestion.config)))
    }
    return keys
  }

  // Measured in what a bound promises, which is never little, it would not begin for `lcb`.
  test.each(['ei', 'pi', 'lcb', 'mgfi', 'mes'] as const)('begins for %s once no improvement is left', (kind) => {
    expect(learnedBy(kind, 30)).toContain('elsewhere')
  })
})
