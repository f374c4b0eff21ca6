/**
 * The roles of the Gaussian processes that take turns, as data. No single map of the values serves all purposes:
 *
 *   plain    the values as they are. A quadratic basin stays quadratic, so the last digits of its bottom come fast.
 *   smooth   Yeo-Johnson and a lower bound on the noise. It sees through ripples and over cliffs, where there are any.
 *   best     the warp of the highest evidence, chosen again as observations come in.
 *
 * What a role has learned is kept for later suggestions (`basis.ts`): its hyperparameters, the warp it chose, and how
 * many observations there were when it did.
 */

import type { PriorOptions } from '../surrogate/hyperparameters.ts'
import type { Warp } from '../surrogate/warp.ts'

export const ROLES = ['plain', 'smooth', 'best'] as const

/** The warps that the role `best` chooses from. A basis keeps their positions in this list, so their order is fixed. */
export const WARPS: readonly Warp[] = [
  { kind: 'identity' },
  { kind: 'yeo-johnson' },
  { kind: 'log', scale: 1 },
  { kind: 'log', scale: 0.1 },
]

const IDENTITY = 0
const YEO_JOHNSON = 1

/** The position in `WARPS` of the warp that a role always has; undefined for a role that chooses one. */
export const FIXED_WARPS: Readonly<Record<Role, number | undefined>> = {
  plain: IDENTITY,
  smooth: YEO_JOHNSON,
  best: undefined,
}

/** Median variances of a linear and a quadratic trend. */
const TREND: readonly [linear: number, quadratic: number] = [0.1, 0.1]

/** Median variance of a sum of functions of one parameter each. */
const ADDITIVE = 0.5

/** Prior of the noise variance of the role `smooth`, which must take small differences between neighbors for noise. */
const SMOOTHING_NOISE = { median: Math.exp(-2), spread: 1, floor: 0.02 }

/** What each role believes before any observation. */
export const PRIORS: Readonly<Record<Role, PriorOptions>> = {
  plain: { trend: TREND },
  smooth: { trend: TREND, noise: SMOOTHING_NOISE },
  best: { additive: ADDITIVE },
}

export type Role = (typeof ROLES)[number]

/** What a role knows from earlier fits. */
export interface Learned {
  /** Hyperparameters of the last fit, rounded to thousandths. */
  readonly theta: readonly number[]
  /** How many observations there were at the last fit. */
  readonly fitted: number
  /**
   * The warp that the role `best` has chosen, as its position in `WARPS`, and how many observations there were then.
   */
  readonly warp?: number
  readonly chosen?: number
}

/** The warp under which a role sees the values. */
export function warpOf(role: Role, learned: Learned): Warp {
  return WARPS[FIXED_WARPS[role] ?? learned.warp ?? IDENTITY]!
}

/** Hyperparameters as a basis keeps them. Further digits carry no information and would cost bytes in every slot. */
export const inThousandths = (theta: Float64Array): number[] => Array.from(theta, (t) => Math.round(1000 * t) / 1000)
