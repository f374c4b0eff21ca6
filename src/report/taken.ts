/**
 * Which trials a figure shows, and what became of the others: nothing is left out in silence. A trial is an index in
 * the columns, never a label.
 */

import type { TrialState } from '../trial.ts'
import type { Columns } from './columns.ts'
import type { Facts } from './facts.ts'
import type { Leftout } from './figure.ts'
import type { Mark, Places, Role } from './mark.ts'
import { shortNumber } from './number-text.ts'

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
  readonly trials: readonly number[]
  /** The other trials, most frequent first. */
  readonly left: readonly Leftout[]
}

/** An objective as a figure shows it. */
export interface Aim {
  readonly name: string
  readonly better: 'low' | 'high'
  /** NaN unless a trial is complete and has a finite value. */
  readonly at: Places
}

/** The trials of which nothing speaks against showing them. `whyNot` says it, as in `2 failed`; null if nothing. */
export function takenOf({ count }: Pick<Columns, 'count'>, whyNot: (trial: number) => string | null): Taken {
  const trials: number[] = []
  const counts = new Map<string, number>()
  for (let trial = 0; trial < count; trial++) {
    const why = whyNot(trial)
    if (why === null) trials.push(trial)
    else counts.set(why, (counts.get(why) ?? 0) + 1)
  }
  const left = [...counts].map(([why, count]) => ({ count, why })).sort((a, b) => b.count - a.count)
  return { trials, left }
}

/** Why a trial has no value that could be compared with others; null if it has one. */
export const whyNoValue = ({ state }: Columns, { at }: Aim, trial: number): string | null =>
  Number.isNaN(at[trial]!) ? WITHOUT[state[trial]!] : null

/** An objective; by default the first one. A trial that was pruned has a value too, but not one of a whole trial. */
export function aimOf({ columns, study: { goals } }: Facts, objective?: string): Aim {
  const name = objective ?? Object.keys(goals.objectives)[0]!
  const values = columns.values.get(name)
  const at = Float64Array.from({ length: columns.count }, (_, i) =>
    columns.state[i] === 'complete' && Number.isFinite(values?.[i]) ? values![i]! : NaN,
  )
  return { name, better: goals.objectives[name] === 'maximize' ? 'high' : 'low', at }
}

/** The trials that can be best, from the best on. */
export function bestFirst({ count, worth }: Columns): number[] {
  const trials = Array.from({ length: count }, (_, i) => i).filter((i) => !Number.isNaN(worth[i]!))
  return trials.sort((a, b) => worth[a]! - worth[b]! || a - b)
}

/** The best tenth of some trials that are in order, and at least five. */
export const topOf = (ordered: readonly number[], share = 0.1): readonly number[] =>
  ordered.slice(0, Math.max(Math.min(5, ordered.length), Math.ceil(share * ordered.length)))

/** 1 for the first one of some trials, 0 for the last one; NaN for all others. */
export function shadesOf(ordered: readonly number[], count: number): Places {
  const shades = new Float64Array(count).fill(NaN)
  for (const [rank, trial] of ordered.entries()) shades[trial] = 1 - rank / Math.max(1, ordered.length - 1)
  return shades
}

/** Points of trials; `x`, `y` and `shade` have a place for each trial of the study. */
export function pointsOf(role: Role, trials: readonly number[], x: Places, y: Places, shade?: Places): Mark {
  const places = (of: Places): Places => Float64Array.from(trials, (trial) => of[trial]!)
  const points = { kind: 'points' as const, role, x: places(x), y: places(y), trial: Int32Array.from(trials) }
  return shade === undefined ? points : { ...points, shade: places(shade) }
}

/** How a trial is called: `trial 12`, or by the beginning of its id if it has no number. */
export function trialName({ number, id }: Columns, trial: number): string {
  const own = number[trial]!
  return `trial ${Number.isNaN(own) ? id[trial]!.slice(0, 8) : own}`
}

/** A number in three digits, where it is a summary of others. */
export const rounded = (value: number): string => shortNumber(Number(value.toPrecision(3)))

/** A count with its noun: `1 trial`, `3 trials`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** A share in percent, without decimals. */
export const percent = (share: number): string => `${Math.round(100 * share)} %`
