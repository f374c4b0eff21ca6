/** What is wanted of the configs of a space: objectives by name and direction, and the values that answer them. */

import type { Direction, Objectives } from '../trial.ts'

/** The three ways in which a program says what it wants. */
interface Wishes {
  readonly minimize?: string | undefined
  readonly maximize?: string | undefined
  readonly objectives?: Objectives | undefined
}

/**
 * The objectives that the options ask for, undefined when they say nothing.
 *
 * @throws TypeError when they say it twice; RangeError for a name or a direction that makes no sense
 */
export function objectivesOf(options: Wishes): Objectives | undefined {
  const given = [options.minimize, options.maximize, options.objectives].filter((o) => o !== undefined)
  if (given.length > 1)
    throw new TypeError(`options 'minimize', 'maximize' and 'objectives' exclude each other; give one`)
  const objectives =
    options.objectives ??
    (options.minimize !== undefined ? { [options.minimize]: 'minimize' as const } : undefined) ??
    (options.maximize !== undefined ? { [options.maximize]: 'maximize' as const } : undefined)
  if (objectives === undefined) return undefined
  const names = Object.keys(objectives)
  if (names.length === 0) throw new RangeError(`option 'objectives': needs at least one`)
  for (const name of names) {
    if (name === '__proto__')
      throw new RangeError(`objective '__proto__': the name is JavaScript's own; choose another`)
    if (!/^[A-Za-z_][A-Za-z0-9_./@ -]*$/.test(name)) {
      throw new RangeError(`objective '${name}': a name begins with a letter and holds letters, digits and _ . / @ -`)
    }
    if (objectives[name] !== 'minimize' && objectives[name] !== 'maximize') {
      throw new RangeError(
        `objective '${name}': the direction is 'minimize' or 'maximize', got '${String(objectives[name])}'`,
      )
    }
  }
  return objectives
}

/** How the trials of a study compare; the store is handed this, since it does not know what objectives are. */
export const orderOf = (objectives: Objectives) => ({ worthOf: worthOf(objectives), isBetter })

/** A trial where only its rank matters: what its values are worth (lower is better), and its number. */
interface Ranked {
  readonly worth: number | undefined
  readonly number: number
}

/** Whether `a` comes before `b`: by worth, then by number. A trial without a worth comes before no other. */
export function isBetter(a: Ranked, b: Ranked | null): boolean {
  if (a.worth === undefined) return false
  return b?.worth === undefined || a.worth < b.worth || (a.worth === b.worth && a.number < b.number)
}

/** What the values of a trial are worth: the first objective, negated if it is maximized; undefined if it is missing. */
export function worthOf(objectives: Objectives): (values: Readonly<Record<string, number>>) => number | undefined {
  const [name, direction] = Object.entries(objectives)[0] as [string, Direction]
  return (values) => {
    const value = values[name]
    return value === undefined || !Number.isFinite(value) ? undefined : direction === 'minimize' ? value : -value
  }
}

/**
 * Values of a trial by the names of the objectives; a single number answers a single objective.
 *
 * @throws RangeError for a missing, unknown or non-finite value
 */
export function namedValues(
  objectives: Objectives,
  values: number | Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const names = Object.keys(objectives)
  const given = typeof values === 'number' ? { [names[0]!]: values } : values
  if (typeof given !== 'object' || given === null)
    throw new TypeError(`a trial ends with a number or with one for each objective, got ${String(values)}`)
  for (const name of names) {
    const value = given[name]
    if (typeof value !== 'number')
      throw new RangeError(`objective '${name}': no value given; give ${names.map((n) => `'${n}'`).join(', ')}`)
    if (!Number.isFinite(value))
      throw new RangeError(
        `objective '${name}': a value must be finite, got ${value}; end the trial with 'fail' instead`,
      )
  }
  const unknown = Object.keys(given).find((name) => !names.includes(name))
  if (unknown !== undefined)
    throw new RangeError(
      `'${unknown}' is no objective of this study; they are ${names.map((n) => `'${n}'`).join(', ')}`,
    )
  return Object.fromEntries(names.map((name) => [name, given[name]!]))
}
