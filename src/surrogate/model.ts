/**
 * What acquisitions, terms and views ask of a model, whatever it is.
 *
 *   d, m      number of parameters, of points
 *   points    m × d, row-major
 */

import type { Random } from '../numerics/random.ts'
import { normalQuantile } from '../numerics/special.ts'
import { predictConstantInto } from './constant.ts'
import type { Constant } from './constant.ts'
import { drawnForest, drawnProcess } from './drawn-function.ts'
import type { GaussianProcess } from './gaussian-process.ts'
import { predictBoostedInto } from './gradient-boosting.ts'
import type { BoostedTrees } from './gradient-boosting.ts'
import { predictInto, predictLowest, predictMany, predictMeans, predictionOf, workspaceOf } from './prediction.ts'
import type { Prediction } from './prediction.ts'
import { predictForestInto } from './random-forest.ts'
import type { RandomForest } from './random-forest.ts'

/**
 * Added to the variance of a forest or a constant, in units of standardized values: trees can agree exactly by chance,
 * and values can be equal.
 */
const SMALLEST_VARIANCE = 1e-6

/** The variance of a function that was drawn: it is known, but variances are above 0. */
const KNOWN = 1e-12

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
  /**
   * One function drawn from what the model holds possible, as a model of its own that is sure of it.
   *
   * @param anchors  m × d: where a process is drawn; a forest needs none
   */
  readonly drawn: (anchors: Float64Array, m: number, random: Random) => Model
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
    drawn: (anchors, m, random) => knownModel(drawnProcess(process, anchors, m, random)),
  }
}

/** A process that was drawn. Its means are the function; to compute variances would cost much and tell nothing. */
function knownModel(process: GaussianProcess): Model {
  const { predictLowest: _, ...model } = processModel(process)
  return {
    ...model,
    predict: (points, m) => ({
      means: predictMeans(process, points, m),
      variances: new Float64Array(m).fill(KNOWN),
    }),
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
    drawn: (_anchors, _m, random) => forestModel(drawnForest(forest, random), n, part, floor),
  }
}

/** Boosted quantiles as a model. */
export function boostedModel(boosted: BoostedTrees, n: number): Model {
  return normalModel(boosted.d, n, (points, m, means, variances) =>
    predictBoostedInto(boosted, points, m, means, variances),
  )
}

/** A constant as a model. */
export function constantModel(constant: Constant, n: number): Model {
  return normalModel(constant.d, n, (_, m, means, variances) => {
    predictConstantInto(constant, m, means, variances)
    for (let c = 0; c < m; c++) variances[c] = variances[c]! + SMALLEST_VARIANCE
  })
}

/**
 * A model that knows a mean and a variance at each point, and nothing about two points together. A function drawn from
 * it is as many deviations from the mean everywhere.
 */
export function normalModel(
  d: number,
  n: number,
  into: (points: Float64Array, m: number, means: Float64Array, variances: Float64Array) => void,
): Model {
  const predict: Model['predict'] = (points, m) => {
    const predictions = { means: new Float64Array(m), variances: new Float64Array(m) }
    into(points, m, predictions.means, predictions.variances)
    return predictions
  }
  const drawn: Model['drawn'] = (_anchors, _m, random) => {
    const z = normalQuantile(Math.max(random.next(), Number.EPSILON))
    return normalModel(d, n, (points, m, means, variances) => {
      into(points, m, means, variances)
      for (let c = 0; c < m; c++) means[c] = means[c]! + z * Math.sqrt(variances[c]!)
      variances.fill(KNOWN, 0, m)
    })
  }
  return { ...modelOfSteps(d, n), predict, drawn }
}

/** What is the same for all models without lengthscales; their targets are standardized. */
function modelOfSteps(d: number, n: number): Omit<Model, 'predict' | 'drawn'> {
  return { d, n, lengthscales: new Float64Array(d).fill(1), noise: 0, signal: 1 }
}
