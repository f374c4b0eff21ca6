/**
 * Random numbers of other distributions than the uniform one, by inversion: one uniform number makes one of them.
 */

import type { Random } from './random.ts'
import { normalQuantile } from './special.ts'

/** Uniform numbers are kept this far from 0 and 1, where the quantile is infinite. Normal numbers stay within ±7.04. */
const EDGE = 1e-12

/** A number of the standard normal distribution. */
export function normalDraw(random: Random): number {
  return normalQuantile(Math.min(Math.max(random.next(), EDGE), 1 - EDGE))
}

/**
 * The number of failures before the first success: k = 0, 1, … with probability p (1 − p)ᵏ.
 *
 * @param p  probability of a success, above 0 and at most 1
 */
export function geometricDraw(random: Random, p: number): number {
  const u = random.next()
  return p >= 1 ? 0 : Math.floor(Math.log1p(-u) / Math.log1p(-p))
}

/**
 * An index, each with its probability.
 *
 * @param odds  at least 0, with the sum 1
 */
export function indexDraw(random: Random, odds: ArrayLike<number>): number {
  let rest = random.next()
  let last = 0
  for (let k = 0; k < odds.length; k++) {
    if (odds[k]! > 0) last = k
    rest -= odds[k]!
    if (rest < 0) return k
  }
  return last
}
