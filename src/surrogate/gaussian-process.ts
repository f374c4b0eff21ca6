/**
 * Gaussian process regression: hyperparameters by maximum a posteriori, prediction with gradients.
 *
 *   X   n × d    points of the observations, then of the fantasies
 *   y   n        observations, standardised
 *   θ   d + 5    ln lengthscales, ln signal, noise, linear, quadratic and additive variance
 *   L   n × n    Cholesky factor of K;   α = K⁻¹ y
 *   k   n        covariances of a new point with the others
 *
 *   mean kᵀα,  variance k(x, x) − |L⁻¹ k|² of the function itself, without the noise of a measurement
 *
 * Source: Rasmussen & Williams 2006, Algorithm 2.1; Ginsbourger et al. 2010 for fantasies ("kriging believer").
 */

import { choleskyInPlace, solveLowerInPlace, solveLowerRowsInPlace, solveLowerTransposedInPlace } from '../numerics/cholesky.ts'
import { minimizeInBox } from '../numerics/lbfgs.ts'
import { addScaledInto, dot } from '../numerics/vector.ts'
import { MEAN_VARIANCE, negativeLogPosterior } from './evidence.ts'
import type { Observations } from './evidence.ts'
import type { Prior } from './hyperparameters.ts'
import { additiveInto, columnsOf, innerProduct, maternInto, squaredDistancesInto } from './kernel.ts'
import type { Categories } from './kernel.ts'

export interface GaussianProcess {
  readonly theta: Float64Array
  /** n × d */
  readonly points: Float64Array
  /** d × n, the transpose */
  readonly columns: Float64Array
  readonly n: number
  readonly categories: Categories
  /** d, 1 / lengthscale² */
  readonly weights: Float64Array
  readonly signal: number
  readonly noise: number
  readonly linear: number
  readonly quadratic: number
  readonly additive: number
  readonly factor: Float64Array
  readonly alpha: Float64Array
}

export interface Fit {
  readonly theta: Float64Array
  /** ln p(y | X, θ) + ln p(θ), up to a constant that depends on n and d alone. */
  readonly logPosterior: number
}

/** No deviation below this share of the signal's is believed: rounding errors reach as far. */
const SMALLEST_VARIANCE = 1e-10

/** The hyperparameters of highest posterior density near the best of some starts; the prior's mode where none can be evaluated. */
export function fitHyperparameters(observations: Observations, prior: Prior, starts: readonly Float64Array[], iterations: number): Fit {
  const f = negativeLogPosterior(observations, prior)
  let best: { readonly x: Float64Array; readonly value: number } = { x: Float64Array.from(prior.mean), value: Infinity }
  for (const start of starts) {
    const found = minimizeInBox(f, start, prior.low, prior.high, { iterations, gradientTolerance: 1e-2, valueTolerance: 1e-2, firstStep: 0.5 })
    if (found.value < best.value) best = found
  }
  return { theta: best.x, logPosterior: -best.value }
}

/**
 * The posterior of given hyperparameters. Fantasies are points without an observation yet: the model believes its own mean
 * there, or `pessimism` where that is larger (of points that failed), and is as sure as if it had been measured.
 *
 * @param fantasies    m × d
 * @param pessimism    m, −Infinity for none
 */
export function condition(
  observations: Observations, theta: Float64Array, fantasies: Float64Array = new Float64Array(0), pessimism?: Float64Array,
): GaussianProcess {
  const { points, values, measurements, categories } = observations
  const d = categories.length
  const observed = values.length
  const n = observed + fantasies.length / Math.max(d, 1)
  const all = new Float64Array(n * d)
  all.set(points)
  all.set(fantasies, observed * d)
  const weights = Float64Array.from({ length: d }, (_, k) => Math.exp(-2 * theta[k]!))
  const signal = Math.exp(theta[d]!)
  const noise = Math.exp(theta[d + 1]!)
  const linear = Math.exp(theta[d + 2]!)
  const quadratic = Math.exp(theta[d + 3]!)
  const additive = Math.exp(theta[d + 4]!)
  const model = {
    theta, points: all, columns: columnsOf(all, n, d), n, categories, weights, signal, noise, linear, quadratic, additive, factor: new Float64Array(n * n), alpha: new Float64Array(n),
  }
  factorInto(model, measurements, observed)

  const { factor, alpha } = model
  alpha.set(values)
  solveLowerInPlace(alpha, factor, observed, n)
  const whitened = alpha.slice(0, observed)
  solveLowerTransposedInPlace(alpha, factor, observed, n)
  if (pessimism === undefined || n === observed) return model
  // Row by row: what the earlier ones say, then the fantasy's own value. With no surprise in it a fantasy changes no mean.
  const b = new Float64Array(n)
  b.set(whitened)
  for (let i = observed; i < n; i++) {
    let mean = 0
    for (let t = 0; t < i; t++) mean += factor[i * n + t]! * b[t]!
    b[i] = Math.max(pessimism[i - observed]! - mean, 0) / factor[i * n + i]!
  }
  solveLowerTransposedInPlace(b, factor, n)
  alpha.set(b)
  return model
}

/** Fills the factor of K, with as much added to its diagonal as it takes to be positive definite. */
function factorInto(model: GaussianProcess, measurements: Float64Array | undefined, observed: number): void {
  const { n, points, weights, signal, noise, factor } = model
  const d = weights.length
  const room = { squared: new Float64Array(n), products: new Float64Array(n) }
  const row = new Float64Array(n)
  for (let jitter = 0; ; jitter = Math.max(10 * jitter, 1e-10)) {
    for (let i = 0; i < n; i++) {
      covariancesInto(model, points, i * d, room, row, i + 1)
      for (let j = 0; j <= i; j++) factor[i * n + j] = row[j]!
      factor[i * n + i] = row[i]! + signal * jitter + noise / (i < observed ? measurements?.[i] ?? 1 : 1)
    }
    if (choleskyInPlace(factor, n) === n) return
    if (!(jitter < 1)) throw new RangeError(`a covariance of signal ${signal} and noise ${noise} has no Cholesky factor; are all points finite?`)
  }
}

/** Posterior means at the observed points: what was measured, less what is taken for noise. From K α = y, without a prediction. */
export function meansAtObservations(model: GaussianProcess, { values, measurements }: Observations): Float64Array {
  return values.map((y, i) => y - (model.noise / (measurements?.[i] ?? 1)) * model.alpha[i]!)
}

/** Room for predictions of one model; made once, used for many. */
export interface Workspace {
  readonly squared: Float64Array
  readonly covariances: Float64Array
  readonly slopes: Float64Array
  readonly products: Float64Array
  /** d × n where the model has a sum over the parameters */
  readonly sumSlopes: Float64Array
}

export function workspaceOf(model: GaussianProcess): Workspace {
  const { n } = model
  const room = (): Float64Array => new Float64Array(n)
  const sumSlopes = new Float64Array(isAdditive(model) ? n * model.weights.length : 0)
  return { squared: room(), covariances: room(), slopes: room(), products: room(), sumSlopes }
}

/** Predicted means at m points. */
export function predictMeans(model: GaussianProcess, points: Float64Array, m: number, workspace = workspaceOf(model)): Float64Array {
  const means = new Float64Array(m)
  for (let c = 0; c < m; c++) {
    covariancesInto(model, points, c * model.weights.length, workspace, workspace.covariances)
    means[c] = dot(model.alpha, workspace.covariances)
  }
  return means
}

/** Predicted means and variances at m points. */
export function predictMany(model: GaussianProcess, points: Float64Array, m: number): { means: Float64Array; variances: Float64Array } {
  return predictLowest(model, points, m, m)
}

/**
 * Means and variances of those `size` of m points whose means are lowest, in the order of the points: a variance costs n
 * times what a mean does.
 *
 * @returns  rows: which points they are
 */
export function predictLowest(
  model: GaussianProcess, points: Float64Array, m: number, size: number,
): { rows: Int32Array; means: Float64Array; variances: Float64Array } {
  const { n, alpha, factor } = model
  const d = model.weights.length
  const workspace = workspaceOf(model)
  const means = new Float64Array(m)
  const covariances = new Float64Array(m * n)
  for (let c = 0; c < m; c++) {
    covariancesInto(model, points, c * d, workspace, workspace.covariances)
    covariances.set(workspace.covariances, c * n)
    means[c] = dot(alpha, workspace.covariances)
  }
  const rows = Int32Array.from({ length: m }, (_, c) => c)
  if (size < m) rows.sort((a, b) => means[a]! - means[b]! || a - b)
  const kept = rows.slice(0, size).sort()
  for (let i = 0; i < kept.length; i++) if (kept[i] !== i) covariances.copyWithin(i * n, kept[i]! * n, (kept[i]! + 1) * n)
  solveLowerRowsInPlace(covariances, kept.length, factor, n)
  const variances = Float64Array.from(kept, (c, i) => bounded(model, priorVariance(model, points, c * d) - squaredLength(covariances, i * n, n)))
  return { rows: kept, means: Float64Array.from(kept, (c) => means[c]!), variances }
}

function squaredLength(matrix: Float64Array, row: number, n: number): number {
  let sum = 0
  for (let j = row; j < row + n; j++) sum += matrix[j]! * matrix[j]!
  return sum
}

export interface Prediction {
  mean: number
  variance: number
  /** d each; of numbers only, 0 of categories and of what is not active */
  readonly meanGradient: Float64Array
  readonly varianceGradient: Float64Array
}

/** Room for a prediction with gradients. */
export function predictionOf(model: GaussianProcess): Prediction {
  const d = model.weights.length
  return { mean: 0, variance: 0, meanGradient: new Float64Array(d), varianceGradient: new Float64Array(d) }
}

/** Mean and variance at one point, with their gradients. */
export function predictInto(model: GaussianProcess, x: Float64Array, workspace: Workspace, prediction: Prediction): void {
  const { n, columns, weights, categories, linear, quadratic, additive, factor, alpha } = model
  const { squared, covariances, slopes, products, sumSlopes } = workspace
  const { meanGradient, varianceGradient } = prediction
  const isTrending = hasTrend(model)
  squaredDistancesInto(x, 0, columns, n, weights, categories, squared, isTrending ? products : undefined)
  maternInto(squared, covariances, slopes)
  scaleInto(covariances, model, isTrending ? products : undefined)
  if (isAdditive(model)) {
    additiveInto(x, 0, columns, n, weights, categories, squared, sumSlopes)
    addScaledInto(covariances, additive, squared)
  }
  prediction.mean = dot(covariances, alpha)
  solveLowerInPlace(covariances, factor, n)
  prediction.variance = bounded(model, priorVariance(model, x, 0) - dot(covariances, covariances))
  solveLowerTransposedInPlace(covariances, factor, n)

  meanGradient.fill(0)
  varianceGradient.fill(0)
  addSlopesInto(prediction, model, x, slopes, covariances)
  if (isAdditive(model)) addSumSlopesInto(prediction, model, x, sumSlopes, covariances)
  for (let k = 0; k < weights.length; k++) {
    const weight = categories[k] ? 0 : weights[k]!
    meanGradient[k] = meanGradient[k]! * weight
    varianceGradient[k] = varianceGradient[k]! * weight
  }
  if (!isTrending) return
  addTrendSlopesInto(prediction, model, products, covariances)
  const trend = 2 * (linear + 2 * quadratic * innerProduct(x, 0, x, 0, categories))
  for (let k = 0; k < weights.length; k++) {
    if (x[k] !== x[k]) meanGradient[k] = varianceGradient[k] = 0
    else if (!categories[k]) varianceGradient[k] = varianceGradient[k]! + trend * (x[k]! - 0.5)
  }
}

// Each loop is a function of its own, here as in the evidence: short ones are compiled once, before long ones would be.

/** Adds Σ cⱼ (x − xⱼ), with one weight for each coordinate: the mean's c and the variance's. */
function addSlopesInto(
  { meanGradient, varianceGradient }: Prediction, { n, points, weights, signal, alpha }: GaussianProcess, x: Float64Array, slopes: Float64Array,
  solved: Float64Array,
): void {
  const d = weights.length
  for (let j = 0; j < n; j++) {
    const slope = 2 * signal * slopes[j]!
    const ofMean = slope * alpha[j]!
    const ofVariance = -2 * slope * solved[j]!
    const row = j * d
    for (let k = 0; k < d; k++) {
      const difference = x[k]! - points[row + k]!
      if (difference !== difference) continue
      meanGradient[k] = meanGradient[k]! + ofMean * difference
      varianceGradient[k] = varianceGradient[k]! + ofVariance * difference
    }
  }
}

/** The same of the sum over the parameters, where each term has its own slope. */
function addSumSlopesInto(
  { meanGradient, varianceGradient }: Prediction, { n, columns, weights, additive, alpha }: GaussianProcess, x: Float64Array, sumSlopes: Float64Array,
  solved: Float64Array,
): void {
  const share = 2 * additive / weights.length
  for (let k = 0; k < weights.length; k++) {
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

/** The same of the trends, but of what a point itself adds to its variance. */
function addTrendSlopesInto(
  { meanGradient, varianceGradient }: Prediction, { n, points, categories, linear, quadratic, alpha }: GaussianProcess, products: Float64Array,
  solved: Float64Array,
): void {
  const d = categories.length
  for (let j = 0; j < n; j++) {
    const trend = linear + 2 * quadratic * products[j]!
    const ofMean = trend * alpha[j]!
    const ofVariance = -2 * trend * solved[j]!
    const row = j * d
    for (let k = 0; k < d; k++) {
      const y = points[row + k]! - 0.5
      if (categories[k] || y !== y) continue
      meanGradient[k] = meanGradient[k]! + ofMean * y
      varianceGradient[k] = varianceGradient[k]! + ofVariance * y
    }
  }
}

/** Covariances of a point with the first n of the model's. */
function covariancesInto(
  model: GaussianProcess, x: Float64Array, offset: number, { squared, products }: Pick<Workspace, 'squared' | 'products'>,
  covariances: Float64Array, n = model.n,
): void {
  const { columns, weights, categories, additive } = model
  const isTrending = hasTrend(model)
  const [r, k] = n < squared.length ? [squared.subarray(0, n), covariances.subarray(0, n)] : [squared, covariances]
  squaredDistancesInto(x, offset, columns, model.n, weights, categories, r, isTrending ? products : undefined)
  maternInto(r, k)
  scaleInto(k, model, isTrending ? products : undefined)
  if (!isAdditive(model)) return
  additiveInto(x, offset, columns, model.n, weights, categories, r)
  addScaledInto(k, additive, r)
}

/** Replaces correlations by signal, mean and trends. */
function scaleInto(correlations: Float64Array, { signal, linear, quadratic }: GaussianProcess, products: Float64Array | undefined): void {
  if (products === undefined) {
    for (let j = 0; j < correlations.length; j++) correlations[j] = signal * correlations[j]! + MEAN_VARIANCE
    return
  }
  for (let j = 0; j < correlations.length; j++) {
    const p = products[j]!
    correlations[j] = signal * correlations[j]! + MEAN_VARIANCE + (linear + quadratic * p) * p
  }
}

/** Variance at a point before any observation. */
function priorVariance(model: GaussianProcess, x: Float64Array, offset: number): number {
  if (!hasTrend(model)) return model.signal + MEAN_VARIANCE + model.additive
  const p = innerProduct(x, offset, x, offset, model.categories)
  return model.signal + MEAN_VARIANCE + model.additive + (model.linear + model.quadratic * p) * p
}

/** Trends smaller than rounding errors are none. */
function hasTrend(model: GaussianProcess): boolean {
  return model.linear > 1e-9 || model.quadratic > 1e-9
}

function isAdditive(model: GaussianProcess): boolean {
  return model.additive > 1e-9
}

function bounded(model: GaussianProcess, variance: number): number {
  return Math.max(variance, SMALLEST_VARIANCE * model.signal)
}
