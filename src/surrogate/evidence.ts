/**
 * The evidence of a Gaussian process's hyperparameters, with its gradient.
 *
 *   X   n × d    points                  y   n       observations, standardised
 *   θ   d + 5    hyperparameters         m   n       how many measurements each observation is the mean of
 *   p   x · x'   about the middle of the cube
 *   K   n × n    s M(r²) + b + t₁ p + t₂ p² + a/d Σ M(r²ₖ) + diag(ν/m): signal, mean, trends, sum over parameters, noise
 *   f(θ)         −ln p(y | X, θ) − ln p(θ) + constant = ½ yᵀ K⁻¹ y + Σ ln L_ii + penalty
 *   ∂f           −½ tr((α αᵀ − K⁻¹) ∂K), α = K⁻¹ y
 *
 * Source: Rasmussen & Williams 2006, eq. 2.30 and 5.9; §2.7 for the unknown mean.
 */

import { choleskyInPlace, inverseFromCholeskyInto, solveLowerInPlace, solveLowerTransposedInPlace } from '../numerics/cholesky.ts'
import type { Differentiable } from '../numerics/lbfgs.ts'
import { addPriorPenalty } from './hyperparameters.ts'
import type { Prior } from './hyperparameters.ts'
import { innerProduct, maternInto, pairDifferences } from './kernel.ts'
import type { Categories } from './kernel.ts'

export interface Observations {
  /** n × d */
  readonly points: Float64Array
  /** n, of mean about 0 and deviation about 1 */
  readonly values: Float64Array
  /** n; left out: one measurement each */
  readonly measurements?: Float64Array
  readonly categories: Categories
}

/** Variance of the process's constant mean, in units of the observations' variance: the mean of what was seen is not that of the space. */
export const MEAN_VARIANCE = 1

/** f and its gradient as a function of θ; it allocates once, and returns infinity where K is not positive definite. */
export function negativeLogPosterior(observations: Observations, prior: Prior): Differentiable {
  const { points, values, measurements, categories } = observations
  const n = values.length
  const d = categories.length
  const pairs = (n * (n - 1)) / 2
  const differences = pairDifferences(points, n, categories)
  const squared = new Float64Array(pairs)
  const correlations = new Float64Array(pairs)
  const slopes = new Float64Array(pairs)
  const products = new Float64Array(pairs + n)
  for (let i = 0, pair = 0; i < n; i++) {
    for (let j = 0; j < i; j++, pair++) products[pair] = innerProduct(points, i * d, points, j * d, categories)
    products[pairs + i] = innerProduct(points, i * d, points, i * d, categories)
  }
  const isAdditive = prior.high[d + 4]! > prior.low[d + 4]!
  const sums = new Float64Array(pairs)
  const sumSlopes = new Float64Array(isAdditive ? d * pairs : 0)
  const l = new Float64Array(n * n)
  const w = new Float64Array(n * n)
  const inverse = new Float64Array(n * n)
  const alpha = new Float64Array(n)

  return (theta, gradient) => {
    const signal = Math.exp(theta[d]!)
    const noise = Math.exp(theta[d + 1]!)
    const linear = Math.exp(theta[d + 2]!)
    const quadratic = Math.exp(theta[d + 3]!)
    const additive = isAdditive ? Math.exp(theta[d + 4]!) : 0
    squared.fill(0)
    for (let k = 0; k < d; k++) {
      const weight = Math.exp(-2 * theta[k]!)
      const row = k * pairs
      for (let pair = 0; pair < pairs; pair++) squared[pair] = squared[pair]! + weight * differences[row + pair]!
    }
    maternInto(squared, correlations, slopes)
    if (isAdditive) addUpInto(theta, differences, d, sums, sumSlopes)
    for (let i = 0, pair = 0; i < n; i++) {
      for (let j = 0; j < i; j++, pair++) {
        const p = products[pair]!
        l[i * n + j] = signal * correlations[pair]! + MEAN_VARIANCE + (linear + quadratic * p) * p + additive * sums[pair]!
      }
      const p = products[pairs + i]!
      l[i * n + i] = signal + MEAN_VARIANCE + (linear + quadratic * p) * p + additive + noise / (measurements?.[i] ?? 1)
    }
    if (choleskyInPlace(l, n) < n) return Infinity
    alpha.set(values)
    solveLowerInPlace(alpha, l, n)
    let value = 0
    for (let i = 0; i < n; i++) value += 0.5 * alpha[i]! * alpha[i]! + Math.log(l[i * n + i]!)
    solveLowerTransposedInPlace(alpha, l, n)
    inverseFromCholeskyInto(l, n, w, inverse)

    let ofSignal = 0
    let ofNoise = 0
    let ofLinear = 0
    let ofQuadratic = 0
    let ofAdditive = 0
    for (let i = 0, pair = 0; i < n; i++) {
      for (let j = 0; j < i; j++, pair++) {
        const g = alpha[i]! * alpha[j]! - inverse[i * n + j]!
        const p = products[pair]!
        ofSignal -= g * signal * correlations[pair]!
        ofLinear -= g * p
        ofQuadratic -= g * p * p
        ofAdditive -= g * sums[pair]!
        slopes[pair] = g * signal * slopes[pair]!
        sums[pair] = g
      }
      const g = alpha[i]! * alpha[i]! - inverse[i * n + i]!
      const p = products[pairs + i]!
      ofSignal -= 0.5 * g * signal
      ofLinear -= 0.5 * g * p
      ofQuadratic -= 0.5 * g * p * p
      ofAdditive -= 0.5 * g
      ofNoise -= 0.5 * g * noise / (measurements?.[i] ?? 1)
    }
    for (let k = 0; k < d; k++) {
      const row = k * pairs
      let sum = 0
      for (let pair = 0; pair < pairs; pair++) sum += slopes[pair]! * differences[row + pair]!
      if (isAdditive) {
        const share = additive / d
        for (let pair = 0; pair < pairs; pair++) sum += share * sums[pair]! * sumSlopes[row + pair]! * differences[row + pair]!
      }
      gradient[k] = 2 * Math.exp(-2 * theta[k]!) * sum
    }
    gradient[d] = ofSignal
    gradient[d + 1] = ofNoise
    gradient[d + 2] = linear * ofLinear
    gradient[d + 3] = quadratic * ofQuadratic
    gradient[d + 4] = additive * ofAdditive
    return value + addPriorPenalty(theta, prior, gradient)
  }
}

/** Mean over the parameters of the correlations in each alone, for each pair; and the slopes by the parameter's squared distance. */
function addUpInto(theta: Float64Array, differences: Float64Array, d: number, sums: Float64Array, slopes: Float64Array): void {
  const pairs = sums.length
  const squared = new Float64Array(pairs)
  const correlations = new Float64Array(pairs)
  sums.fill(0)
  for (let k = 0; k < d; k++) {
    const weight = Math.exp(-2 * theta[k]!)
    const row = k * pairs
    for (let pair = 0; pair < pairs; pair++) squared[pair] = weight * differences[row + pair]!
    maternInto(squared, correlations, slopes.subarray(row, row + pairs))
    for (let pair = 0; pair < pairs; pair++) sums[pair] = sums[pair]! + correlations[pair]! / d
  }
}
