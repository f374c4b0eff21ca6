/** Which rows the table of trials shows, and in which order: sorted by any column, filtered by words. */

import { briefText } from '../../space/words.ts'
import type { Space } from '../../space/parameter.ts'
import type { TrialRecord } from '../../trial.ts'

/** What a cell is sorted by. Null is missing, and comes last in both directions. */
export type SortKey = number | string | null

/** The indexes in order of their keys; equal ones stay in the order that they had. */
export function sortedBy(rows: readonly number[], keyOf: (row: number) => SortKey, isDescending: boolean): number[] {
  const sign = isDescending ? -1 : 1
  const keys = new Map(rows.map((row) => [row, keyOf(row)]))
  return [...rows].sort((a, b) => compare(keys.get(a)!, keys.get(b)!, sign))
}

function compare(a: SortKey, b: SortKey, sign: number): number {
  const [isMissingA, isMissingB] = [isMissing(a), isMissing(b)]
  if (isMissingA || isMissingB) return Number(isMissingA) - Number(isMissingB)
  if (typeof a === 'number' && typeof b === 'number') return sign * (a - b)
  return sign * (String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0)
}

const isMissing = (key: SortKey): boolean => key === null || (typeof key === 'number' && Number.isNaN(key))

/** The text that a trial is found by: all that its row says, in lower case. */
export function searchText(space: Space, trial: TrialRecord): string {
  const { number, id, state, value, worker, reason, origin, config } = trial
  return [number, id, state, value, worker, reason, origin, briefText(space, config)]
    .map((part) => String(part ?? ''))
    .join(' ')
    .toLowerCase()
}

/** Whether a text has each of the words of a query, in any order; an empty query fits all. */
export const fits = (text: string, query: string): boolean =>
  query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
