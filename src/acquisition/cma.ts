/**
 * A maximizer by CMA-ES, with restarts: each run has twice the points of the one before, and begins at another of the
 * best points.
 *
 * It follows narrow valleys that no axis is parallel to, without a slope.
 *
 * Source: Auger & Hansen 2005, "A restart CMA evolution strategy with increasing population size".
 */

import type { Random } from '../numerics/random.ts'
import type { Axes } from '../space/axes.ts'
import { sortByValue, valued } from './candidate.ts'
import type { Candidate } from './candidate.ts'
import type { Criterion } from './criterion.ts'
import type { Maximizer } from './maximize.ts'
import { beginMixed, drawMixed, isMixedSpent, toldMixed } from './mixed-cma.ts'
import type { MixedCma } from './mixed-cma.ts'
import { isSettled, searchAgain } from './starts.ts'

/** A run ends once the numbers differ by less than this share of their ranges. */
const TOLERANCE = 1e-5

/** A run also ends if the best value of this many generations, and 30 d / λ more, changes by less than `LEAST_GAIN`. */
const PATIENCE = 10
const LEAST_GAIN = 1e-9

/** The largest generation. */
const MOST_POINTS = 200

export interface CmaOptions {
  /** Number of random points, among which the runs begin. */
  readonly points: number
  /** Standard deviation of a run's first points, as a share of each range. */
  readonly sigma: number
  /** How many points are looked at in all. */
  readonly evaluations: number
}

/** The best point that CMA-ES finds. */
export const cma =
  ({ points, sigma, evaluations }: CmaOptions): Maximizer =>
  (criterion, axes, centers, random) => {
    const count = Math.min(points, Math.ceil(evaluations / 2))
    let lambda: number | undefined
    return searchAgain({ count, evaluations }, criterion, axes, centers, random, (begin, seen) => {
      const state = beginMixed(axes, begin, sigma, lambda)
      lambda = Math.min(2 * state.lambda, MOST_POINTS)
      runFrom(state, evaluations, criterion, axes, random, seen)
    })
  }

/** One run. Adds what it looks at to `seen`. */
function runFrom(
  begin: MixedCma,
  evaluations: number,
  criterion: Criterion,
  axes: Axes,
  random: Random,
  seen: Candidate[],
): void {
  const patience = PATIENCE + Math.ceil((30 * axes.list.length) / begin.lambda)
  const bests: number[] = []
  let state = begin
  do {
    const size = Math.min(state.lambda, evaluations - seen.length)
    const drawn = Array.from({ length: size }, () => drawMixed(state, axes, random))
    const found = sortByValue(valued(drawn, criterion))
    seen.push(...found)
    state = toldMixed(
      state,
      found.map(({ x }) => x),
      random,
    )
    bests.push(found[0]!.value)
    if (isSettled(bests, patience, LEAST_GAIN)) return
  } while (seen.length < evaluations && !isMixedSpent(state, TOLERANCE))
}
