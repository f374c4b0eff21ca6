/**
 * Moves in a mixed space: a random point, a step along one axis, the neighbors of a point.
 *
 * All maximizers and all samplers that breed one config from another are made of these.
 *
 *   x   d   a model point, see `space/axes.ts`
 */

import { normalDraw } from '../numerics/draws.ts'
import type { Random } from '../numerics/random.ts'
import { levelOfValue, scatterInPlace, settleInPlace, snapped, valueOfLevel } from '../space/axes.ts'
import type { Axes, Axis } from '../space/axes.ts'
import { LISTED_LEVELS } from '../space/levels.ts'

/**
 * Distances to the near neighbors on an ordered axis with more than `LISTED_LEVELS` values, in levels; one random value
 * is a neighbor too. On a longer axis of categories, `LISTED_LEVELS` random values are.
 */
const NEAR_LEVELS = [-8, -4, -2, -1, 1, 2, 4, 8]

/** The share of random points that follow beliefs, as in HyperMapper's search: the others cover the whole space. */
const BELIEVED_SHARE = 0.5

/** Steps of a continuous axis to each neighbor, in units of the step size: four, as in HyperMapper's local search. */
const NEAR_STEPS = [-1, -0.25, 0.25, 1]

/**
 * Fills x with a random point of the space: each value as often as its parameter says.
 *
 * @param isBelieved  whether it follows what is believed about the best point; by default every second one does, so
 *   that a wrong belief hides nothing
 */
export function randomizeInPlace(
  x: Float64Array,
  axes: Axes,
  random: Random,
  isBelieved = axes.hasBeliefs && random.next() < BELIEVED_SHARE,
): void {
  if (axes.allowed !== undefined) return axes.allowed.drawInPlace(x, random, isBelieved)
  scatterInPlace(x, axes, random, isBelieved)
  settleInPlace(x, axes, random)
}

/** A random point of the space; see `randomizeInPlace`. */
export function randomPoint(axes: Axes, random: Random, isBelieved?: boolean): Float64Array {
  const x = new Float64Array(axes.list.length)
  randomizeInPlace(x, axes, random, isBelieved)
  return x
}

/** Random points of the space. */
export function randomPoints(count: number, axes: Axes, random: Random): Float64Array[] {
  return Array.from({ length: count }, () => randomPoint(axes, random))
}

/**
 * A normally distributed step; on a discrete axis it goes at least to the next value.
 *
 * @param step  standard deviation, as a share of the axis
 */
export function near(axis: Axis, from: number, step: number, random: Random): number {
  const moved = from + step * normalDraw(random)
  const value = snapped(axis, Math.min(Math.max(moved, 0), 1))
  if (axis.kind !== 'grid' || value !== from) return value
  const level = levelOfValue(axis, from) + (moved < from ? -1 : 1)
  return valueOfLevel(axis, Math.min(Math.max(level, 0), axis.count - 1))
}

/** The levels to try instead of `level`. */
function levelsNear(axis: Axis, level: number, random: Random): number[] {
  if (axis.count <= LISTED_LEVELS) return Array.from({ length: axis.count }, (_, k) => k).filter((k) => k !== level)
  const steps = axis.kind === 'category' ? [] : NEAR_LEVELS.map((step) => level + step)
  const others = Array.from({ length: axis.kind === 'category' ? LISTED_LEVELS : 1 }, () => random.integer(axis.count))
  return [...new Set([...steps, ...others])].filter((k) => k !== level && k >= 0 && k < axis.count)
}

/** The points that differ from x in one discrete value. */
export function discreteNeighbors(x: Float64Array, axes: Axes, random: Random): Float64Array[] {
  const neighbors: Float64Array[] = []
  for (const [k, axis] of axes.list.entries()) {
    if (axis.kind === 'continuous' || axis.count === 1 || Number.isNaN(x[k]!)) continue
    const level = levelOfValue(axis, x[k]!)
    for (const other of levelsNear(axis, level, random))
      neighbors.push(changed(x, k, valueOfLevel(axis, other), axes, random))
  }
  return neighbors
}

/**
 * Four points along each continuous axis, at random distances about the step size and a quarter of it, both ways.
 *
 * @param steps  d: step size of each axis, as a share of it
 */
export function continuousNeighbors(
  x: Float64Array,
  axes: Axes,
  steps: ArrayLike<number>,
  random: Random,
): Float64Array[] {
  const neighbors: Float64Array[] = []
  for (const [k, axis] of axes.list.entries()) {
    if (axis.kind !== 'continuous' || Number.isNaN(x[k]!)) continue
    for (const far of NEAR_STEPS) {
      const value = snapped(axis, x[k]! + far * steps[k]! * (0.5 + random.next()))
      if (value !== x[k]) neighbors.push(changed(x, k, value, axes, random))
    }
  }
  return neighbors
}

/** A copy of x with another value on axis k. */
function changed(x: Float64Array, k: number, value: number, axes: Axes, random: Random): Float64Array {
  const copy = Float64Array.from(x)
  copy[k] = value
  settleInPlace(copy, axes, random, x)
  return copy
}
