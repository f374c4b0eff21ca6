/**
 * The evidence of a Gaussian process's hyperparameters, and its gradient.
 *
 *   X   n × d    points                             y   n   observations, standardized
 *   θ            hyperparameters                    p       inner product of two points about the middle of the cube
 *   K   n × n    s ρ(r²) + b + t₁ p + t₂ p² + a/d Σ ρ(r²ₖ) + ν I: signal, mean, trends, sum over the parameters, noise
 *   L   n × n    Cholesky factor of K               α   n   K⁻¹ y
 *   G   n × n    α αᵀ − K⁻¹; its entry for one pair of points is g
 *   f(θ)         −ln p(y | X, θ) − ln p(θ) + constant
 *
 * Source: Rasmussen & Williams 2006, Gaussian Processes for Machine Learning (the equation numbers below are theirs);
 * §2.7 for the unknown mean.
 */

import {
  choleskyInPlace,
  inverseFromCholeskyInto,
  solveLowerInPlace,
  solveLowerTransposedInPlace,
} from '../numerics/cholesky.ts'
import type { Differentiable } from '../numerics/lbfgs.ts'
import { addScaledInPlace, dot } from '../numerics/vector.ts'
import {
  ADDITIVE,
  LINEAR,
  NOISE,
  QUADRATIC,
  SIGNAL,
  VARIANCES,
  addPriorPenalty,
  allowsSum,
  weightsInto,
} from './hyperparameters.ts'
import type { Form, Prior } from './hyperparameters.ts'
import { kernelOf } from './correlation.ts'
import type { Kernel } from './correlation.ts'
import { innerProduct, pairDifferences } from './kernel.ts'
import type { Categories } from './kernel.ts'

/**
 * Variance of the process's constant mean, in units of the observations' variance: the mean over the observations is
 * not the mean over the space.
 */
const MEAN_VARIANCE = 1

/** The mean of a process before any observation, and its variance: 0 where the mean is taken for known. */
export interface PriorMean {
  readonly constant: number
  readonly meanVariance: number
}

/** The mean that a form gives a process of these values, which are to be minimized. */
export function priorMeanOf({ mean }: Form, values: Float64Array): PriorMean {
  switch (mean) {
    case 'learned':
      return { constant: 0, meanVariance: MEAN_VARIANCE }
    case 'mean':
      return { constant: values.reduce((sum, value) => sum + value / values.length, 0), meanVariance: 0 }
    case 'best':
      return { constant: Math.min(...values), meanVariance: 0 }
    case 'worst':
      return { constant: Math.max(...values), meanVariance: 0 }
  }
  return { constant: mean satisfies number, meanVariance: 0 }
}

export interface Observations {
  /** n × d */
  readonly points: Float64Array
  /** n, with a mean of about 0 and a standard deviation of about 1 */
  readonly values: Float64Array
  readonly categories: Categories
}

/** f and its gradient as a function of θ, with buffers allocated once; infinity where K is not positive definite. */
export function negativeLogPosterior(observations: Observations, prior: Prior): Differentiable {
  const { points, categories } = observations
  const kernel = kernelOf(prior.form.kernel, categories)
  const { constant, meanVariance } = priorMeanOf(prior.form, observations.values)
  const values = observations.values.map((value) => value - constant)
  const n = values.length
  const d = categories.length
  const pairs = (n * (n - 1)) / 2
  const isAdditive = allowsSum(prior)
  const differences = pairDifferences(points, n, categories)
  const products = pairProducts(points, n, categories)
  const [squared, correlations, slopes] = [new Float64Array(pairs), new Float64Array(pairs), new Float64Array(pairs)]
  const sums = new Float64Array(pairs)
  const sumSlopes = new Float64Array(isAdditive ? d * pairs : 0)
  const sumBuffers = isAdditive ? ([new Float64Array(pairs), new Float64Array(pairs)] as const) : undefined
  const [l, w, inverse] = [new Float64Array(n * n), new Float64Array(n * n), new Float64Array(n * n)]
  const alpha = new Float64Array(n)
  const variances = new Float64Array(VARIANCES)
  const weights = new Float64Array(d)

  return (theta, gradient) => {
    for (let k = 0; k < variances.length; k++) variances[k] = Math.exp(theta[d + k]!)
    if (!isAdditive) variances[ADDITIVE] = 0
    weightsInto(theta, weights)
    squared.fill(0)
    for (let k = 0; k < d; k++) addScaledInPlace(squared, weights[k]!, differences, k * pairs)
    kernel.correlationsInto(squared, correlations, slopes)
    if (sumBuffers === undefined) sums.fill(0)
    else addUpInto(kernel, weights, differences, d, sums, sumSlopes, ...sumBuffers)
    for (let i = 0; i < n; i++) covarianceRowInto(l, i, n, variances, meanVariance, correlations, products, sums)
    if (choleskyInPlace(l, n) < n) return Infinity
    alpha.set(values)
    solveLowerInPlace(alpha, l, n)
    const value = 0.5 * dot(alpha, alpha) + logDiagonal(l, n) // eq. 2.30 and A.18, without n/2 ln 2π
    solveLowerTransposedInPlace(alpha, l, n)
    inverseFromCholeskyInto(l, n, w, inverse)

    gradient.fill(0)
    for (let i = 0; i < n; i++) {
      addSlopesOfRow(gradient, d, i, n, variances[SIGNAL]!, correlations, products, sums, slopes, alpha, inverse)
    }
    for (let k = 0; k < variances.length; k++) gradient[d + k] = gradient[d + k]! * variances[k]!
    // By now `addSlopesOfRow` has multiplied `slopes` by s g, and replaced `sums` by g.
    for (let k = 0; k < d; k++) {
      let slope = dot(slopes, differences, k * pairs)
      if (isAdditive) slope += (variances[ADDITIVE]! / d) * dotRows(sums, sumSlopes, differences, k * pairs)
      gradient[k] = 2 * weights[k]! * slope
    }
    return value + addPriorPenalty(theta, prior, gradient)
  }
}

// Each loop is a function of its own. One long function would still be waiting for its last compilation when the first
// fit of a process has ended.

/** p for each pair of points, then for each point with itself. */
function pairProducts(points: Float64Array, n: number, categories: Categories): Float64Array {
  const d = categories.length
  const pairs = (n * (n - 1)) / 2
  const products = new Float64Array(pairs + n)
  for (let i = 0, pair = 0; i < n; i++) {
    for (let j = 0; j < i; j++, pair++) products[pair] = innerProduct(points, i * d, points, j * d, categories)
    products[pairs + i] = innerProduct(points, i * d, points, i * d, categories)
  }
  return products
}

/** Fills `target` with a multiple of the row of a matrix that begins at `row`. */
function scaledRowInto(target: Float64Array, factor: number, matrix: Float64Array, row: number): void {
  for (let pair = 0; pair < target.length; pair++) target[pair] = factor * matrix[row + pair]!
}

/** Σ aᵢ lᵢ rᵢ, where l and r are the rows of two matrices that begin at `row`. */
function dotRows(a: Float64Array, left: Float64Array, right: Float64Array, row: number): number {
  let sum = 0
  for (let pair = 0; pair < a.length; pair++) sum += a[pair]! * left[row + pair]! * right[row + pair]!
  return sum
}

/** Σ ln l_ii = ½ ln |K|. */
function logDiagonal(l: Float64Array, n: number): number {
  let sum = 0
  for (let i = 0; i < n; i++) sum += Math.log(l[i * n + i]!)
  return sum
}

/**
 * Fills `sums` with the mean over the parameters of the correlations in one parameter alone, and `slopes` with the
 * derivatives of these correlations by that parameter's squared distance.
 *
 * @param sums    by pair
 * @param slopes  d rows, by pair
 * @param squared, correlations  buffers, by pair
 */
function addUpInto(
  { correlationsInto }: Kernel,
  weights: Float64Array,
  differences: Float64Array,
  d: number,
  sums: Float64Array,
  slopes: Float64Array,
  squared: Float64Array,
  correlations: Float64Array,
): void {
  const pairs = sums.length
  sums.fill(0)
  for (let k = 0; k < d; k++) {
    const row = k * pairs
    scaledRowInto(squared, weights[k]!, differences, row)
    correlationsInto(squared, correlations, slopes.subarray(row, row + pairs))
    addScaledInPlace(sums, 1 / d, correlations)
  }
}

/** Fills row i of the lower triangle of K. */
function covarianceRowInto(
  l: Float64Array,
  i: number,
  n: number,
  variances: Float64Array,
  meanVariance: number,
  correlations: Float64Array,
  products: Float64Array,
  sums: Float64Array,
): void {
  const signal = variances[SIGNAL]!
  const linear = variances[LINEAR]!
  const quadratic = variances[QUADRATIC]!
  const additive = variances[ADDITIVE]!
  const row = i * n
  const first = (i * (i - 1)) / 2
  for (let j = 0; j < i; j++) {
    const p = products[first + j]!
    l[row + j] =
      signal * correlations[first + j]! + meanVariance + (linear + quadratic * p) * p + additive * sums[first + j]!
  }
  const p = products[correlations.length + i]!
  l[row + i] = signal + meanVariance + additive + (linear + quadratic * p) * p + variances[NOISE]!
}

/**
 * Adds the share of point i and its pairs to ∂f = −½ tr(G ∂K) (eq. 5.9), for the derivatives of K by the variances. G
 * is symmetric, so each pair counts twice. For later use it multiplies the pairs' `slopes` by s g and replaces their
 * `sums` by g.
 */
function addSlopesOfRow(
  gradient: Float64Array,
  d: number,
  i: number,
  n: number,
  signal: number,
  correlations: Float64Array,
  products: Float64Array,
  sums: Float64Array,
  slopes: Float64Array,
  alpha: Float64Array,
  inverse: Float64Array,
): void {
  const row = i * n
  const first = (i * (i - 1)) / 2
  let ofSignal = 0
  let ofLinear = 0
  let ofQuadratic = 0
  let ofAdditive = 0
  for (let j = 0; j < i; j++) {
    const pair = first + j
    const g = alpha[i]! * alpha[j]! - inverse[row + j]!
    const p = products[pair]!
    ofSignal -= g * correlations[pair]!
    ofLinear -= g * p
    ofQuadratic -= g * p * p
    ofAdditive -= g * sums[pair]!
    slopes[pair] = g * signal * slopes[pair]!
    sums[pair] = g
  }
  const g = 0.5 * (alpha[i]! * alpha[i]! - inverse[row + i]!)
  const p = products[correlations.length + i]!
  gradient[d + SIGNAL] = gradient[d + SIGNAL]! + ofSignal - g
  gradient[d + NOISE] = gradient[d + NOISE]! - g
  gradient[d + LINEAR] = gradient[d + LINEAR]! + ofLinear - g * p
  gradient[d + QUADRATIC] = gradient[d + QUADRATIC]! + ofQuadratic - g * p * p
  gradient[d + ADDITIVE] = gradient[d + ADDITIVE]! + ofAdditive - g
}
