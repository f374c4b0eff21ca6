/**
 * The hyperparameters θ of a Gaussian process: their layout, and what is believed about them before any observation.
 *
 *   θ   d + 5   ln lengthscale of each parameter, then ln variances: of the signal, the noise, a linear trend, a
 *               quadratic trend, and a sum of functions of one parameter each
 *
 * Only this file decides the layout; others read θ with its functions, or with its constants in loops that must not
 * allocate. Under the prior every entry is normal and independent of the others. Observations are standardized and
 * parameters lie in the unit cube. The median lengthscale grows with the square root of the dimension, as the distance
 * between two random points does.
 *
 * Source for the growth: Hvarfner et al. 2024, "Vanilla Bayesian optimization performs great in high dimensions". The
 * factor 0.37 and the other constants were measured (test/benchmark/README.md).
 */

import type { GivenCorrelation, KernelName } from './correlation.ts'

/** Places of the ln variances in θ, counted from the end of the d lengthscales. */
export const SIGNAL = 0
export const NOISE = 1
export const LINEAR = 2
export const QUADRATIC = 3
export const ADDITIVE = 4

/** Number of variances in θ. */
export const VARIANCES = 5

/** ln variance of a component that the model does not have. */
const ABSENT = -25

/** A trend or sum of a smaller variance is lost in rounding errors and counts as absent. */
const SMALLEST_VARIANCE = 1e-9

/** With a shorter lengthscale an observation says nothing about points at 1 % of a parameter's range from it. */
const LEAST_LOG_LENGTHSCALE = Math.log(0.01)

/** With a longer lengthscale the function hardly depends on the parameter within its range. */
const MOST_LOG_LENGTHSCALE = Math.log(50)

/** With less signal, 1 % of the observations' variance, only noise and trend would be left. */
const LEAST_LOG_SIGNAL = Math.log(0.01)

/** The variance of signal, trend or sum may exceed that of the observations, which see only a part of the function. */
const MOST_LOG_VARIANCE = Math.log(50)

/** Observations have variance 1: at this bound noise explains all of it. */
const MOST_LOG_NOISE = Math.log(2)

/** The form of a process unless another one is asked for. */
export const DEFAULT_FORM: Form = { kernel: 'matern52', mean: 'learned' }

/** The least noise variance of a fit. With less the covariances of points that are close could not be told apart. */
export const LEAST_NOISE = 1e-6

/** Suits an objective that is measured almost without noise; the spread lets the observations say otherwise. */
const DEFAULT_NOISE = { median: Math.exp(-7), spread: 2, floor: LEAST_NOISE }

/** Median lengthscale for one parameter; see the header. */
const DEFAULT_LENGTHSCALE = 0.37

/** The variances of a model, or their logarithms. */
export interface Variances {
  readonly signal: number
  readonly noise: number
  readonly linear: number
  readonly quadratic: number
  readonly additive: number
}

/** What a process is besides its hyperparameters. */
export interface Form {
  /** The kernel of the signal, and of the sum over the parameters. */
  readonly kernel: KernelName | GivenCorrelation
  /**
   * The mean before any observation: a constant that is unknown and learned with the rest, or one that is taken for
   * known. That may be the mean, the best or the worst of the values, or a number in their units (`Warped.forward`).
   */
  readonly mean: 'learned' | 'mean' | 'best' | 'worst' | number
}

/** Hyperparameters that are given. A fit keeps them. */
export interface Fixed {
  /** In units of a parameter's range: one for all parameters, or one for each. */
  readonly lengthscale?: number | readonly number[]
  /** Variances, in units of the values' variance; 0 means as little as can be computed with. */
  readonly signal?: number
  readonly noise?: number
}

export interface Prior {
  readonly form: Form
  /** Each has the length of θ: mean and standard deviation of its entries, and the bounds that they keep to. */
  readonly mean: Float64Array
  readonly deviation: Float64Array
  readonly low: Float64Array
  readonly high: Float64Array
}

export interface PriorOptions {
  /** Median lengthscale in units of √d; default 0.37. */
  readonly lengthscale?: number
  /** Noise variance: its median, the standard deviation of its logarithm, and its lower bound. */
  readonly noise?: { readonly median: number; readonly spread: number; readonly floor: number }
  /** Median variances of a linear and a quadratic trend; by default the model has no trend. */
  readonly trend?: readonly [linear: number, quadratic: number]
  /** Median variance of a sum of functions of one parameter each; by default the model has no such sum. */
  readonly additive?: number
  readonly fixed?: Fixed
  /** Default `DEFAULT_FORM`. */
  readonly form?: Partial<Form>
}

/** Length of θ for d parameters. */
export function lengthOfTheta(d: number): number {
  return d + VARIANCES
}

/** Number of parameters d that a θ is for. */
export function dimensionOf(theta: ArrayLike<unknown>): number {
  return theta.length - VARIANCES
}

/** The weight 1 / lengthscale² of each of the d parameters. */
export function weightsOf(theta: ArrayLike<number>): Float64Array {
  const weights = new Float64Array(dimensionOf(theta))
  weightsInto(theta, weights)
  return weights
}

/** Fills `weights` (d) with the weight 1 / lengthscale² of each parameter. */
export function weightsInto(theta: ArrayLike<number>, weights: Float64Array): void {
  for (let k = 0; k < weights.length; k++) weights[k] = Math.exp(-2 * theta[k]!)
}

/** The ln variances in θ. */
export function logVariancesOf(theta: ArrayLike<number>): Variances {
  const d = dimensionOf(theta)
  return {
    signal: theta[d + SIGNAL]!,
    noise: theta[d + NOISE]!,
    linear: theta[d + LINEAR]!,
    quadratic: theta[d + QUADRATIC]!,
    additive: theta[d + ADDITIVE]!,
  }
}

/** A copy of θ in which some ln variances are replaced. */
export function withLogVariances(theta: Float64Array, changed: Partial<Variances>): Float64Array {
  const d = dimensionOf(theta)
  const { signal, noise, linear, quadratic, additive } = { ...logVariancesOf(theta), ...changed }
  const copy = Float64Array.from(theta)
  copy.set([signal, noise, linear, quadratic, additive], d + SIGNAL)
  return copy
}

/**
 * ln of noise variance over signal variance: the scale on which a fit is called noisy or clear. A sum over the
 * parameters is not counted as signal.
 */
export function logNoiseBySignal(theta: ArrayLike<number>): number {
  const d = dimensionOf(theta)
  return theta[d + NOISE]! - theta[d + SIGNAL]!
}

/** Whether a model has a trend. */
export function hasTrend({ linear, quadratic }: Variances): boolean {
  return linear > SMALLEST_VARIANCE || quadratic > SMALLEST_VARIANCE
}

/** Whether a model has a sum over the parameters. */
export function isAdditive({ additive }: Variances): boolean {
  return additive > SMALLEST_VARIANCE
}

/** Whether a prior leaves the noise to the fit. */
export function fitsNoise({ low, high }: Prior): boolean {
  const place = dimensionOf(low) + NOISE
  return high[place]! > low[place]!
}

/** Whether a prior allows a trend. */
export function allowsTrend({ low, high }: Prior): boolean {
  const place = dimensionOf(low) + QUADRATIC
  return high[place]! > low[place]!
}

/** Whether a prior allows a sum over the parameters. */
export function allowsSum({ low, high }: Prior): boolean {
  const place = dimensionOf(low) + ADDITIVE
  return high[place]! > low[place]!
}

/**
 * The prior for d parameters.
 *
 * @param effective  number of parameters for the lengthscale: an unordered choice may count for more than one
 * @throws RangeError for fixed lengthscales of another number of parameters
 */
export function priorOf(d: number, effective: number, options: PriorOptions = {}): Prior {
  const prior = { form: formOf(options), ...freePrior(d, effective, options) }
  if (options.fixed !== undefined) fixIn(prior, d, options.fixed)
  return prior
}

/** The form that options ask for. */
export function formOf({ form }: PriorOptions): Form {
  return { ...DEFAULT_FORM, ...form }
}

/** Makes given hyperparameters both bounds and mean of a prior. */
function fixIn({ mean, low, high }: Omit<Prior, 'form'>, d: number, { lengthscale, signal, noise }: Fixed): void {
  const fix = (place: number, value: number | undefined): void => {
    if (value === undefined) return
    const logarithm = Math.max(Math.log(value), ABSENT)
    for (const vector of [mean, low, high]) vector[place] = logarithm
  }
  if (typeof lengthscale === 'object' && lengthscale.length !== d)
    throw new RangeError(`'lengthscale': must be one number, or ${d} for ${d} parameters, got ${lengthscale.length}`)
  for (let k = 0; k < d; k++) fix(k, typeof lengthscale === 'object' ? lengthscale[k] : lengthscale)
  fix(d + SIGNAL, signal)
  fix(d + NOISE, noise)
}

/** The prior before anything is fixed. */
function freePrior(d: number, effective: number, options: PriorOptions): Omit<Prior, 'form'> {
  const { lengthscale = DEFAULT_LENGTHSCALE, noise = DEFAULT_NOISE, trend, additive } = options
  const mostTrend = trend === undefined ? ABSENT : MOST_LOG_VARIANCE
  return {
    mean: thetaOf(d, {
      // The distance between random points grows with √d.
      lengthscale: Math.log(lengthscale) + 0.5 * Math.log(Math.max(effective, 1)),
      // Standardized observations have variance 1.
      signal: 0,
      noise: Math.log(noise.median),
      linear: trend === undefined ? ABSENT : Math.log(trend[0]),
      quadratic: trend === undefined ? ABSENT : Math.log(trend[1]),
      additive: additive === undefined ? ABSENT : Math.log(additive),
    }),
    deviation: thetaOf(d, {
      // One deviation is a factor of e: lengthscales differ between parameters.
      lengthscale: 1,
      // A factor of e: standardized observations tell the scale roughly.
      signal: 1,
      noise: noise.spread,
      // A factor of e²: how much of an objective is trend or sum is hardly known in advance.
      linear: 2,
      quadratic: 2,
      additive: 2,
    }),
    low: thetaOf(d, {
      lengthscale: LEAST_LOG_LENGTHSCALE,
      signal: LEAST_LOG_SIGNAL,
      noise: Math.log(noise.floor),
      linear: ABSENT,
      quadratic: ABSENT,
      additive: ABSENT,
    }),
    high: thetaOf(d, {
      lengthscale: MOST_LOG_LENGTHSCALE,
      signal: MOST_LOG_VARIANCE,
      noise: MOST_LOG_NOISE,
      // Where both bounds are ABSENT a fit cannot move the entry.
      linear: mostTrend,
      quadratic: mostTrend,
      additive: additive === undefined ? ABSENT : MOST_LOG_VARIANCE,
    }),
  }
}

/** A vector with the layout of θ: every lengthscale has the same entry. */
function thetaOf(d: number, entries: Variances & { readonly lengthscale: number }): Float64Array {
  const theta = new Float64Array(lengthOfTheta(d)).fill(entries.lengthscale, 0, d)
  const { signal, noise, linear, quadratic, additive } = entries
  theta.set([signal, noise, linear, quadratic, additive], d)
  return theta
}

/**
 * Returns ½ Σ ((θ − mean) / deviation)², minus the log density up to a constant, and adds its gradient to `gradient`.
 */
export function addPriorPenalty(theta: Float64Array, prior: Prior, gradient: Float64Array): number {
  let sum = 0
  for (let k = 0; k < theta.length; k++) {
    const z = (theta[k]! - prior.mean[k]!) / prior.deviation[k]!
    sum += 0.5 * z * z
    gradient[k] = gradient[k]! + z / prior.deviation[k]!
  }
  return sum
}
