/** How `anthill plot` writes a figure: as lines of a terminal, as SVG, as a table or as JSON. */

import { figureLines } from '../../report/braille.ts'
import type { Facts } from '../../report/facts.ts'
import type { Figure } from '../../report/figure.ts'
import { MOST_ROWS, figureTable } from '../../report/figure-table.ts'
import type { Role } from '../../report/mark.ts'
import type { RolePainter } from '../../report/raster.ts'
import { svgText } from '../../report/svg.ts'
import { tableLines } from '../../report/table.ts'
import { nameOfTrial } from '../../report/trial-marks.ts'
import { wholeNumber } from '../arguments.ts'
import type { Words } from '../arguments.ts'
import { UsageError } from '../failure.ts'
import { writeWhole } from '../report/written-file.ts'
import { painter, printJson, printLines, printable } from '../screen.ts'

/** A figure is at most this large in a terminal; without a terminal it has the second size. */
const LARGEST = { columns: 110, rows: 28 } as const
const USUAL = { columns: 80, rows: 20 } as const

/** The size of SVG, in pixels. */
const PIXELS = { columns: 960, rows: 360 } as const

/** The least and the most that `--size` may ask for: columns and rows, or pixels. */
const BOUNDS = { cells: [20, 8, 1000, 500], pixels: [120, 80, 10_000, 10_000] } as const

/** Colors that can be read on light and on dark; what is not here has the color of text. */
const COLORS: Partial<Readonly<Record<Role, 'green' | 'red' | 'magenta' | 'cyan'>>> = {
  best: 'green',
  failed: 'red',
  model: 'magenta',
  pruned: 'cyan',
  running: 'cyan',
}

const OUTPUTS = ['svg', 'table', 'json'] as const

interface Size {
  readonly columns: number
  readonly rows: number
}

/**
 * Checks the options that choose the output.
 *
 * @throws UsageError
 */
export function checkOutput(words: Words): void {
  const [first, second] = OUTPUTS.filter((option) => words.has(option))
  if (second !== undefined) throw new UsageError(`--${first} and --${second} both choose the output; keep one of them`)
  const unused = first === undefined ? [] : first === 'svg' ? ['ascii'] : ['ascii', 'size']
  for (const option of unused)
    if (words.has(option)) throw new UsageError(`option '--${option}': has no meaning with --${first}; leave it out`)
  sizeOf(words)
  rowsOf(words)
}

/**
 * Writes a figure as the options want it.
 *
 * @param directory  of the study: who may read it may read what is written
 */
export function printFigure(figure: Figure, facts: Facts, words: Words, directory: string): void {
  if (words.has('json')) printJson(plainFigure(figure, facts))
  else if (words.has('table')) printTable(figure, facts, rowsOf(words))
  else if (words.has('svg')) writeSvg(figure, words, directory)
  else {
    const { columns, rows } = sizeOf(words) ?? sizeOfTerminal()
    const paint = rolePainter(process.stdout)
    const isPlain = words.has('ascii') || isAsciiTerminal()
    printLines(figureLines(figure, { columns, rows, paint, printable, isPlain }))
  }
}

/** Colors what a role stands for, if the stream wants colors. */
export function rolePainter(stream: NodeJS.WriteStream): RolePainter {
  const color = painter(stream)
  return (role, text) => {
    const style = COLORS[role]
    return style === undefined || text.trim() === '' ? text : color(style, text)
  }
}

function sizeOfTerminal(): Size {
  const { isTTY, columns, rows } = process.stdout
  if (isTTY !== true) return USUAL
  // The last row is for the next prompt.
  return {
    columns: Math.max(BOUNDS.cells[0], Math.min(LARGEST.columns, columns || USUAL.columns)),
    rows: Math.max(BOUNDS.cells[1], Math.min(LARGEST.rows, (rows || USUAL.rows) - 1)),
  }
}

/** Whether the terminal, or the language that it is set to, has no braille. */
export function isAsciiTerminal({ TERM, LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv = process.env): boolean {
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== '')
  return TERM === 'linux' || TERM === 'dumb' || (locale !== undefined && !/utf-?8/i.test(locale))
}

/** The size that is asked for. */
function sizeOf(words: Words): Size | undefined {
  const word = words.text('size')
  if (word === undefined) return undefined
  const [leastColumns, leastRows, mostColumns, mostRows] = words.has('svg') ? BOUNDS.pixels : BOUNDS.cells
  const [, columns, rows] = (/^(\d{1,5})x(\d{1,5})$/i.exec(word) ?? []).map(Number)
  const isIn =
    columns !== undefined &&
    columns >= leastColumns &&
    columns <= mostColumns &&
    rows! >= leastRows &&
    rows! <= mostRows
  if (isIn) return { columns, rows: rows! }
  const range = `from ${leastColumns}x${leastRows} to ${mostColumns}x${mostRows}`
  throw new UsageError(`option '--size': must be a width and a height ${range}, got '${word}'`)
}

/** How many rows a table has at most. */
function rowsOf(words: Words): number {
  const word = words.text('table')
  return word === undefined || word === '' ? MOST_ROWS : wholeNumber(`option '--table'`, word, 1)
}

function printTable(figure: Figure, { columns }: Facts, most: number): void {
  const { titles, rows, left } = figureTable(figure, { most, nameOf: (trial) => nameOfTrial(columns, trial) })
  printLines([
    ...tableLines(
      titles.map((title) => ({ title: printable(title) })),
      rows.map((row) => row.map(printable)),
    ),
    ...(left === 0 ? [] : ['', `${left} more; --table=${most + left} shows all`]),
  ])
}

function writeSvg(figure: Figure, words: Words, directory: string): void {
  const { columns: width, rows: height } = sizeOf(words) ?? PIXELS
  const text = `${svgText(figure, { width, height })}\n`
  const file = words.text('svg')
  if (file === undefined || file === '' || file === '-') process.stdout.write(text)
  else writeWhole(file, text, directory)
}

/** A figure as JSON: places as numbers, null for one that does not exist; trials by their numbers, or by their ids. */
function plainFigure(figure: Figure, { columns }: Facts): unknown {
  const nameOf = (trial: number): number | string | null =>
    trial < 0 ? null : Number.isNaN(columns.number[trial]!) ? columns.id[trial]! : columns.number[trial]!
  const marks = figure.marks.map((mark) => ({
    ...Object.fromEntries(
      Object.entries(mark).map(([name, value]) => [
        name,
        ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value,
      ]),
    ),
    ...('trial' in mark && mark.trial !== undefined ? { trial: Array.from(mark.trial, nameOf) } : {}),
  }))
  return { ...figure, marks }
}
