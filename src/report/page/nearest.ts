/** Finds the mark nearest to the pointer, by a grid of square cells that is made once for each drawing of a figure. */

import type { Places } from '../mark.ts'

/** How far from the pointer a mark may be, in pixels. */
export const REACH = 24

/** Pixels along the side of a cell: with the reach below it, four cells are enough on each axis. */
const CELL = 32

/** Marks in pixels, by cell. */
export interface Grid {
  readonly x: Places
  readonly y: Places
  readonly columns: number
  readonly rows: number
  /** The marks of cell c are `members[begins[c]]` up to `members[begins[c + 1]]`. */
  readonly begins: Int32Array
  readonly members: Int32Array
}

/** @param x  and y: where each mark is, in pixels; NaN for one that is not drawn */
export function gridOf(x: Places, y: Places, width: number, height: number): Grid {
  const columns = Math.max(1, Math.ceil(width / CELL))
  const rows = Math.max(1, Math.ceil(height / CELL))
  const cellOf = (i: number): number => {
    if (Number.isNaN(x[i]!) || Number.isNaN(y[i]!)) return -1
    return clamped(Math.floor(x[i]! / CELL), columns) * rows + clamped(Math.floor(y[i]! / CELL), rows)
  }
  const begins = new Int32Array(columns * rows + 1)
  for (let i = 0; i < x.length; i++) {
    const cell = cellOf(i)
    if (cell >= 0) begins[cell + 1]!++
  }
  for (let cell = 0; cell < columns * rows; cell++) begins[cell + 1]! += begins[cell]!
  const next = begins.slice()
  const members = new Int32Array(begins[columns * rows]!)
  for (let i = 0; i < x.length; i++) {
    const cell = cellOf(i)
    if (cell >= 0) members[next[cell]!++] = i
  }
  return { x, y, columns, rows, begins, members }
}

/** The index of the mark nearest to a place; -1 if none is within reach. */
export function nearestIn({ x, y, columns, rows, begins, members }: Grid, px: number, py: number): number {
  let nearest = -1
  let least = REACH ** 2
  const last = [clamped(Math.floor((px + REACH) / CELL), columns), clamped(Math.floor((py + REACH) / CELL), rows)]
  for (let column = clamped(Math.floor((px - REACH) / CELL), columns); column <= last[0]!; column++) {
    for (let row = clamped(Math.floor((py - REACH) / CELL), rows); row <= last[1]!; row++) {
      const cell = column * rows + row
      for (let k = begins[cell]!; k < begins[cell + 1]!; k++) {
        const i = members[k]!
        const distance = (x[i]! - px) ** 2 + (y[i]! - py) ** 2
        if (distance > least || (distance === least && nearest >= 0)) continue
        nearest = i
        least = distance
      }
    }
  }
  return nearest
}

const clamped = (cell: number, count: number): number => Math.min(Math.max(cell, 0), count - 1)
