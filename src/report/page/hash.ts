/**
 * A selection as the fragment of the page's address, so that a link shows what its sender saw and a page that loads
 * itself again keeps its state: `#pin=5c49826a&asof=80&brush=value%20error:0.1:0.2`. Trials are written by their ids,
 * which stay the same when the page is made anew.
 */

import { lastNumber } from '../columns.ts'
import type { Columns } from '../columns.ts'
import { MOST_PINNED, NOTHING, axisPlaces } from './selection.ts'
import type { Brush, Selection } from './selection.ts'

/** As many digits of an id tell trials apart; it is shown so elsewhere too. */
const ID_DIGITS = 8

/** The fragment, without `#`; empty if nothing is chosen. */
export function hashOf(columns: Columns, { pinned, brushes, asOf }: Selection): string {
  const words = new URLSearchParams()
  if (pinned.length > 0) words.set('pin', pinned.map((trial) => columns.id[trial]!.slice(0, ID_DIGITS)).join(','))
  if (asOf !== null) words.set('asof', String(asOf))
  for (const { axis, low, high } of brushes) words.append('brush', `${axis}:${low}:${high}`)
  return words.toString()
}

/** What a fragment chooses. What is unknown in it, or makes no sense here, is passed over. */
export function selectionOf(columns: Columns, hash: string): Selection {
  const words = new URLSearchParams(hash.replace(/^#/, ''))
  const pinned = (words.get('pin') ?? '')
    .split(',')
    .filter((word) => word.length >= ID_DIGITS)
    .map((word) => columns.id.findIndex((id) => id.startsWith(word)))
    .filter((trial) => trial >= 0)
  const asOf = words.get('asof')
  const latest = lastNumber(columns)
  const number = asOf === null || !/^\d+$/.test(asOf) ? null : Math.min(Number(asOf), latest)
  return {
    ...NOTHING,
    pinned: [...new Set(pinned)].slice(-MOST_PINNED),
    brushes: words.getAll('brush').flatMap((word) => brushOf(columns, word) ?? []),
    asOf: number === null || latest < 0 ? null : number,
  }
}

function brushOf(columns: Columns, word: string): Brush | undefined {
  const [, axis, low, high] = /^(.+):([^:]+):([^:]+)$/.exec(word) ?? []
  if (axis === undefined || axisPlaces(columns, axis) === undefined) return undefined
  const ends = [Number(low), Number(high)] as const
  return ends.every((end) => !Number.isNaN(end)) ? { axis, low: ends[0], high: ends[1] } : undefined
}
