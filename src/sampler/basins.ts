/**
 * Basins of attraction among observed points.
 *
 * Each point belongs to the basin of the nearest better point, if that is within a lengthscale; otherwise it begins a
 * basin of its own.
 *
 * Source: Preuss 2010, "Niching the CMA-ES via nearest-better clustering"; the lengthscale as its limit is ours.
 */

import { squaredDifference } from '../surrogate/kernel.ts'
import type { Categories } from '../surrogate/kernel.ts'

/** A point joins the basin of a better one within this squared distance, in lengthscales. */
const REACH = 1

export interface Basins {
  /** The basin of each point. Basins are numbered from 0 in the order of their best points, best first. */
  readonly of: Int32Array
  readonly count: number
}

/**
 * The basins of some points.
 *
 * @param values   one for each point; lower is better
 * @param weights  d, 1 / lengthscale²
 */
export function basinsOf(
  points: readonly Float64Array[],
  values: Float64Array,
  weights: Float64Array,
  categories: Categories,
): Basins {
  const order = points.map((_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b)
  const of = new Int32Array(points.length)
  let count = 0
  for (const [rank, i] of order.entries()) {
    const { nearest, squared } = nearestOf(points[i]!, points, order.slice(0, rank), weights, categories)
    of[i] = squared <= REACH ? of[nearest]! : count++
  }
  return { of, count }
}

/** Whether the observed point nearest to `x` belongs to none of the first `left` basins. */
export function isOutside(
  x: Float64Array,
  left: number,
  basins: Basins,
  points: readonly Float64Array[],
  weights: Float64Array,
  categories: Categories,
): boolean {
  return basins.of[nearestOf(x, points, points.keys(), weights, categories).nearest]! >= left
}

/**
 * The point nearest to `x` among those at some indices, and its squared distance in lengthscales; −1 if there is none.
 */
function nearestOf(
  x: Float64Array,
  points: readonly Float64Array[],
  among: Iterable<number>,
  weights: Float64Array,
  categories: Categories,
): { nearest: number; squared: number } {
  let nearest = -1
  let squared = Infinity
  for (const i of among) {
    let sum = 0
    for (let k = 0; k < weights.length; k++)
      sum += weights[k]! * squaredDifference(x[k]!, points[i]![k]!, categories[k]!)
    if (sum < squared) {
      squared = sum
      nearest = i
    }
  }
  return { nearest, squared }
}
