/** The neighbors of a point with what they are worth. */

import { differentIntegers } from '../numerics/random.ts'
import type { Random } from '../numerics/random.ts'
import { rowsOf } from '../numerics/vector.ts'
import type { Axes } from '../space/axes.ts'
import type { Candidate } from './candidate.ts'
import type { Criterion } from './criterion.ts'
import { discreteNeighbors } from './moves.ts'

/** A discrete step looks at this many neighbors at most, taken at random if there are more. */
const MOST_NEIGHBORS = 128

/**
 * With this many parameters or more a space is wide. There a round looks at the neighbors only once and then takes many
 * steps together, and only the neighbors of the lower half of the means are looked at in full.
 */
export const WIDE = 16

/** Points that differ from `from` in one discrete value; in a wide space only those of low means. */
export function lookAround(from: Candidate, criterion: Criterion, axes: Axes, random: Random): Candidate[] {
  const neighbors = discreteNeighbors(from.x, axes, random)
  if (neighbors.length === 0) return []
  const looked =
    neighbors.length <= MOST_NEIGHBORS
      ? neighbors
      : differentIntegers(MOST_NEIGHBORS, neighbors.length, random).map((i) => neighbors[i]!)
  const { d } = criterion
  const m = looked.length
  const { rows, values } = criterion.promising(rowsOf(looked, d), m, d < WIDE ? m : Math.ceil(m / 2))
  return Array.from(rows, (row, i) => ({ x: looked[row]!, value: values[i]! }))
}
