/** Many points as counts in a grid of cells: what a figure shows where single points would cover each other. */

import type { Figure } from './figure.ts'
import type { Mark } from './mark.ts'
import { beyondEnd } from './layout.ts'
import { shareOf } from './scale.ts'

const COLUMNS = 48
const ROWS = 24

/** The share of points that are shown as marks on top of the cells: the best ones. */
const TOP_SHARE = 0.01

export interface Density {
  readonly columns: number
  readonly rows: number
  /** Column by column from the low end of x, each from the low end of y. */
  readonly counts: Uint32Array
  /** The indexes of the best points, by the axis that says what is better. */
  readonly top: Int32Array
  /** The indexes of the points that no cell holds: beyond an end, or without a place on one axis. */
  readonly rest: Int32Array
}

/** Counts the points of a mark. */
export function densityOf({ x, y }: Pick<Figure, 'x' | 'y'>, mark: Extract<Mark, { kind: 'points' }>): Density {
  const counts = new Uint32Array(COLUMNS * ROWS)
  const rest: number[] = []
  const within: number[] = []
  for (let k = 0; k < mark.x.length; k++) {
    const [placeX, placeY] = [mark.x[k]!, mark.y[k]!]
    const isOutside = beyondEnd(x, placeX) !== 0 || beyondEnd(y, placeY) !== 0
    if (isOutside || Number.isNaN(placeX) || Number.isNaN(placeY)) {
      rest.push(k)
      continue
    }
    const column = Math.min(COLUMNS - 1, Math.floor(shareOf(x, placeX) * COLUMNS))
    const row = Math.min(ROWS - 1, Math.floor(shareOf(y, placeY) * ROWS))
    counts[column * ROWS + row]!++
    within.push(k)
  }
  return {
    columns: COLUMNS,
    rows: ROWS,
    counts,
    top: best({ x, y }, mark, within),
    rest: Int32Array.from(rest),
  }
}

function best(
  { x, y }: Pick<Figure, 'x' | 'y'>,
  mark: Extract<Mark, { kind: 'points' }>,
  within: number[],
): Int32Array {
  const scale = y.better === null ? x : y
  if (scale.better === null) return new Int32Array(0)
  const places = y.better === null ? mark.x : mark.y
  const sign = scale.better === 'low' ? 1 : -1
  const order = within.toSorted((a, b) => sign * (places[a]! - places[b]!))
  return Int32Array.from(order.slice(0, Math.ceil(TOP_SHARE * within.length)))
}
