/**
 * Predictions of a Gaussian process, with gradients.
 *
 *   x   d       a new point; m points are the rows of a matrix
 *   k   n       covariances of x with the points of the model
 *   L   n × n   Cholesky factor of the model
 *   α   n       its weights, K⁻¹ y
 *
 * A prediction is the mean m + kᵀα, where m is the constant of the model, and the variance k(x, x) − |L⁻¹ k|², both of
 * the function itself, without the noise of a measurement.
 *
 * Source: Rasmussen & Williams 2006, eq. 2.25, 2.26 and 2.38, in the form of Algorithm 2.1.
 */

import { solveLowerInPlace, solveLowerRowsInPlace, solveLowerTransposedInPlace } from '../numerics/cholesky.ts'
import { dot } from '../numerics/vector.ts'
import { covariancesInto } from './gaussian-process.ts'
import type { Distances, GaussianProcess, Slopes } from './gaussian-process.ts'
import { hasTrend, isAdditive } from './hyperparameters.ts'
import { innerProduct } from './kernel.ts'
import { covariancesAround, covariancesOfRows } from './nearby-covariances.ts'

/** A predicted variance is at least this fraction of the signal variance: below it there are only rounding errors. */
const SMALLEST_VARIANCE = 1e-10

/** Buffers for predictions of one model: made once, used for many. */
export interface Workspace extends Distances, Slopes {
  readonly covariances: Float64Array
  /** n: by point, the coefficients of the mean's gradient, and of the variance's. */
  readonly ofMean: Float64Array
  readonly ofVariance: Float64Array
}

/** Mean and variance at one point, with their gradients by its coordinates. */
export interface Prediction {
  mean: number
  variance: number
  /** Gradients have d entries: 0 for categories and for parameters that are not active. */
  readonly meanGradient: Float64Array
  readonly varianceGradient: Float64Array
}

/** New buffers for predictions of a model. */
export function workspaceOf(model: GaussianProcess): Workspace {
  const { n } = model
  const buffer = (): Float64Array => new Float64Array(n)
  const sumSlopes = new Float64Array(isAdditive(model) ? n * model.weights.length : 0)
  return {
    squared: buffer(),
    products: buffer(),
    covariances: buffer(),
    slopes: buffer(),
    sumSlopes,
    ofMean: buffer(),
    ofVariance: buffer(),
  }
}

/** Predicted means at m points. */
export function predictMeans(
  model: GaussianProcess,
  points: Float64Array,
  m: number,
  workspace = workspaceOf(model),
): Float64Array {
  const means = new Float64Array(m)
  for (let c = 0; c < m; c++) {
    covariancesInto(model, points, c * model.weights.length, workspace, workspace.covariances)
    means[c] = model.constant + dot(model.alpha, workspace.covariances) // eq. 2.25 and 2.38
  }
  return means
}

/** Predicted means at m points that differ in few coordinates from a common point x. */
export function predictMeansAround(
  model: GaussianProcess,
  x: Float64Array,
  points: Float64Array,
  m: number,
  workspace = workspaceOf(model),
): Float64Array {
  const { covariances } = workspace
  const covariancesOf = covariancesAround(model, x, points)
  return Float64Array.from({ length: m }, (_, c) => {
    covariancesOf(c * model.weights.length, workspace, covariances)
    return model.constant + dot(model.alpha, covariances) // eq. 2.25 and 2.38
  })
}

/** Predicted means and variances at m points. */
export function predictMany(
  model: GaussianProcess,
  points: Float64Array,
  m: number,
): { means: Float64Array; variances: Float64Array } {
  return predictLowest(model, points, m, m)
}

/**
 * Means and variances at the `size` points of m whose means are lowest. A variance costs n times as much as a mean.
 *
 * @returns  `rows` says which points they are, ascending; means and variances are in the same order
 */
export function predictLowest(
  model: GaussianProcess,
  points: Float64Array,
  m: number,
  size: number,
): { rows: Int32Array; means: Float64Array; variances: Float64Array } {
  const { n, alpha, factor, constant } = model
  const d = model.weights.length
  const workspace = workspaceOf(model)
  const means = new Float64Array(m)
  const covariances = new Float64Array(m * n)
  const covariancesOf = covariancesOfRows(model, points, m)
  for (let c = 0; c < m; c++) {
    covariancesOf(c * d, workspace, workspace.covariances)
    covariances.set(workspace.covariances, c * n)
    means[c] = constant + dot(alpha, workspace.covariances) // eq. 2.25 and 2.38
  }
  const rows = Int32Array.from({ length: m }, (_, c) => c)
  if (size < m) rows.sort((a, b) => means[a]! - means[b]! || a - b)
  const kept = rows.slice(0, size).sort()
  for (let i = 0; i < kept.length; i++)
    if (kept[i] !== i) covariances.copyWithin(i * n, kept[i]! * n, (kept[i]! + 1) * n)
  solveLowerRowsInPlace(covariances, kept.length, factor, n)
  // Eq. 2.26.
  const variances = Float64Array.from(kept, (c, i) =>
    bounded(model, priorVariance(model, points, c * d) - squaredLength(covariances, i * n, n)),
  )
  return { rows: kept, means: Float64Array.from(kept, (c) => means[c]!), variances }
}

/** The squared length of the row of a matrix that begins at `row`. */
function squaredLength(matrix: Float64Array, row: number, n: number): number {
  let sum = 0
  for (let j = row; j < row + n; j++) sum += matrix[j]! * matrix[j]!
  return sum
}

/** An empty prediction, for `predictInto` to fill. */
export function predictionOf(model: GaussianProcess): Prediction {
  const d = model.weights.length
  return { mean: 0, variance: 0, meanGradient: new Float64Array(d), varianceGradient: new Float64Array(d) }
}

/** Fills mean and variance at one point, and their gradients. */
export function predictInto(
  model: GaussianProcess,
  x: Float64Array,
  workspace: Workspace,
  prediction: Prediction,
): void {
  const { n, weights, categories, signal, linear, quadratic, factor, alpha } = model
  const { covariances, slopes, products, sumSlopes, ofMean, ofVariance } = workspace
  const { meanGradient, varianceGradient } = prediction
  covariancesInto(model, x, 0, workspace, covariances, n, workspace)
  prediction.mean = model.constant + dot(covariances, alpha) // eq. 2.25 and 2.38
  solveLowerInPlace(covariances, factor, n)
  prediction.variance = bounded(model, priorVariance(model, x, 0) - dot(covariances, covariances)) // eq. 2.26
  solveLowerTransposedInPlace(covariances, factor, n)

  meanGradient.fill(0)
  varianceGradient.fill(0)
  const isMovable = (k: number): boolean => !categories[k] && x[k] === x[k]
  for (let j = 0; j < n; j++) {
    const slope = -2 * signal * slopes[j]!
    ofMean[j] = slope * alpha[j]!
    ofVariance[j] = -2 * slope * covariances[j]!
  }
  for (let k = 0; k < weights.length; k++)
    if (isMovable(k)) addMomentsInto(prediction, k, model, x[k]!, ofMean, ofVariance)
  if (isAdditive(model)) addSumSlopesInto(prediction, model, x, sumSlopes, covariances)
  for (let k = 0; k < weights.length; k++) {
    meanGradient[k] = meanGradient[k]! * weights[k]!
    varianceGradient[k] = varianceGradient[k]! * weights[k]!
  }
  if (!hasTrend(model)) return
  for (let j = 0; j < n; j++) {
    const trend = linear + 2 * quadratic * products[j]!
    ofMean[j] = trend * alpha[j]!
    ofVariance[j] = -2 * trend * covariances[j]!
  }
  // The share of k(x, x) in the gradient of the variance.
  const trend = 2 * (linear + 2 * quadratic * innerProduct(x, 0, x, 0, categories))
  for (let k = 0; k < weights.length; k++) {
    if (!isMovable(k)) continue
    addMomentsInto(prediction, k, model, 0.5, ofMean, ofVariance)
    varianceGradient[k] = varianceGradient[k]! + trend * (x[k]! - 0.5)
  }
}

// Each loop is a function of its own, for the reason given in `evidence.ts`: short functions are compiled earlier.

/**
 * Adds Σ cⱼ (xⱼ − from) over the points of a model, for coordinate k, with the coefficients c of the mean and those of
 * the variance. A point in which the parameter is not active adds nothing.
 */
function addMomentsInto(
  { meanGradient, varianceGradient }: Prediction,
  k: number,
  { n, columns }: GaussianProcess,
  from: number,
  ofMean: Float64Array,
  ofVariance: Float64Array,
): void {
  let mean = meanGradient[k]!
  let variance = varianceGradient[k]!
  const begin = k * n
  for (let j = 0; j < n; j++) {
    const difference = columns[begin + j]! - from
    if (difference !== difference) continue
    mean += ofMean[j]! * difference
    variance += ofVariance[j]! * difference
  }
  meanGradient[k] = mean
  varianceGradient[k] = variance
}

/** Adds what the sum over the parameters contributes, where each coordinate has its own slope. */
function addSumSlopesInto(
  { meanGradient, varianceGradient }: Prediction,
  { n, columns, categories, weights, additive, alpha }: GaussianProcess,
  x: Float64Array,
  sumSlopes: Float64Array,
  solved: Float64Array,
): void {
  const share = (2 * additive) / weights.length
  for (let k = 0; k < weights.length; k++) {
    if (categories[k] || x[k] !== x[k]) continue
    let ofMean = 0
    let ofVariance = 0
    for (let j = 0; j < n; j++) {
      const term = sumSlopes[k * n + j]! * (x[k]! - columns[k * n + j]!)
      if (term !== term) continue
      ofMean += term * alpha[j]!
      ofVariance += term * solved[j]!
    }
    meanGradient[k] = meanGradient[k]! + share * ofMean
    varianceGradient[k] = varianceGradient[k]! - 2 * share * ofVariance
  }
}

/** k(x, x): the variance at a point before any observation. */
export function priorVariance(model: GaussianProcess, x: Float64Array, offset: number): number {
  if (!hasTrend(model)) return model.signal + model.meanVariance + model.additive
  const p = innerProduct(x, offset, x, offset, model.categories)
  return model.signal + model.meanVariance + model.additive + (model.linear + model.quadratic * p) * p
}

/** A variance that rounding errors have not made too small. */
export function bounded(model: GaussianProcess, variance: number): number {
  return Math.max(variance, SMALLEST_VARIANCE * model.signal)
}
