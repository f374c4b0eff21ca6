/** Marks of a figure as dots and characters of a raster. */

import type { Figure } from './figure.ts'
import { beyondEnd } from './layout.ts'
import type { Mark, Role } from './mark.ts'
import { isFree, setCharacter, setDot, setLine } from './raster.ts'
import type { Raster } from './raster.ts'
import { shareOf } from './scale.ts'
import type { Scale } from './scale.ts'

/** Characters of a terminal, and those of one that has ASCII only. */
export interface Glyphs {
  readonly points: Readonly<Record<Role, string>>
  /** Beyond the upper, lower, left and right end. */
  readonly arrows: readonly [up: string, down: string, left: string, right: string]
  /** A bar of each kind; what a whisker is on a bar, and beside it. */
  readonly bars: Readonly<Record<Role, string>>
  readonly hatched: string
  readonly onBar: string
  readonly whisker: string
  /** Level and upright. */
  readonly rules: readonly [string, string]
  /** From the worst to the best. */
  readonly shades: readonly string[]
  /** A line, where it is not dots. */
  readonly line: string | null
}

export const UNICODE: Glyphs = {
  points: { trial: '•', best: '■', failed: '×', pruned: '▽', running: '○', model: '◆', other: '+' },
  arrows: ['▵', '▿', '◃', '▹'],
  bars: { trial: '█', best: '█', model: '█', failed: '▒', pruned: '▓', running: '░', other: '▓' },
  hatched: '░',
  onBar: '▓',
  whisker: '╌',
  rules: ['┄', '┊'],
  shades: ['·', '░', '▒', '▓', '█'],
  line: null,
}

export const ASCII: Glyphs = {
  points: { trial: 'o', best: '#', failed: 'x', pruned: 'v', running: 'o', model: '@', other: '+' },
  arrows: ['^', 'v', '<', '>'],
  bars: { trial: '=', best: '=', model: '=', failed: 'x', pruned: 'v', running: '~', other: '%' },
  hatched: '~',
  onBar: '#',
  whisker: '-',
  rules: ['-', '|'],
  shades: ['.', ':', '+', '*', '#'],
  line: '-',
}

/** Where a figure is drawn: its raster, the rows of rugs, and the column or row of a rail. */
export interface Plot {
  readonly figure: Figure
  readonly raster: Raster
  readonly glyphs: Glyphs
  /** The size of the area of marks, in cells. */
  readonly columns: number
  readonly rows: number
  /** The column of the rail, -1 without one. Rows of a rail and of rugs lie in `below`. */
  readonly railColumn: number
  readonly below: ReadonlyMap<string, number>
}

type Kind<K extends Mark['kind']> = Mark & { readonly kind: K }
type Bars = Extract<Mark, { readonly at: Float64Array; readonly low: Float64Array }>

/** The row in `below` of places on the y axis that do not exist. */
export const RAIL = 'rail'

/** A dotted line has a dot at each of this many. */
const DOTTED = 3

/** Shades from here on are shown as those of the best: a terminal has no shades for dots. */
const TOP_SHADE = 0.9

/** Pale lines of more trials than this would fill the area: only those with a shade are drawn. */
const MOST_PALE = 60

/** Draws a mark. */
export function drawMark(plot: Plot, mark: Mark): void {
  switch (mark.kind) {
    case 'points':
      return drawPoints(plot, mark)
    case 'line':
    case 'step':
      return drawLine(plot, mark, mark.kind === 'step', mark.isDashed === true ? DOTTED : 1)
    case 'band':
      for (const y of [mark.low, mark.high]) drawLine(plot, { role: mark.role, x: mark.x, y }, false, DOTTED)
      return
    case 'bars':
      return drawBars(plot, mark)
    case 'whiskers':
      return drawWhiskers(plot, mark)
    case 'cells':
      return drawCells(plot, mark)
    case 'rug':
      return drawRug(plot, mark)
    case 'rule':
      return drawRule(plot, mark)
    case 'box':
      return drawBox(plot, mark)
    case 'paths':
      return drawPaths(plot, mark)
  }
  mark satisfies never
}

/** The dot of a place, between 0 and `dots` - 1; NaN for a place that does not exist. */
export const dotAt = (scale: Scale, place: number, dots: number): number => {
  const share = scale.kind === 'log' && place <= 0 ? 0 : shareOf(scale, place)
  return Math.round(Math.min(1, Math.max(0, share)) * (dots - 1))
}

const dotX = ({ figure, columns }: Plot, place: number): number => dotAt(figure.x, place, 2 * columns)
const dotY = ({ figure, rows }: Plot, place: number): number => 4 * rows - 1 - dotAt(figure.y, place, 4 * rows)
const columnOf = (plot: Plot, place: number): number => Math.floor(dotX(plot, place) / 2)
const rowOf = (plot: Plot, place: number): number => Math.floor(dotY(plot, place) / 4)

function drawPoints(plot: Plot, mark: Kind<'points'>): void {
  const { x, y } = mark
  const { figure, raster, glyphs } = plot
  const isOnCells = figure.marks.some(({ kind }) => kind === 'cells')
  const [up, down, left, right] = glyphs.arrows
  for (let k = 0; k < x.length; k++) {
    const [placeX, placeY] = [x[k]!, y[k]!]
    const role = isTop(mark, k) ? 'best' : mark.role
    const isDot = role === 'trial' && !isOnCells
    const column = Number.isNaN(placeX) ? plot.railColumn : columnOf(plot, placeX)
    const row = Number.isNaN(placeY) ? (plot.below.get(RAIL) ?? -1) : rowOf(plot, placeY)
    const [overX, overY] = [beyondEnd(figure.x, placeX), beyondEnd(figure.y, placeY)]
    if (overY !== 0) setCharacter(raster, column, row, overY > 0 ? up : down, role)
    else if (overX !== 0) setCharacter(raster, column, row, overX > 0 ? right : left, role)
    else if (isDot && !Number.isNaN(placeX) && !Number.isNaN(placeY))
      setDot(raster, dotX(plot, placeX), dotY(plot, placeY), role)
    else setCharacter(raster, column, row, glyphs.points[role], role)
  }
}

/** Whether a point has a shade of the best tenth: it is drawn as the best are. */
export const isTop = ({ shade }: Kind<'points'>, k: number): boolean => shade !== undefined && shade[k]! >= TOP_SHADE

function drawLine(
  plot: Plot,
  { role, x, y }: Pick<Kind<'line'>, 'role' | 'x' | 'y'>,
  isStep: boolean,
  gap: number,
): void {
  let before: readonly [number, number] | null = null
  const draw = (x1: number, y1: number, x2: number, y2: number): void => {
    if (plot.glyphs.line === null) setLine(plot.raster, x1, y1, x2, y2, role, gap)
    else drawCharacters(plot, [x1, y1, x2, y2], role, gap)
  }
  for (let k = 0; k < x.length; k++) {
    if (Number.isNaN(x[k]!) || Number.isNaN(y[k]!)) {
      before = null
      continue
    }
    const [toX, toY] = [dotX(plot, x[k]!), dotY(plot, y[k]!)]
    if (before === null) draw(toX, toY, toX, toY)
    else if (isStep) {
      draw(before[0], before[1], toX, before[1])
      draw(toX, before[1], toX, toY)
    } else draw(before[0], before[1], toX, toY)
    before = [toX, toY]
  }
}

/** A line of characters, for a terminal without braille. */
function drawCharacters({ raster, glyphs }: Plot, [x1, y1, x2, y2]: number[], role: Role, gap: number): void {
  const steps = Math.max(1, Math.abs(x2! - x1!), Math.abs(y2! - y1!))
  for (let k = 0; k <= steps; k += gap) {
    const column = Math.floor(Math.round(x1! + ((x2! - x1!) * k) / steps) / 2)
    const row = Math.floor(Math.round(y1! + ((y2! - y1!) * k) / steps) / 4)
    if (isFree(raster, column, row)) setCharacter(raster, column, row, glyphs.line!, role)
  }
}

function drawBars(plot: Plot, mark: Bars & { readonly isHatched?: boolean; readonly thickness?: number }): void {
  const { raster, glyphs, figure } = plot
  const character = mark.isHatched === true ? glyphs.hatched : glyphs.bars[mark.role]
  mark.at.forEach((place, k) => {
    if (mark.along === 'x') {
      const [from, to] = [columnOf(plot, mark.low[k]!), columnOf(plot, mark.high[k]!)]
      const isLess = mark.low[k] === mark.high[k] && figure.x.kind !== 'time'
      if (isLess) return
      for (let column = from; column <= to; column++)
        setCharacter(raster, column, rowOf(plot, place), character, mark.role)
    } else {
      const half = (mark.thickness ?? 0.7) / 2
      const [from, to] = [columnOf(plot, place - half), columnOf(plot, place + half)]
      for (let column = from; column <= to; column++)
        for (let row = rowOf(plot, mark.high[k]!); row <= rowOf(plot, mark.low[k]!); row++)
          setCharacter(raster, column, row, character, mark.role)
    }
  })
}

function drawWhiskers(plot: Plot, mark: Bars): void {
  const { raster, glyphs, figure } = plot
  mark.at.forEach((place, k) => {
    const ends = [mark.low[k]!, mark.high[k]!] as const
    if (ends.some(Number.isNaN) || Number.isNaN(place)) return
    if (mark.along === 'y') {
      setLine(raster, dotX(plot, place), dotY(plot, ends[0]), dotX(plot, place), dotY(plot, ends[1]), mark.role)
      return
    }
    if (figure.y.kind !== 'category') {
      setLine(raster, dotX(plot, ends[0]), dotY(plot, place), dotX(plot, ends[1]), dotY(plot, place), mark.role)
      return
    }
    const row = rowOf(plot, place)
    for (let column = columnOf(plot, ends[0]); column <= columnOf(plot, ends[1]); column++) {
      const isOnBar = !isFree(raster, column, row)
      const cell = row * raster.columns + column
      // A bar keeps its color: only its character tells that the end is not sure.
      if (isOnBar) raster.characters[cell] = glyphs.onBar
      else setCharacter(raster, column, row, glyphs.whisker, 'other')
    }
  })
}

/** Each character has the shade of the cell below its middle. */
function drawCells(plot: Plot, { columns, rows, shade }: Kind<'cells'>): void {
  const { raster, glyphs } = plot
  for (let row = 0; row < plot.rows; row++) {
    for (let column = 0; column < plot.columns; column++) {
      const across = Math.floor(((column + 0.5) / plot.columns) * columns)
      const up = Math.floor((1 - (row + 0.5) / plot.rows) * rows)
      const value = shade[across * rows + up]!
      if (Number.isNaN(value)) continue
      const step = Math.min(glyphs.shades.length - 1, Math.max(0, Math.floor(value * glyphs.shades.length)))
      setCharacter(raster, column, row, glyphs.shades[step]!, 'other')
    }
  }
}

function drawRug(plot: Plot, { role, along, at }: Kind<'rug'>): void {
  const { raster, glyphs } = plot
  for (const place of at) {
    if (Number.isNaN(place)) continue
    if (along === 'x') setCharacter(raster, columnOf(plot, place), plot.below.get(role)!, glyphs.points[role], role)
    else setCharacter(raster, 0, rowOf(plot, place), glyphs.points[role], role)
  }
}

/** A rule leaves what is there. */
function drawRule(plot: Plot, { along, at, role }: Kind<'rule'>): void {
  const { raster, glyphs } = plot
  if (along === 'x') {
    const row = rowOf(plot, at)
    for (let column = 0; column < plot.columns; column++)
      if (isFree(raster, column, row)) setCharacter(raster, column, row, glyphs.rules[0], role)
  } else {
    const column = columnOf(plot, at)
    for (let row = 0; row < plot.rows; row++)
      if (isFree(raster, column, row)) setCharacter(raster, column, row, glyphs.rules[1], role)
  }
}

function drawBox(plot: Plot, { x, y, role }: Kind<'box'>): void {
  const [left, right] = x.map((place) => dotX(plot, place)) as [number, number]
  const [low, high] = y.map((place) => dotY(plot, place)) as [number, number]
  for (const at of [low, high]) setLine(plot.raster, left, at, right, at, role, DOTTED)
  for (const at of [left, right]) setLine(plot.raster, at, low, at, high, role, DOTTED)
}

/** The dot from the left of an axis of paths. */
export const axisDot = (index: number, count: number, columns: number): number =>
  Math.floor(((index + 0.5) / count) * 2 * columns)

function drawPaths(plot: Plot, { places, trial, shade }: Kind<'paths'>): void {
  const { axes } = plot.figure
  const order = Array.from(trial, (_, k) => k).sort((a, b) => (shade[a]! || 0) - (shade[b]! || 0))
  const pale = order.filter((k) => Number.isNaN(shade[k]!)).length
  for (const k of order) {
    const isPale = Number.isNaN(shade[k]!)
    if (isPale && pale > MOST_PALE) continue
    let before: readonly [number, number] | null = null
    for (const [j, scale] of axes.entries()) {
      const place = places[k * axes.length + j]!
      const isOff = Number.isNaN(place)
      const x = axisDot(j, axes.length, plot.columns)
      const y = isOff ? 4 * (plot.below.get(RAIL) ?? NaN) + 1 : 4 * plot.rows - 1 - dotAt(scale, place, 4 * plot.rows)
      const here = Number.isNaN(y) ? null : ([x, y] as const)
      if (before !== null && here !== null)
        setLine(plot.raster, ...before, ...here, isPale ? 'other' : 'best', isPale ? DOTTED : 1)
      before = here
    }
  }
}
