/**
 * The linear predictor of curves of HyperEngine: where a curve ends is a linear function of its first values, which is
 * fitted to the curves of the trials that have ended. There is one such model for each length.
 *
 *   k    how many values of the curve are known, the inputs of the model
 *   n    how many curves have ended
 *   x    n × k   their first k values, row-major; centered
 *   y    n       where they ended; centered
 *   w    k       least squares: w = (xᵀx)⁺ xᵀy, by the pseudo-inverse
 *   e            the error: the largest |y_i − prediction_i| of these curves
 *
 * HyperEngine also predicts from fewer curves than the model has weights. The model then passes through all of them,
 * its error is 0, and almost any trial would be stopped. Here a prediction needs n ≥ k + 2 curves.
 */

import { symmetricEigen } from '../numerics/symmetric-eigen.ts'
import { thinned } from './reached.ts'

/** An eigenvalue of xᵀx that is smaller than this share of the largest one is taken for 0: rounding makes such ones. */
const NEGLIGIBLE = 1e-12

/** More values than this are thinned evenly: each of them is a weight to be fitted, and neighbors say the same. */
const MOST_INPUTS = 32

export interface LinearPrediction {
  readonly value: number
  /** The largest error that the model makes on the curves that it was fitted to. */
  readonly error: number
}

/**
 * Where a curve ends.
 *
 * @param values  k: the first values of the curve, all finite
 * @param rows    n × k: the first values of the curves that have ended
 * @param ends    n: their last values
 * @returns undefined if there are fewer than two curves more than inputs
 */
export function predictLinear(
  values: Float64Array,
  rows: readonly Float64Array[],
  ends: Float64Array,
): LinearPrediction | undefined {
  if (values.length > MOST_INPUTS) {
    const thin = (row: Float64Array): Float64Array => Float64Array.from(thinned(Array.from(row), MOST_INPUTS))
    return predictLinear(thin(values), rows.map(thin), ends)
  }
  const k = values.length
  const n = rows.length
  if (n < k + 2) return undefined
  const means = new Float64Array(k)
  for (const row of rows) for (let j = 0; j < k; j++) means[j]! += row[j]! / n
  const mean = ends.reduce((sum, end) => sum + end / n, 0)
  const weights = leastSquares(rows, ends, means, mean)
  const predict = (row: Float64Array): number => {
    let sum = mean
    for (let j = 0; j < k; j++) sum += weights[j]! * (row[j]! - means[j]!)
    return sum
  }
  let error = 0
  for (let i = 0; i < n; i++) error = Math.max(error, Math.abs(ends[i]! - predict(rows[i]!)))
  return { value: predict(values), error }
}

/** The weights w. */
function leastSquares(
  rows: readonly Float64Array[],
  ends: Float64Array,
  means: Float64Array,
  mean: number,
): Float64Array {
  const k = means.length
  const gram = new Float64Array(k * k)
  const moment = new Float64Array(k)
  for (const [i, row] of rows.entries()) {
    for (let a = 0; a < k; a++) {
      const xa = row[a]! - means[a]!
      moment[a]! += xa * (ends[i]! - mean)
      for (let b = 0; b < k; b++) gram[a * k + b]! += xa * (row[b]! - means[b]!)
    }
  }
  const { values, vectors } = symmetricEigen(gram, k)
  const least = NEGLIGIBLE * Math.max(...values)
  const weights = new Float64Array(k)
  for (let c = 0; c < k; c++) {
    if (!(values[c]! > least)) continue
    let projection = 0
    for (let a = 0; a < k; a++) projection += vectors[a * k + c]! * moment[a]!
    for (let a = 0; a < k; a++) weights[a]! += (vectors[a * k + c]! * projection) / values[c]!
  }
  return weights
}
