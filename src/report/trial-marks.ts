/** Marks of some trials of the columns, by their indexes, and what figures of an objective have in common. */

import type { Columns } from './columns.ts'
import type { Facts } from './facts.ts'
import type { Leftout } from './figure.ts'
import type { Mark, Places, Role } from './mark.ts'

/** An objective as a figure shows it. */
export interface Measured {
  readonly name: string
  readonly better: 'low' | 'high'
  /** Its value in each trial that is complete and has one; NaN elsewhere. */
  readonly at: Places
}

/** The first objective, or another one by its name. */
export function measured({ study, columns }: Pick<Facts, 'study' | 'columns'>, objective?: string): Measured {
  const { objectives } = study.goals
  const name = objective ?? Object.keys(objectives)[0]!
  const values = columns.values.get(name) ?? new Float64Array(columns.count).fill(NaN)
  return {
    name,
    better: objectives[name] === 'maximize' ? 'high' : 'low',
    at: values.map((value, i) => (columns.state[i] === 'complete' ? value : NaN)),
  }
}

/**
 * The lower the better in an objective; NaN for a trial that cannot be the best in it. In the first objective it is
 * what the study goes by, which may be a preference among several.
 */
export function worthIn({ study, columns }: Pick<Facts, 'study' | 'columns'>, { name, better, at }: Measured): Places {
  if (name === Object.keys(study.goals.objectives)[0]) return columns.worth
  return at.map((value, i) => (columns.breaks[i]!.length > 0 ? NaN : better === 'low' ? value : -value))
}

/** The indexes of trials that a condition holds for. */
export function trialsWhere({ count }: Pick<Columns, 'count'>, holds: (index: number) => boolean): Int32Array {
  const found: number[] = []
  for (let i = 0; i < count; i++) if (holds(i)) found.push(i)
  return Int32Array.from(found)
}

/** Points of trials, shaded if `shade` says how; nothing if there are none. */
export function pointsOf(role: Role, trial: Int32Array, x: Places, y: Places, shade?: Places): Mark[] {
  if (trial.length === 0) return []
  const points = { kind: 'points' as const, role, x: pick(x, trial), y: pick(y, trial), trial }
  return [shade === undefined ? points : { ...points, shade: pick(shade, trial) }]
}

/** A rug of trials that have a place on the axis; nothing if there are none. */
export function rugOf(role: Role, trial: Int32Array, at: Places, along: 'x' | 'y' = 'x'): Mark[] {
  const placed = trial.filter((i) => !Number.isNaN(at[i]!))
  return placed.length === 0 ? [] : [{ kind: 'rug', role, along, at: pick(at, placed), trial: placed }]
}

/** The places of some trials. */
export const pick = (places: Places, trial: Int32Array): Places => Float64Array.from(trial, (i) => places[i]!)

/** A count of what is left out; nothing for none. */
export const leftOf = (count: number, why: string): Leftout[] => (count === 0 ? [] : [{ count, why }])

/** How a trial is called: by its number, or by the first digits of its id. */
export const nameOfTrial = ({ number, id }: Pick<Columns, 'number' | 'id'>, index: number): string =>
  Number.isNaN(number[index]!) ? id[index]!.slice(0, 8) : String(number[index])
