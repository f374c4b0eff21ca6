/**
 * Which config to measure once more, where the objective is noisy.
 *
 * A model can't tell noise from what the parameters do while nothing was measured twice, least of all among choices; and where
 * every config has been tried, the luckiest one looks best. So every so many suggestions the one with the best posterior mean
 * is repeated, until repetitions have shown that there is no noise, and all of them by turns when nothing new is left.
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

/** The place of the repetition among them; where a parameter is discrete the forest has the last. */
const PLACE = 2

/** Whether it is a repetition's turn. */
export function isTurnToRepeat(number: number): boolean {
  return number % TURN === PLACE
}

/** A point that has values, and how many. */
export interface Place {
  /** Its first measurement, whose config is the one to measure again: from a point, a last digit may come out another. */
  readonly first: Observation
  measurements: number
}

/** What may be measured again. */
export interface Repeats {
  readonly most: number
  readonly isTried: Question['isTried']
  /** By the text of a point; empty where nothing may be measured twice. */
  readonly places: ReadonlyMap<string, Place>
}

/** @param most  how often one config may be measured */
export function repeatsOf({ observed }: Known, most: number, isTried: Question['isTried']): Repeats {
  const places = new Map<string, Place>()
  if (most === 1) return { most, isTried, places }
  for (const one of observed) {
    const key = one.x.join()
    const place = places.get(key)
    if (place === undefined) places.set(key, { first: one, measurements: 1 })
    else place.measurements++
  }
  return { most, isTried, places }
}

export function placeAt({ places }: Repeats, x: Float64Array): Place | undefined {
  return places.size === 0 ? undefined : places.get(x.join())
}

/**
 * Whether a place may be measured again. Trials of it that failed or run count as well, and so do those of others of which only
 * their ids are known yet: `isTried` knows of all, and what came from elsewhere is among the measurements.
 */
export function isRepeatable({ first, measurements }: Place, { most, isTried }: Repeats): boolean {
  return measurements < most && !isTried(first.trial.config, most)
}

/**
 * The first of some observations of which the place may be measured again.
 *
 * @param ranked  the best first
 */
export function toRepeat(ranked: readonly Observation[], repeats: Repeats): Place | undefined {
  for (const { x } of ranked) {
    const place = placeAt(repeats, x)
    if (place !== undefined && isRepeatable(place, repeats)) return place
  }
  return undefined
}

/** Where there is no model: of what was measured least, the best. */
export function leastMeasured(repeats: Repeats): Place | undefined {
  const places = [...repeats.places.values()].sort((a, b) => a.measurements - b.measurements || a.first.y - b.first.y)
  return places.find((place) => isRepeatable(place, repeats))
}

/** Whether something was measured twice: then a model that finds no noise is to be believed. */
export function hasRepeated({ places }: Repeats): boolean {
  for (const { measurements } of places.values()) if (measurements > 1) return true
  return false
}

/** How many values a point has. */
export function measurementsOf({ observed }: Known, x: Float64Array): number {
  return observed.filter((one) => isSamePoint(one.x, x)).length
}
