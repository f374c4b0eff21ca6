import { expect, test } from 'vitest'
import { geometricDraw, indexDraw, normalDraw } from '../../src/numerics/draws.ts'
import { randomStream } from '../../src/numerics/random.ts'

const COUNT = 20_000

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length

test('normal numbers have the mean 0, the variance 1 and the kurtosis 3', () => {
  const random = randomStream('normal')
  const values = Array.from({ length: COUNT }, () => normalDraw(random))
  expect(Math.abs(mean(values))).toBeLessThan(4 / Math.sqrt(COUNT))
  expect(Math.abs(mean(values.map((v) => v ** 2)) - 1)).toBeLessThan(4 * Math.sqrt(2 / COUNT))
  expect(Math.abs(mean(values.map((v) => v ** 4)) - 3)).toBeLessThan(4 * Math.sqrt(96 / COUNT))
})

test('normal numbers are finite at both ends of the uniform ones', () => {
  for (const u of [0, 1 - 2 ** -53]) {
    expect(Math.abs(normalDraw({ next: () => u, integer: () => 0 }))).toBeLessThan(7.1)
  }
})

test.each([0.1, 0.5, 0.9, 1])('geometric numbers of p = %s have the mean (1 − p) / p and its variance', (p) => {
  const random = randomStream('geometric', p)
  const values = Array.from({ length: COUNT }, () => geometricDraw(random, p))
  expect(values.every((v) => Number.isInteger(v) && v >= 0)).toBe(true)
  const expected = (1 - p) / p
  expect(Math.abs(mean(values) - expected)).toBeLessThanOrEqual(4 * Math.sqrt((1 - p) / p ** 2 / COUNT))
})

test('an index comes as often as its probability says, and never where that is 0', () => {
  const random = randomStream('index')
  const counts = [0, 0, 0, 0]
  for (let i = 0; i < COUNT; i++) counts[indexDraw(random, [0.5, 0, 0.3, 0.2])]!++
  expect(counts[1]).toBe(0)
  for (const [k, p] of [0.5, 0, 0.3, 0.2].entries()) {
    expect(Math.abs(counts[k]! / COUNT - p)).toBeLessThanOrEqual(4 * Math.sqrt((p * (1 - p)) / COUNT))
  }
})

test('an index is one of those that may come, also where rounding leaves the sum below 1', () => {
  const almost = { next: () => 1 - 2 ** -53, integer: () => 0 }
  expect(indexDraw(almost, [0.5, 0.5 - 1e-15, 0])).toBe(1)
})
