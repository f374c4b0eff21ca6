/**
 * Student's t distribution with a whole number of degrees of freedom.
 *
 *   t   a deviation, in units of its estimated standard error
 *   ν   degrees of freedom, a whole number of at least 1
 *   θ   arctan(t / √ν)
 *
 * Source: Abramowitz & Stegun 1964, Handbook of Mathematical Functions, 26.7.3 and 26.7.4: a finite sum of powers of
 * cos θ. Each term is positive, so the sum is accurate to rounding.
 */

/** Halvings of an interval: a double has 53 bits. */
const HALVINGS = 60

/**
 * The probability of a value of at most `t`.
 *
 * @param df  ν
 */
export function studentCdf(t: number, df: number): number {
  if (!Number.isFinite(t)) return t > 0 ? 1 : t < 0 ? 0 : NaN
  return 0.5 + (within(Math.abs(t), df) / 2) * Math.sign(t)
}

/**
 * The value that is exceeded with probability 1 − p.
 *
 * @param p   from 0 to 1; infinite at its ends
 * @param df  ν
 */
export function studentQuantile(p: number, df: number): number {
  if (p === 0.5) return 0
  if (p <= 0 || p >= 1) return p <= 0 ? -Infinity : Infinity
  const wanted = Math.abs(2 * p - 1)
  // The angle lies in [0, π / 2], where the probability rises all the way.
  let [low, high] = [0, Math.PI / 2]
  for (let k = 0; k < HALVINGS; k++) {
    const middle = (low + high) / 2
    if (withinAngle(middle, df) < wanted) low = middle
    else high = middle
  }
  return Math.sign(p - 0.5) * Math.tan(low) * Math.sqrt(df)
}

/** The probability of a value between −t and t, for t of at least 0. */
const within = (t: number, df: number): number => withinAngle(Math.atan2(t, Math.sqrt(df)), df)

function withinAngle(theta: number, df: number): number {
  const cosine = Math.cos(theta)
  const square = cosine ** 2
  const isOdd = df % 2 === 1
  // The first term is 1 for an even ν (26.7.4) and cos θ for an odd one (26.7.3); each next one has a factor more.
  let term = isOdd ? cosine : 1
  let sum = 0
  for (let k = isOdd ? 2 : 1; k <= df - 1; k += 2) {
    sum += term
    term *= (k / (k + 1)) * square
  }
  return isOdd ? (2 / Math.PI) * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum
}
