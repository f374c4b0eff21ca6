/**
 * Sums and products of vectors, and vectors as rows.
 *
 *   a, b   vectors of the same length; `b` may also be the row of a matrix, which begins at entry `row`
 *
 * These functions are short on purpose, and every such loop calls them: a process that has just started computes at
 * full speed as soon as they are compiled.
 */

/** Σ aᵢ bᵢ over the entries of `a`. */
export function dot(a: Float64Array, b: Float64Array, row = 0): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[row + i]!
  return sum
}

/** Adds `factor` times b to `target`. */
export function addScaledInPlace(target: Float64Array, factor: number, b: Float64Array, row = 0): void {
  for (let i = 0; i < target.length; i++) target[i] = target[i]! + factor * b[row + i]!
}

/** Points as the rows of one matrix, n × d, as the models take them. */
export function rowsOf(points: readonly Float64Array[], d: number): Float64Array {
  const rows = new Float64Array(points.length * d)
  for (const [i, x] of points.entries()) rows.set(x, i * d)
  return rows
}

/** The upper median of n ≥ 1 sorted values: the middle one, or the higher one of two. */
export const upperMedian = (sorted: ArrayLike<number>): number => sorted[sorted.length >> 1]!
