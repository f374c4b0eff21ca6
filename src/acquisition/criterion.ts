/**
 * What the maximizer maximizes: one model's acquisition, plus a multiple of the log probability that a trial succeeds.
 */

import { normalLogCdf, normalLogDensity } from '../numerics/special.ts'
import type { GaussianProcess } from '../surrogate/gaussian-process.ts'
import { predictInto, predictLowest, predictMany, predictionOf, workspaceOf } from '../surrogate/prediction.ts'
import { predictForestInto } from '../surrogate/random-forest.ts'
import type { RandomForest } from '../surrogate/random-forest.ts'
import type { Acquisition, AcquisitionValue } from './acquisition.ts'

/** Added to a forest's variance, which is in units of standardized values: trees can agree exactly by chance. */
const FOREST_VARIANCE = 1e-6

/**
 * Exponent of the success probability. With 1, a risk of 50 % would only halve the expected improvement: if the optimum
 * lies just beyond the edge of what works, every second trial would fail.
 */
const CAUTION = 4

/** A label that is predicted to be this far above `Safety.least` has a success probability of 50 %. */
const MARGIN = 0.25

/**
 * Added to the variance of a predicted label: a trial may fail although all its neighbors worked. With a deviation of
 * 0.2, a label of 0 lies five deviations below a label of 1: odds of about one in a million.
 */
const LABEL_NOISE = 0.04

/** A function of points to be maximized. Its values are logarithms, like those of acquisitions. */
export interface Criterion {
  readonly d: number
  /** d: the lengthscale of a number, 1 for a category. */
  readonly lengthscales: Float64Array
  /** The values at m points, the rows of `points`. */
  readonly values: (points: Float64Array, m: number) => Float64Array
  /** The values at the `size` points whose means are most promising; `rows` says which they are, ascending. */
  readonly promising: (
    points: Float64Array,
    m: number,
    size: number,
  ) => { readonly rows: Int32Array; readonly values: Float64Array }
  /** The value at one point; fills its gradient. Left out for a forest, whose predictions are steps. */
  readonly slope?: (x: Float64Array, gradient: Float64Array) => number
}

/** What is known about where trials succeed. */
export interface Safety {
  /** A model of the labels 1 (gave a value) and −1 (failed). */
  readonly model: GaussianProcess
  /** A point is safe if its predicted label is above this. */
  readonly least: number
}

interface Predictions {
  readonly means: Float64Array
  readonly variances: Float64Array
}

/**
 * The criterion for a Gaussian process.
 *
 * @param safety  left out if no trial has failed
 */
export function criterionOf(model: GaussianProcess, acquisition: Acquisition, safety?: Safety): Criterion {
  const d = model.weights.length
  const workspace = workspaceOf(model)
  const prediction = predictionOf(model)
  const acquired: AcquisitionValue = { value: 0, byMean: 0, byDeviation: 0 }
  const ofSafety =
    safety === undefined
      ? undefined
      : { ...safety, workspace: workspaceOf(safety.model), prediction: predictionOf(safety.model) }
  const valuesOf = ({ means, variances }: Predictions, points: Float64Array): Float64Array => {
    const values = means.map((mean, c) => {
      acquisition(mean, Math.sqrt(variances[c]!), acquired)
      return acquired.value
    })
    return withSafety(values, points, safety)
  }

  return {
    d,
    lengthscales: model.weights.map((weight, k) => (model.categories[k] ? 1 : 1 / Math.sqrt(weight))),
    values: (points, m) => valuesOf(predictMany(model, points, m), points),
    promising: (points, m, size) => {
      const lowest = predictLowest(model, points, m, size)
      return { rows: lowest.rows, values: valuesOf(lowest, pickRows(points, lowest.rows, d)) }
    },
    slope: (x, gradient) => {
      predictInto(model, x, workspace, prediction)
      const deviation = Math.sqrt(prediction.variance)
      acquisition(prediction.mean, deviation, acquired)
      for (let k = 0; k < d; k++) {
        gradient[k] =
          acquired.byMean * prediction.meanGradient[k]! +
          (acquired.byDeviation * prediction.varianceGradient[k]!) / (2 * deviation)
      }
      if (ofSafety === undefined) return acquired.value
      predictInto(ofSafety.model, x, ofSafety.workspace, ofSafety.prediction)
      const { mean, variance, meanGradient, varianceGradient } = ofSafety.prediction
      const spread = Math.sqrt(variance + LABEL_NOISE)
      const excess = mean - ofSafety.least - MARGIN
      const z = excess / spread
      const logProbability = normalLogCdf(z)
      // d/dz of CAUTION ln Φ(z) is CAUTION φ(z) / Φ(z).
      const hazard = CAUTION * Math.exp(normalLogDensity(z) - logProbability)
      for (let k = 0; k < d; k++) {
        gradient[k] =
          gradient[k]! + hazard * (meanGradient[k]! / spread - (0.5 * excess * varianceGradient[k]!) / spread ** 3)
      }
      return acquired.value + CAUTION * logProbability
    },
  }
}

/** The criterion for a forest. */
export function forestCriterionOf(forest: RandomForest, acquisition: Acquisition, safety?: Safety): Criterion {
  const { d } = forest
  const acquired: AcquisitionValue = { value: 0, byMean: 0, byDeviation: 0 }
  const predict = (points: Float64Array, m: number): Predictions => {
    const predictions = { means: new Float64Array(m), variances: new Float64Array(m) }
    predictForestInto(forest, points, m, predictions.means, predictions.variances)
    return predictions
  }
  const valuesOf = ({ means, variances }: Predictions, points: Float64Array): Float64Array => {
    const values = means.map((mean, c) => {
      acquisition(mean, Math.sqrt(variances[c]! + FOREST_VARIANCE), acquired)
      return acquired.value
    })
    return withSafety(values, points, safety)
  }
  return {
    d,
    lengthscales: new Float64Array(d).fill(1),
    values: (points, m) => valuesOf(predict(points, m), points),
    // A forest computes variances together with means: a shortlist would save nothing.
    promising: (points, m) => ({
      rows: Int32Array.from({ length: m }, (_, c) => c),
      values: valuesOf(predict(points, m), points),
    }),
  }
}

/** Some rows of a matrix, as a matrix. */
function pickRows(points: Float64Array, rows: Int32Array, d: number): Float64Array {
  const picked = new Float64Array(rows.length * d)
  for (const [i, c] of rows.entries()) picked.set(points.subarray(c * d, (c + 1) * d), i * d)
  return picked
}

/** Adds CAUTION times the log probability that a trial succeeds. */
function withSafety(values: Float64Array, points: Float64Array, safety: Safety | undefined): Float64Array {
  if (safety === undefined) return values
  const { means, variances } = predictMany(safety.model, points, values.length)
  return values.map(
    (value, c) =>
      value + CAUTION * normalLogCdf((means[c]! - safety.least - MARGIN) / Math.sqrt(variances[c]! + LABEL_NOISE)),
  )
}
