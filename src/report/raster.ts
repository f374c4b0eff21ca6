/**
 * A grid of characters on which a figure is drawn for a terminal. A cell holds 2 × 4 dots of braille, or one character
 * of its own (a bar, a mark beside an axis); its color is that of the most important role in it.
 */

import type { Role } from './mark.ts'

/** Roles from the most important to the least: it is seen in a cell that several share. */
const ORDER: readonly Role[] = ['best', 'failed', 'model', 'trial', 'pruned', 'running', 'other']

/** The bit of each dot of a braille cell, by its column and its row from the top. */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const

const BRAILLE = 0x2800

/** ASCII characters for a cell with one dot, with some, and with many. */
const PLAIN = ['.', ':', '*'] as const

/** Colors a text by what it stands for. */
export type RolePainter = (role: Role, text: string) => string

export interface Raster {
  readonly columns: number
  readonly rows: number
  readonly dots: Uint8Array
  /** A character of its own for each cell; empty for dots. */
  readonly characters: string[]
  /** Index in `ORDER` of the role of each cell; its length where there is none. */
  readonly roles: Uint8Array
}

export const rasterOf = (columns: number, rows: number): Raster => ({
  columns,
  rows,
  dots: new Uint8Array(columns * rows),
  characters: new Array<string>(columns * rows).fill(''),
  roles: new Uint8Array(columns * rows).fill(ORDER.length),
})

/** Sets a dot, counted from the left (two a cell) and from the top (four a cell). Outside of the grid it is ignored. */
export function setDot(raster: Raster, x: number, y: number, role: Role): void {
  const cell = cellAt(raster, Math.floor(x / 2), Math.floor(y / 4))
  if (cell < 0) return
  raster.dots[cell]! |= DOTS[(x & 1) as 0 | 1][(y & 3) as 0 | 1 | 2 | 3]
  raster.roles[cell] = Math.min(raster.roles[cell]!, ORDER.indexOf(role))
}

/** Dots on the straight way between two dots. */
export function setLine(raster: Raster, x1: number, y1: number, x2: number, y2: number, role: Role, gap = 1): void {
  const steps = Math.max(1, Math.abs(x2 - x1), Math.abs(y2 - y1))
  for (let k = 0; k <= steps; k += gap)
    setDot(raster, Math.round(x1 + ((x2 - x1) * k) / steps), Math.round(y1 + ((y2 - y1) * k) / steps), role)
}

/** Puts a character into a cell. A mark of a more important role stays. */
export function setCharacter(raster: Raster, column: number, row: number, character: string, role: Role): void {
  const cell = cellAt(raster, column, row)
  const order = ORDER.indexOf(role)
  if (cell < 0 || (raster.characters[cell] !== '' && raster.roles[cell]! < order)) return
  raster.characters[cell] = character
  raster.roles[cell] = Math.min(raster.roles[cell]!, order)
}

/** Whether a cell has nothing in it. */
export function isFree(raster: Raster, column: number, row: number): boolean {
  const cell = cellAt(raster, column, row)
  return cell >= 0 && raster.dots[cell] === 0 && raster.characters[cell] === ''
}

const cellAt = ({ columns, rows }: Raster, column: number, row: number): number =>
  column >= 0 && column < columns && row >= 0 && row < rows ? row * columns + column : -1

/** The text of a row without the spaces at its end, its cells colored by their roles. */
export function rowText(raster: Raster, row: number, paint: RolePainter, isPlain: boolean): string {
  const first = row * raster.columns
  const runs: { role: Role | undefined; text: string }[] = []
  for (let cell = first; cell < first + raster.columns; cell++) {
    const text = raster.characters[cell] || dotsText(raster.dots[cell]!, isPlain)
    const role = ORDER[raster.roles[cell]!]
    const run = runs.at(-1)
    if (run !== undefined && run.role === role) run.text += text
    else runs.push({ role, text })
  }
  while (runs.length > 0 && runs.at(-1)!.text.trimEnd() === '') runs.pop()
  return runs
    .map(({ role, text }, k) => {
      const shown = k === runs.length - 1 ? text.trimEnd() : text
      return role === undefined ? shown : paint(role, shown)
    })
    .join('')
}

function dotsText(dots: number, isPlain: boolean): string {
  if (dots === 0) return ' '
  if (!isPlain) return String.fromCharCode(BRAILLE + dots)
  let count = 0
  for (let bits = dots; bits > 0; bits >>= 1) count += bits & 1
  return PLAIN[count === 1 ? 0 : count <= 3 ? 1 : 2]
}
