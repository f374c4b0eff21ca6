/**
 * Hyperband: several brackets of successive halving, which differ in their first rung. A trial belongs to one bracket
 * by its number alone, and is compared with the trials of its bracket only.
 *
 *   s_max        ⌊log_η(max / min)⌋: bracket s = 0, …, s_max has its first rung at min·η^s
 *   n_s          ∝ η^(s_max − s) / (s_max − s + 1): how many trials bracket s has, so that all brackets cost about
 *                the same
 *
 * Source: Li et al., Hyperband, JMLR 18 (2018), algorithm 1. The numbers are dealt out by a sequence that covers the
 * unit interval evenly (fractional parts of multiples of the golden ratio), so that each bracket has its share of any
 * range of numbers.
 */

import { halve } from './halving.ts'
import type { HalvingOptions } from './halving.ts'
import type { Pruner } from './pruner.ts'

/** The fractional part of the golden ratio. */
const GOLDEN = (Math.sqrt(5) - 1) / 2

/** Rounding must not take away the last bracket of an exact power. */
const SLACK = 1e-9

/** The options of `hyperband`. */
export interface HyperbandOptions extends HalvingOptions {
  /** The step at which a trial ends: at least `min`. */
  readonly max: number
}

/** The pruner of these brackets. */
export function hyperbandRule(options: Required<HyperbandOptions>): Pruner['stops'] {
  const { min, factor, least } = options
  const shares = bracketShares(options)
  return (question) => {
    const bracket = bracketOf(question.number, shares)
    const others = question.others.filter(({ number }) => number !== null && bracketOf(number, shares) === bracket)
    const verdict = halve({ ...question, others }, { min: min * factor ** bracket, factor, least })
    return verdict && { because: `${verdict.because} (bracket ${bracket + 1} of ${shares.length})` }
  }
}

/** The share of the trials that each bracket has. */
export function bracketShares({ min, max, factor }: Required<HyperbandOptions>): Float64Array {
  const last = Math.max(0, Math.floor(Math.log(max / min) / Math.log(factor) + SLACK))
  const weights = Float64Array.from({ length: last + 1 }, (_, s) => factor ** (last - s) / (last - s + 1))
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map((weight) => weight / sum)
}

/** The bracket of a trial, by its number. */
export function bracketOf(number: number, shares: Float64Array): number {
  let left = ((number + 0.5) * GOLDEN) % 1
  for (let bracket = 0; bracket < shares.length - 1; bracket++) {
    left -= shares[bracket]!
    if (left < 0) return bracket
  }
  return shares.length - 1
}
