/** A trial stops as soon as a value lies outside of given bounds, or is not finite. */

import type { Pruner } from './pruner.ts'
import { shownNumber } from './reached.ts'

/** The options of `threshold`. At least one bound is needed. */
export interface ThresholdOptions {
  /** No value may be larger. */
  readonly atMost?: number
  /** No value may be smaller. */
  readonly atLeast?: number
  /** Values before this step do not matter; default 0. */
  readonly warmup?: number
}

/** The pruner of these bounds. */
export function thresholdRule(options: ThresholdOptions & { readonly warmup: number }): Pruner['stops'] {
  const { atMost = Infinity, atLeast = -Infinity, warmup } = options
  return ({ curve }) => {
    const wrong = curve.find(([step, value]) => step >= warmup && !(value >= atLeast && value <= atMost))
    if (wrong === undefined) return undefined
    const [step, value] = wrong
    if (Number.isNaN(value)) return { because: `its value at step ${step} is not finite` }
    const bound = value > atMost ? `at most ${shownNumber(atMost)}` : `at least ${shownNumber(atLeast)}`
    return { because: `its value at step ${step} is ${shownNumber(value)}, and must be ${bound}` }
  }
}
