/** The objectives of a study, each with a name and a direction, and the values that trials end with. */

import type { Direction, Objectives, Output } from '../trial.ts'
import { didYouMean, nearestName } from './nearest-name.ts'
import { TEXT, isRecord } from './options.ts'
import type { Rules } from './options.ts'
import { shown } from './shown.ts'

/** The options that `objectivesOf` reads. */
export const OBJECTIVE_RULES: Rules = {
  minimize: TEXT,
  maximize: TEXT,
  objectives: { must: "an object, as in { loss: 'minimize' }", holds: isRecord },
}

/** Most outputs of a trial beside its objectives, and the longest text among them: records must stay short. */
const MOST_OUTPUTS = 100
const LONGEST_OUTPUT = 1000

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
    checkName('objective', name)
    if (objectives[name] !== 'minimize' && objectives[name] !== 'maximize') {
      throw new RangeError(
        `objective '${name}': the direction must be 'minimize' or 'maximize', got ${shown(objectives[name])}`,
      )
    }
  }
  return objectives
}

/** @throws RangeError for a name that an objective or another output cannot have */
export function checkName(subject: string, name: string): void {
  if (name === '__proto__') throw new RangeError(`${subject} '__proto__': the name is JavaScript's own; rename it`)
  if (/^[A-Za-z_][A-Za-z0-9_./@ -]*$/.test(name)) return
  throw new RangeError(
    `${subject} '${name}': a name must begin with a letter or '_' and continue with letters, digits, spaces and ` +
      `_ . / @ -; rename it`,
  )
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

/** A number for a single objective, or the value of each objective and whatever else a trial says, by name. */
export type SaidValues = number | Readonly<Record<string, Output>>

/**
 * What a trial said, split: a name of an objective goes to `values`, any other to `outputs`. A single number is the
 * value of the first objective.
 *
 * @returns `values` in the order of the objectives, `outputs` in the order given
 * @throws TypeError if `said` is neither a number nor an object; RangeError for a value that is missing or not finite,
 *   or an output that cannot be kept
 */
export function told(
  objectives: Objectives,
  said: SaidValues,
): { readonly values: Readonly<Record<string, number>>; readonly outputs: Readonly<Record<string, Output>> } {
  const given = byName(objectives, said)
  const others = Object.entries(given).filter(([name]) => !Object.hasOwn(objectives, name))
  const values = valuesAmong(objectives, given)
  if (others.length > MOST_OUTPUTS)
    throw new RangeError(`outputs: must be at most ${MOST_OUTPUTS} beside the objectives, got ${others.length}`)
  for (const [name, output] of others) checkOutput(name, output)
  return { values, outputs: Object.fromEntries(others) as Readonly<Record<string, Output>> }
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
  const given = byName(objectives, values)
  const named = valuesAmong(objectives, given)
  const names = Object.keys(objectives)
  const unknown = Object.keys(given).find((name) => !names.includes(name))
  if (unknown !== undefined) {
    const remedy = didYouMean(unknown, names) || `; its objectives are ${quoted(names)}`
    throw new RangeError(`objective '${unknown}': not in this study${remedy}`)
  }
  return named
}

/** What was given, by name. */
function byName(objectives: Objectives, given: unknown): Readonly<Record<string, unknown>> {
  if (typeof given === 'number') return { [Object.keys(objectives)[0]!]: given }
  if (!isRecord(given))
    throw new TypeError(`value: must be a number, or an object with a number for each objective, got ${shown(given)}`)
  return given
}

/** The value of each objective. */
function valuesAmong(
  objectives: Objectives,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, number>> {
  const names = Object.keys(objectives)
  const others = Object.keys(given).filter((name) => !names.includes(name))
  for (const name of names) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined
    if (typeof value !== 'number') {
      const meant = value === undefined ? nearestName(name, others) : undefined
      const remedy = meant === undefined ? `give one for each of ${quoted(names)}` : `did you mean it by '${meant}'?`
      throw new RangeError(`objective '${name}': must be a number, got ${shown(value)}; ${remedy}`)
    }
    if (!Number.isFinite(value))
      throw new RangeError(`objective '${name}': must be finite, got ${value}; end the trial with 'fail' instead`)
  }
  return Object.fromEntries(names.map((name) => [name, given[name] as number]))
}

const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ')

/** @throws RangeError for a name or a value that an output cannot have */
function checkOutput(name: string, output: unknown): void {
  checkName('output', name)
  if (typeof output === 'boolean' || Number.isFinite(output)) return
  if (typeof output === 'string' && output.length <= LONGEST_OUTPUT) return
  const long = typeof output === 'string' ? `${output.length} characters` : shown(output)
  throw new RangeError(
    `output '${name}': must be a finite number, true, false, or text of at most ${LONGEST_OUTPUT} characters, ` +
      `got ${long}; leave it out`,
  )
}
