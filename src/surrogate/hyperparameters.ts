/**
 * The hyperparameters of a Gaussian process, and what is believed of them before any observation.
 *
 *   θ   d + 5   ln lengthscale of each parameter, ln signal variance, ln noise variance, ln variances of a linear and a quadratic trend
 *               and of a sum over the parameters
 *
 * Each is normal under the prior, independent of the others; observations are standardised, parameters in the unit cube. The
 * median lengthscale grows with the square root of the dimension, as the distance of two random points does.
 *
 * Source for the growth: Hvarfner et al. 2024, "Vanilla Bayesian optimization performs great in high dimensions"; the factor
 * 0.37 and the other constants were measured (test/benchmark/README.md).
 */

export interface Prior {
  /** d + 5 each: mean and deviation of θ, and the bounds that θ keeps to. */
  readonly mean: Float64Array
  readonly deviation: Float64Array
  readonly low: Float64Array
  readonly high: Float64Array
}

export interface PriorOptions {
  /** Median lengthscale in units of √d; default 0.37. */
  readonly lengthscale?: number
  /** Median, spread (of the logarithm) and lower bound of the noise variance. */
  readonly noise?: { readonly median: number; readonly spread: number; readonly floor: number }
  /** Median of the variances of a linear and a quadratic trend; default: there is none. */
  readonly trend?: readonly [linear: number, quadratic: number]
  /** Median of the variance of a sum of functions of one parameter each; default: there is none. */
  readonly additive?: number
}

/** Of an objective that is measured without noise, mostly; the spread lets the observations say otherwise. */
const NOISE = { median: Math.exp(-7), spread: 2, floor: 1e-6 }

/** ln of a variance that is none. */
const NO_TREND = -25

/** The prior for d parameters, of which the model sees `effective` (an unordered choice may count for more than one). */
export function priorOf(d: number, effective: number, options: PriorOptions = {}): Prior {
  const { lengthscale = 0.37, noise = NOISE, trend, additive } = options
  const fill = (ofLengthscale: number, ofSignal: number, ofNoise: number, ofTrends: readonly number[]): Float64Array =>
    Float64Array.of(...new Array<number>(d).fill(ofLengthscale), ofSignal, ofNoise, ...ofTrends)
  const none = [NO_TREND, NO_TREND]
  const sum = additive === undefined ? NO_TREND : Math.log(additive)
  return {
    mean: fill(Math.log(lengthscale) + 0.5 * Math.log(Math.max(effective, 1)), 0, Math.log(noise.median), [
      ...(trend?.map(Math.log) ?? none),
      sum,
    ]),
    deviation: fill(1, 1, noise.spread, [2, 2, 2]),
    low: fill(Math.log(0.01), Math.log(0.01), Math.log(noise.floor), [...none, NO_TREND]),
    high: fill(Math.log(50), Math.log(50), Math.log(2), [
      ...(trend === undefined ? none : [Math.log(50), Math.log(50)]),
      additive === undefined ? NO_TREND : Math.log(50),
    ]),
  }
}

/** ½ Σ ((θ − mean) / deviation)²: minus the log density up to a constant; its gradient is added to `gradient`. */
export function addPriorPenalty(theta: Float64Array, prior: Prior, gradient: Float64Array): number {
  let sum = 0
  for (let k = 0; k < theta.length; k++) {
    const z = (theta[k]! - prior.mean[k]!) / prior.deviation[k]!
    sum += 0.5 * z * z
    gradient[k] = gradient[k]! + z / prior.deviation[k]!
  }
  return sum
}
