/** The objectives of a study, each with a name and a direction, and the values that trials end with. */

import type { Direction, Objectives, Output, Said, TrialRecord } from '../trial.ts'
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
export const MOST_OUTPUTS = 100
export const LONGEST_OUTPUT = 1000

/** The three ways to give objectives. */
export interface ObjectiveOptions {
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

/** A value of an objective, multiplied by this, must be minimized. */
export const signOf = (direction: Direction): 1 | -1 => (direction === 'minimize' ? 1 : -1)

/** Whether an objective, a constraint or an output may have this name. */
export const isName = (name: string): boolean => name !== '__proto__' && /^[A-Za-z_][A-Za-z0-9_./@ -]*$/.test(name)

/** The name of the output that has the standard deviation of an objective over the runs of a trial. */
export const spreadName = (objective: string): string => `${objective}@sd`

/** @throws RangeError for a name that an objective or another output cannot have */
export function checkName(subject: string, name: string): void {
  if (name === '__proto__') throw new RangeError(`${subject} '__proto__': the name is JavaScript's own; rename it`)
  if (isName(name)) return
  throw new RangeError(
    `${subject} '${name}': a name must begin with a letter or '_' and continue with letters, digits, spaces and ` +
      `_ . / @ -; rename it`,
  )
}

/**
 * The objective with this name, or the first one.
 *
 * @throws RangeError for a name that no objective has
 */
export function objectiveAmong(objectives: Objectives, name: string | undefined): string {
  const names = Object.keys(objectives)
  if (name === undefined) return names[0]!
  if (names.includes(name)) return name
  throw new RangeError(`objective '${name}': must be one of ${quoted(names)}${didYouMean(name, names)}`)
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

/** A number for a single objective, or the value of each objective and whatever else a trial says, by name. */
export type SaidValues = number | Said

/** What a trial said, in two. */
export type Told = Pick<TrialRecord, 'values' | 'outputs'>

/**
 * What a trial said, split: a name of an objective goes to `values`, any other to `outputs`. A single number is the
 * value of the first objective. An output that is not finite was not said: who computed NaN has told
 * nothing.
 *
 * @returns `values` in the order of the objectives, `outputs` in the order given
 * @throws TypeError if `said` is neither a number nor an object; RangeError for a value that is missing or not finite,
 *   or an output that cannot be kept
 */
export function told(objectives: Objectives, said: SaidValues): Told {
  const given = byName(objectives, said)
  const others = Object.entries(given).filter(([name, output]) => !isUnsaid(output) && !Object.hasOwn(objectives, name))
  const values = valuesAmong(objectives, given)
  if (others.length > MOST_OUTPUTS)
    throw new RangeError(`outputs: must be at most ${MOST_OUTPUTS} beside the objectives, got ${others.length}`)
  for (const [name, output] of others) checkOutput(name, output)
  return { values, outputs: Object.fromEntries(others) as Readonly<Record<string, Output>> }
}

/** All that a trial said, checked, by name: the values of the objectives in their order, then its outputs. */
export function namedValues(objectives: Objectives, said: SaidValues): Said {
  const { values, outputs } = told(objectives, said)
  return { ...values, ...outputs }
}

/** The same parts of what a record has, which was checked before it was written. */
export function split(objectives: Objectives, said: Said): Told {
  const values: Record<string, number> = {}
  const outputs: Record<string, Output> = {}
  for (const [name, each] of Object.entries(said)) {
    if (Object.hasOwn(objectives, name)) values[name] = each as number
    else outputs[name] = each
  }
  return { values, outputs }
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

/** Whether an output says nothing: it was not given, or is a number that is not finite. */
const isUnsaid = (output: unknown): boolean =>
  output === undefined || (typeof output === 'number' && !Number.isFinite(output))

/** Whether something can be kept as an output. */
export const isOutput = (value: unknown): value is Output =>
  typeof value === 'boolean' ||
  (typeof value === 'number' && Number.isFinite(value)) ||
  (typeof value === 'string' && value.length <= LONGEST_OUTPUT)

/** @throws RangeError for a name or a value that an output cannot have */
function checkOutput(name: string, output: unknown): void {
  checkName('output', name)
  if (isOutput(output)) return
  const long = typeof output === 'string' ? `${output.length} characters` : shown(output)
  throw new RangeError(
    `output '${name}': must be a finite number, true, false, or text of at most ${LONGEST_OUTPUT} characters, ` +
      `got ${long}; leave it out`,
  )
}
