import { describe, expect, test } from 'vitest'
import { ACQUISITIONS, acquisitionOf, checkAcquisition, portfolioOf } from '../../src/sampler/acquisitions.ts'
import type { SingleAcquisition } from '../../src/sampler/acquisition-options.ts'
import type { Reference } from '../../src/sampler/acquisitions.ts'
import { randomStream } from '../../src/numerics/random.ts'

const reference = (change: Partial<Reference> = {}): Reference => ({
  best: -0.5,
  noise: 0,
  step: 4,
  d: 2,
  random: randomStream('acquisition'),
  screen: () => ({ means: Float64Array.of(-0.5, 0, 1), variances: Float64Array.of(0, 0.1, 0.4) }),
  ...change,
})

/** The worth of a prediction with mean 0 and deviation 1. */
function worth(spec: SingleAcquisition, change: Partial<Reference> = {}): number {
  const filled = { value: NaN, byMean: NaN, byDeviation: NaN }
  acquisitionOf(spec, reference(change)).acquisition(0, 1, filled)
  return Math.exp(filled.value)
}

/** The confidence bound of that prediction. */
const bound = (spec: SingleAcquisition): number => -0.5 - Math.log(Math.expm1(worth(spec)))

test('SKO-08 a word is the acquisition with its defaults', () => {
  expect(worth('ei')).toBeCloseTo(0.197796557401306, 14)
  expect(worth({ kind: 'pi', xi: 0 })).toBeCloseTo(0.308537538725987, 14)
  expect(worth('pi')).toBe(worth({ kind: 'pi', xi: 0.01 }))
  expect(bound('lcb')).toBeCloseTo(-1.96, 12)
  for (const kind of Object.keys(ACQUISITIONS) as (keyof typeof ACQUISITIONS)[])
    expect(worth(kind)).toBe(worth({ kind }))
})

test('SKO-12 xi and kappa', () => {
  expect(worth({ kind: 'ei', xi: 0.2 })).toBe(worth('ei', { best: -0.7 }))
  expect(bound({ kind: 'lcb', kappa: 0.3 })).toBeCloseTo(-0.3, 12)
  expect(worth({ kind: 'lcb', kappa: 'inf' })).toBe(1)
})

test('HYP-10 HYP-58 a drawn function is judged by its value alone', () => {
  const { isOfDraw, acquisition } = acquisitionOf('thompson', reference())
  expect(isOfDraw).toBe(true)
  const filled = { value: NaN, byMean: NaN, byDeviation: NaN }
  acquisition(0, 1, filled)
  expect(filled.byDeviation).toBe(0)
  expect(filled.byMean).toBeLessThan(0)
})

test('SKO-136 numbers follow their schedules, by the step', () => {
  const kappa = { kind: 'linear', from: 5, to: 0, over: 10 } as const
  expect(acquisitionOf({ kind: 'lcb', kappa }, reference({ step: 4 })).with).toEqual({ kappa: 2.5 })
  expect(acquisitionOf({ kind: 'lcb', kappa }, reference({ step: 30 })).with).toEqual({ kappa: 0 })
  const t = { kind: 'exponential', from: 2, to: 0.1, over: 10 } as const
  expect(acquisitionOf({ kind: 'mgfi', t }, reference()).with.t).toBeCloseTo(0.447214, 6)
})

test('MIP-27 the temperature is drawn anew for each stream, and is the same for the same one', () => {
  const drawn = (word: string): number | null =>
    acquisitionOf('mgfi', reference({ random: randomStream(word) })).with.t!
  expect(drawn('a')).toBe(drawn('a'))
  expect(drawn('a')).not.toBe(drawn('b'))
})

test('an infinite kappa is told as null, as JSON has it', () => {
  expect(acquisitionOf({ kind: 'lcb', kappa: 'inf' }, reference()).with).toEqual({ kappa: null })
})

test('HYP-15 only the improvement is discounted by noise, and only if there is any', () => {
  expect(worth('ei', { noise: 1 })).toBeCloseTo(worth('ei') * (1 - Math.SQRT1_2), 12)
  for (const spec of ['pi', 'lcb', 'mgfi', 'mes', 'thompson'] as const)
    expect(worth(spec, { noise: 1 })).toBe(worth(spec))
})

test('only the expected improvement on the best is the plain one, and it draws nothing', () => {
  expect(acquisitionOf('ei', reference()).isPlain).toBe(true)
  expect(acquisitionOf({ kind: 'ei', xi: 0.1 }, reference()).isPlain).toBe(false)
  expect(acquisitionOf('pi', reference()).isPlain).toBe(false)
  const random = { next: () => expect.unreachable('drew'), integer: () => expect.unreachable('drew') }
  const screen = () => expect.unreachable('predicted')
  expect(acquisitionOf('ei', reference({ random, screen })).kind).toBe('ei')
})

test('a portfolio is told apart from a single acquisition', () => {
  expect(portfolioOf('portfolio')).toEqual({ kind: 'portfolio' })
  expect(portfolioOf({ kind: 'portfolio', eta: 2 })).toEqual({ kind: 'portfolio', eta: 2 })
  expect(portfolioOf('ei')).toBeUndefined()
  expect(portfolioOf({ kind: 'lcb' })).toBeUndefined()
})

describe('the gate', () => {
  test.each([
    ['eii', `option 'acquisition': "eii" does not exist; did you mean 'ei'?`],
    [7, `option 'acquisition': 7 does not exist; there is 'ei', 'pi', 'lcb', 'mgfi', 'mes', 'thompson', 'portfolio'`],
    [{ xi: 1 }, `option 'acquisition': nothing does not exist`],
    [{ kind: 'toString' }, `option 'acquisition': "toString" does not exist`],
    [{ kind: 'ei', kappa: 2 }, "option 'kappa': 'ei' has none of this name; there is 'xi'"],
    [{ kind: 'lcb', kapa: 2 }, "option 'kapa': 'lcb' has none of this name; did you mean 'kappa'?"],
    [{ kind: 'lcb', kappa: -1 }, "option 'kappa': must be a number of at least 0 or 'inf', or a schedule such as"],
    [{ kind: 'lcb', kappa: Infinity }, "option 'kappa': must be a number of at least 0 or 'inf', or a schedule"],
    [{ kind: 'lcb', kappa: { kind: 'drawn' } }, "option 'kappa': the schedule 'drawn' needs 'mean'"],
    [{ kind: 'mes', draws: 0 }, "option 'draws': must be a whole number from 1 to 100, got 0"],
    [{ kind: 'thompson', t: 1 }, "option 't': 'thompson' has none of this name; leave it out"],
    [
      { kind: 'portfolio', of: ['ei'] },
      `option 'of': must be a list of at least two of ei, pi, lcb, mgfi, mes, thompson, got ["ei"]`,
    ],
    [{ kind: 'portfolio', of: ['ei', 'portfolio'] }, `option 'acquisition': "portfolio" does not exist`],
    [{ kind: 'portfolio', of: ['ei', { kind: 'lcb', xi: 1 }] }, "option 'xi': 'lcb' has none of this"],
    [{ kind: 'portfolio', alpha: 0 }, "option 'alpha': must be a number above 0 and of at most 1, got 0"],
    [{ kind: 'portfolio', chances: [1] }, "option 'chances': must be a list with one entry for each of 'of', got [1]"],
    [{ kind: 'portfolio', chances: [1, 1, 1], eta: 1 }, "option 'eta': means nothing beside 'chances'"],
  ])('refuses %j', (given, message) => {
    expect(() => checkAcquisition(given)).toThrow(message)
  })

  test('lets all else through', () => {
    const half = { kind: 'linear', from: 1, to: 0, over: 50 }
    for (const given of [
      undefined,
      ...Object.keys(ACQUISITIONS),
      'portfolio',
      { kind: 'ei', xi: -0.5 },
      { kind: 'lcb', kappa: 'inf' },
      { kind: 'lcb', kappa: { kind: 'bandit' } },
      { kind: 'mgfi', t: { kind: 'logarithmic', to: 0.1, over: 50 } },
      { kind: 'portfolio', of: ['lcb', { kind: 'pi', xi: 0.1 }], chances: [half, 1] },
      { kind: 'portfolio', alpha: 0.9, eta: { kind: 'growing' } },
    ])
      expect(() => checkAcquisition(given), JSON.stringify(given)).not.toThrow()
  })

  test('has a default that it lets through, and one line of help for each setting', () => {
    for (const [kind, { help, settings }] of Object.entries(ACQUISITIONS)) {
      expect(help).toMatch(/^[^\n.]{10,110}$/)
      for (const [name, setting] of Object.entries(settings)) {
        expect(setting.help).toMatch(/^[^\n.]{10,110}$/)
        expect(() => checkAcquisition({ kind, [name]: setting.default })).not.toThrow()
      }
    }
  })
})
