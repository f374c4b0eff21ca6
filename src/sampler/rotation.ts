/**
 * The models that take turns: no one warp of the objective serves all purposes.
 *
 *   plain    no warp: keeps a quadratic basin quadratic, so that the last digits come fast
 *   smooth   Yeo-Johnson and a floor under the noise: sees through ripples and over cliffs, where there are any
 *   best     the warp of the highest evidence, chosen anew as observations come in
 *
 * What each has learned goes on to later suggestions (`basis.ts`): its hyperparameters in thousandths, the chosen warp, and how
 * many observations there were at that time.
 */

import type { Axes } from '../space/axes.ts'
import type { Observations } from '../surrogate/evidence.ts'
import { fitHyperparameters } from '../surrogate/gaussian-process.ts'
import {
  allowsSum,
  allowsTrend,
  logNoiseBySignal,
  logVariancesOf,
  priorOf,
  withLogVariances,
} from '../surrogate/hyperparameters.ts'
import type { Prior, PriorOptions } from '../surrogate/hyperparameters.ts'
import { warped } from '../surrogate/warp.ts'
import type { Warp } from '../surrogate/warp.ts'
import { evenly } from './model-set.ts'

export const ROLES = ['plain', 'smooth', 'best'] as const
export type Role = (typeof ROLES)[number]

/** What a role knows of earlier fits. */
export interface Learned {
  readonly theta: readonly number[]
  /** Observations at the last fit. */
  readonly fitted: number
  /** Which of `WARPS` the role `best` has chosen, and with how many observations. */
  readonly warp?: number
  readonly chosen?: number
}

/** A model's data and hyperparameters, ready to be conditioned. */
export interface Fitted {
  readonly observations: Observations
  readonly learned: Learned
}

export const WARPS: readonly Warp[] = [
  { kind: 'identity' },
  { kind: 'yeo-johnson' },
  { kind: 'log', scale: 1 },
  { kind: 'log', scale: 0.1 },
]

/** Medians of the variances of a linear and a quadratic trend. */
const TREND: readonly [number, number] = [0.1, 0.1]

/** Median of the variance of a sum of functions of one parameter each. */
const ADDITIVE = 0.5

/** Of a model that takes small differences of neighbours for noise. */
const SMOOTH: PriorOptions = { trend: TREND, noise: { median: Math.exp(-2), spread: 1, floor: 0.02 } }

export const PRIORS: Record<Role, PriorOptions> = {
  plain: { trend: TREND },
  smooth: SMOOTH,
  best: { additive: ADDITIVE },
}

/** Fits and choices of a warp are worth their cost when there is so much more to learn from: one in so many. */
const REFIT_SHARE = 20
const CHOICE_SHARE = 8

/** Gradient steps that each warp of a choice has, for a start that serves another one. */
const CHOICE_ITERATIONS = 5

const LARGEST_FIT = 120

/** Most pairs of observations, times parameters, that a fit compares. */
const LARGEST_PAIRS = 1.5e6

/** ln variances where a trend explains nearly all. */
const TRENDING = { signal: -3, noise: -9, linear: 1, quadratic: 1 }

/** ln of signal over noise below which there is much noise. */
const MUCH_NOISE = 2

/** ln of noise over signal below which there is none. */
const CLEAR = -9

const IDENTITY = 0
const YEO_JOHNSON = 1

const COLD_ITERATIONS = 40
const WARM_ITERATIONS = 12

/** Multiplications of one fit, about; an exponential counts for some. But so many iterations at least. */
const LARGEST_EFFORT = 2.5e7
const EXPONENTIAL = 6
const SHORTEST_FIT = 6

/** Whether a fit found next to no noise: the logarithm of noise over signal is below `limit`. */
export function isClear(learned: Learned | undefined, limit = CLEAR): boolean {
  return learned !== undefined && logNoiseBySignal(learned.theta) < limit
}

/** An unordered choice of k values counts for up to three parameters: each value says something of its own. */
export function effectiveDimension(axes: Axes): number {
  return axes.list.reduce(
    (sum, axis) => sum + (axis.count === 1 ? 0 : axis.kind === 'category' ? Math.min(axis.count - 1, 3) : 1),
    0,
  )
}

/** Fits the model of a role to `y` (of `n` observations in all) from what the role has learned so far; `effort` is the share of the usual cost. */
export function fitRole(
  role: Role,
  points: Float64Array,
  y: Float64Array,
  n: number,
  categories: readonly boolean[],
  effective: number,
  learned?: Learned,
  effort = 1,
): Fitted {
  const prior = priorOf(categories.length, effective, PRIORS[role])
  const under = (warp: number): { observations: Observations; logJacobian: number } => {
    const { values, logJacobian } = warped(y, WARPS[warp]!)
    return { observations: { points, values, categories }, logJacobian }
  }
  const isFresh = learned !== undefined && n < learned.fitted + Math.max(1, Math.floor(n / REFIT_SHARE))
  if (role !== 'best') {
    const { observations } = under(role === 'plain' ? IDENTITY : YEO_JOHNSON)
    return {
      observations,
      learned: isFresh ? learned : { theta: fitTheta(observations, prior, learned?.theta, effort).theta, fitted: n },
    }
  }
  if (learned?.warp !== undefined && n < learned.chosen! + Math.max(4, Math.floor(n / CHOICE_SHARE))) {
    const { observations } = under(learned.warp)
    return {
      observations,
      learned: isFresh
        ? learned
        : { ...learned, theta: fitTheta(observations, prior, learned.theta, effort).theta, fitted: n },
    }
  }
  let best: { warp: number; theta: readonly number[]; evidence: number } | undefined
  for (let warp = 0; warp < WARPS.length; warp++) {
    const { observations, logJacobian } = under(warp)
    const start = learned?.theta ?? best?.theta
    const { theta, logPosterior } = fitTheta(observations, prior, start, effort, start && CHOICE_ITERATIONS)
    const evidence = logPosterior + logJacobian
    if (best === undefined || evidence > best.evidence) best = { warp, theta, evidence }
  }
  const { observations } = under(best!.warp)
  return {
    observations,
    learned: {
      theta: fitTheta(observations, prior, best!.theta, effort).theta,
      fitted: n,
      warp: best!.warp,
      chosen: n,
    },
  }
}

/** The warp of a role's values. */
export function warpOf(role: Role, learned: Learned): Warp {
  return WARPS[role === 'plain' ? IDENTITY : role === 'smooth' ? YEO_JOHNSON : (learned.warp ?? IDENTITY)]!
}

/**
 * Hyperparameters from where the last fit ended, or from the prior's mode.
 *
 * @param share   of the effort that one fit may cost
 * @param wanted  iterations; with as many as usual it looks at the other mode of the noise now and then
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
  const fewer = thinned(observations, Math.min(LARGEST_FIT, Math.floor(Math.sqrt(LARGEST_PAIRS / perPair))))
  const n = fewer.values.length
  const start = warm === undefined ? prior.mean : Float64Array.from(warm)
  const affordable = Math.floor((share * LARGEST_EFFORT) / (n * n * (perPair + n / 2)))
  // Modes of the evidence that are far from each other: what has settled in one looks at another now and then.
  const isFull = affordable >= wanted && (warm === undefined || wanted === WARM_ITERATIONS)
  const starts = [start]
  if (isFull && (warm === undefined || n % 2 === 0)) starts.push(otherNoise(start, prior))
  if (isFull && allowsTrend(prior) && (warm === undefined || n % 2 === 1)) starts.push(mostlyTrend(start, prior))
  const { theta, logPosterior } = fitHyperparameters(
    fewer,
    prior,
    starts,
    Math.max(Math.min(wanted, Math.floor(affordable / starts.length)), SHORTEST_FIT),
  )
  return { theta: inThousandths(theta), logPosterior }
}

/** Hyperparameters as a basis keeps them: digits beyond say nothing, and cost bytes in each slot. */
export const inThousandths = (theta: Float64Array): number[] => Array.from(theta, (t) => Math.round(1000 * t) / 1000)

/** A start where the trend explains nearly all: a bowl has that or, nearly as well, lengthscales and a signal without end. */
function mostlyTrend(theta: Float64Array, prior: Prior): Float64Array {
  const noise = Math.min(logVariancesOf(theta).noise, TRENDING.noise)
  return withLogVariances(theta, { ...TRENDING, noise: Math.max(logVariancesOf(prior.low).noise, noise) })
}

/** A start in the other mode of the noise: with half of the signal for noise, or, where much is noise already, the prior's mode, which has little. */
function otherNoise(theta: Float64Array, prior: Prior): Float64Array {
  const { signal, noise } = logVariancesOf(theta)
  if (noise > signal - MUCH_NOISE) return prior.mean
  return withLogVariances(theta, { noise: signal - Math.LN2 })
}

/** Hyperparameters need fewer observations than predictions do. */
function thinned(observations: Observations, size: number): Observations {
  const { points, values, categories } = observations
  if (values.length <= size) return observations
  const d = categories.length
  const kept = evenly(Array.from(values.keys()), size)
  const fewer = new Float64Array(kept.length * d)
  for (const [i, row] of kept.entries()) fewer.set(points.subarray(row * d, (row + 1) * d), i * d)
  return { points: fewer, values: Float64Array.from(kept, (row) => values[row]!), categories }
}
