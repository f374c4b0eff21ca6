/**
 * What the maximiser maximises: an acquisition of one model, and the log probability that a trial there does not fail.
 */

import { normalLogCdf, normalLogDensity } from '../numerics/special.ts'
import { predictInto, predictMany, predictMeans, predictionOf, workspaceOf } from '../surrogate/gaussian-process.ts'
import type { GaussianProcess } from '../surrogate/gaussian-process.ts'
import { predictForestInto } from '../surrogate/random-forest.ts'
import type { RandomForest } from '../surrogate/random-forest.ts'
import type { Acquisition, Worth } from './acquisition.ts'

export interface Criterion {
  readonly d: number
  /** Of numbers, their lengthscales; 1 of categories. */
  readonly lengthscales: Float64Array
  /** Values at m points, row by row. */
  readonly values: (points: Float64Array, m: number) => Float64Array
  /** The most promising of m points, by means and a bound of the variance alone: in the order of the points. */
  readonly shortlist: (points: Float64Array, m: number, size: number) => number[]
  /** The value at one point; fills its gradient. Left out where there is none: of a forest, whose predictions are steps. */
  readonly slope?: (x: Float64Array, gradient: Float64Array) => number
}

/**
 * @param safety  a model of the labels 1 (gave a value) and −1 (failed), if any trial failed
 */
export function criterionOf(model: GaussianProcess, acquisition: Acquisition, safety?: GaussianProcess): Criterion {
  const d = model.weights.length
  const workspace = workspaceOf(model)
  const prediction = predictionOf(model)
  const worth: Worth = { value: 0, byMean: 0, byDeviation: 0 }
  const ofSafety = safety === undefined ? undefined : { model: safety, workspace: workspaceOf(safety), prediction: predictionOf(safety) }

  return {
    d,
    lengthscales: model.weights.map((weight, k) => model.categories[k] ? 1 : 1 / Math.sqrt(weight)),
    values: (points, m) => {
      const { means, variances } = predictMany(model, points, m)
      const result = new Float64Array(m)
      const safe = ofSafety === undefined ? undefined : predictMany(ofSafety.model, points, m)
      for (let c = 0; c < m; c++) {
        acquisition(means[c]!, Math.sqrt(variances[c]!), worth)
        result[c] = worth.value + (safe === undefined ? 0 : logSafety(safe.means[c]!, safe.variances[c]!))
      }
      return result
    },
    shortlist: (points, m, size) => {
      const means = predictMeans(model, points, m, workspace)
      const order = Array.from({ length: m }, (_, c) => c).sort((a, b) => means[a]! - means[b]! || a - b)
      return order.slice(0, size).sort((a, b) => a - b)
    },
    slope: (x, gradient) => {
      predictInto(model, x, workspace, prediction)
      const deviation = Math.sqrt(prediction.variance)
      acquisition(prediction.mean, deviation, worth)
      for (let k = 0; k < d; k++) {
        gradient[k] = worth.byMean * prediction.meanGradient[k]! + worth.byDeviation * prediction.varianceGradient[k]! / (2 * deviation)
      }
      if (ofSafety === undefined) return worth.value
      predictInto(ofSafety.model, x, ofSafety.workspace, ofSafety.prediction)
      const { mean, variance, meanGradient, varianceGradient } = ofSafety.prediction
      const spread = Math.sqrt(variance + LABEL_NOISE)
      const z = (mean - MARGIN) / spread
      const logProbability = normalLogCdf(z)
      const hazard = CAUTION * Math.exp(normalLogDensity(z) - logProbability)
      for (let k = 0; k < d; k++) {
        gradient[k] = gradient[k]! + hazard * (meanGradient[k]! / spread - 0.5 * (mean - MARGIN) * varianceGradient[k]! / spread ** 3)
      }
      return worth.value + CAUTION * logProbability
    },
  }
}

/** The same of a forest's predictions. */
export function forestCriterionOf(forest: RandomForest, acquisition: Acquisition, safety?: GaussianProcess): Criterion {
  const { d } = forest
  const worth: Worth = { value: 0, byMean: 0, byDeviation: 0 }
  return {
    d,
    lengthscales: new Float64Array(d).fill(1),
    values: (points, m) => {
      const means = new Float64Array(m)
      const variances = new Float64Array(m)
      predictForestInto(forest, points, m, means, variances)
      const safe = safety === undefined ? undefined : predictMany(safety, points, m)
      return means.map((mean, c) => {
        acquisition(mean, Math.sqrt(variances[c]! + SMALLEST_VARIANCE), worth)
        return worth.value + (safe === undefined ? 0 : logSafety(safe.means[c]!, safe.variances[c]!))
      })
    },
    shortlist: (points, m, size) => {
      const means = new Float64Array(m)
      predictForestInto(forest, points, m, means, new Float64Array(m))
      const order = Array.from({ length: m }, (_, c) => c).sort((a, b) => means[a]! - means[b]! || a - b)
      return order.slice(0, size).sort((a, b) => a - b)
    },
  }
}

/** ln of the probability that a trial gives a value, by its predicted label; with caution. */
function logSafety(mean: number, variance: number): number {
  return CAUTION * normalLogCdf((mean - MARGIN) / Math.sqrt(variance + LABEL_NOISE))
}

/** Of standardised values: below it a forest's trees agree by chance. */
const SMALLEST_VARIANCE = 1e-6

/**
 * The power that the probability is raised to. With 1 an even chance costs what half of the improvement is worth: too little where
 * the objective is best right beyond the edge, and every second trial is lost.
 */
const CAUTION = 4

/** How far above the middle between failure (−1) and a value (1) a label has to be. */
const MARGIN = 0.5

/** Variance added to a predicted label: even where all neighbours worked, one in a million may fail. */
const LABEL_NOISE = 0.04
