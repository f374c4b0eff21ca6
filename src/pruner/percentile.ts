/**
 * The rules of the median and of other percentiles: a trial stops if it is not among the best of those that came as
 * far.
 *
 * Compared are the best values up to the trial's last step, of all trials that have reached it, running and pruned ones
 * included. Sources: Golovin et al., Google Vizier, KDD 2017, §3.2.2 (median); the percentile is Optuna's.
 */

import type { Pruner } from './pruner.ts'
import { bestUpTo, lastStep, shownNumber, shownWorth, worthsAt } from './reached.ts'

/** The options of `median`. */
export interface MedianOptions {
  /** Nothing is stopped before this step; default 0. */
  readonly warmup?: number
  /** How many others must have come as far: a whole number of at least 1, default 4. */
  readonly least?: number
}

/** The options of `percentile`. */
export interface PercentileOptions extends MedianOptions {
  /** The share of the trials that may go on: above 0 and at most 1, default 0.25. */
  readonly keep?: number
}

/** The pruner of a share; `median` keeps half. */
export function percentileRule({ keep, warmup, least }: Required<PercentileOptions>): Pruner['stops'] {
  return ({ curve, others, direction }) => {
    const step = lastStep(curve)
    if (!(step >= warmup)) return undefined
    const worths = worthsAt(others, step, direction)
    if (worths.length < least) return undefined
    const limit = percentileOf(worths, keep)
    const own = bestUpTo(curve, step, direction)
    // Where half of the trials have no finite value, there is nothing to compare with.
    if (own <= limit || worths[0] === Infinity) return undefined
    const best = keep === 0.5 ? 'better half' : `best ${shownNumber(100 * keep)} %`
    const own4 = `its best value up to step ${step} is ${shownWorth(own, direction)}`
    const because = `${own4}, and the ${best} of ${worths.length} trials had ${shownWorth(limit, direction)} or better`
    return { because }
  }
}

/** The value below which a share of sorted values lies, interpolated between two of them. */
export function percentileOf(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1)
  const low = Math.floor(place)
  const [a, b] = [sorted[low]!, sorted[Math.min(low + 1, sorted.length - 1)]!]
  return place === low ? a : b === Infinity ? b : a + (place - low) * (b - a)
}
