import { describe, expect, test } from 'vitest'
import { acquisitionOf } from '../../src/sampler/acquisitions.ts'
import { ACQUISITION, ACQUISITIONS, portfolioOf } from '../../src/sampler/acquisition-table.ts'
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
    ['eii', `option 'acquisition': must be 'ei' or 'pi' or 'lcb'`],
    ['eii', `got "eii"; did you mean 'ei'?`],
    [7, `or 'hypervolume' or 'portfolio', got 7`],
    [{ xi: 1 }, `option 'acquisition': must be 'ei' or`],
    [{ kind: 'toString' }, `got "toString"`],
    [{ kind: 'ei', kappa: 2 }, "option 'acquisition.kappa': belongs to 'lcb', but 'acquisition' is 'ei'; leave it out"],
    [{ kind: 'lcb', kapa: 2 }, "option 'kapa': 'lcb' of 'acquisition' has none of this name; did you mean 'kappa'?"],
    [
      { kind: 'lcb', kappa: -1 },
      "option 'acquisition.kappa': must be a number of at least 0 or 'inf', or a schedule as",
    ],
    [{ kind: 'lcb', kappa: Infinity }, "option 'acquisition.kappa': must be a number of at least 0 or 'inf', or a"],
    [
      { kind: 'lcb', kappa: { kind: 'drawn' } },
      "option 'acquisition.kappa.mean': 'drawn' of 'acquisition.kappa' needs",
    ],
    [{ kind: 'mes', draws: 0 }, "option 'acquisition.draws': must be a whole number from 1 to 100, got 0"],
    [
      { kind: 'thompson', t: 1 },
      "option 'acquisition.t': belongs to 'mgfi', but 'acquisition' is 'thompson'; leave it",
    ],
    [{ kind: 'portfolio', of: ['ei'] }, `option 'acquisition.of': must have at least two, got one`],
    [{ kind: 'portfolio', of: ['ei', 'portfolio'] }, `option 'acquisition.of[1]': must be 'ei' or`],
    [
      { kind: 'portfolio', of: ['ei', { kind: 'lcb', xi: 1 }] },
      "option 'acquisition.of[1].xi': belongs to 'ei' and 'pi'",
    ],
    [{ kind: 'portfolio', alpha: 0 }, "option 'acquisition.alpha': must be a number above 0, up to 1, got 0"],
    [
      { kind: 'portfolio', chances: [1] },
      "option 'acquisition.chances': must have one for each of 'acquisition.of', got 1 for 3",
    ],
    [{ kind: 'portfolio', chances: [1, 1, 1], eta: 1 }, "option 'acquisition.eta': means nothing beside 'chances'"],
  ])('refuses %j', (given, message) => {
    expect(() => ACQUISITION.parse(given, 'acquisition')).toThrow(message)
  })

  test('lets all else through', () => {
    const half = { kind: 'linear', from: 1, to: 0, over: 50 }
    for (const given of [
      ...Object.keys(ACQUISITIONS),
      'portfolio',
      { kind: 'ei', xi: -0.5 },
      { kind: 'lcb', kappa: 'inf' },
      { kind: 'lcb', kappa: { kind: 'bandit' } },
      { kind: 'mgfi', t: { kind: 'logarithmic', to: 0.1, over: 50 } },
      { kind: 'portfolio', of: ['lcb', { kind: 'pi', xi: 0.1 }], chances: [half, 1] },
      { kind: 'portfolio', alpha: 0.9, eta: { kind: 'growing' } },
    ])
      expect(() => ACQUISITION.parse(given, 'acquisition'), JSON.stringify(given)).not.toThrow()
  })

  test('has a default that it lets through, and one line of help for each setting', () => {
    for (const [kind, { line, options }] of Object.entries(ACQUISITIONS)) {
      expect(line).toMatch(/^[^\n.]{10,110}$/)
      for (const [name, setting] of Object.entries(options)) {
        expect(setting.line).toMatch(/^[^\n.]{10,110}$/)
        expect(() => ACQUISITION.parse({ kind, [name]: setting.default }, 'acquisition')).not.toThrow()
      }
    }
  })
})
