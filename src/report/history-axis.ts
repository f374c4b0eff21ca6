/** What a history runs along: the numbers of trials, the time of day, or the hours that trials have worked. */

import { tookAt } from './columns.ts'
import type { Columns } from './columns.ts'
import type { Places } from './mark.ts'
import { countScale } from './range.ts'
import type { Scale } from './scale.ts'

export const HISTORY_AXES = ['number', 'time', 'hours'] as const

export type HistoryBy = (typeof HISTORY_AXES)[number]

const HOUR_MS = 3_600_000

/** The axis, and where each trial lies on it; NaN where it has no place. */
export interface HistoryAxis {
  readonly scale: Scale
  readonly at: Places
}

/** The axis for some trials, by their indexes. */
export function historyAxis(columns: Columns, by: HistoryBy, shown: Int32Array): HistoryAxis {
  switch (by) {
    case 'number': {
      const [first, last] = endsOf(columns.number, shown)
      return { scale: { ...countScale('trial', first, last), of: 'number' }, at: columns.number }
    }
    case 'time': {
      // A trial that runs has no end yet, and lies where it began.
      const at = columns.ended.map((ended, i) => (Number.isNaN(ended) ? columns.started[i]! : ended))
      const [low, high] = endsOf(at, shown)
      return { scale: scaleOf('time', 'time', low, Math.max(high, low + 1000)), at }
    }
    case 'hours': {
      const at = workedHours(columns)
      const [, high] = endsOf(at, shown)
      return { scale: scaleOf('linear', 'hours that trials worked', 0, high > 0 ? high : 1), at }
    }
  }
  return by satisfies never
}

/** The hours that all trials up to each one have worked together, in the order of their numbers. */
function workedHours(columns: Columns): Places {
  let sum = 0
  return columns.number.map((own, i) => {
    const took = tookAt(columns, i)
    if (took > 0) sum += took / HOUR_MS
    return Number.isNaN(own) ? NaN : sum
  })
}

const scaleOf = (kind: Scale['kind'], title: string, low: number, high: number): Scale => ({
  ...{ kind, title, low, high },
  ...{ words: [], better: null, rail: null },
})

function endsOf(at: Places, shown: Int32Array): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity]
  for (const i of shown) {
    if (at[i]! < low) low = at[i]!
    if (at[i]! > high) high = at[i]!
  }
  return low > high ? [0, 1] : [low, high]
}
