/** A declared constraint, and what is known about where trials meet it. How it is learned says `limits.ts`. */

import type { Term } from '../acquisition/criterion.ts'
import type { Model } from '../surrogate/model.ts'
import type { LearnedKey } from './basis.ts'
import type { Learned } from './role.ts'
import type { Judgment } from './safety.ts'

/** A constraint, and what is known about where it is met. */
export interface Limit {
  readonly name: string
  /** The log of the odds that it is met. */
  readonly term: Term
  /** The odds that it is met at a point. */
  readonly oddsAt: (x: Float64Array) => number
  /** What the fit learned, and where the basis keeps it. */
  readonly key: LearnedKey
  readonly learned: Learned
  /** For a number: its model, and the limit in the model's units. */
  readonly numeric?: { readonly model: Model; readonly most: number }
  /** For a truth value: what is known about it. */
  readonly judgment?: Judgment
  /** Whether a trial has met it. */
  readonly isMet: boolean
}
