/**
 * A figure as lines of text for a terminal: dots of braille, or ASCII. Its sentence stands below it, so that both can
 * be copied together. Colors never say more than shapes and words do.
 */

import type { Figure } from './figure.ts'
import { cellWidth, inLines, shortened } from './label.ts'
import { leftWords, scaleWords } from './layout.ts'
import type { Mark, Role } from './mark.ts'
import { ASCII, RAIL, UNICODE, axisDot, dotAt, drawMark, isTop } from './raster-marks.ts'
import type { Glyphs, Plot } from './raster-marks.ts'
import { rasterOf, rowText } from './raster.ts'
import type { RolePainter } from './raster.ts'
import { briefNumber } from './number-text.ts'
import type { Scale } from './scale.ts'
import { ticksOf } from './tick.ts'

export interface Terminal {
  readonly columns: number
  readonly rows: number
  /** Whether it can show ASCII only. */
  readonly isPlain?: boolean
  /** Colors a text by its role. */
  readonly paint?: RolePainter
  /** Makes visible what a terminal would obey or hide. */
  readonly printable?: (text: string) => string
}

/** The fewest rows of the area of marks, and its fewest columns. */
const FEWEST_ROWS = 4
const FEWEST_COLUMNS = 8

/** The widest labels beside the figure, as a share of the columns. */
const WIDEST_SHARE = 0.35

/** Characters of figures and their sentences that ASCII lacks, and what stands for each. */
const IN_ASCII: Readonly<Record<string, string>> = {
  '…': '~',
  '·': ';',
  '×': 'x',
  '–': '-',
  '−': '-',
  '±': '~',
  '²': '2',
}

/** Columns that a tick of a number takes. */
const TICK_COLUMNS = 12

/** Lines of a figure that fit a terminal. A figure of categories takes a row for each, even if those are more. */
export function figureLines(figure: Figure, terminal: Terminal): string[] {
  const { columns, isPlain = false, printable = (text) => text } = terminal
  const shown = printed(figure, printable)
  if (shown.empty !== null)
    return [...inLines(shown.title, columns, cellWidth), ...inLines(shown.empty, columns, cellWidth)]
  const head = headLines(shown, terminal)
  const feet = [
    ...inLines(shown.summary, columns, cellWidth),
    ...(shown.left.length === 0 ? [] : inLines(leftWords(shown.left), columns, cellWidth)),
  ]
  const lines = [...head, ...areaLines(shown, terminal, head.length + feet.length), ...feet]
  return isPlain ? lines.map((line) => line.replace(/[…·×–−±²]/g, (character) => IN_ASCII[character]!)) : lines
}

/** A figure whose words can be shown as they are. */
function printed(figure: Figure, printable: (text: string) => string): Figure {
  const scale = (of: Scale): Scale => ({
    ...of,
    title: printable(of.title),
    words: of.words.map(printable),
    rail: of.rail === null ? null : printable(of.rail),
  })
  return {
    ...figure,
    title: printable(figure.title),
    summary: printable(figure.summary),
    empty: figure.empty === null ? null : printable(figure.empty),
    x: scale(figure.x),
    y: scale(figure.y),
    axes: figure.axes.map(scale),
    marks: figure.marks.map((mark) =>
      'text' in mark && mark.text !== undefined ? { ...mark, text: printable(mark.text) } : mark,
    ),
    left: figure.left.map(({ count, why }) => ({ count, why: printable(why) })),
  }
}

/** The title and the legend: on one line if there is room. */
function headLines({ title, marks, y }: Figure, { columns, isPlain = false, paint = unpainted }: Terminal): string[] {
  const more = scaleWords({ ...y, title: '' }).trim()
  const name = shortened(more === '' ? title : `${title} ${more}`, columns, cellWidth)
  const entries = legend(marks, isPlain ? ASCII : UNICODE, isPlain)
  const width = entries.reduce((sum, { text }) => sum + cellWidth(text) + 2, 0)
  const painted = (some: readonly Entry[]): string => some.map(({ role, text }) => paint(role, text)).join('  ')
  if (entries.length === 0) return [name]
  if (cellWidth(name) + 4 + width <= columns) return [`${name}    ${painted(entries)}`]
  const lines: Entry[][] = []
  let used = Infinity
  for (const entry of entries) {
    const short = { ...entry, text: shortened(entry.text, columns, cellWidth) }
    used += cellWidth(short.text) + 2
    if (used - 2 > columns) {
      lines.push([])
      used = cellWidth(short.text) + 2
    }
    lines.at(-1)!.push(short)
  }
  return [name, ...lines.map(painted)]
}

const unpainted: RolePainter = (_role, text) => text

interface Entry {
  readonly role: Role
  readonly text: string
}

/** What each shape stands for. */
function legend(marks: readonly Mark[], { points, rules, bars, hatched, line }: Glyphs, isPlain: boolean): Entry[] {
  const entries = marks.flatMap((mark): Entry[] => {
    const { kind } = mark
    if (kind === 'points') {
      const hasLine = marks.some((each) => (each.kind === 'line' || each.kind === 'step') && each.role === mark.role)
      if (hasLine && mark.role !== 'failed') return []
      const dot = mark.role === 'trial' ? (isPlain ? '.' : '·') : points[mark.role]
      const top: Entry[] = mark.x.some((_, k) => isTop(mark, k))
        ? [{ role: 'best', text: `${points.best} best tenth` }]
        : []
      return [{ role: mark.role, text: `${dot} ${mark.role}` }, ...top]
    }
    if (kind === 'line' || kind === 'step')
      return mark.text === undefined || mark.text === ''
        ? []
        : [{ role: mark.role, text: `${line ?? '▁'} ${mark.text}` }]
    if (kind === 'rule')
      return mark.text === '' ? [] : [{ role: mark.role, text: `${rules[mark.along === 'x' ? 0 : 1]} ${mark.text}` }]
    if (kind === 'rug') return [{ role: mark.role, text: `${points[mark.role]} ${mark.role}` }]
    if (kind !== 'bars' || mark.trial === undefined) return []
    return [{ role: mark.role, text: `${mark.isHatched === true ? hatched : bars[mark.role]} ${mark.role}` }]
  })
  return entries.filter(({ text }, k) => entries.findIndex((other) => other.text === text) === k)
}

/** The area of the marks with its axes; `taken` lines of the terminal are used by others. */
function areaLines(
  figure: Figure,
  { columns, rows, isPlain = false, paint = unpainted }: Terminal,
  taken: number,
): string[] {
  const { x, y, axes, marks } = figure
  const isPaths = axes.length > 0
  const rugs = [...new Set(marks.flatMap((mark) => (mark.kind === 'rug' && mark.along === 'x' ? [mark.role] : [])))]
  const rail = isPaths ? (axes.find((scale) => scale.rail !== null)?.rail ?? null) : y.rail
  const below = [...(rail === null ? [] : [RAIL]), ...rugs]
  const names = below.map((key) => (key === RAIL ? rail! : key))
  const titleX = isPaths || (figure.title.endsWith(x.title) && x.kind !== 'log') ? '' : scaleWords(x)
  const free = Math.max(FEWEST_ROWS, rows - taken - 2 - below.length - (titleX === '' ? 0 : 1) - (isPaths ? 1 : 0))
  const height = y.kind === 'category' && !isPaths ? Math.max(y.words.length, Math.min(free, y.words.length)) : free
  const ticksY = isPaths ? [] : ticksOf(y, y.kind === 'category' ? height : Math.max(2, Math.floor(height / 3)))
  const widest = Math.floor(columns * WIDEST_SHARE)
  const side = Math.min(widest, Math.max(0, ...[...ticksY.map(({ text }) => text), ...names].map(cellWidth)))
  const label = (text: string): string => {
    const short = shortened(text, side, cellWidth)
    return `${' '.repeat(side - cellWidth(short))}${short}`
  }
  const railColumns = !isPaths && x.rail !== null ? 3 : 0
  const width = Math.max(FEWEST_COLUMNS, columns - side - 2 - railColumns)
  const raster = rasterOf(width + railColumns, height + below.length)
  const plot: Plot = {
    ...{ figure, raster, glyphs: isPlain ? ASCII : UNICODE, columns: width, rows: height },
    railColumn: railColumns === 0 ? -1 : width + 1,
    below: new Map(below.map((key, k) => [key, height + k])),
  }
  const isRule = ({ kind }: Mark): boolean => kind === 'rule'
  for (const mark of [...marks.filter((mark) => !isRule(mark)), ...marks.filter(isRule)]) drawMark(plot, mark)
  const marked = new Map(
    ticksY.map(({ at, text }) => [Math.floor((4 * height - 1 - dotAt(y, at, 4 * height)) / 4), text]),
  )
  const [tick, edge] = isPlain ? ['+', '|'] : ['┤', '│']
  const lines = Array.from({ length: height }, (_, row) => {
    const text = marked.get(row)
    const bar = text === undefined || y.kind === 'category' ? edge : tick
    return `${label(text ?? '')} ${bar}${rowText(raster, row, paint, isPlain)}`
  })
  const under = below.map((_, k) => `${label(names[k]!)}  ${rowText(raster, height + k, paint, isPlain)}`)
  const indent = ' '.repeat(side + 1)
  if (isPaths) {
    const { titles, ends } = pathsRows(axes, width)
    return [`${indent} ${titles}`, ...lines, ...under, `${indent} ${ends}`].map((line) => line.trimEnd())
  }
  const { axis, texts } = ticksRow(x, width, isPlain, railColumns === 0 ? '' : x.rail!)
  return [
    ...lines,
    `${indent}${axis}`,
    ...under,
    `${indent} ${texts}`.trimEnd(),
    ...(titleX === '' ? [] : [right(shortened(titleX, columns, cellWidth), columns)]),
  ].map((line) => line.trimEnd())
}

const right = (text: string, columns: number): string => ' '.repeat(Math.max(0, columns - cellWidth(text))) + text

/** The line of the x axis, and the texts below it. The rail's name stands at their end. */
function ticksRow(x: Scale, width: number, isPlain: boolean, railName: string): { axis: string; texts: string } {
  const rail = shortened(railName, Math.floor(width / 2), cellWidth)
  const [corner, line, mark] = isPlain ? ['+', '-', '+'] : ['└', '─', '┬']
  const most = x.kind === 'category' ? Math.floor(width / 5) : Math.max(2, Math.floor(width / TICK_COLUMNS))
  const ticks = ticksOf(x, most)
  const slot = x.kind === 'category' ? Math.max(3, Math.floor(width / Math.max(1, ticks.length)) - 1) : width
  const cells = new Array<string>(width).fill(line)
  const room = width - (rail === '' ? 0 : Math.max(0, cellWidth(rail) - 1))
  let texts = ''
  for (const { at, text } of ticks) {
    const column = Math.floor(dotAt(x, at, 2 * width) / 2)
    cells[column] = mark
    const short = shortened(text, Math.min(slot, room), cellWidth)
    const from = Math.max(0, Math.min(column - Math.floor(cellWidth(short) / 2), room - cellWidth(short)))
    const used = cellWidth(texts)
    if (from < used + (used === 0 ? 0 : 1)) continue
    texts += ' '.repeat(from - used) + short
  }
  const tail = rail === '' ? '' : ' '.repeat(Math.max(1, width + 3 - cellWidth(rail) - cellWidth(texts))) + rail
  return { axis: corner + cells.join(''), texts: texts + tail }
}

/** The names above upright axes, and their low ends below them. */
function pathsRows(axes: readonly Scale[], width: number): { titles: string; ends: string } {
  const slot = Math.floor(width / axes.length) - 1
  const row = (textOf: (scale: Scale) => string): string => {
    let line = ''
    for (const [k, scale] of axes.entries()) {
      const text = shortened(textOf(scale), slot, cellWidth)
      const middle = Math.floor(axisDot(k, axes.length, width) / 2)
      const from = Math.max(cellWidth(line) + (k === 0 ? 0 : 1), middle - Math.floor(cellWidth(text) / 2))
      line += ' '.repeat(from - cellWidth(line)) + text
    }
    return line
  }
  const ends = ({ kind, words, low, high }: Scale): string =>
    kind === 'category' ? `${words[0] ?? ''}..${words.at(-1) ?? ''}` : `${briefNumber(low)}..${briefNumber(high)}`
  return { titles: row(({ title }) => title), ends: row(ends) }
}
