/**
 * Which trials a figure shows, and what became of the others: nothing is left out in silence. A trial is an index in
 * the columns, never a label.
 */

import type { TrialState } from '../trial.ts'
import type { Columns } from './columns.ts'
import type { Facts } from './facts.ts'
import type { Leftout } from './figure.ts'
import type { Places } from './mark.ts'
import { trialsWhere } from './trial-marks.ts'
import type { Measured } from './trial-marks.ts'

/** What is said of trials without a value, after their count. */
const WITHOUT: Readonly<Record<TrialState, string>> = {
  complete: 'without a finite value',
  failed: 'failed',
  pruned: 'pruned',
  running: 'still running',
  paused: 'paused',
  interrupted: 'interrupted',
  queued: 'in the queue',
}

export interface Taken {
  readonly trials: Int32Array
  /** The other trials, most frequent first. */
  readonly left: readonly Leftout[]
}

/** The trials of which nothing speaks against showing them. `whyNot` says it, as in `2 failed`; null if nothing. */
export function takenOf(columns: Columns, whyNot: (trial: number) => string | null): Taken {
  const counts = new Map<string, number>()
  const trials = trialsWhere(columns, (trial) => {
    const why = whyNot(trial)
    if (why !== null) counts.set(why, (counts.get(why) ?? 0) + 1)
    return why === null
  })
  const left = [...counts].map(([why, count]) => ({ count, why })).sort((a, b) => b.count - a.count)
  return { trials, left }
}

/** Why a trial has no value that could be compared with others; null if it has one. */
export const whyNoValue = ({ state }: Columns, { at }: Measured, trial: number): string | null =>
  Number.isFinite(at[trial]!) ? null : WITHOUT[state[trial]!]

/** What became of those trials that have no value, among the ones that are shown. */
export const leftWithoutValue = (
  columns: Columns,
  aim: Measured,
  isShown: (trial: number) => boolean,
): readonly Leftout[] => takenOf(columns, (trial) => (isShown(trial) ? whyNoValue(columns, aim, trial) : null)).left

/** The trials that can be best, from the best on. */
export const bestFirst = ({ count, worth }: Pick<Columns, 'count' | 'worth'>): Int32Array =>
  trialsWhere({ count }, (trial) => !Number.isNaN(worth[trial]!)).sort((a, b) => worth[a]! - worth[b]! || a - b)

/** The best tenth of some trials that are in order, and at least five. */
export const topOf = (ordered: Int32Array, share = 0.1): Int32Array =>
  ordered.slice(0, Math.max(Math.min(5, ordered.length), Math.ceil(share * ordered.length)))

/** 1 for the first one of some trials, 0 for the last one; NaN for all others. */
export function shadesOf(ordered: Int32Array, count: number): Places {
  const shades = new Float64Array(count).fill(NaN)
  for (const [rank, trial] of ordered.entries()) shades[trial] = 1 - rank / Math.max(1, ordered.length - 1)
  return shades
}

/** Why a figure of a model is empty, as a sentence. */
export const noModelText = ({ noModel }: Pick<Facts, 'noModel'>, objective: string): string =>
  noModel === null ? `There is no model of ${objective}.` : `There is no model: ${noModel}.`
