/**
 * What the maximizer maximizes: how much a point is worth by one model, and whatever else that is multiplied with.
 *
 * An acquisition is the logarithm of a positive worth, and a term the logarithm of a factor. So the odds of a value, a
 * belief and a cost are added, whatever the acquisition.
 */

import type { Model, Predictions } from '../surrogate/model.ts'
import type { Acquisition, AcquisitionValue } from './acquisition.ts'
import type { JointAcquisition, JointValue } from './hypervolume.ts'

/** A function of points to be maximized. Its values are logarithms, like those of acquisitions. */
export interface Criterion {
  readonly d: number
  /** d: the lengthscale of a number, 1 for a category. */
  readonly lengthscales: Float64Array
  /** The values at m points, the rows of `points`. */
  readonly values: (points: Float64Array, m: number) => Float64Array
  /** The values at the `size` points that are most promising, or at more; `rows` says which they are, ascending. */
  readonly promising: (
    points: Float64Array,
    m: number,
    size: number,
  ) => { readonly rows: Int32Array; readonly values: Float64Array }
  /** The value at one point; fills its gradient. Left out where predictions are steps. */
  readonly slope?: (x: Float64Array, gradient: Float64Array) => number
  /**
   * The same with edges that are at least this wide, in deviations of the values. Left out where no term has an edge.
   */
  readonly softened?: (width: number) => Criterion
}

/** The logarithm of a factor of a point's worth: the odds of a value, a belief, a cost. */
export interface Term {
  readonly name: string
  /** The values at m points, the rows of `points`. */
  readonly values: (points: Float64Array, m: number) => Float64Array
  /** The value at one point; adds to the gradient. Left out of a term of steps. */
  readonly slope?: (x: Float64Array, gradient: Float64Array) => number
  /** Whether it may rule out all points of the lowest means. Then all candidates are evaluated in full. */
  readonly looksFar?: boolean
  /** The same with an edge that is at least this wide, in deviations of the values. Left out of a term without edge. */
  readonly softened?: (width: number) => Term
}

/**
 * The criterion of a model.
 *
 * @param terms  what is added to the acquisition
 */
export function criterionOf(model: Model, acquisition: Acquisition, terms: readonly Term[] = []): Criterion {
  const { d, lengthscales, predictLowest } = model
  const acquired: AcquisitionValue = { value: 0, byMean: 0, byDeviation: 0 }
  const valuesOf = ({ means, variances }: Predictions, points: Float64Array): Float64Array => {
    const values = means.map((mean, c) => {
      acquisition(mean, Math.sqrt(variances[c]!), acquired)
      return acquired.value
    })
    return withTerms(values, points, terms)
  }
  const looksFar = acquisition.looksFar === true || terms.some((term) => term.looksFar === true)
  const slope = slopeOf(model, acquisition, terms)
  return {
    d,
    lengthscales,
    values: (points, m) => valuesOf(model.predict(points, m), points),
    promising: (points, m, size) => {
      // Where a variance costs no more than a mean, a shortlist would save nothing.
      if (predictLowest === undefined || looksFar) {
        return { rows: allRows(m), values: valuesOf(model.predict(points, m), points) }
      }
      const lowest = predictLowest(points, m, size)
      return { rows: lowest.rows, values: valuesOf(lowest, pickRows(points, lowest.rows, d)) }
    },
    ...(slope && { slope }),
    ...softenedWith(terms, (softer) => criterionOf(model, acquisition, softer)),
  }
}

/** A criterion with softer edges, if a term has an edge. */
function softenedWith(
  terms: readonly Term[],
  criterionWith: (terms: readonly Term[]) => Criterion,
): Pick<Criterion, 'softened'> {
  if (terms.every((term) => term.softened === undefined)) return {}
  return { softened: (width) => criterionWith(terms.map((term) => term.softened?.(width) ?? term)) }
}

/**
 * The criterion of several models, one for each objective.
 *
 * @param models  of the same space, in the order of the acquisition's means
 * @param terms   what is added to the acquisition
 */
export function jointCriterionOf(
  models: readonly Model[],
  acquisition: JointAcquisition,
  terms: readonly Term[] = [],
): Criterion {
  const { d } = models[0]!
  const count = models.length
  const [means, deviations] = [new Float64Array(count), new Float64Array(count)]
  const acquired: JointValue = { value: 0, byMeans: new Float64Array(count), byDeviations: new Float64Array(count) }
  const values = (points: Float64Array, m: number): Float64Array => {
    const predicted = models.map((model) => model.predict(points, m))
    const worth = Float64Array.from({ length: m }, (_, c) => {
      for (const [k, prediction] of predicted.entries()) {
        means[k] = prediction.means[c]!
        deviations[k] = Math.sqrt(prediction.variances[c]!)
      }
      acquisition(means, deviations, false, acquired)
      return acquired.value
    })
    return withTerms(worth, points, terms)
  }
  const predicts = models.map((model) => model.slope)
  const slopes = terms.map((term) => term.slope)
  const slope = (x: Float64Array, gradient: Float64Array): number => {
    const predicted = predicts.map((predict) => predict!(x))
    for (const [k, { mean, variance }] of predicted.entries()) {
      means[k] = mean
      deviations[k] = Math.sqrt(variance)
    }
    acquisition(means, deviations, true, acquired)
    const { byMeans, byDeviations } = acquired
    gradient.fill(0)
    for (const [k, { meanGradient, varianceGradient }] of predicted.entries()) {
      for (let j = 0; j < d; j++)
        gradient[j]! +=
          byMeans[k]! * meanGradient[j]! + (byDeviations[k]! * varianceGradient[j]!) / (2 * deviations[k]!)
    }
    let { value } = acquired
    for (const more of slopes) value += more!(x, gradient)
    return value
  }
  const hasSlope = !predicts.includes(undefined) && !slopes.includes(undefined)
  return {
    d,
    // What is near in one objective may be far in another.
    lengthscales: models[0]!.lengthscales.map((_, j) => Math.min(...models.map((model) => model.lengthscales[j]!))),
    values,
    promising: (points, m) => ({ rows: allRows(m), values: values(points, m) }),
    ...(hasSlope && { slope }),
    ...softenedWith(terms, (softer) => jointCriterionOf(models, acquisition, softer)),
  }
}

/** Adds terms to values. */
function withTerms(values: Float64Array, points: Float64Array, terms: readonly Term[]): Float64Array {
  for (const term of terms) {
    const more = term.values(points, values.length)
    for (let c = 0; c < values.length; c++) values[c]! += more[c]!
  }
  return values
}

const allRows = (m: number): Int32Array => Int32Array.from({ length: m }, (_, c) => c)

/** The value at one point with its gradient; undefined if the model or a term has no slope. */
function slopeOf(model: Model, acquisition: Acquisition, terms: readonly Term[]): Criterion['slope'] {
  const predict = model.slope
  const slopes = terms.map((term) => term.slope)
  if (predict === undefined || slopes.includes(undefined)) return undefined
  const acquired: AcquisitionValue = { value: 0, byMean: 0, byDeviation: 0 }
  return (x, gradient) => {
    const { mean, variance, meanGradient, varianceGradient } = predict(x)
    const deviation = Math.sqrt(variance)
    acquisition(mean, deviation, acquired)
    for (let k = 0; k < model.d; k++) {
      gradient[k] = acquired.byMean * meanGradient[k]! + (acquired.byDeviation * varianceGradient[k]!) / (2 * deviation)
    }
    let { value } = acquired
    for (const slope of slopes) value += slope!(x, gradient)
    return value
  }
}

/** Some rows of a matrix, as a matrix. */
function pickRows(points: Float64Array, rows: Int32Array, d: number): Float64Array {
  const picked = new Float64Array(rows.length * d)
  for (const [i, c] of rows.entries()) picked.set(points.subarray(c * d, (c + 1) * d), i * d)
  return picked
}
