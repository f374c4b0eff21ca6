/**
 * One objective as a model sees it, over the whole space: the posterior that everything in this folder asks.
 *
 *   x      d       a model point (`space/axes.ts`)
 *   μ, Σ           mean and covariance of the function, as the model sees values: to be minimized, of deviation 1
 */

import { intervalAround, oddsAt } from '../../sampler/model-view.ts'
import { TWO_SIDED_95 } from '../../sampler/judge.ts'
import type { Judge } from '../../sampler/judge.ts'
import type { Interval } from '../../sampler/explanation.ts'
import type { Limit } from '../../sampler/limit.ts'
import { isSafe } from '../../sampler/safety.ts'
import type { Judgment } from '../../sampler/safety.ts'
import type { Axes } from '../../space/axes.ts'
import type { GaussianProcess } from '../../surrogate/gaussian-process.ts'
import { jointPosterior } from '../../surrogate/joint-posterior.ts'
import { bounded, predictMeans } from '../../surrogate/prediction.ts'

/** A place is trusted to meet a constraint with at least this probability. */
const LIKELY = 0.5

/** The variance of a difference is at least this fraction of the variances: below it there are only rounding errors. */
const ROUNDING = 1e-10

/** What stands against a place, whatever its value. */
export interface Risks {
  /** Where trials fail; undefined while none has. */
  readonly safety: Judgment | undefined
  /** What is known about each constraint. */
  readonly limits: readonly Limit[]
}

export interface Surface {
  /** With the conditions of the space, if there are any. */
  readonly axes: Axes
  readonly judge: Judge
  readonly process: GaussianProcess
  /** Where the recommended trial lies: cuts and contours go through it. */
  readonly center: Float64Array
  readonly risks: Risks
  /** A word for the random streams of this study and objective. */
  readonly token: string
}

/** The posterior at some points together. */
export interface Joint {
  readonly m: number
  /** m, μ */
  readonly means: Float64Array
  /** m × m, the lower triangle of Σ */
  readonly covariance: Float64Array
}

/** The posterior at the rows of a matrix. */
export function jointAt({ process }: Surface, points: Float64Array, m: number): Joint {
  return { m, means: predictMeans(process, points, m), covariance: jointPosterior(process, points, m).covariance }
}

/** The 95 % interval of the function around a mean, in the objective's unit. */
export function intervalAt({ judge, process }: Surface, mean: number, variance: number): Interval {
  return intervalAround(mean, TWO_SIDED_95 * Math.sqrt(bounded(process, variance)), judge.valueOf)
}

/** By how many deviations of their difference the function is lower at point b than at point a; 0 at the same point. */
export function dropBetween({ m, means, covariance }: Joint, a: number, b: number): number {
  const at = (i: number, j: number): number => covariance[Math.max(i, j) * m + Math.min(i, j)]!
  const drop = means[a]! - means[b]!
  if (a === b || drop === 0) return 0
  const variance = at(a, a) + at(b, b) - 2 * at(a, b)
  return drop / Math.sqrt(Math.max(variance, ROUNDING * (at(a, a) + at(b, b)), Number.MIN_VALUE))
}

/** Whether the conditions of the space allow a point. */
export const isAllowed = ({ axes }: Surface, x: Float64Array): boolean => axes.allowed?.holds(x) !== false

/** Whether a trial at a point may be expected to count: it is allowed, gives a value and meets all constraints. */
export function isTrusted(surface: Surface, x: Float64Array): boolean {
  const { safety, limits } = surface.risks
  if (!isAllowed(surface, x) || (safety !== undefined && !isSafe(safety, x))) return false
  const { constraints = {} } = oddsAt({ safety: undefined, limits, price: undefined }, x)
  return Object.values(constraints).every((odds) => odds >= LIKELY)
}
