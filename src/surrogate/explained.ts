/**
 * How good a model is: the fraction of the values' variance that it explains at points that it has not seen, R².
 *
 *   y   n   values, in the units of the model
 *   μ   n   predictions, each by a model that was fitted without the point
 *   R²      1 − Σ (y − μ)² / Σ (y − ȳ)²: 1 is perfect, 0 is what a constant has, and below 0 is worse than that
 *
 * A Gaussian process needs no second fit: what it would predict without one of its points follows from the inverse of
 * its covariance, under the same hyperparameters. Other models are fitted again without a part of the points.
 *
 * Source: Rasmussen & Williams 2006, eq. 5.12 for leaving out one point.
 */

import { inverseFromCholeskyInto } from '../numerics/cholesky.ts'
import type { Observations } from './evidence.ts'
import type { GaussianProcess } from './gaussian-process.ts'
import type { Rows } from './sorted-rows.ts'

/** R² of predictions; undefined if all values are equal, so that there is nothing to explain. */
export function rSquared(values: Float64Array, predictions: Float64Array): number | undefined {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0)
  const total = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  if (!(total > 0)) return undefined
  return 1 - values.reduce((sum, value, i) => sum + (value - predictions[i]!) ** 2, 0) / total
}

/**
 * Mean and variance of each observation, as predicted from all others; the variances contain the noise.
 *
 * @param model  conditioned on these observations, without fantasies
 */
export function leaveOneOut(
  model: GaussianProcess,
  { values }: Observations,
): { means: Float64Array; variances: Float64Array } {
  const { n, factor, alpha } = model
  const inverse = new Float64Array(n * n)
  inverseFromCholeskyInto(factor, n, new Float64Array(n * n), inverse)
  const variances = Float64Array.from({ length: n }, (_, i) => 1 / inverse[i * n + i]!)
  return { means: variances.map((variance, i) => values[i]! - alpha[i]! * variance), variances }
}

/**
 * The prediction of each row by a model of the rows outside its fold. Row i belongs to fold i modulo `folds`: if the
 * rows are sorted, every fold has rows of all heights.
 *
 * @param rows   n, in the order of `sortedRows`
 * @param folds  from 2 to n
 * @param fit    from k rows to the means at m points
 */
export function crossValidated(
  rows: Rows,
  n: number,
  d: number,
  folds: number,
  fit: (x: Float64Array, y: Float64Array, k: number) => (points: Float64Array, m: number) => Float64Array,
): Float64Array {
  const means = new Float64Array(n)
  for (let fold = 0; fold < folds; fold++) {
    const [inside, outside]: [number[], number[]] = [[], []]
    for (let i = 0; i < n; i++) (i % folds === fold ? inside : outside).push(i)
    const predict = fit(
      pointsOf(rows, outside, d),
      Float64Array.from(outside, (i) => rows.y[i]!),
      outside.length,
    )
    const predicted = predict(pointsOf(rows, inside, d), inside.length)
    for (const [k, i] of inside.entries()) means[i] = predicted[k]!
  }
  return means
}

/** The points of some rows. */
function pointsOf({ x }: Rows, chosen: readonly number[], d: number): Float64Array {
  const points = new Float64Array(chosen.length * d)
  for (const [k, i] of chosen.entries()) points.set(x.subarray(i * d, (i + 1) * d), k * d)
  return points
}
