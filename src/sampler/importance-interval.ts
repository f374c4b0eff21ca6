/**
 * How far the shares of an importance would move with other trials: an interval of 80 % from subsamples of the trials.
 *
 *   n, m   number of rows, and of rows in a subsample, drawn without replacement
 *   B, T   number of subsamples, and of trees in the forest of one
 *   s, w   share by the forest of a subsample, and its standard deviation over the trees
 *
 * The deviation over the trees of one forest is not such an interval: a tree is far from its forest's mean. Over
 * subsamples the share has the variance σ² (1/m − 1/n) + w²/T, and over whole samples σ²/n, so what remains without the
 * trees' part is stretched by m / (n − m). A forest of fewer rows has another bias; so only the distances from the mean
 * of the subsamples count, not that mean.
 *
 * Source: Politis, Romano & Wolf 1999, "Subsampling", chapter 2.
 */

import { differentIntegers } from '../numerics/random.ts'
import type { Random } from '../numerics/random.ts'
import type { Effect } from '../surrogate/functional-anova.ts'

/** B */
const SUBSAMPLES = 12

/** T: few, since the variance that they add is known and taken away. */
export const TREES_OF_SUBSAMPLE = 16

/** A subsample has half of the rows, but at most this many, which bounds its cost. */
const MOST_ROWS = 500

/** The ends of the interval. */
const LOW = 0.1
const HIGH = 0.9

export interface ShareInterval {
  readonly low: number
  readonly high: number
}

/**
 * The interval of each effect.
 *
 * @param effects    of all n rows, by a forest of `trees` trees
 * @param effectsOf  of some rows, by a forest of `TREES_OF_SUBSAMPLE` trees: the same effects in the same order
 */
export function shareIntervals(
  effects: readonly Effect[],
  trees: number,
  n: number,
  effectsOf: (rows: readonly number[], random: Random) => readonly Effect[],
  random: Random,
): ShareInterval[] {
  const m = Math.min(n >> 1, MOST_ROWS)
  const drawn = Array.from({ length: SUBSAMPLES }, () => effectsOf(differentIntegers(m, n, random), random))
  return effects.map(({ share, deviation }, e) => {
    const shares = Float64Array.from(drawn, (subsample) => subsample[e]!.share).sort()
    const mean = meanOf(shares)
    const variance = meanOf(shares.map((s) => (s - mean) ** 2)) * (SUBSAMPLES / (SUBSAMPLES - 1))
    if (!(variance > 0)) return { low: share, high: share }
    const ofTrees = meanOf(Float64Array.from(drawn, (subsample) => subsample[e]!.deviation ** 2)) / TREES_OF_SUBSAMPLE
    const wanted = Math.max(variance - ofTrees, 0) * (m / (n - m)) + deviation ** 2 / trees
    const stretch = Math.sqrt(wanted / variance)
    const at = (p: number): number => share + stretch * (quantileOf(shares, p) - mean)
    return { low: Math.max(Math.min(at(LOW), share), 0), high: Math.min(Math.max(at(HIGH), share), 1) }
  })
}

const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** The value below which a share p of all draws is expected, by sorted ones: between those next to place (B + 1) p. */
function quantileOf(sorted: Float64Array, p: number): number {
  const place = (sorted.length + 1) * p - 1
  const below = Math.floor(place)
  return sorted[below]! + (place - below) * (sorted[below + 1]! - sorted[below]!)
}
