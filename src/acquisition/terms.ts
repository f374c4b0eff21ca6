/** What the worth of a point is multiplied with, as logarithms that are added to an acquisition. */

import { normalLogCdf, normalLogDensity } from '../numerics/special.ts'
import type { GaussianProcess } from '../surrogate/gaussian-process.ts'
import { processModel } from '../surrogate/model.ts'
import type { Model } from '../surrogate/model.ts'
import type { Term } from './criterion.ts'

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

/** What is known about where trials succeed. */
export interface Safety {
  /** A model of the labels 1 (gave a value) and −1 (failed). */
  readonly model: GaussianProcess
  /** A point is safe if its predicted label is above this. */
  readonly least: number
}

/**
 * The probability that a trial gives a value, at the distance from failures that is kept at the moment.
 *
 * @param name  what `safety` is about, if not failures
 */
export const feasibility = ({ model, least }: Safety, name = 'works'): Term =>
  odds(name, processModel(model), least, LABEL_NOISE, CAUTION, MARGIN)

/**
 * The probability that what a model predicts lies above a limit.
 *
 * @param least   the limit, in the units of the model
 * @param noise   added to the predicted variance
 * @param power   exponent of the probability
 * @param margin  added to the limit
 */
export function odds(name: string, model: Model, least: number, noise: number, power: number, margin = 0): Term {
  return sideOf(name, model, 1, (mean) => mean - least - margin, noise, power)
}

/**
 * The probability that what a model predicts is at most a limit: a declared constraint. The lowest values of an
 * objective may all lie beyond it, so that all candidates are evaluated in full.
 *
 * @param most  the limit, in the units of the model
 */
export function within(name: string, model: Model, most: number): Term {
  const withWidth = (width: number): Term => ({
    ...sideOf(name, model, -1, (mean) => most - mean, width * width, 1),
    looksFar: true,
  })
  return { ...withWidth(0), softened: withWidth }
}

/**
 * The probability of one side of a limit.
 *
 * @param side    the slope of `excess`
 * @param excess  how far a mean is on that side
 */
function sideOf(
  name: string,
  { d, predict, slope }: Model,
  side: 1 | -1,
  excess: (mean: number) => number,
  noise: number,
  power: number,
): Term {
  return {
    name,
    values: (points, m) => {
      const { means, variances } = predict(points, m)
      return means.map((mean, c) => power * normalLogCdf(excess(mean) / Math.sqrt(variances[c]! + noise)))
    },
    ...(slope && {
      slope: (x: Float64Array, gradient: Float64Array) => {
        const { mean, variance, meanGradient, varianceGradient } = slope(x)
        const spread = Math.sqrt(variance + noise)
        const above = excess(mean)
        const z = above / spread
        const logProbability = normalLogCdf(z)
        // d/dz of p ln Φ(z) is p φ(z) / Φ(z).
        const hazard = power * Math.exp(normalLogDensity(z) - logProbability)
        for (let k = 0; k < d; k++)
          gradient[k]! +=
            hazard * ((side * meanGradient[k]!) / spread - (0.5 * above * varianceGradient[k]!) / spread ** 3)
        return power * logProbability
      },
    }),
  }
}

/**
 * A price: the expectation of T to the power of −p, where the logarithm of the duration T of a trial is predicted as
 * normal. With p = 1, a worth becomes a worth per second; with more, what is cheap counts for more than that; with
 * p = 0, durations do not matter.
 *
 *   ln E[T⁻ᵖ] = −p u μ + ½ (p u)² σ²
 *
 * Source: Snoek, Larochelle & Adams 2012, "Practical Bayesian optimization", section 3.2 (p = 1); Lee, Perrone,
 * Archambeau & Seeger 2020, "Cost-aware Bayesian optimization", section 3.2 (p falls from 1 to 0).
 *
 * @param unit   u, how much ln T changes where the model's value changes by 1
 * @param power  p
 */
export function perSecond({ d, predict, slope }: Model, unit: number, power: number): Term {
  const byMean = -power * unit
  const byVariance = byMean ** 2 / 2
  return {
    name: 'seconds',
    looksFar: true,
    values: (points, m) => {
      const { means, variances } = predict(points, m)
      return means.map((mean, c) => byMean * mean + byVariance * variances[c]!)
    },
    ...(slope && {
      slope: (x: Float64Array, gradient: Float64Array) => {
        const { mean, variance, meanGradient, varianceGradient } = slope(x)
        for (let k = 0; k < d; k++) gradient[k]! += byMean * meanGradient[k]! + byVariance * varianceGradient[k]!
        return byMean * mean + byVariance * variance
      },
    }),
  }
}
