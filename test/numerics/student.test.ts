import { expect, test } from 'vitest'
import { normalCdf } from '../../src/numerics/special.ts'
import { studentCdf, studentQuantile } from '../../src/numerics/student.ts'

test('quantiles agree with the table of Abramowitz & Stegun, 26.10', () => {
  // Two-sided probabilities 0.9, 0.95 and 0.99.
  const table: readonly (readonly [df: number, ...t: number[]])[] = [
    [1, 6.314, 12.706, 63.657],
    [2, 2.92, 4.303, 9.925],
    [3, 2.353, 3.182, 5.841],
    [4, 2.132, 2.776, 4.604],
    [9, 1.833, 2.262, 3.25],
    [30, 1.697, 2.042, 2.75],
    [120, 1.658, 1.98, 2.617],
  ]
  for (const [df, ...quantiles] of table)
    for (const [k, p] of [0.95, 0.975, 0.995].entries()) {
      expect(studentQuantile(p, df)).toBeCloseTo(quantiles[k]!, 3)
      expect(studentQuantile(1 - p, df)).toBeCloseTo(-quantiles[k]!, 3)
    }
})

test('one degree of freedom is the Cauchy distribution, and many are the normal one', () => {
  for (const t of [-3, -0.4, 0, 0.7, 12]) {
    expect(studentCdf(t, 1)).toBeCloseTo(0.5 + Math.atan(t) / Math.PI, 12)
    expect(studentCdf(t, 100_000)).toBeCloseTo(normalCdf(t), 5)
  }
})

test('a quantile is the inverse of a probability', () => {
  for (const df of [1, 2, 5, 8, 41])
    for (const p of [0.001, 0.2, 0.5, 0.77, 0.999]) expect(studentCdf(studentQuantile(p, df), df)).toBeCloseTo(p, 10)
  expect([studentQuantile(0, 3), studentQuantile(1, 3), studentCdf(Infinity, 3)]).toEqual([-Infinity, Infinity, 1])
})
