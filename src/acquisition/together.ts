/**
 * Discrete steps that are taken together: the best step, the best two, the best three, …
 *
 * In a space of many discrete parameters many steps help, and to look at all neighbors again after each of them costs
 * more than all else. Steps in different parameters seldom disturb each other, so one look at the neighbors serves them
 * all; whether they do well together is then asked of a few points.
 */

import type { Candidate } from './candidate.ts'
import { sortByValue } from './candidate.ts'

/** Most steps that are taken together. */
const MOST_TOGETHER = 16

/**
 * The points that are two or more of the best steps away from a point, each with one step more than the one before.
 *
 * @param neighbors  each is one step away: in one parameter, and in those that this switches on or off
 */
export function stepsTogether(from: Candidate, neighbors: readonly Candidate[]): Float64Array[] {
  const better = sortByValue(neighbors.filter(({ value }) => value > from.value))
  const points: Float64Array[] = []
  let at = from.x
  for (const { x } of better) {
    if (points.length === MOST_TOGETHER) break
    const next = withStep(at, from.x, x)
    if (next === undefined) continue
    points.push(next)
    at = next
  }
  return points.slice(1)
}

/** A point with one step more; undefined if it has already taken another one there. */
function withStep(at: Float64Array, from: Float64Array, neighbor: Float64Array): Float64Array | undefined {
  const next = Float64Array.from(at)
  for (let k = 0; k < from.length; k++) {
    if (Object.is(neighbor[k], from[k])) continue
    if (!Object.is(at[k], from[k])) return undefined
    next[k] = neighbor[k]!
  }
  return next
}
