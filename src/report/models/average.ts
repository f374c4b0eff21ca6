/**
 * The predicted value at places along one parameter, averaged over everything else: over points that cover the space
 * evenly, the same ones at each place. If the parameter belongs to a branch, the points have that branch. Points that a
 * condition forbids do not count.
 *
 * It is an average of values as the model sees them. In the objective's unit, a few huge values would decide it.
 */

import { sobolPoint } from '../../numerics/sobol.ts'
import { rowsOf } from '../../numerics/vector.ts'
import { snapped } from '../../space/axes.ts'
import type { Axes } from '../../space/axes.ts'
import { predictMeansAround, workspaceOf } from '../../surrogate/prediction.ts'
import { settle } from './places.ts'
import type { Places } from './places.ts'
import { isAllowed } from './surface.ts'
import type { Surface } from './surface.ts'

/** Most points at each place, and fewest where there are many places. */
const MOST_POINTS = 128
const FEWEST_POINTS = 16

/** Most predictions in all: a mean costs as much as the model has trials. */
const MOST_PREDICTIONS = 80_000

/**
 * The points that averages are made of: values on all axes, active or not.
 *
 * @param places  how many places there are in all
 */
export function averagingPoints({ list }: Axes, seed: number, places: number): readonly Float64Array[] {
  const wanted = Math.floor(MOST_PREDICTIONS / Math.max(places, 1))
  const length = Math.min(Math.max(wanted, FEWEST_POINTS), MOST_POINTS)
  return Array.from({ length }, (_, i) => sobolPoint(i, list.length, seed).map((u, k) => snapped(list[k]!, u)))
}

/** The average at each place along an axis, in the objective's unit; NaN where a condition forbids all points. */
export function averageAlong(
  surface: Surface,
  k: number,
  { coordinates }: Places,
  points: readonly Float64Array[],
): number[] {
  const { axes, process, judge } = surface
  const workspace = workspaceOf(process)
  const m = coordinates.length
  const sums = new Float64Array(m)
  const counts = new Int32Array(m)
  for (const point of points) {
    const row = coordinates.map((u) => pointWith(axes, point, k, u))
    const means = predictMeansAround(process, row[0]!, rowsOf(row, axes.list.length), m, workspace)
    for (let i = 0; i < m; i++) {
      if (!isAllowed(surface, row[i]!)) continue
      sums[i] = sums[i]! + means[i]!
      counts[i] = counts[i]! + 1
    }
  }
  return coordinates.map((_, i) => (counts[i] === 0 ? NaN : judge.valueOf(sums[i]! / counts[i]!)))
}

/** A point with coordinate k set, and active. */
export function pointWith(axes: Axes, point: Float64Array, k: number, u: number): Float64Array {
  const x = point.slice()
  for (const [selector, category] of axes.list[k]!.when) x[selector] = category
  x[k] = u
  if (axes.hasConditions) settle(x, axes, (j) => point[j]!)
  return x
}
