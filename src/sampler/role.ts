/**
 * The models that take turns, as data. No single map of the values serves all purposes:
 *
 *   plain    the values as they are. A quadratic basin stays quadratic, so the last digits of its bottom come fast.
 *   smooth   Yeo-Johnson and a lower bound on the noise. It sees through ripples and over cliffs, where there are any.
 *   best     the warp of the highest evidence, chosen again as observations come in.
 *   forest   a random forest, which sees what no smooth function has, such as steps.
 *
 * What a role has learned is kept for later suggestions (`basis.ts`): its hyperparameters, the warp it chose, and how
 * many observations there were when it did. A forest is fitted anew each time and learns nothing for later turns.
 */

import type { PriorOptions } from '../surrogate/hyperparameters.ts'
import type { BoostingOptions, ForestOptions } from '../surrogate/tree-options.ts'
import type { Warp } from '../surrogate/warp.ts'
import type { ModelName } from './model-choice.ts'
import type { OwnMean, OwnModel } from './own-part.ts'

const IDENTITY: Warp = { kind: 'identity' }
const YEO_JOHNSON: Warp = { kind: 'yeo-johnson' }

/** Median variances of a linear and a quadratic trend. */
const TREND: readonly [linear: number, quadratic: number] = [0.1, 0.1]

/** Median variance of a sum of functions of one parameter each. */
const ADDITIVE = 0.5

/** Prior of the noise variance of the role `smooth`, which must take small differences between neighbors for noise. */
const SMOOTHING_NOISE = { median: Math.exp(-2), spread: 1, floor: 0.02 }

export const ROLES = {
  plain: { name: 'plain', kind: 'plain', make: 'process', prior: { trend: TREND }, warps: [IDENTITY], isSharp: true },
  smooth: {
    name: 'smooth',
    kind: 'smooth',
    make: 'process',
    prior: { trend: TREND, noise: SMOOTHING_NOISE },
    warps: [YEO_JOHNSON],
    isSharp: false,
  },
  best: {
    name: 'best',
    kind: 'best',
    make: 'process',
    prior: { additive: ADDITIVE },
    warps: [IDENTITY, YEO_JOHNSON, { kind: 'log', scale: 1 }, { kind: 'log', scale: 0.1 }],
    isSharp: true,
  },
  forest: { name: 'forest', kind: 'forest', make: 'forest', trees: {}, part: 'all', floor: 0, warps: [YEO_JOHNSON] },
} as const satisfies Readonly<Record<RoleName, Role>>

/**
 * The role of a model of a constraint, whose values say by how much trials break it. Many constraints are linear or
 * sums, others have values of all magnitudes.
 */
export const LIMIT_ROLE: ProcessRole = {
  ...ROLES.plain,
  warps: [{ kind: 'bilog' }, IDENTITY, YEO_JOHNSON, { kind: 'log', scale: 0.1 }],
}

/** The same before any trial has met the constraint: a log says nothing of what lies below the lowest value. */
export const UNMET_ROLE: ProcessRole = { ...LIMIT_ROLE, warps: LIMIT_ROLE.warps.slice(0, -1) }

export type RoleName = 'plain' | 'smooth' | 'best' | 'forest'

/** The key of a role in a basis: its name, or all options of a model that somebody has chosen. */
export type RoleKey = RoleName | `{${string}`

export type Role = ProcessRole | StepsRole

/** A model of steps: whatever is not a process. */
export type StepsRole = ForestRole | BoostedRole | ConstantRole | OwnRole

/** A Gaussian process in its role. */
export interface ProcessRole {
  readonly name: RoleKey
  /** What it is called. */
  readonly kind: ModelName
  readonly make: 'process'
  /** What it believes before any observation. */
  readonly prior: PriorOptions
  /** Its mean before any observation, if somebody has written that. */
  readonly mean?: OwnMean
  /**
   * The maps of the values that it may be fitted to: one, or several, of which it takes that of the highest evidence. A
   * basis keeps positions in this list, so its order is fixed.
   */
  readonly warps: readonly Warp[]
  /**
   * Whether it sees last digits, and so has a say in the search elsewhere. A model that smooths over ripples does not.
   */
  readonly isSharp: boolean
}

/** A forest in its role. */
export interface ForestRole {
  readonly name: RoleKey
  readonly kind: ModelName
  readonly make: 'forest'
  readonly trees: ForestOptions
  /** The part of the variance that an acquisition sees. */
  readonly part: 'all' | 'epistemic'
  /** Its least value. */
  readonly floor: number
  readonly warps: readonly [Warp]
}

/** Boosted trees in their role. */
export interface BoostedRole {
  readonly name: RoleKey
  readonly kind: ModelName
  readonly make: 'boosted'
  readonly boosting: BoostingOptions
  readonly warps: readonly [Warp]
}

/** A constant in its role. */
export interface ConstantRole {
  readonly name: RoleKey
  readonly kind: ModelName
  readonly make: 'constant'
  readonly warps: readonly [Warp]
}

/** A model that somebody has written, in its role. */
export interface OwnRole {
  readonly name: RoleKey
  /** The name that its author gave it. */
  readonly kind: string
  readonly make: 'own'
  readonly part: OwnModel
  readonly warps: readonly [Warp]
}

/** What a role knows from earlier fits. */
export interface Learned {
  /** Hyperparameters of the last fit, rounded to thousandths. */
  readonly theta: readonly number[]
  /** How many observations there were at the last fit. */
  readonly fitted: number
  /**
   * The warp that a role of several has chosen, as its position among them, and how many observations there were then.
   */
  readonly warp?: number
  readonly chosen?: number
  /**
   * What the values were, if not those of an objective: a target made of several, with its weights. Hyperparameters of
   * another one are a start, never the result.
   */
  readonly of?: string
}

/** The warp under which a role sees the values. */
export function warpOf({ warps }: Role, learned?: Learned): Warp {
  return warps[learned?.warp ?? 0]!
}

/**
 * Where a fit starts: what the role has learned before. If that was learned of other values, it is old at once.
 *
 * @param owner  whose values they are now, if not those of an objective
 */
export function startOf(learned: Learned | undefined, owner?: string): Learned | undefined {
  return learned === undefined || learned.of === owner ? learned : { ...learned, fitted: 0 }
}

/** What was learned, with whose values it was learned of. */
export function ownedBy(learned: Learned, owner?: string): Learned {
  if (learned.of === owner) return learned
  const { of: _, ...rest } = learned
  return owner === undefined ? rest : { ...rest, of: owner }
}

/** Hyperparameters as a basis keeps them. Further digits carry no information and would cost bytes in every slot. */
export const inThousandths = (theta: Float64Array): number[] => Array.from(theta, (t) => Math.round(1000 * t) / 1000)
