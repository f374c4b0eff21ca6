/** Where a search begins, and where it begins again. */

import type { Axes } from '../space/axes.ts'
import type { Candidate } from './candidate.ts'
import type { Criterion } from './criterion.ts'

/** Points that differ by more than this, in lengthscales, are likely to lie in two basins. */
const APART = 0.6

/**
 * The best candidates, each likely to lie in a basin of its own: it differs from all better ones in a category, in what
 * is active, or by much of a lengthscale in a number.
 */
export function startsAmong(
  sorted: readonly Candidate[],
  { lengthscales }: Criterion,
  axes: Axes,
  count: number,
): Candidate[] {
  const starts: Candidate[] = []
  for (const candidate of sorted) {
    if (starts.length === count) break
    if (!Number.isFinite(candidate.value)) continue
    if (starts.every(({ x }) => isApart(x, candidate.x, lengthscales, axes))) starts.push(candidate)
  }
  return starts
}

function isApart(a: Float64Array, b: Float64Array, lengthscales: Float64Array, axes: Axes): boolean {
  for (let k = 0; k < a.length; k++) {
    if (Object.is(a[k], b[k])) continue
    const difference = Math.abs(a[k]! - b[k]!)
    if (axes.categories[k] || Number.isNaN(difference)) return true
    if (difference > APART * Math.min(1, lengthscales[k]!)) return true
  }
  return false
}
