/**
 * exp(−a) for a of at least 0: most of what a covariance costs is its exponentials.
 *
 *   m   the nearest multiple of 1 / STEPS to a, looked up
 *   r   m / STEPS − a, of which the series converges at once
 *
 * Within 3 ulp (test/numerics/exponential.test.ts), in half of the time of `Math.exp`; 0 where the result is below the smallest normal number.
 */

const STEPS = 128

/** exp(−708) is the last that is not subnormal. */
const LAST = 708

const TABLE = Float64Array.from({ length: LAST * STEPS + 1 }, (_, m) => Math.exp(-m / STEPS))

/** exp(−a), a at least 0; NaN of NaN. */
export function decay(a: number): number {
  if (!(a < LAST)) return a >= LAST ? 0 : a
  const m = (a * STEPS + 0.5) | 0
  const r = m / STEPS - a
  const q = r * r
  return TABLE[m]! * (1 + r + q * (1 / 2 + r * (1 / 6) + q * (1 / 24 + r * (1 / 120))))
}
