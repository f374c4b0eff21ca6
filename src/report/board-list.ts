/** The list of trials on the board: its order, its filter, and the text of a row. */

import { tookAt } from './columns.ts'
import type { Columns } from './columns.ts'
import { briefNumber, shortDuration, shortNumber } from './number-text.ts'

/** In which orders the list can be; a key goes on to the next one. */
export const SORTS = ['newest', 'best', 'longest'] as const
export type Sort = (typeof SORTS)[number]

/** A bar has this many cells; it is full at twice the median duration. */
const BAR = 10

/** What a person has chosen to see. */
export interface BoardView {
  /** A row of the list, from 0. */
  readonly selected: number
  readonly sort: Sort
  /** Words that a row must have. */
  readonly filter: string
  /** The filter that is being typed; null if none is. */
  readonly typing: string | null
  /** A text over the whole screen; null for the board. */
  readonly page: { readonly title: string; readonly lines: readonly string[]; readonly offset: number } | null
}

export const FIRST_VIEW: BoardView = { selected: 0, sort: 'newest', filter: '', typing: null, page: null }

/** What the list is sorted by: the least comes first. */
const KEYS: Readonly<Record<Sort, (columns: Columns, i: number) => number>> = {
  newest: ({ ended }, i) => -ended[i]!,
  best: ({ worth }, i) => worth[i]!,
  longest: (columns, i) => -tookAt(columns, i),
}

/** The trials of the list, as indexes of columns, in its order. Those without what it is sorted by come last. */
export function listedTrials(columns: Columns, { sort, filter }: Pick<BoardView, 'sort' | 'filter'>): number[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const all = Array.from({ length: columns.count }, (_, i) => i)
  const kept =
    words.length === 0
      ? all.filter((i) => columns.state[i] !== 'running')
      : all.filter((i) => {
          const text = `${listRow(columns, i)} ${columns.state[i]}`.toLowerCase()
          return words.every((word) => text.includes(word))
        })
  const key = KEYS[sort]
  const at = (i: number): number => {
    const place = key(columns, i)
    return Number.isNaN(place) ? Infinity : place
  }
  return kept.sort((a, b) => compared(at(a), at(b)) || b - a)
}

const compared = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1)

/** A trial in one line: number, value or state, duration, and its config or why it has no value. */
export function listRow(columns: Columns, i: number): string {
  const took = tookAt(columns, i)
  const reason = columns.detail[i] ?? columns.reason[i] ?? ''
  const value = firstValue(columns, i)
  const what = Number.isNaN(value) ? columns.state[i]! : shortNumber(value)
  const broken = columns.breaks[i]!
  return [
    numberOf(columns, i).padStart(5),
    what.padEnd(9),
    (Number.isNaN(took) ? '-' : shortDuration(took)).padStart(7),
    ...(broken.length === 0 ? [] : [`breaks ${broken.join(', ')}`]),
    ...(Number.isNaN(value) && reason !== '' ? [reason.split('\n', 1)[0]!] : []),
    configText(columns, i),
  ].join('  ')
}

/** A trial that runs: how long it has, beside the usual duration. */
export function runningRow(columns: Columns, i: number, now: number, usual: number, isPlain: boolean): string {
  const elapsed = Math.max(0, now - columns.started[i]!)
  const share = usual > 0 ? Math.min(1, elapsed / (2 * usual)) : 0
  const cells = Math.round(share * BAR)
  const [on, off] = isPlain ? ['#', '.'] : ['▇', '▁']
  const bar = usual > 0 ? `${on.repeat(cells)}${off.repeat(BAR - cells)}  ` : ''
  const time = Number.isNaN(elapsed) ? '-' : shortDuration(elapsed)
  return ` ${numberOf(columns, i).padStart(5)}  ${time.padStart(7)}  ${bar}${configText(columns, i)}`
}

const numberOf = ({ number, id }: Columns, i: number): string =>
  Number.isNaN(number[i]!) ? id[i]!.slice(0, 5) : String(number[i])

function firstValue({ values, state }: Columns, i: number): number {
  const [first] = values.values()
  return state[i] === 'complete' ? (first?.[i] ?? NaN) : NaN
}

/** The active parameters in few digits. */
const configText = ({ parameters }: Columns, i: number): string =>
  parameters
    .flatMap(({ leaf, words, at }) => {
      const place = at[i]!
      return Number.isNaN(place) ? [] : [`${leaf.name}=${words[place] ?? briefNumber(place)}`]
    })
    .join(' ')

/** The median duration of the complete trials; NaN if there is none. */
export function medianDuration(columns: Columns): number {
  const known = Array.from(columns.state.keys())
    .filter((i) => columns.state[i] === 'complete')
    .map((i) => tookAt(columns, i))
    .filter((took) => took >= 0)
    .sort((a, b) => a - b)
  return known[Math.floor(known.length / 2)] ?? NaN
}
