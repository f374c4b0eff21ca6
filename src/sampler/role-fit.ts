/**
 * The fit of a role: from a sample of the observations, and from what the role has learned before, to its
 * hyperparameters.
 *
 * A fit starts where the last one ended, and is skipped while there is too little new to learn from. So the cost of a
 * suggestion stays bounded.
 */

import type { Axes, Axis } from '../space/axes.ts'
import type { Observations } from '../surrogate/evidence.ts'
import { fitHyperparameters } from '../surrogate/gaussian-process.ts'
import {
  allowsSum,
  allowsTrend,
  fitsNoise,
  logVariancesOf,
  priorOf,
  withLogVariances,
} from '../surrogate/hyperparameters.ts'
import type { Prior, PriorOptions } from '../surrogate/hyperparameters.ts'
import { warped } from '../surrogate/warp.ts'
import { evenly } from './model-set.ts'
import { isInNoisyMode } from './noise.ts'
import { placesOf, valuesOf } from './observations.ts'
import type { Observation } from './observations.ts'
import { inThousandths } from './role.ts'
import type { Learned, ProcessRole } from './role.ts'

/** Refit once the observations have grown by one in this many, and by at least one. */
const REFIT_SHARE = 20

/** Choose the warp again once the observations have grown by one in this many, and by at least `FEWEST_FOR_CHOICE`. */
const CHOICE_SHARE = 8
const FEWEST_FOR_CHOICE = 4

/** Gradient steps per candidate warp; each starts from hyperparameters fitted under another warp. */
const CHOICE_ITERATIONS = 5

/** Gradient steps of a fit without an earlier one, and of one that starts where the last one ended. */
const COLD_ITERATIONS = 40
const WARM_ITERATIONS = 12

/** A fit makes at least this many gradient steps from each start, even if they cost more than `LARGEST_EFFORT`. */
const FEWEST_ITERATIONS = 6

/** Most observations that a fit uses: hyperparameters need fewer of them than predictions do. */
const LARGEST_FIT = 120

/**
 * Most pairs of observations, times parameters, that a fit compares. A sum over parameters counts `EXPONENTIAL` times.
 */
const LARGEST_PAIRS = 1.5e6

/** A fit stops iterating after about this many multiplications. */
const LARGEST_EFFORT = 2.5e7

/** An exponential costs about as much as this many multiplications. */
const EXPONENTIAL = 6

/** A choice of k unordered values counts for k − 1 parameters, but for at most this many. */
const MOST_FOR_A_CHOICE = 3

/** ln variances where the trend explains nearly everything. */
const TRENDING = { signal: -3, noise: -9, linear: 1, quadratic: 1 }

/** What a role is fitted to. */
export interface Sample {
  /** m × d, the points of the chosen observations. */
  readonly points: Float64Array
  /** m, their values, to be minimized. */
  readonly y: Float64Array
  /** How many observations there are in all, of which these were chosen. */
  readonly n: number
  readonly categories: readonly boolean[]
  /** The number of parameters that the prior's lengthscale is made for. */
  readonly effective: number
}

/** A model's data and hyperparameters, ready to be conditioned. */
export interface Fitted {
  readonly observations: Observations
  readonly learned: Learned
  readonly prior: Prior
}

/**
 * The observations that a role is fitted to.
 *
 * @param n  how many observations there are in all
 */
export function sampleOf(chosen: readonly Observation[], n: number, axes: Axes): Sample {
  const points = placesOf(chosen, axes.list.length)
  return { points, y: valuesOf(chosen), n, categories: axes.categories, effective: effectiveDimension(axes) }
}

/**
 * The number of parameters as the prior counts them. An unordered choice counts for several: each value has its own
 * effect.
 */
export function effectiveDimension(axes: Axes): number {
  return axes.list.reduce((sum, axis) => sum + (axis.count === 1 ? 0 : dimensionOfAxis(axis)), 0)
}

/**
 * Fits a role.
 *
 * @param earlier  what the role has learned before; left out at its first fit
 * @param share    share of the usual effort that the fit may cost
 */
export function fitRole(role: ProcessRole, sample: Sample, earlier?: Learned, share = 1): Fitted {
  const { points, y, n, categories, effective } = sample
  const { warps } = role
  const under = (warp: number): Omit<Fitted, 'learned'> & { readonly logJacobian: number } => {
    const { values, logJacobian, forward } = warped(y, warps[warp]!)
    const prior = priorOf(categories.length, effective, inUnitsOf(forward, role.prior))
    return { observations: { points, values, categories }, prior, logJacobian }
  }
  const refitted = ({ observations, prior }: Omit<Fitted, 'learned'>, kept: Partial<Learned>): Fitted => {
    if (earlier !== undefined && n < earlier.fitted + Math.max(1, Math.floor(n / REFIT_SHARE)))
      return { observations, prior, learned: earlier }
    const { theta } = fitTheta(observations, prior, earlier?.theta, share)
    return { observations, prior, learned: { ...kept, theta, fitted: n } }
  }

  if (warps.length === 1) return refitted(under(0), {})
  if (earlier !== undefined) {
    const { warp, chosen } = earlier
    const growth = Math.max(FEWEST_FOR_CHOICE, Math.floor(n / CHOICE_SHARE))
    if (warp !== undefined && chosen !== undefined && n < chosen + growth) return refitted(under(warp), earlier)
  }
  let best: { warp: number; theta: readonly number[]; evidence: number } | undefined
  for (let warp = 0; warp < warps.length; warp++) {
    const { observations, prior, logJacobian } = under(warp)
    const start = earlier?.theta ?? best?.theta
    const { theta, logPosterior } = fitTheta(observations, prior, start, share, start && CHOICE_ITERATIONS)
    const evidence = logPosterior + logJacobian
    if (best === undefined || evidence > best.evidence) best = { warp, theta, evidence }
  }
  const { warp, theta: start } = best!
  const { observations, prior } = under(warp)
  const { theta } = fitTheta(observations, prior, start, share)
  return { observations, prior, learned: { theta, fitted: n, warp, chosen: n } }
}

/** Hyperparameters as a process has them: those that are given are exact, whatever rounding has done to them. */
export function thetaOf({ learned, prior: { low, high } }: Fitted): Float64Array {
  return Float64Array.from(learned.theta, (t, k) => (low[k] === high[k] ? low[k]! : t))
}

/** A prior whose mean is in the units of the warped values. */
function inUnitsOf(forward: (y: number) => number, options: PriorOptions): PriorOptions {
  const mean = options.form?.mean
  return typeof mean === 'number' ? { ...options, form: { ...options.form, mean: forward(mean) } } : options
}

function dimensionOfAxis({ kind, count }: Axis): number {
  switch (kind) {
    case 'continuous':
    case 'grid':
      return 1
    case 'category':
      return Math.min(count - 1, MOST_FOR_A_CHOICE)
  }
  return kind satisfies never
}

/**
 * Hyperparameters from where the last fit ended, or from the prior's mode.
 *
 * The evidence has modes that are far from each other. A fit with its usual number of iterations therefore tries more
 * starts: a cold fit all of them, a warm one the other mode of the noise and a mode of mostly trend by turns.
 *
 * @param warm    where the last fit ended
 * @param share   share of the usual effort that the fit may cost
 * @param wanted  gradient steps from each start
 */
function fitTheta(
  observations: Observations,
  prior: Prior,
  warm: readonly number[] | undefined,
  share: number,
  wanted = warm === undefined ? COLD_ITERATIONS : WARM_ITERATIONS,
): { theta: readonly number[]; logPosterior: number } {
  const d = observations.categories.length
  const perPair = allowsSum(prior) ? EXPONENTIAL * d : d
  const size = Math.min(LARGEST_FIT, Math.floor(Math.sqrt(LARGEST_PAIRS / perPair)))
  const fewer = thinned(observations, size)
  const n = fewer.values.length
  const start = warm === undefined ? prior.mean : Float64Array.from(warm)
  // An iteration compares n² pairs, then factors and inverts a matrix of order n: about n³ / 2 multiplications.
  const affordable = Math.floor((share * LARGEST_EFFORT) / (n * n * (perPair + n / 2)))
  const isFull = affordable >= wanted && (warm === undefined || wanted === WARM_ITERATIONS)
  const starts = [start]
  if (isFull && fitsNoise(prior) && (warm === undefined || n % 2 === 0)) starts.push(otherNoise(start, prior))
  if (isFull && allowsTrend(prior) && (warm === undefined || n % 2 === 1)) starts.push(mostlyTrend(start, prior))
  const iterations = Math.max(Math.min(wanted, Math.floor(affordable / starts.length)), FEWEST_ITERATIONS)
  const { theta, logPosterior } = fitHyperparameters(fewer, prior, starts, iterations)
  return { theta: inThousandths(theta), logPosterior }
}

/**
 * A start where the trend explains nearly everything. Such a trend explains a bowl; long lengthscales with a large
 * signal explain it nearly as well, so a fit may settle there.
 */
function mostlyTrend(theta: Float64Array, prior: Prior): Float64Array {
  const noise = Math.min(logVariancesOf(theta).noise, TRENDING.noise)
  return withLogVariances(theta, { ...TRENDING, noise: Math.max(logVariancesOf(prior.low).noise, noise) })
}

/**
 * A start in the other mode of the noise: half of the signal's variance as noise or, where there is much noise already,
 * the prior's mode, which has little.
 */
function otherNoise(theta: Float64Array, prior: Prior): Float64Array {
  if (isInNoisyMode(theta)) return prior.mean
  return withLogVariances(theta, { noise: logVariancesOf(theta).signal - Math.LN2 })
}

/** At most `size` of the observations, at even distances. */
function thinned(observations: Observations, size: number): Observations {
  const { points, values, categories } = observations
  if (values.length <= size) return observations
  const d = categories.length
  const kept = evenly(Array.from(values.keys()), size)
  const fewer = new Float64Array(kept.length * d)
  for (const [i, row] of kept.entries()) fewer.set(points.subarray(row * d, (row + 1) * d), i * d)
  return { points: fewer, values: Float64Array.from(kept, (row) => values[row]!), categories }
}
