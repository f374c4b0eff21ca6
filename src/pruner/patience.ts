/**
 * A trial stops if its values have not improved for a number of steps. The best of all trials goes on: a pruned trial
 * never becomes the best, so its value would be lost.
 */

import type { Pruner } from './pruner.ts'
import { bestEnd, bestUpTo, lastStep, shownNumber, shownWorth, worthOf } from './reached.ts'

/** The options of `patience`. */
export interface PatienceOptions {
  /** How many steps may pass without an improvement: above 0, default 10. */
  readonly steps?: number
  /** An improvement is larger than this: at least 0, default 0. */
  readonly by?: number
  /** Nothing is stopped before this step; default 0. */
  readonly warmup?: number
}

/** The pruner of a patience. */
export function patienceRule({ steps, by, warmup }: Required<PatienceOptions>): Pruner['stops'] {
  return ({ curve, others, direction }) => {
    const last = lastStep(curve)
    if (!(last >= warmup)) return undefined
    // The place of the last improvement, in the order of steps: an improvement is measured from the best before it.
    let best = Infinity
    let since = Infinity
    for (const [step, value] of [...curve].sort((a, b) => a[0] - b[0])) {
      if (since === Infinity) since = step
      const worth = worthOf(value, direction)
      if (!(worth < best - (best === Infinity ? 0 : by))) continue
      best = worth
      since = step
    }
    if (last - since < steps) return undefined
    if (bestUpTo(curve, last, direction) < bestEnd(others, direction)) return undefined
    const more = by > 0 ? ` by more than ${shownNumber(by)}` : ''
    const because = `it has not improved${more} on ${shownWorth(best, direction)} since step ${since}`
    return { because }
  }
}
