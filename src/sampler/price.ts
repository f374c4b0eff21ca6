/**
 * What a trial of any config costs. `seconds.ts` says how that is learned.
 *
 *   T   the duration of a trial in seconds
 *   p   the power of the price: 1 where all that a point is worth is per second, more in turns that explore, 0 where
 *       durations do not matter
 */

import type { Term } from '../acquisition/criterion.ts'
import type { Interval } from './explanation.ts'
import type { Learned } from './role.ts'

/** The price of a trial, by a model of how long trials took. */
export interface Price {
  /** The logarithm of 1 / Tᵖ. */
  readonly term: Term
  /** p. */
  readonly power: number
  /** How long a trial takes, in seconds: the median, one deviation below it, and one above. */
  readonly predictedAt: (x: Float64Array) => Interval
  /** What the fit learned. */
  readonly learned: Learned
}
