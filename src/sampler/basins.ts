/**
 * Basins of attraction among observed points: what belongs together, seen from the best.
 *
 * Each point belongs with the nearest better one, where that is within a lengthscale of it, else it begins a basin of its own.
 *
 * Source: Preuss 2010, "Niching the CMA-ES via nearest-better clustering"; the lengthscale for its limit is ours.
 */

import { squaredDifference } from '../surrogate/kernel.ts'
import type { Categories } from '../surrogate/kernel.ts'

export interface Basins {
  /** Of each point, the place of its basin among all basins, that of the best point first. */
  readonly of: Int32Array
  readonly count: number
}

/** The longest link of a basin: squared, in lengthscales. */
const REACH = 1

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

/** Whether the observed point nearest to `x` belongs to none of the `left` first basins. */
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
