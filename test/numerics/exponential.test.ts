import { expect, test } from 'vitest'
import { decay } from '../../src/numerics/exponential.ts'
import { randomStream } from '../../src/numerics/random.ts'

test('a decay is within 3 ulp of the exponential over its whole domain', () => {
  const random = randomStream('decay')
  let worst = 0
  for (let i = 0; i < 200_000; i++) {
    const a = 708 * random.next() ** (1 + (i % 4))
    worst = Math.max(worst, Math.abs(decay(a) / Math.exp(-a) - 1))
  }
  expect(worst).toBeLessThan(3 * Number.EPSILON)
})

test('a decay begins at 1, ends at 0, and keeps NaN', () => {
  expect(decay(0)).toBe(1)
  expect(decay(1e-300)).toBe(1)
  expect(decay(1e-9)).toBe(1 - 1e-9)
  expect(decay(707.9999)).toBeGreaterThan(0)
  expect(decay(708)).toBe(0)
  expect(decay(Infinity)).toBe(0)
  expect(decay(NaN)).toBeNaN()
})
