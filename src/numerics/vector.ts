/**
 * Sums and products of vectors. The second is a row of a matrix, or the whole of a vector: it begins at `row`.
 *
 * They are short on purpose, and used wherever such a loop is: a process that has just started computes at full speed once
 * they are compiled.
 */

/** Σ aᵢ bᵢ over the entries of `a`. */
export function dot(a: Float64Array, b: Float64Array, row = 0): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[row + i]!
  return sum
}

/** Adds `factor` times b. */
export function addScaledInPlace(target: Float64Array, factor: number, b: Float64Array, row = 0): void {
  for (let i = 0; i < target.length; i++) target[i] = target[i]! + factor * b[row + i]!
}
