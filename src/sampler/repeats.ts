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
import type { Question } from './sampler.ts'

/** A repetition every so many suggestions. */
const TURN = 5

/** The place of the repetition among them; the forest has the last. */
const PLACE = 2

/** Whether it is a repetition's turn. */
export function isTurnToRepeat(number: number): boolean {
  return number % TURN === PLACE
}

/** How often a config may be tried, and whether one was tried so many times. */
export interface Limit {
  readonly most: number
  readonly isTried: Question['isTried']
}

/**
 * The first of some observed points that was not measured, or is not being measured, as often as it may be.
 *
 * @param ranked  the best first
 */
export function toRepeat(ranked: readonly Observation[], record: Known, limit: Limit): Observation | undefined {
  return limit.most === 1 ? undefined : ranked.find((one) => isRepeatable(record, one, limit))
}

/** The first measurement of a point, whose config is the one to measure again: from a point, its last digit may come out another. */
export function observationAt(record: Known, x: Float64Array): Observation | undefined {
  return record.observed.find((one) => isSamePoint(one.x, x))
}

/**
 * Whether a point with a value may have another. Measurements that failed count as well, and so do those of others of which only
 * their ids are known yet.
 */
export function isRepeatable(record: Known, { x, trial }: Observation, { most, isTried }: Limit): boolean {
  if (most === 1) return false
  const pending = record.pending.filter((other) => isSamePoint(x, other)).length
  return measurementsOf(record, x) + pending < most && !isTried(trial.config, most)
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
