import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  augmented,
  confidenceBound,
  logExpectedImprovement,
  logProbabilityOfImprovement,
  momentGenerating,
} from '../../src/acquisition/acquisition.ts'
import type { Acquisition, AcquisitionValue } from '../../src/acquisition/acquisition.ts'
import { drawMinima, maxValueEntropy } from '../../src/acquisition/entropy.ts'
import { normalCdf } from '../../src/numerics/special.ts'
import { randomStream } from '../../src/numerics/random.ts'

const BEST = 0.3

const ACQUISITIONS: Record<string, Acquisition> = {
  ei: logExpectedImprovement(BEST),
  pi: logProbabilityOfImprovement(BEST),
  'lcb 0': confidenceBound(BEST, 0),
  'lcb 1.96': confidenceBound(BEST, 1.96),
  'lcb 1000': confidenceBound(BEST, 1000),
  'mgfi 0': momentGenerating(BEST, 0),
  'mgfi 0.1': momentGenerating(BEST, 0.1),
  'mgfi 2': momentGenerating(BEST, 2),
  'mgfi 300': momentGenerating(BEST, 300),
  mes: maxValueEntropy(Float64Array.of(-2, -0.5, 0.25)),
}

const ALL: Record<string, Acquisition> = {
  ...ACQUISITIONS,
  'augmented ei': augmented(logExpectedImprovement(BEST), 0.2),
  'lcb inf': confidenceBound(BEST, Infinity),
}

type Row = [mean: number, deviation: number, value: number, byMean: number, byDeviation: number]

const FIXTURE = JSON.parse(readFileSync(new URL('fixtures/acquisitions.json', import.meta.url), 'utf8')) as Record<
  string,
  Row[]
>

const at = (acquisition: Acquisition, mean: number, deviation: number): AcquisitionValue => {
  const filled = { value: NaN, byMean: NaN, byDeviation: NaN }
  acquisition(mean, deviation, filled)
  return filled
}

const worth = (acquisition: Acquisition, mean: number, deviation: number): number =>
  Math.exp(at(acquisition, mean, deviation).value)

/** The bound behind its logarithm: ln ln(1 + exp(f* − bound)). */
const boundBehind = (kappa: number, mean: number, deviation: number, best: number): number =>
  best - Math.log(Math.expm1(worth(confidenceBound(best, kappa), mean, deviation)))

describe.each(Object.entries(FIXTURE))('%s', (name, rows) => {
  test('agrees with mpmath, and so do its slopes', () => {
    expect(rows.length).toBeGreaterThan(30)
    for (const [mean, deviation, value, byMean, byDeviation] of rows) {
      const found = at(ACQUISITIONS[name]!, mean, deviation)
      const where = `at ${mean} ± ${deviation}`
      expect(Math.abs(found.value - value), `value ${where}`).toBeLessThan(1e-11 * Math.max(Math.abs(value), 1))
      const size = Math.max(Math.abs(byMean), Math.abs(byDeviation))
      expect(Math.abs(found.byMean - byMean), `by mean ${where}`).toBeLessThanOrEqual(1e-9 * size)
      expect(Math.abs(found.byDeviation - byDeviation), `by deviation ${where}`).toBeLessThanOrEqual(1e-9 * size)
    }
  })
})

describe.each(Object.entries(ALL))('%s', (_, acquisition) => {
  test('is finite with finite slopes where a model is certain, and 40 deviations from the best', () => {
    for (const deviation of [0, 5e-324, 1e-300, 1e-100, 1e-12, 1e-3, 1, 1e3]) {
      for (const mean of [BEST, BEST - 40 * deviation, BEST + 40 * deviation, -7, 7, 1e6, -1e6]) {
        const { value, byMean, byDeviation } = at(acquisition, mean, deviation)
        expect([value, byMean, byDeviation].map(Number.isFinite), `at ${mean} ± ${deviation}`).toEqual([
          true,
          true,
          true,
        ])
      }
    }
  })

  test('is worth no more where the mean is higher', () => {
    for (const deviation of [0, 1e-9, 0.1, 2, 50]) {
      let before = Infinity
      for (const mean of [-30, -2, -0.5, 0.29, 0.3, 0.31, 1, 4, 30, 1000]) {
        const { value, byMean } = at(acquisition, mean, deviation)
        expect(value, `at ${mean} ± ${deviation}`).toBeLessThanOrEqual(before)
        expect(byMean).toBeLessThanOrEqual(0)
        before = value
      }
    }
  })

  test('has the slopes of its differences at random predictions', () => {
    const random = randomStream('slopes')
    for (let k = 0; k < 200; k++) {
      const mean = 12 * (random.next() - 0.5)
      const deviation = Math.exp(5 * random.next() - 3)
      const h = 1e-5 * deviation
      const { byMean, byDeviation } = at(acquisition, mean, deviation)
      const ofMean = (at(acquisition, mean + h, deviation).value - at(acquisition, mean - h, deviation).value) / (2 * h)
      const ofDeviation =
        (at(acquisition, mean, deviation + h).value - at(acquisition, mean, deviation - h).value) / (2 * h)
      const size = 1 + Math.abs(ofMean) + Math.abs(ofDeviation)
      expect(Math.abs(byMean - ofMean), `by mean at ${mean} ± ${deviation}`).toBeLessThan(1e-5 * size)
      expect(Math.abs(byDeviation - ofDeviation), `by deviation at ${mean} ± ${deviation}`).toBeLessThan(1e-5 * size)
    }
  })
})

test('SKO-31 SKO-32 a constant model of mean 0 and deviation 1 is worth what skopt says', () => {
  expect(worth(logExpectedImprovement(-0.5), 0, 1)).toBeCloseTo(0.197796557401306, 14)
  expect(worth(logProbabilityOfImprovement(-0.5), 0, 1)).toBeCloseTo(0.308537538725987, 14)
})

test('SKO-30 the bound is 0.3 deviations below the mean, and with infinite kappa only the deviation counts', () => {
  expect(boundBehind(0.3, 0, 1, -0.5)).toBeCloseTo(-0.3, 13)
  expect(worth(confidenceBound(-0.5, Infinity), 0, 1)).toBe(1)
  expect(worth(confidenceBound(-0.5, Infinity), 9, 0.25)).toBeCloseTo(0.25, 15)
})

test('MIP-25 MIP-25b MIP-26 mean 0.5 and deviation 0.2 are worth what mipego says', () => {
  expect(worth(logExpectedImprovement(0), 0.5, 0.2)).toBeCloseTo(0.00040082743582563, 16)
  expect(worth(logProbabilityOfImprovement(0), 0.5, 0.2)).toBeCloseTo(0.00620966532577613, 15)
  expect(worth(momentGenerating(0, 1), 0.5, 0.2)).toBeCloseTo(0.00244121161530797, 15)
  expect(worth(momentGenerating(0, 2), 0.5, 0.2)).toBeCloseTo(0.000963494072436999, 15)
  expect(worth(momentGenerating(0, 0.1), 0.5, 0.2)).toBeCloseTo(0.00565522416978859, 15)
})

test('HYE-43 HYE-45 improvement and bound of hyperengine, which maximizes and takes variances for deviations', () => {
  const deviation = 0.15218959
  expect(worth(logExpectedImprovement(-2), -2.33034568, deviation)).toBeCloseTo(0.33115397, 7)
  expect(worth(logProbabilityOfImprovement(-2), -2.33034568, deviation)).toBeCloseTo(0.98502002, 7)
  expect(-boundBehind(2.856998159231768, -1.51874397, 0.00776196, -2)).toBeCloseTo(1.54091987, 7)
  expect(-boundBehind(2.856998159231768, -2.33034568, deviation, -2)).toBeCloseTo(2.76515106, 7)
})

test('the expected improvement is at least 0, at least the improvement, and grows with the deviation', () => {
  const random = randomStream('improvement')
  for (let k = 0; k < 100; k++) {
    const mean = 6 * (random.next() - 0.5)
    const deviation = 3 * random.next()
    const found = worth(ALL.ei!, mean, deviation)
    expect(found).toBeGreaterThanOrEqual(0)
    expect(found * (1 + 1e-12)).toBeGreaterThanOrEqual(BEST - mean)
    expect(worth(ALL.ei!, mean, deviation + 0.1) * (1 + 1e-12)).toBeGreaterThanOrEqual(found)
  }
})

test('the probability of improvement is Φ(z)', () => {
  for (const z of [-5, -1, 0, 0.4, 3])
    expect(worth(logProbabilityOfImprovement(2), 2 - 0.7 * z, 0.7)).toBeCloseTo(normalCdf(z), 13)
})

test('with kappa 0 the bound is the mean, whatever the deviation', () => {
  for (const mean of [-40, -1, 0, 2, 300]) {
    const values = [0, 0.1, 5, 1e4].map((deviation) => at(confidenceBound(BEST, 0), mean, deviation))
    expect(values.every(({ value }) => value === values[0]!.value)).toBe(true)
    expect(values.every(({ byDeviation }) => byDeviation === 0)).toBe(true)
  }
})

test('two predictions with the same bound are worth the same, near the best and far from it', () => {
  for (const bound of [-500, -3, 0, 0.3, 2, 45, 1e5]) {
    const known = at(confidenceBound(BEST, 2), bound, 0).value
    expect(Math.abs(at(confidenceBound(BEST, 2), bound + 6, 3).value - known)).toBeLessThan(
      1e-9 * (1 + Math.abs(known)),
    )
  }
})

test('MIP-26 at temperature 0 the moment generating function is the probability of improvement', () => {
  for (const [mean, deviation] of [
    [0, 1],
    [9, 0.3],
    [-4, 2],
    [0.3, 0],
  ] as const) {
    const probability = at(logProbabilityOfImprovement(BEST), mean, deviation)
    const cold = at(momentGenerating(BEST, 0), mean, deviation)
    expect(cold.value).toBeCloseTo(probability.value, 11)
    expect(Math.abs(at(momentGenerating(BEST, 1e-9), mean, deviation).value - probability.value)).toBeLessThan(1e-6)
  }
})

test('MIP-26 a hot moment generating function ranks by the deviation, and overflows nowhere', () => {
  const hot = momentGenerating(BEST, 1e4)
  expect(at(hot, 50, 2).value).toBeGreaterThan(at(hot, -50, 1).value)
  expect(at(momentGenerating(BEST, 1e9), 3, 1e6).value).toBeCloseTo(5e29, -20)
})

test('SKO-33 the entropy search prefers the uncertain of two predictions with one mean', () => {
  for (const mean of [-1, 0, 2, 20]) {
    let before = -Infinity
    for (const deviation of [1e-3, 0.1, 1, 5, 40]) {
      const { value } = at(maxValueEntropy(Float64Array.of(-3, -2.5)), mean + 20, deviation)
      expect(value).toBeGreaterThan(before)
      before = value
    }
  }
})

test('SKO-33 the drawn minima lie around the lowest of the predictions, and never above the best', () => {
  const random = randomStream('minima')
  const means = Float64Array.from({ length: 200 }, () => 3 * random.next())
  const deviations = new Float64Array(200).fill(0.5)
  const lowest = Array.from({ length: 2000 }, () => {
    let low = Infinity
    for (const mean of means) {
      const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
      low = Math.min(low, mean + 0.5 * normal)
    }
    return low
  }).sort((a, b) => a - b)
  const drawn = drawMinima(means, deviations, Infinity, 2000, random).sort()
  // The quartiles are those of the predictions; in the tails the Gumbel distribution is an approximation.
  for (const [share, error] of [
    [0.05, 0.1],
    [0.25, 0.03],
    [0.5, 0.03],
    [0.75, 0.03],
    [0.95, 0.1],
  ] as const)
    expect(Math.abs(drawn[Math.floor(2000 * share)]! - lowest[Math.floor(2000 * share)]!), `at ${share}`).toBeLessThan(
      error,
    )
  expect(Math.max(...drawMinima(means, deviations, -0.9, 50, random))).toBe(-0.9)
})

test('SKO-33 certain predictions have one lowest value', () => {
  const minima = drawMinima(Float64Array.of(2, 1, 5), new Float64Array(3), 1, 10, randomStream('certain'))
  for (const minimum of minima) expect(minimum).toBeCloseTo(1, 9)
})

test('only acquisitions that can prefer a high mean look far', () => {
  expect(Object.entries(ALL).flatMap(([name, { looksFar }]) => (looksFar ? [name] : []))).toEqual([
    'lcb 1.96',
    'lcb 1000',
    'mgfi 0.1',
    'mgfi 2',
    'mgfi 300',
    'mes',
    'lcb inf',
  ])
})
