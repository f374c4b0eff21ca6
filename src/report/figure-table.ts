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

/** A row by places on the scales. It becomes text only if it is shown: a figure may have a hundred thousand marks. */
interface Row {
  readonly mark: string
  readonly trial: number
  /** Undefined where a mark has none. */
  readonly x: number | undefined
  readonly y: number | undefined
  /** The ends of a bar, an interval or a band, on the scale along which it runs. */
  readonly low?: number
  readonly high?: number
  readonly along?: Scale
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
  const text = (scale: Scale, place: number | undefined): string => (place === undefined ? '' : placeText(scale, place))
  const columns = [
    ['mark', () => true, ({ mark }: Row) => mark],
    ['trial', ({ trial }: Row) => trial >= 0, ({ trial }: Row) => (trial < 0 ? '' : nameOf(trial))],
    [x.title === '' ? 'x' : x.title, (row: Row) => row.x !== undefined, (row: Row) => text(x, row.x)],
    [y.title === '' ? 'y' : y.title, (row: Row) => row.y !== undefined, (row: Row) => text(y, row.y)],
    ['low', ({ low }: Row) => low !== undefined, ({ along, low }: Row) => text(along ?? y, low)],
    ['high', ({ high }: Row) => high !== undefined, ({ along, high }: Row) => text(along ?? y, high)],
  ] as const
  // Where the x axis has the numbers of trials, they stand in its column.
  const isTwice = (title: string): boolean => title === 'trial' && x.of === 'number'
  const used = columns.filter(([title, has], k) => sorted.some(has) && !(k === 1 && isTwice(title)))
  return {
    titles: used.map(([title]) => title),
    rows: sorted.slice(0, most).map((row) => used.map(([, , textOf]) => textOf(row))),
    left: Math.max(0, sorted.length - most),
  }
}

function rowsOf({ x, y }: Figure, mark: Mark): Row[] {
  switch (mark.kind) {
    case 'points': {
      const sign = y.better === null ? 0 : y.better === 'high' ? -1 : 1
      return Array.from(mark.x, (place, k) => ({
        ...{ mark: mark.role, trial: mark.trial[k]!, x: place, y: mark.y[k]! },
        order: sign === 0 ? k : sign * mark.y[k]!,
      }))
    }
    case 'line':
    case 'step': {
      // A level piece of a step is one row, at its beginning.
      const isNew = (k: number): boolean => mark.kind === 'line' || k === 0 || mark.y[k] !== mark.y[k - 1]
      const name = mark.text === undefined || mark.text === '' ? mark.role : mark.text
      return [...mark.x.keys()].filter(isNew).map((k) => row(name, { x: mark.x[k], y: mark.y[k] }))
    }
    case 'band':
      return Array.from(mark.x, (place, k) =>
        row(`${mark.role} (band)`, { x: place, low: mark.low[k]!, high: mark.high[k]!, along: y }),
      )
    case 'bars':
    case 'whiskers': {
      const name = mark.kind === 'bars' ? mark.role : 'interval'
      return Array.from(mark.at, (place, k) => ({
        ...row(name, mark.along === 'x' ? { y: place } : { x: place }),
        ...{ trial: mark.trial?.[k] ?? -1, order: k },
        ...{ low: mark.low[k]!, high: mark.high[k]!, along: mark.along === 'x' ? x : y },
      }))
    }
    case 'rug':
      return Array.from(mark.at, (place, k) => ({
        ...row(mark.role, mark.along === 'x' ? { x: place } : { y: place }),
        ...{ trial: mark.trial[k]!, order: Infinity },
      }))
    case 'rule':
      return [row(mark.text === '' ? mark.role : mark.text, mark.along === 'x' ? { y: mark.at } : { x: mark.at })]
    case 'box':
      return [
        row(`${mark.role} (across)`, { low: mark.x[0], high: mark.x[1], along: x }),
        row(`${mark.role} (up)`, { low: mark.y[0], high: mark.y[1], along: y }),
      ]
    case 'cells':
    case 'paths':
      return []
  }
  return mark satisfies never
}

/** A row that is of no trial. */
const row = (mark: string, places: Partial<Row>): Row => ({
  mark,
  trial: -1,
  x: undefined,
  y: undefined,
  order: 0,
  ...places,
})

/** A row for each trial, a column for each axis; the best by their shade first. */
function pathsTable({ axes, marks }: Figure, most: number, nameOf: (trial: number) => string): FigureTable {
  const rows = marks.flatMap((mark) =>
    mark.kind !== 'paths'
      ? []
      : Array.from(mark.trial, (trial, k) => ({
          shade: Number.isNaN(mark.shade[k]!) ? -1 : mark.shade[k]!,
          cellsOf: () => [
            nameOf(trial),
            ...axes.map((scale, j) => placeText(scale, mark.places[k * axes.length + j]!)),
          ],
        })),
  )
  const sorted = rows.sort((a, b) => b.shade - a.shade)
  return {
    titles: ['trial', ...axes.map(({ title }) => title)],
    rows: sorted.slice(0, most).map(({ cellsOf }) => cellsOf()),
    left: Math.max(0, rows.length - most),
  }
}
