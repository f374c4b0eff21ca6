import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { choleskyInPlace } from '../../src/numerics/cholesky.ts'
import { randomStream } from '../../src/numerics/random.ts'
import { kernelOf } from '../../src/surrogate/correlation.ts'
import type { KernelName } from '../../src/surrogate/correlation.ts'
import { additiveInto, columnsOf, squaredDifference } from '../../src/surrogate/kernel.ts'

const NAMES = ['matern12', 'matern32', 'matern52', 'rbf', 'hamming'] as const

const { processes } = JSON.parse(readFileSync(new URL('fixtures/surrogates.json', import.meta.url), 'utf8')) as {
  processes: { cases: { kernel: KernelName; atDistanceOne: number }[] }
}

/** Distances from 0 to far, on a logarithmic scale. */
const DISTANCES = Float64Array.of(0, ...Array.from({ length: 60 }, (_, i) => 1e-4 * 1.25 ** i))

function correlationsAt(name: KernelName, squared: Float64Array): { values: Float64Array; slopes: Float64Array } {
  const [values, slopes] = [new Float64Array(squared.length), new Float64Array(squared.length)]
  kernelOf(name, [true]).correlationsInto(squared, values, slopes)
  return { values, slopes }
}

test.each(processes.cases)('$kernel at distance 1 is what scikit-learn says', ({ kernel, atDistanceOne }) => {
  expect(correlationsAt(kernel, Float64Array.of(1)).values[0]).toBeCloseTo(atDistanceOne, 15)
})

test('SKO case 16: Matérn 5/2 at distance 1 of length 1', () => {
  expect(correlationsAt('matern52', Float64Array.of(1)).values[0]).toBeCloseTo(0.5239941088318203, 15)
})

describe.each(NAMES)('%s', (name) => {
  const squared = DISTANCES.map((r) => r * r)
  const { values, slopes } = correlationsAt(name, squared)

  test('is 1 at distance 0 and falls from there', () => {
    expect(values[0]).toBe(1)
    for (let i = 1; i < values.length; i++) expect(values[i]! <= values[i - 1]! && values[i]! >= 0).toBe(true)
    expect(values.at(-1)).toBeLessThan(1e-10)
  })

  test('has the slopes that differences have', () => {
    for (let i = 1; i < squared.length; i++) {
      const h = 1e-5 * squared[i]!
      const [up, down] = correlationsAt(name, Float64Array.of(squared[i]! + h, squared[i]! - h)).values
      // The difference of two numbers near 1 has an error of about 1e-16 / h.
      expect(Math.abs(slopes[i]! - (up! - down!) / (2 * h))).toBeLessThan(1e-8 * Math.abs(slopes[i]!) + 1e-15 / h)
    }
  })

  test('says the same of one parameter as of all', () => {
    const { factor, correlationAt, slopeAt } = kernelOf(name, [true])
    for (const [i, r] of DISTANCES.entries()) {
      const a = Math.sqrt(factor) * r
      expect(correlationAt(a)).toBeCloseTo(values[i]!, 14)
      expect(Math.abs(slopeAt(a) - slopes[i]!)).toBeLessThan(1e-12 * (1 + Math.abs(slopes[i]!)))
    }
  })

  test('makes covariances that are positive definite, with choices too', () => {
    const random = randomStream('definite', name)
    const categories = [name === 'hamming', true, name === 'hamming']
    const n = 40
    for (let round = 0; round < 10; round++) {
      const points = Float64Array.from({ length: 3 * n }, (_, i) =>
        categories[i % 3] ? random.integer(4) : random.next(),
      )
      const weights = Float64Array.from({ length: 3 }, () => Math.exp(4 * random.next() - 1))
      const covariance = new Float64Array(n * n)
      for (let i = 0; i < n; i++) {
        for (let j = 0; j <= i; j++) {
          const squared = categories.reduce(
            (sum, is, k) => sum + weights[k]! * squaredDifference(points[3 * i + k]!, points[3 * j + k]!, is),
            0,
          )
          covariance[i * n + j] = correlationsAt(name, Float64Array.of(squared)).values[0]!
        }
        // Equal points make it singular, so it is only semidefinite without this.
        covariance[i * n + i]! += 1e-9
      }
      expect(choleskyInPlace(covariance, n)).toBe(n)
    }
  })

  test('adds up over the parameters, with the slope of each number', () => {
    const kernel = kernelOf(name, [true])
    const points = Float64Array.of(0.2, 1, 0.7, 2, NaN, 1, 0.2, 0)
    const columns = columnsOf(points, 4, 2)
    const weights = Float64Array.of(3, 0.5)
    const [sums, slopes] = [new Float64Array(4), new Float64Array(8)]
    additiveInto(Float64Array.of(0.3, 1), 0, columns, 4, weights, [false, true], kernel, sums, slopes)
    for (let j = 0; j < 4; j++) {
      const squared = [
        3 * squaredDifference(0.3, points[2 * j]!, false),
        0.5 * squaredDifference(1, points[2 * j + 1]!, true),
      ]
      const expected = correlationsAt(name, Float64Array.from(squared))
      expect(sums[j]).toBeCloseTo((expected.values[0]! + expected.values[1]!) / 2, 14)
      expect(slopes[j]).toBeCloseTo(expected.slopes[0]!, 12)
      expect(slopes[4 + j]).toBe(0) // a choice has no slope
    }
  })
})

test('the Matérn kernels approach the RBF as their order grows', () => {
  const squared = Float64Array.from({ length: 200 }, (_, i) => (i / 40) ** 2)
  const limit = correlationsAt('rbf', squared).values
  const farthest = (['matern12', 'matern32', 'matern52'] as const).map((name) =>
    Math.max(...correlationsAt(name, squared).values.map((value, i) => Math.abs(value - limit[i]!))),
  )
  expect(farthest[0]!).toBeGreaterThan(1.5 * farthest[1]!)
  expect(farthest[1]!).toBeGreaterThan(1.5 * farthest[2]!)
  expect(farthest[2]!).toBeLessThan(0.1)
})

test('hamming is exp(−γ) for each choice that differs, and refuses numbers', () => {
  const gamma = [0.3, 1.1]
  const squared = [0, 2 * gamma[0]!, 2 * gamma[1]!, 2 * (gamma[0]! + gamma[1]!)]
  const { values } = correlationsAt('hamming', Float64Array.from(squared))
  for (const [i, expected] of [0, 0.3, 1.1, 1.4].entries()) expect(values[i]).toBeCloseTo(Math.exp(-expected), 15)
  expect(() => kernelOf('hamming', [true, false])).toThrow("kernel 'hamming': is for spaces of choices only")
})
