/**
 * The beta distribution.
 *
 *   Γ      the gamma function            B(a, b)   Γ(a) Γ(b) / Γ(a + b)
 *   I_x    the probability of a value below x
 *
 * Source: DiDonato & Morris 1992, "Algorithm 708: significant digit computation of the incomplete beta function ratios"
 * (eq. 9, the continued fraction; here by Lentz's method); Stirling's series for ln Γ.
 */

/** Stirling's series, in powers of 1 / x². */
const STIRLING = [-1 / 1680, 1 / 1260, -1 / 360, 1 / 12]

/** From here on Stirling's series is exact to a few ulp. */
const LARGE = 15

const HALF_LOG_TWO_PI = 0.9189385332046727418

/** The continued fraction of parameters up to 1,000 needs less. */
const MOST_STEPS = 500

/** Keeps the quotients of Lentz's method from being zero. */
const TINY = 1e-300

/** ln Γ(x), for x > 0. */
export function logGamma(x: number): number {
  let factor = 1
  let z = x
  for (; z < LARGE; z++) factor *= z
  let series = 0
  for (const coefficient of STIRLING) series = series / (z * z) + coefficient
  return (z - 0.5) * Math.log(z) - z + HALF_LOG_TWO_PI + series / z - Math.log(factor)
}

/** ln B(a, b). */
export const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b)

/**
 * The probability of a value below x, within 1e-12.
 *
 * @param x  in [0, 1]
 * @param a  above 0, at most 1,000; so is b
 */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  // The fraction converges fast up to the mean; beyond it, I_x(a, b) = 1 − I_{1−x}(b, a).
  if (x > (a + 1) / (a + b + 2)) return 1 - betaCdf(1 - x, b, a)
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b)) / a
  let c = 1
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m <= MOST_STEPS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / awayFromZero(1 + even * d)
    c = awayFromZero(1 + even / c)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / awayFromZero(1 + odd * d)
    c = awayFromZero(1 + odd / c)
    const factor = d * c
    fraction *= factor
    if (Math.abs(factor - 1) < 1e-15) break
  }
  return Math.min(front * fraction, 1)
}

const awayFromZero = (x: number): number => (Math.abs(x) < TINY ? TINY : x)
