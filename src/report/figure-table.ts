/** A figure as a table of numbers: what it shows, for those who read instead of looking, and for other programs. */

import type { Figure } from './figure.ts'
import type { Mark } from './mark.ts'
import type { Scale } from './scale.ts'
import { placeText } from './tick.ts'

/** A table has this many rows unless more are asked for. */
export const MOST_ROWS = 50

export interface FigureTable {
  readonly titles: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** How many rows the figure has beyond these. */
  readonly left: number
}

interface Row {
  readonly mark: string
  readonly trial: number
  readonly x: string
  readonly y: string
  /** The ends of a bar, an interval or a band. */
  readonly low: string
  readonly high: string
  /** The lower, the earlier it comes among rows of its kind. */
  readonly order: number
}

export interface TableOptions {
  /** The most rows; Infinity for all. */
  readonly most?: number
  /** How a trial is called, by its index in the columns. */
  readonly nameOf: (trial: number) => string
}

/**
 * The rows of a figure: lines, bars and intervals first, then trials, the better ones first. Columns that all rows
 * leave empty are not there.
 */
export function figureTable(figure: Figure, { most = MOST_ROWS, nameOf }: TableOptions): FigureTable {
  if (figure.axes.length > 0) return pathsTable(figure, most, nameOf)
  const all = figure.marks.flatMap((mark) => rowsOf(figure, mark))
  const isTrial = ({ mark, trial }: Row): boolean => trial >= 0 && !mark.startsWith('best')
  const best = new Set(all.flatMap(({ mark, trial }) => (mark === 'best' ? [trial] : [])))
  const rest = all.filter((row) => isTrial(row) && !best.has(row.trial)).sort((a, b) => a.order - b.order)
  const sorted = [...all.filter((row) => !isTrial(row)), ...rest]
  const { x, y } = figure
  const columns = [
    ['mark', ({ mark }: Row) => mark],
    ['trial', ({ trial }: Row) => (trial < 0 ? '' : nameOf(trial))],
    [x.title === '' ? 'x' : x.title, (row: Row) => row.x],
    [y.title === '' ? 'y' : y.title, (row: Row) => row.y],
    ['low', (row: Row) => row.low],
    ['high', (row: Row) => row.high],
  ] as const
  // Where the x axis has the numbers of trials, they stand in its column.
  const isTwice = (title: string): boolean => title === 'trial' && x.of === 'number'
  const used = columns.filter(
    ([title, text], k) => sorted.some((row) => text(row) !== '') && !(k === 1 && isTwice(title)),
  )
  return {
    titles: used.map(([title]) => title),
    rows: sorted.slice(0, most).map((row) => used.map(([, text]) => text(row))),
    left: Math.max(0, sorted.length - most),
  }
}

function rowsOf({ x, y }: Figure, mark: Mark): Row[] {
  const text = (scale: Scale, place: number): string => placeText(scale, place)
  const none = { trial: -1, x: '', y: '', low: '', high: '', order: 0 }
  switch (mark.kind) {
    case 'points':
      return Array.from(mark.x, (place, k) => {
        const order = y.better === 'high' ? -mark.y[k]! : y.better === 'low' ? mark.y[k]! : k
        const at = { x: text(x, place), y: text(y, mark.y[k]!) }
        return { ...none, ...at, mark: mark.role, trial: mark.trial[k]!, order }
      })
    case 'line':
    case 'step': {
      // A level piece of a step is one row, at its beginning.
      const isNew = (k: number): boolean => mark.kind === 'line' || k === 0 || mark.y[k] !== mark.y[k - 1]
      const name = mark.text === undefined || mark.text === '' ? mark.role : mark.text
      return Array.from(mark.x, (place, k) => ({
        ...none,
        mark: name,
        x: text(x, place),
        y: text(y, mark.y[k]!),
      })).filter((_, k) => isNew(k))
    }
    case 'band':
      return Array.from(mark.x, (place, k) => ({
        ...{ ...none, mark: `${mark.role} (band)`, x: text(x, place) },
        ...{ low: text(y, mark.low[k]!), high: text(y, mark.high[k]!) },
      }))
    case 'bars':
    case 'whiskers': {
      const [along, across] = mark.along === 'x' ? [x, y] : [y, x]
      const name = mark.kind === 'bars' ? mark.role : 'interval'
      return Array.from(mark.at, (place, k) => ({
        ...{ ...none, mark: name, trial: mark.trial?.[k] ?? -1, order: k },
        ...(mark.along === 'x' ? { y: text(across, place) } : { x: text(across, place) }),
        ...{ low: text(along, mark.low[k]!), high: text(along, mark.high[k]!) },
      }))
    }
    case 'rug':
      return Array.from(mark.at, (place, k) => ({
        ...{ ...none, mark: mark.role, trial: mark.trial[k]!, order: Infinity },
        ...(mark.along === 'x' ? { x: text(x, place) } : { y: text(y, place) }),
      }))
    case 'rule': {
      const at = mark.along === 'x' ? { y: text(y, mark.at) } : { x: text(x, mark.at) }
      return [{ ...none, mark: mark.text === '' ? mark.role : mark.text, ...at }]
    }
    case 'box':
      return [
        ...[{ ...none, mark: `${mark.role} (across)`, low: text(x, mark.x[0]), high: text(x, mark.x[1]) }],
        ...[{ ...none, mark: `${mark.role} (up)`, low: text(y, mark.y[0]), high: text(y, mark.y[1]) }],
      ]
    case 'cells':
    case 'paths':
      return []
  }
  return mark satisfies never
}

/** A row for each trial, a column for each axis; the best by their shade first. */
function pathsTable({ axes, marks }: Figure, most: number, nameOf: (trial: number) => string): FigureTable {
  const rows = marks.flatMap((mark) =>
    mark.kind !== 'paths'
      ? []
      : Array.from(mark.trial, (trial, k) => ({
          shade: Number.isNaN(mark.shade[k]!) ? -1 : mark.shade[k]!,
          cells: [nameOf(trial), ...axes.map((scale, j) => placeText(scale, mark.places[k * axes.length + j]!))],
        })),
  )
  const sorted = rows.sort((a, b) => b.shade - a.shade)
  return {
    titles: ['trial', ...axes.map(({ title }) => title)],
    rows: sorted.slice(0, most).map(({ cells }) => cells),
    left: Math.max(0, rows.length - most),
  }
}
