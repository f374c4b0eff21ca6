/**
 * Which config to measure once more, where the objective is noisy.
 *
 * A model can't tell noise from what the parameters do while nothing was measured twice, least of all among choices; and where
 * every config has been tried, the luckiest one looks best. So every so many suggestions the one with the best posterior mean
 * is repeated, and all of them by turns when nothing new is left.
 *
 * Source: Jalali, Van Nieuwenhuyse & Picheny 2017, "Comparison of kriging-based algorithms for simulation optimization with
 * heterogeneous noise", EJOR 261(1): replications of the incumbent; Hutter et al. 2011, "Sequential model-based optimization
 * for general algorithm configuration", §3: no incumbent on fewer runs than what it has beaten.
 */

import { isSamePoint } from './observations.ts'
import type { Known, Observation } from './observations.ts'

/** A repetition every so many suggestions. */
const TURN = 5

/** The place of the repetition among them; the forest has the last. */
const PLACE = 2

/** Whether it is a repetition's turn. */
export function isTurnToRepeat(number: number): boolean {
  return number % TURN === PLACE
}

/**
 * The first of some observed points that may be measured once more.
 *
 * @param ranked  the best first
 * @param most    measurements of one point, at least 1
 */
export function toRepeat(ranked: readonly Observation[], record: Known, most: number): Float64Array | undefined {
  return most === 1 ? undefined : ranked.find(({ x }) => isRepeatable(record, x, most))?.x
}

/** Whether a point has a value, and fewer than `most` trials: one that fails counts as well, or what fails each time would have no end. */
export function isRepeatable(record: Known, x: Float64Array, most: number): boolean {
  if (most === 1) return false
  const measurements = measurementsOf(record, x)
  if (measurements === 0) return false
  const others = [...record.pending, ...record.failed].filter((other) => isSamePoint(x, other)).length
  return measurements + others < most
}

/** How many values a point has. */
export function measurementsOf({ observed }: Known, x: Float64Array): number {
  let count = 0
  for (const one of observed) if (isSamePoint(one.x, x)) count++
  return count
}

/** Where there is no model: what was measured least comes first, the best of it before the rest. */
export function leastMeasured(record: Known): readonly Observation[] {
  const counts = new Map(record.observed.map((one) => [one, measurementsOf(record, one.x)]))
  return [...record.observed].sort((a, b) => counts.get(a)! - counts.get(b)! || a.y - b.y)
}
