/**
 * Max-value entropy search: how much a measurement would tell about the lowest value of the function.
 *
 *   μ, σ   mean and standard deviation of the prediction        m      the lowest value of the function, drawn k times
 *   γ      (μ − m) / σ                                          r      φ(γ) / Φ(γ) + γ
 *   g      γ φ(γ) / (2 Φ(γ)) − ln Φ(γ)                          q      1 / γ²
 *
 * Source: Wang & Jegelka 2017, "Max-value entropy search for efficient Bayesian optimization", eq. 6 and §3.1, for
 * minimization.
 */

import type { Random } from '../numerics/random.ts'
import { erfcx, normalCdf, normalHazard, normalLogCdf, normalLogDensity } from '../numerics/special.ts'
import { LEAST_DEVIATION, logImprovement } from './acquisition.ts'
import type { Acquisition } from './acquisition.ts'

const SQRT_HALF_PI = Math.sqrt(Math.PI / 2)

/** Halvings of the interval that holds a quantile of the lowest value: to a billionth of its width. */
const HALVINGS = 30

/** The lowest value is looked for from this many deviations below a prediction. */
const DEEPEST = 8

/**
 * Log of the mean over the drawn minima of the expected decrease in entropy, ln (Σ g / k): eq. 6. It is finite where
 * the decrease underflows.
 *
 * @param minima  draws of the lowest value of the function, at least one
 */
export function maxValueEntropy(minima: Float64Array): Acquisition {
  const k = minima.length
  const gains = new Float64Array(k)
  const slopes = new Float64Array(k)
  const acquisition: Acquisition = (mean, given, filled) => {
    const deviation = Math.max(given, LEAST_DEVIATION)
    let most = -Infinity
    for (let i = 0; i < k; i++) {
      const { value, slope } = logGain((mean - minima[i]!) / deviation)
      gains[i] = value
      slopes[i] = slope
      most = Math.max(most, value)
    }
    let sum = 0
    let byMean = 0
    let byDeviation = 0
    for (let i = 0; i < k; i++) {
      const share = Math.exp(gains[i]! - most)
      const slope = share === 0 ? 0 : (share * slopes[i]!) / deviation
      sum += share
      byMean += slope
      byDeviation -= slope * ((mean - minima[i]!) / deviation)
    }
    filled.value = most + Math.log(sum / k)
    filled.byMean = byMean / sum
    filled.byDeviation = byDeviation / sum
  }
  return Object.assign(acquisition, { looksFar: true })
}

/**
 * Draws of the lowest value of a function, from predictions at some of its points. The distribution of the lowest of
 * independent predictions is replaced by the Gumbel distribution with the same quartiles (§3.1). One draw comes from
 * each of `count` equal shares of it. None is above `best`, which has been reached.
 *
 * @param means, deviations  m each, m at least 1: predictions
 * @param best  the lowest mean at an observation
 */
export function drawMinima(
  means: Float64Array,
  deviations: Float64Array,
  best: number,
  count: number,
  random: Random,
): Float64Array {
  const lower = quantileOfLowest(0.25, means, deviations)
  const median = quantileOfLowest(0.5, means, deviations)
  const upper = quantileOfLowest(0.75, means, deviations)
  const scale = (upper - lower) / (gumbelQuantile(0.75) - gumbelQuantile(0.25))
  const location = median - scale * gumbelQuantile(0.5)
  return Float64Array.from({ length: count }, (_, i) => {
    const p = Math.max((i + random.next()) / count, Number.EPSILON)
    return Math.min(location + scale * gumbelQuantile(p), best)
  })
}

/** The quantile of the standard Gumbel distribution of minima, 1 − exp(−exp(y)). */
function gumbelQuantile(p: number): number {
  return Math.log(-Math.log1p(-p))
}

/** The y for which the lowest of independent normal predictions is below y with probability p; by bisection. */
function quantileOfLowest(p: number, means: Float64Array, deviations: Float64Array): number {
  let low = Infinity
  let high = Infinity
  for (const [i, mean] of means.entries()) {
    low = Math.min(low, mean - DEEPEST * deviations[i]!)
    high = Math.min(high, mean + DEEPEST * deviations[i]!)
  }
  const target = Math.log1p(-p)
  for (let step = 0; step < HALVINGS; step++) {
    const y = 0.5 * (low + high)
    let logAllAbove = 0
    for (let i = 0; i < means.length && logAllAbove >= target; i++)
      logAllAbove += normalLogCdf((means[i]! - y) / Math.max(deviations[i]!, LEAST_DEVIATION))
    if (logAllAbove < target) high = y
    else low = y
  }
  return 0.5 * (low + high)
}

/**
 * ln g(γ) and its slope, g' / g with g' = −φ/Φ (1 + γ r) / 2. The terms of g cancel for small γ and underflow for large
 * ones. The relative error of both is below 1e-9 (test/acquisition/acquisitions.test.ts).
 */
function logGain(gamma: number): { value: number; slope: number } {
  if (gamma > 5) {
    // Both terms of g are φ times a number of moderate size. −ln Φ is −ln(1 − above), by its series.
    const above = normalCdf(-gamma)
    const tail = SQRT_HALF_PI * erfcx(gamma * Math.SQRT1_2) * (1 + above * (1 / 2 + above / 3))
    const rest = gamma / (2 * (1 - above)) + tail
    const value = normalLogDensity(gamma) + Math.log(rest)
    return { value, slope: -(1 + gamma * (normalHazard(gamma) + gamma)) / (2 * (1 - above) * rest) }
  }
  const { product, complement } = excessOf(gamma)
  const hazard = normalHazard(gamma)
  const g =
    gamma < -1
      ? 0.5 * product - Math.log(0.5 * erfcx(-gamma * Math.SQRT1_2))
      : 0.5 * gamma * hazard - normalLogCdf(gamma)
  return { value: Math.log(g), slope: (-0.5 * hazard * complement) / g }
}

/** γ r, and 1 + γ r, which is about 2 / γ² for small γ. */
function excessOf(gamma: number): { product: number; complement: number } {
  if (gamma > -25) {
    const product = gamma / logImprovement(gamma).slope
    return { product, complement: 1 + product }
  }
  // Asymptotic series: Mills' ratio is A / |γ| and γ r = −B / A, with 1 + γ r = (A − B) / A.
  const q = 1 / (gamma * gamma)
  const a = 1 - q * (1 - q * (3 - q * (15 - q * (105 - q * (945 - q * 10395)))))
  const difference = q * (2 - q * (12 - q * (90 - q * (840 - q * (9450 - q * (124740 - q * 1891890))))))
  return { product: difference / a - 1, complement: difference / a }
}
