/**
 * The end of an ascent that the conditions of a space have cut off: to their edge, and along it.
 *
 * A slope says nothing about where the edge goes. So random steps are pulled back to the edge, and the best of a few is
 * the next place, as long as it is better; then the steps shrink.
 */

import { normalDraw } from '../numerics/draws.ts'
import type { Random } from '../numerics/random.ts'
import { settleInPlace, snapped } from '../space/axes.ts'
import type { Axes } from '../space/axes.ts'
import { valued } from './candidate.ts'
import type { Candidate } from './candidate.ts'
import type { Criterion } from './criterion.ts'

/** Rounds, and the points of each. */
const ROUNDS = 6
const POINTS = 8

/** The first step, in lengthscales and at most a share of the range; by how much it shrinks after a round of misses. */
const FIRST_STEP = 0.1
const SHRINK = 3

/**
 * The best point near the place where the way from an allowed point to another one leaves what is allowed.
 *
 * @param from  allowed
 * @param to    not allowed
 * @param seen  gets the points that are looked at
 */
export function alongEdge(
  from: Candidate,
  to: Float64Array,
  criterion: Criterion,
  axes: Axes,
  random: Random,
  seen: Candidate[],
): Candidate {
  const x = Float64Array.from(to)
  settleInPlace(x, axes, random, from.x)
  let [at] = valued([x], criterion) as [Candidate]
  let step = FIRST_STEP
  for (let round = 0; round < ROUNDS; round++) {
    const near = Array.from({ length: POINTS }, () => stepFrom(at.x, step, criterion, axes, random))
    const found = valued(near, criterion)
    seen.push(...found)
    const best = found.reduce((a, b) => (b.value > a.value ? b : a), at)
    if (best === at) step /= SHRINK
    at = best
  }
  return at
}

/** An allowed point a step away, on all axes of numbers. */
function stepFrom(
  from: Float64Array,
  step: number,
  { lengthscales }: Criterion,
  axes: Axes,
  random: Random,
): Float64Array {
  const x = from.map((value, k) => {
    const axis = axes.list[k]!
    if (axis.kind === 'category' || Number.isNaN(value)) return value
    return snapped(axis, value + step * Math.min(1, lengthscales[k]!) * normalDraw(random))
  })
  settleInPlace(x, axes, random, from)
  return x
}
