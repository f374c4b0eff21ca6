/**
 * Which observations a model is made of. Their number is limited, so that the cost of a suggestion stays bounded.
 *
 * A model gets the best ones, those near the best, the newest, and an even choice of the rest, which keeps the far
 * parts of the space in view.
 */

import { squaredDistancesInto } from '../surrogate/kernel.ts'
import type { Categories } from '../surrogate/kernel.ts'
import { valuesOf } from './observations.ts'
import type { Observation } from './observations.ts'

/** Shares of the set: the best, those near the best, the newest. What remains is chosen evenly from the rest. */
const BEST = 0.35
const NEAR = 0.35
const NEWEST = 0.1

/**
 * At most `size` of the observations, in their own order.
 *
 * @param observed  in the order of their numbers
 * @param weights   d, 1 / lengthscale²; they define what is near
 */
export function modelSet<T extends Observation>(
  observed: readonly T[],
  size: number,
  weights: Float64Array,
  categories: Categories,
): T[] {
  const n = observed.length
  if (n <= size) return [...observed]
  const chosen = new Set<number>()
  const take = (order: ArrayLike<number>, count: number): void => {
    const goal = Math.min(chosen.size + Math.round(count), size)
    for (let i = 0; i < order.length && chosen.size < goal; i++) chosen.add(order[i]!)
  }
  const byValue = lowest(worthsOf(observed), Math.round(BEST * size))
  take(byValue, BEST * size)
  const d = categories.length
  const columns = new Float64Array(d * n)
  for (let i = 0; i < n; i++) for (let k = 0; k < d; k++) columns[k * n + i] = observed[i]!.x[k]!
  const squared = new Float64Array(n)
  squaredDistancesInto(observed[byValue[0]!]!.x, 0, columns, n, weights, categories, squared)
  take(lowest(squared, size), NEAR * size)
  const all = Array.from(observed.keys())
  take(all.toReversed(), NEWEST * size)
  const rest = all.filter((i) => !chosen.has(i))
  take(evenly(rest, size - chosen.size), size)
  return [...chosen].sort((a, b) => a - b).map((i) => observed[i]!)
}

/** The values, with those that break constraints above all others. */
function worthsOf(observed: readonly Observation[]): Float64Array {
  const values = valuesOf(observed)
  const allowed = values.filter((_, i) => observed[i]!.breaks !== true)
  if (allowed.length === values.length) return values
  const most = allowed.reduce((a, b) => Math.max(a, b), -Infinity)
  const least = values.reduce((a, b) => Math.min(a, b), Infinity)
  return values.map((value, i) => (observed[i]!.breaks === true && allowed.length > 0 ? most + (value - least) : value))
}

/** `count` elements of a list, at even distances; all of them if there are no more. */
export function evenly<T>(list: readonly T[], count: number): T[] {
  if (list.length <= count) return [...list]
  return Array.from({ length: count }, (_, i) => list[Math.floor(((i + 0.5) * list.length) / count)]!)
}

/** The indices of the `count` lowest values, lowest first; equal values in their order. There may be more with ties. */
function lowest(values: Float64Array, count: number): Int32Array {
  const limit = values.slice().sort()[Math.min(count, values.length) - 1]!
  const indices: number[] = []
  for (let i = 0; i < values.length; i++) if (values[i]! <= limit) indices.push(i)
  return Int32Array.from(indices).sort((a, b) => values[a]! - values[b]! || a - b)
}
