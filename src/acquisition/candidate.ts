/** A point with what it is worth, and lists of them. */

import { rowsOf } from '../numerics/vector.ts'
import type { Criterion } from './criterion.ts'

export interface Candidate {
  readonly x: Float64Array
  readonly value: number
}

/** Some points with their values, in the same order. The criterion looks at all of them at once. */
export function valued(points: readonly Float64Array[], criterion: Criterion): Candidate[] {
  if (points.length === 0) return []
  const values = criterion.values(rowsOf(points, criterion.d), points.length)
  return points.map((x, i) => ({ x, value: values[i]! }))
}

/** Sorts candidates in place, the best first. */
export function sortByValue(candidates: Candidate[]): Candidate[] {
  return candidates.sort((a, b) => b.value - a.value)
}

/** The first of the best; undefined of none. */
export function bestOf(candidates: readonly Candidate[]): Candidate | undefined {
  let best = candidates[0]
  for (const candidate of candidates) if (candidate.value > best!.value) best = candidate
  return best
}
