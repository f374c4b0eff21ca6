/**
 * Which config to measure again if the objective is noisy.
 *
 * As long as nothing was measured twice, a model cannot tell noise from the effect of the parameters, least of all
 * among choices. And once every config has been tried, the luckiest one looks best. So at fixed intervals
 * (`rotation.ts`) the config with the best posterior mean is measured again, until repetitions have shown that there is
 * no noise. When nothing new is left, all configs are measured again by turns.
 *
 * Sources: Jalali, Van Nieuwenhuyse & Picheny 2017, "Comparison of kriging-based algorithms for simulation optimization
 * with heterogeneous noise", EJOR 261(1): replications of the incumbent. Hutter et al. 2011, "Sequential model-based
 * optimization for general algorithm configuration", §3: an incumbent has at least as many runs as the configs that it
 * has beaten.
 */

import { isSamePoint } from './observations.ts'
import type { History, Observation } from './observations.ts'
import type { Question } from './sampler.ts'

/** A point that has values, and how many. */
export interface MeasuredPoint {
  /**
   * The first measurement. Its config is the one to repeat: made from the point again, a config may differ in the last
   * digit.
   */
  readonly first: Observation
  measurements: number
}

/** What may be measured again. */
export interface Repeats {
  /** How often one config may be measured. */
  readonly most: number
  readonly isTried: Question['isTried']
  /** By the text of their coordinates; empty if nothing may be measured twice. */
  readonly points: ReadonlyMap<string, MeasuredPoint>
}

/** @param most  how often one config may be measured */
export function repeatsOf({ observed }: History, most: number, isTried: Question['isTried']): Repeats {
  const points = new Map<string, MeasuredPoint>()
  if (most === 1) return { most, isTried, points }
  for (const observation of observed) {
    const key = observation.x.join()
    const point = points.get(key)
    if (point === undefined) points.set(key, { first: observation, measurements: 1 })
    else point.measurements++
  }
  return { most, isTried, points }
}

/** The measurements at a point; undefined if it has none, or if nothing may be measured twice. */
export function measuredAt({ points }: Repeats, x: Float64Array): MeasuredPoint | undefined {
  return points.size === 0 ? undefined : points.get(x.join())
}

/**
 * Whether a point may be measured again. Trials of it that failed or still run count as well, and so do those of other
 * workers of which only the ids are known so far: `isTried` knows all of these. Values told from elsewhere are among
 * the measurements.
 */
export function isRepeatable({ first, measurements }: MeasuredPoint, { most, isTried }: Repeats): boolean {
  return measurements < most && !isTried(first.trial.config, most)
}

/**
 * The first of some observations whose point may be measured again.
 *
 * @param ranked  best first
 */
export function firstRepeatable(ranked: readonly Observation[], repeats: Repeats): MeasuredPoint | undefined {
  for (const { x } of ranked) {
    const point = measuredAt(repeats, x)
    if (point !== undefined && isRepeatable(point, repeats)) return point
  }
  return undefined
}

/** Without a model: the best of the points that were measured least often and may be measured again. */
export function leastMeasured(repeats: Repeats): MeasuredPoint | undefined {
  const points = [...repeats.points.values()].sort((a, b) => a.measurements - b.measurements || a.first.y - b.first.y)
  return points.find((point) => isRepeatable(point, repeats))
}

/** Whether something was measured twice. Only then a model that finds no noise can be believed. */
export function hasRepeated({ points }: Repeats): boolean {
  for (const { measurements } of points.values()) if (measurements > 1) return true
  return false
}

/** How many values a point has. */
export function measurementsOf({ observed }: History, x: Float64Array): number {
  return observed.filter((observation) => isSamePoint(observation.x, x)).length
}
