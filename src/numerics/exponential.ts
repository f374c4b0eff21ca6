/**
 * A fast exp(−a) for a ≥ 0. Exponentials are most of the cost of a covariance.
 *
 *   m   the integer for which m / STEPS is nearest to a
 *   r   m / STEPS − a, at most 1 / (2 STEPS) in size
 *
 * exp(−a) = exp(−m / STEPS) exp(r): the first factor comes from a table, the second from five terms of its Taylor
 * series. The error is at most 3 ulp (test/numerics/exponential.test.ts), and it takes half the time of `Math.exp`.
 * Results below the smallest normal number are 0.
 */

/** Entries of the table for each unit of a. */
const STEPS = 128

/** exp(−708) is the last result that is not subnormal. */
const LAST = 708

/** exp(−m / STEPS), by m. */
const TABLE = Float64Array.from({ length: LAST * STEPS + 1 }, (_, m) => Math.exp(-m / STEPS))

/** exp(−a) for a ≥ 0; NaN gives NaN. */
export function decay(a: number): number {
  if (!(a < LAST)) return a >= LAST ? 0 : a
  const m = (a * STEPS + 0.5) | 0
  const r = m / STEPS - a
  const q = r * r
  return TABLE[m]! * (1 + r + q * (1 / 2 + r * (1 / 6) + q * (1 / 24 + r * (1 / 120))))
}
