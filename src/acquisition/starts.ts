/** Where a search begins, when it ends, and where it begins again. */

import type { Random } from '../numerics/random.ts'
import type { Axes } from '../space/axes.ts'
import { sortByValue, valued } from './candidate.ts'
import type { Candidate } from './candidate.ts'
import type { Criterion } from './criterion.ts'
import { randomPoint, randomPoints } from './moves.ts'

/** Most runs that begin at one of the best points; later ones begin anywhere. */
const MOST_RUNS = 20

/** Points that differ by more than this, in lengthscales, are likely to lie in two basins. */
const APART = 0.6

/**
 * Runs a search again and again, until the evaluations are used up: from the best of the observed and of some random
 * points, each in a basin of its own, then from anywhere.
 *
 * @param count    number of random points
 * @param runFrom  one run; it adds what it looks at to `seen`, one point at least
 * @returns all that was looked at, the best first
 */
export function searchAgain(
  { count, evaluations }: { readonly count: number; readonly evaluations: number },
  criterion: Criterion,
  axes: Axes,
  centers: readonly Float64Array[],
  random: Random,
  runFrom: (begin: Float64Array, seen: Candidate[]) => void,
): Candidate[] {
  const seen = sortByValue(valued([...centers, ...randomPoints(count, axes, random)], criterion))
  const starts = startsAmong(seen, criterion, axes, MOST_RUNS)
  for (let run = 0; seen.length < evaluations; run++) runFrom(starts[run]?.x ?? randomPoint(axes, random), seen)
  return sortByValue(seen)
}

/**
 * Whether a run gains no more: the best values of the last `patience` generations differ by less than `leastGain`. A
 * run shorter than that goes on.
 */
export function isSettled(bests: readonly number[], patience: number, leastGain: number): boolean {
  const latest = bests.slice(-patience)
  return latest.length === patience && !(Math.max(...latest) - Math.min(...latest) >= leastGain)
}

/**
 * The best candidates, each likely to lie in a basin of its own: it differs from all better ones in a category, in what
 * is active, or by much of a lengthscale in a number.
 */
export function startsAmong(
  sorted: readonly Candidate[],
  { lengthscales }: Criterion,
  axes: Axes,
  count: number,
): Candidate[] {
  const starts: Candidate[] = []
  for (const candidate of sorted) {
    if (starts.length === count) break
    if (!Number.isFinite(candidate.value)) continue
    if (starts.every(({ x }) => isApart(x, candidate.x, lengthscales, axes))) starts.push(candidate)
  }
  return starts
}

function isApart(a: Float64Array, b: Float64Array, lengthscales: Float64Array, axes: Axes): boolean {
  for (let k = 0; k < a.length; k++) {
    if (Object.is(a[k], b[k])) continue
    const difference = Math.abs(a[k]! - b[k]!)
    if (axes.categories[k] || Number.isNaN(difference)) return true
    if (difference > APART * Math.min(1, lengthscales[k]!)) return true
  }
  return false
}
