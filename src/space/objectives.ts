/** The objectives of a study, each with a name and a direction, and the values that trials end with. */

import type { Direction, Objectives } from '../trial.ts'
import { didYouMean } from './nearest-name.ts'
import { TEXT, isRecord } from './options.ts'
import type { Rules } from './options.ts'
import { shown } from './shown.ts'

/** The options that `objectivesOf` reads. */
export const OBJECTIVE_RULES: Rules = {
  minimize: TEXT,
  maximize: TEXT,
  objectives: { must: "an object, as in { loss: 'minimize' }", holds: isRecord },
}

/** The three ways to give objectives. */
interface ObjectiveOptions {
  readonly minimize?: string | undefined
  readonly maximize?: string | undefined
  readonly objectives?: Objectives | undefined
}

/**
 * The objectives in the options; undefined if there are none.
 *
 * @throws TypeError if more than one of the options is given; RangeError for a wrong name or direction
 */
export function objectivesOf(options: ObjectiveOptions): Objectives | undefined {
  const given = [options.minimize, options.maximize, options.objectives].filter((o) => o !== undefined)
  if (given.length > 1)
    throw new TypeError(`options 'minimize', 'maximize' and 'objectives' exclude each other; give one`)
  const objectives =
    options.objectives ??
    (options.minimize !== undefined ? { [options.minimize]: 'minimize' as const } : undefined) ??
    (options.maximize !== undefined ? { [options.maximize]: 'maximize' as const } : undefined)
  if (objectives === undefined) return undefined
  const names = Object.keys(objectives)
  if (names.length === 0) throw new RangeError(`option 'objectives': must name at least one objective, got {}`)
  for (const name of names) {
    if (name === '__proto__') throw new RangeError(`objective '__proto__': the name is JavaScript's own; rename it`)
    if (!/^[A-Za-z_][A-Za-z0-9_./@ -]*$/.test(name)) {
      throw new RangeError(
        `objective '${name}': a name must begin with a letter or '_' and continue with letters, digits, spaces and ` +
          `_ . / @ -; rename it`,
      )
    }
    if (objectives[name] !== 'minimize' && objectives[name] !== 'maximize') {
      throw new RangeError(
        `objective '${name}': the direction must be 'minimize' or 'maximize', got ${shown(objectives[name])}`,
      )
    }
  }
  return objectives
}

/** How the trials of a study compare; the store is handed this, since it does not know what objectives are. */
export const orderOf = (objectives: Objectives) => ({
  worthOf: worthOf(objectives),
  isBetter,
  areValues: areValuesOf(objectives),
})

/**
 * Gives the function that says whether a trial can have ended with these values: a complete one has each objective, and
 * no trial has another one.
 */
function areValuesOf(
  objectives: Objectives,
): (values: Readonly<Record<string, number>>, isComplete: boolean) => boolean {
  const names = Object.keys(objectives)
  return (values, isComplete) =>
    Object.keys(values).every((name) => Object.hasOwn(objectives, name)) &&
    (!isComplete || names.every((name) => Object.hasOwn(values, name)))
}

/** A trial where only its rank matters: what its values are worth (lower is better), and its number. */
export interface Ranked {
  readonly worth: number | undefined
  readonly number: number
}

/** Whether `a` comes before `b`: by worth, then by number. A trial without a worth comes before no other. */
export function isBetter(a: Ranked, b: Ranked | null): boolean {
  if (a.worth === undefined) return false
  return b?.worth === undefined || a.worth < b.worth || (a.worth === b.worth && a.number < b.number)
}

/**
 * Gives the function that turns the values of a trial into one number to compare trials by. It is the value of the
 * first objective, with the sign that makes lower better; undefined if the trial has no finite value of it.
 */
export function worthOf(objectives: Objectives): (values: Readonly<Record<string, number>>) => number | undefined {
  const [name, direction] = Object.entries(objectives)[0] as [string, Direction]
  return (values) => {
    const value = values[name]
    return value === undefined || !Number.isFinite(value) ? undefined : direction === 'minimize' ? value : -value
  }
}

/**
 * The values of a trial by the names of the objectives, in their order. A single number is the value of the first.
 *
 * @throws TypeError if `values` is neither a number nor an object; RangeError for a missing, unknown or non-finite
 *   value
 */
export function namedValues(
  objectives: Objectives,
  values: number | Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const names = Object.keys(objectives)
  const quoted = names.map((name) => `'${name}'`).join(', ')
  const given = typeof values === 'number' ? { [names[0]!]: values } : values
  if (typeof given !== 'object' || given === null)
    throw new TypeError(`value: must be a number, or an object with a number for each objective, got ${shown(values)}`)
  for (const name of names) {
    const value = given[name]
    if (typeof value !== 'number')
      throw new RangeError(`objective '${name}': must be a number, got ${shown(value)}; give one for each of ${quoted}`)
    if (!Number.isFinite(value))
      throw new RangeError(`objective '${name}': must be finite, got ${value}; end the trial with 'fail' instead`)
  }
  const unknown = Object.keys(given).find((name) => !names.includes(name))
  if (unknown !== undefined)
    throw new RangeError(
      `objective '${unknown}': not in this study${didYouMean(unknown, names) || `; its objectives are ${quoted}`}`,
    )
  return Object.fromEntries(names.map((name) => [name, given[name]!]))
}
