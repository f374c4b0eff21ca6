/**
 * Gaussian process regression: hyperparameters by maximum a posteriori, and the posterior for `prediction.ts`.
 *
 *   X   n × d    points of the observations, then points of the fantasies
 *   y   n        observations, standardized
 *   θ            hyperparameters (`hyperparameters.ts`)
 *   K   n × n    covariance of the observations, noise included (`evidence.ts`)
 *   L   n × n    Cholesky factor of K
 *   α   n        K⁻¹ y
 *
 * Sources: Rasmussen & Williams 2006, Algorithm 2.1; Ginsbourger et al. 2010 for fantasies ("kriging believer").
 */

import { choleskyInPlace, solveLowerInPlace, solveLowerTransposedInPlace } from '../numerics/cholesky.ts'
import { minimizeInBox } from '../numerics/lbfgs.ts'
import { addScaledInPlace } from '../numerics/vector.ts'
import { kernelOf } from './correlation.ts'
import type { Kernel } from './correlation.ts'
import { negativeLogPosterior, priorMeanOf } from './evidence.ts'
import type { Observations, PriorMean } from './evidence.ts'
import { DEFAULT_FORM, hasTrend, isAdditive, logVariancesOf, weightsOf } from './hyperparameters.ts'
import type { Form, Prior, Variances } from './hyperparameters.ts'
import { additiveInto, columnsOf, squaredDistancesInto } from './kernel.ts'
import type { Categories } from './kernel.ts'

/** Jitter of the first attempt to factor K that needs any, in units of the signal variance. */
const FIRST_JITTER = 1e-10

export interface GaussianProcess extends Variances, PriorMean {
  readonly theta: Float64Array
  /** n × d */
  readonly points: Float64Array
  /** d × n, the transpose */
  readonly columns: Float64Array
  readonly n: number
  readonly categories: Categories
  readonly kernel: Kernel
  /** d, 1 / lengthscale² */
  readonly weights: Float64Array
  /** n × n, L */
  readonly factor: Float64Array
  /** n, α */
  readonly alpha: Float64Array
}

export interface Fit {
  readonly theta: Float64Array
  /** ln p(y | X, θ) + ln p(θ), up to a constant that depends only on n and d. */
  readonly logPosterior: number
}

/** Buffers for one point and all points of a model: squared distances r², and inner products. */
export interface Distances {
  readonly squared: Float64Array
  readonly products: Float64Array
}

/**
 * Buffers for the derivatives of correlations by squared distances: the joint correlation (n), and each parameter's own
 * (d × n).
 */
export interface Slopes {
  readonly slopes: Float64Array
  readonly sumSlopes: Float64Array
}

/** The best local maximum of the posterior density from some starts; the prior's mode if no start can be evaluated. */
export function fitHyperparameters(
  observations: Observations,
  prior: Prior,
  starts: readonly Float64Array[],
  iterations: number,
): Fit {
  const f = negativeLogPosterior(observations, prior)
  let best: { readonly x: Float64Array; readonly value: number } = { x: Float64Array.from(prior.mean), value: Infinity }
  for (const start of starts) {
    // Loose tolerances: more digits of the hyperparameters would cost time and change little.
    const found = minimizeInBox(f, start, prior.low, prior.high, {
      iterations,
      gradientTolerance: 1e-2,
      valueTolerance: 1e-2,
      firstStep: 0.5,
    })
    if (found.value < best.value) best = found
  }
  return { theta: best.x, logPosterior: -best.value }
}

/**
 * The posterior under given hyperparameters. Fantasies are points without an observation yet: the model takes its own
 * mean as the value measured there, or `pessimism` where that is larger (for points that failed), and its variance
 * shrinks as after a measurement.
 *
 * @param fantasies  m × d
 * @param pessimism  m, −Infinity where there is none
 * @param form       kernel and mean: those of the prior under which θ was fitted
 * @throws RangeError if the kernel is not for these parameters, or if the covariance has no Cholesky factor even with
 *   jitter, as with points that are not finite
 */
export function condition(
  observations: Observations,
  theta: Float64Array,
  fantasies: Float64Array = new Float64Array(0),
  pessimism?: Float64Array,
  form: Form = DEFAULT_FORM,
): GaussianProcess {
  const { points, categories } = observations
  const { constant, meanVariance } = priorMeanOf(form, observations.values)
  const values = observations.values.map((value) => value - constant)
  const d = categories.length
  const observed = values.length
  const n = observed + fantasies.length / Math.max(d, 1)
  const all = new Float64Array(n * d)
  all.set(points)
  all.set(fantasies, observed * d)
  const { signal, noise, linear, quadratic, additive } = logVariancesOf(theta)
  const model = {
    theta,
    points: all,
    columns: columnsOf(all, n, d),
    n,
    categories,
    kernel: kernelOf(form.kernel, categories),
    constant,
    meanVariance,
    weights: weightsOf(theta),
    signal: Math.exp(signal),
    noise: Math.exp(noise),
    linear: Math.exp(linear),
    quadratic: Math.exp(quadratic),
    additive: Math.exp(additive),
    factor: new Float64Array(n * n),
    alpha: new Float64Array(n),
  }
  factorInto(model)

  const { factor, alpha } = model
  // Algorithm 2.1, line 3, with the leading block of L: the entries of α for the fantasies stay 0.
  alpha.set(values)
  solveLowerInPlace(alpha, factor, observed, n)
  const whitened = alpha.slice(0, observed)
  solveLowerTransposedInPlace(alpha, factor, observed, n)
  if (pessimism === undefined || n === observed) return model
  // Forward substitution continued by the fantasies' rows: `mean` is what the rows before predict for a fantasy. A
  // fantasy at its own mean adds 0 and changes no prediction.
  const b = new Float64Array(n)
  b.set(whitened)
  for (let i = observed; i < n; i++) {
    let mean = 0
    for (let t = 0; t < i; t++) mean += factor[i * n + t]! * b[t]!
    b[i] = Math.max(pessimism[i - observed]! - model.constant - mean, 0) / factor[i * n + i]!
  }
  solveLowerTransposedInPlace(b, factor, n)
  alpha.set(b)
  return model
}

/** Fills L. Adds growing jitter to the diagonal of K until the matrix is positive definite. */
function factorInto(model: GaussianProcess): void {
  const { n, points, weights, signal, noise, factor, kernel } = model
  const d = weights.length
  const distances = { squared: new Float64Array(n), products: new Float64Array(n) }
  const row = new Float64Array(n)
  for (let jitter = 0; ; jitter = Math.max(10 * jitter, FIRST_JITTER)) {
    for (let i = 0; i < n; i++) {
      covariancesInto(model, points, i * d, distances, row, i + 1)
      for (let j = 0; j <= i; j++) factor[i * n + j] = row[j]!
      factor[i * n + i] = row[i]! + signal * jitter + noise
    }
    if (choleskyInPlace(factor, n) === n) return
    if (!(jitter < 1))
      throw new RangeError(
        `${kernel.own === undefined ? 'covariance' : `kernel '${kernel.own}'`}: must be positive definite, ` +
          `got signal ${signal} and noise ${noise}; are all points finite?`,
      )
  }
}

/** Posterior means at the observed points. No prediction is needed: K α = y, hence the mean (K − ν I) α is y − ν α. */
export function meansAtObservations(model: GaussianProcess, { values }: Observations): Float64Array {
  return values.map((y, i) => y - model.noise * model.alpha[i]!)
}

/**
 * Fills the covariances of a point with the first n points of a model, and `slopes` if given. If the model has a trend,
 * `products` are filled too.
 */
export function covariancesInto(
  model: GaussianProcess,
  x: Float64Array,
  offset: number,
  { squared, products }: Distances,
  covariances: Float64Array,
  n = model.n,
  slopes?: Slopes,
): void {
  const [r, k] = n < squared.length ? [squared.subarray(0, n), covariances.subarray(0, n)] : [squared, covariances]
  distancesInto(model, x, offset, { squared: r, products })
  model.kernel.correlationsInto(r, k, slopes?.slopes)
  scaleInPlace(k, model, hasTrend(model) ? products : undefined)
  if (!isAdditive(model)) return
  sumsInto(model, x, offset, r, slopes?.sumSlopes)
  addScaledInPlace(k, model.additive, r)
}

/** Fills the squared distances of a point to the first points of a model and, if it has a trend, the inner products. */
export function distancesInto(
  model: GaussianProcess,
  x: Float64Array,
  offset: number,
  { squared, products }: Distances,
): void {
  const { columns, n, weights, categories } = model
  squaredDistancesInto(x, offset, columns, n, weights, categories, squared, hasTrend(model) ? products : undefined)
}

/** Fills the correlations of sums over the parameters of a point with the first points of a model. */
export function sumsInto(
  { columns, n, weights, categories, kernel }: GaussianProcess,
  x: Float64Array,
  offset: number,
  sums: Float64Array,
  slopes?: Float64Array,
): void {
  additiveInto(x, offset, columns, n, weights, categories, kernel, sums, slopes)
}

/** Replaces correlations by covariances: signal, mean and trends. */
function scaleInPlace(
  correlations: Float64Array,
  { signal, meanVariance, linear, quadratic }: GaussianProcess,
  products: Float64Array | undefined,
): void {
  if (products === undefined) {
    for (let j = 0; j < correlations.length; j++) correlations[j] = signal * correlations[j]! + meanVariance
    return
  }
  for (let j = 0; j < correlations.length; j++) {
    const p = products[j]!
    correlations[j] = signal * correlations[j]! + meanVariance + (linear + quadratic * p) * p
  }
}
