/**
 * What acquisitions, terms and views ask of a model, whatever it is.
 *
 *   d, m      number of parameters, of points
 *   points    m × d, row-major
 */

import { predictConstantInto } from './constant.ts'
import type { Constant } from './constant.ts'
import type { GaussianProcess } from './gaussian-process.ts'
import { predictBoostedInto } from './gradient-boosting.ts'
import type { BoostedTrees } from './gradient-boosting.ts'
import { predictInto, predictLowest, predictMany, predictionOf, workspaceOf } from './prediction.ts'
import type { Prediction } from './prediction.ts'
import { predictForestInto } from './random-forest.ts'
import type { RandomForest } from './random-forest.ts'

/**
 * Added to the variance of a forest or a constant, in units of standardized values: trees can agree exactly by chance,
 * and values can be equal.
 */
const SMALLEST_VARIANCE = 1e-6

/** Means and variances of the function itself, without the noise of a measurement; variances are above 0. */
export interface Predictions {
  readonly means: Float64Array
  readonly variances: Float64Array
}

export interface Model {
  readonly d: number
  /** Number of rows that each prediction is compared with: what one costs. */
  readonly n: number
  /** d: the lengthscale of a number; 1 for a category, and for every parameter of a model without lengthscales. */
  readonly lengthscales: Float64Array
  /**
   * Variance of a measurement, 0 if the model knows none, and of the function: a process's signal and sum over the
   * parameters, without its trends.
   */
  readonly noise: number
  readonly signal: number
  /** The predictions at m points. */
  readonly predict: (points: Float64Array, m: number) => Predictions
  /**
   * The predictions at the `size` points of the lowest means; `rows` says which they are, ascending. Left out where a
   * variance costs no more than a mean.
   */
  readonly predictLowest?: (
    points: Float64Array,
    m: number,
    size: number,
  ) => Predictions & { readonly rows: Int32Array }
  /**
   * The prediction at one point, with its gradients. The model owns it and fills it again at the next call. Left out
   * for a model whose predictions are steps.
   */
  readonly slope?: (x: Float64Array) => Readonly<Prediction>
}

/** A conditioned Gaussian process as a model. */
export function processModel(process: GaussianProcess): Model {
  const { n, weights, categories, noise, signal, additive } = process
  const workspace = workspaceOf(process)
  const prediction = predictionOf(process)
  return {
    d: weights.length,
    n,
    lengthscales: weights.map((weight, k) => (categories[k] ? 1 : 1 / Math.sqrt(weight))),
    noise,
    signal: signal + additive,
    predict: (points, m) => predictMany(process, points, m),
    predictLowest: (points, m, size) => predictLowest(process, points, m, size),
    slope: (x) => {
      predictInto(process, x, workspace, prediction)
      return prediction
    },
  }
}

/**
 * A random forest as a model.
 *
 * @param n     number of rows that it was fitted to
 * @param part  `all` of the variance, or the `epistemic` part: how far the trees disagree, without what they call noise
 * @param floor  least variance
 */
export function forestModel(forest: RandomForest, n: number, part: 'all' | 'epistemic' = 'all', floor = 0): Model {
  return {
    ...modelOfSteps(forest.d, n),
    predict: (points, m) => {
      const means = new Float64Array(m)
      const variances = new Float64Array(m)
      const within = part === 'epistemic' ? new Float64Array(m) : undefined
      predictForestInto(forest, points, m, means, variances, within)
      for (let c = 0; c < m; c++) variances[c] = Math.max(variances[c]! - (within?.[c] ?? 0), floor) + SMALLEST_VARIANCE
      return { means, variances }
    },
  }
}

/** Boosted quantiles as a model. */
export function boostedModel(boosted: BoostedTrees, n: number): Model {
  return {
    ...modelOfSteps(boosted.d, n),
    predict: (points, m) => {
      const predictions = { means: new Float64Array(m), variances: new Float64Array(m) }
      predictBoostedInto(boosted, points, m, predictions.means, predictions.variances)
      return predictions
    },
  }
}

/** A constant as a model. */
export function constantModel(constant: Constant, n: number): Model {
  return {
    ...modelOfSteps(constant.d, n),
    predict: (_, m) => {
      const predictions = { means: new Float64Array(m), variances: new Float64Array(m) }
      predictConstantInto(constant, m, predictions.means, predictions.variances)
      for (let c = 0; c < m; c++) predictions.variances[c] = predictions.variances[c]! + SMALLEST_VARIANCE
      return predictions
    },
  }
}

/** What is the same for all models without lengthscales; their targets are standardized. */
function modelOfSteps(d: number, n: number): Omit<Model, 'predict'> {
  return { d, n, lengthscales: new Float64Array(d).fill(1), noise: 0, signal: 1 }
}
