/**
 * A maximizer by local search: from the best of many random points and of the observed ones, to the best neighbor, as
 * long as it is better.
 *
 * A number has neighbors at a step size that shrinks once none of them is better; so the search ends in the last digits
 * without a slope.
 *
 * Source: the local search of SMAC (Hutter, Hoos & Leyton-Brown 2011) and HyperMapper, where the step is fixed.
 */

import type { Random } from '../numerics/random.ts'
import type { Axes } from '../space/axes.ts'
import { sortByValue, valued } from './candidate.ts'
import type { Candidate } from './candidate.ts'
import type { Criterion } from './criterion.ts'
import type { Maximizer } from './maximize.ts'
import { continuousNeighbors, discreteNeighbors, randomPoints } from './moves.ts'
import { startsAmong } from './starts.ts'

/** The first step on a continuous axis, in lengthscales and at most a share of the range. */
const FIRST_STEP = 0.2

/** A step that found nothing better is divided by this; below the last one the search ends. */
const SHRINK = 3
const LAST_STEP = 1e-5

export interface LocalOptions {
  /** Number of random points. */
  readonly points: number
  /** Number of random points, and of observed ones, that a search begins from. */
  readonly starts: number
  /** How many points are looked at in all. */
  readonly evaluations: number
}

/** The best point that is found step by step. */
export const local =
  ({ points, starts, evaluations }: LocalOptions): Maximizer =>
  (criterion, axes, centers, random) => {
    const count = Math.min(points, Math.ceil(evaluations / 2))
    const observed = valued(centers.slice(0, starts), criterion)
    const drawn = valued(randomPoints(count, axes, random), criterion)
    const seen = [...observed, ...drawn]
    const begin = [...observed, ...startsAmong(sortByValue(drawn), criterion, axes, starts)]
    // The best starts first: they may use up the evaluations.
    for (const start of sortByValue(begin)) climbFrom(start, evaluations, criterion, axes, random, seen)
    return sortByValue(seen)
  }

/** Climbs to a point without a better neighbor. Adds what it looks at to `seen`. */
function climbFrom(
  start: Candidate,
  evaluations: number,
  criterion: Criterion,
  axes: Axes,
  random: Random,
  seen: Candidate[],
): void {
  let at = start
  let step = FIRST_STEP
  while (step >= LAST_STEP && seen.length < evaluations) {
    const steps = criterion.lengthscales.map((length) => step * Math.min(1, length))
    const neighbors = [...discreteNeighbors(at.x, axes, random), ...continuousNeighbors(at.x, axes, steps, random)]
    const found = valued(neighbors.slice(0, evaluations - seen.length), criterion)
    seen.push(...found)
    const best = found.reduce<Candidate>((a, b) => (b.value > a.value ? b : a), at)
    if (best === at) {
      if (!axes.list.some(({ kind }) => kind === 'continuous')) return
      step /= SHRINK
    }
    at = best
  }
}
