/**
 * What an option of a sampler or pruner may be, in parts that tables of options are put together from.
 *
 * An option is a number, a word, a list of them, or an object with `kind`: a word that has options of its own. `'lcb'`
 * and `{ kind: 'lcb' }` mean the same, and the short form is kept.
 */

import type { Json } from '../trial.ts'
import { didYouMean } from './nearest-name.ts'
import { FLAG, checkOptions, isRecord, oneOf, refusal, wholeNumber } from './options.ts'
import type { Rule } from './options.ts'

/** What an option may be. */
export interface Value<T = unknown> {
  /** How a command line writes it, for the help. */
  readonly form: string
  /** The value in its shortest form. It throws a TypeError or RangeError that names the option and the remedy. */
  readonly parse: (value: unknown, name: string) => T
  /** Where it is one of several words, or a list of them: the options that each has of its own. */
  readonly tables?: Readonly<Record<string, Table>>
  /** What the help says about these words, if they need it. */
  readonly lines?: Readonly<Record<string, string>>
  /** Whether it is a list, so that a command line's only value is a list of one. */
  readonly isList?: boolean
}

/** One line of a table of options. */
export interface Option<T = unknown> {
  readonly value: Value<T>
  /** What it is when nobody says. Left out where that depends on the study. */
  readonly default?: T
  /** Whether it must be given where its word is. */
  readonly isNeeded?: boolean
  /** Another option, which must not be larger. */
  readonly atLeast?: string
  /** What the help says about it. */
  readonly line: string
}

/** A word that may have options: what the help says about it, and its table. */
export interface Kind {
  readonly line: string
  readonly options: Table
}

/** The options of a sampler, or of one of their words, by name. */
export type Table = Readonly<Record<string, Option>>

/** A table without options. */
const NONE: Table = {}

/** What a rule says: a number, or something that a command line writes as in `form`. */
export function ruled<T = number>(form: string, { must, holds }: Rule): Value<T> {
  return {
    form,
    parse: (value, name) => {
      if (!holds(value)) throw refusal(`option '${name}'`, must, value)
      return value as T
    },
  }
}

/** A whole number within bounds, both included. */
export const whole = (least: number, most?: number): Value<number> => ruled('N', wholeNumber(least, most))

/** A finite number within bounds, both included. */
export const within = (least: number, most: number): Value<number> => ruled('X', rangeRule(least, most))

/** A finite number above 0, up to a bound. */
export const positive = (most = Infinity): Value<number> => ruled('X', positiveRule(most))

export const flag: Value<boolean> = ruled('true|false', FLAG)

/** A truth value, or a word. */
export const flagOr = <W extends string>(word: W): Value<boolean | W> =>
  ruled(`true|false|${word}`, {
    must: `true, false or '${word}'`,
    holds: (value) => typeof value === 'boolean' || value === word,
  })

/** One of several words. */
export function words<W extends string>(...names: readonly W[]): Value<W> {
  return kinds(Object.fromEntries(names.map((name) => [name, NONE]))) as Value<W>
}

/**
 * One of several words, each with options of its own.
 *
 * @param lines  what the help says about the words
 */
export function kinds(tables: Readonly<Record<string, Table>>, lines: Readonly<Record<string, string>> = {}): Value {
  const names = Object.keys(tables)
  const { must } = oneOf(...names)
  const tableOf = (kind: unknown): Table | undefined =>
    typeof kind === 'string' && Object.hasOwn(tables, kind) ? tables[kind] : undefined
  return {
    form: names.join('|'),
    tables,
    lines,
    parse: (value, name) => {
      const { kind, ...given } = isRecord(value) ? value : { kind: value }
      const table = tableOf(kind)
      if (table === undefined) {
        const remedy = typeof kind === 'string' ? didYouMean(kind, names) : ''
        throw refusal(`option '${name}'`, must, kind ?? value, remedy)
      }
      for (const option of Object.keys(given)) {
        const owners = names.filter((other) => Object.hasOwn(tables[other]!, option))
        if (owners.length === 0 || Object.hasOwn(table, option)) continue
        const reason = `belongs to ${owners.map((owner) => `'${owner}'`).join(' and ')}`
        throw new RangeError(`option '${name}.${option}': ${reason}, but '${name}' is '${String(kind)}'; leave it out`)
      }
      const parsed = parseTable(table, given, `'${String(kind)}' of '${name}'`, `${name}.`)
      return Object.keys(parsed).length === 0 ? kind : { kind, ...parsed }
    },
  }
}

/** The same, from words that have their tables and lines together. */
export function kindsOf(entries: Readonly<Record<string, Kind>>): Value {
  const each = <T>(of: (entry: Kind) => T): Record<string, T> =>
    Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, of(entry)]))
  return kinds(
    each(({ options }) => options),
    each(({ line }) => line),
  )
}

/** A list of at least one value. */
export function listOf<T>(value: Value<T>): Value<readonly T[]> {
  const must = `a list of some of ${value.form.replaceAll('|', ', ')}`
  const { tables, lines } = value
  return {
    form: value.form.replaceAll('|', ','),
    ...(tables === undefined ? {} : { tables }),
    ...(lines === undefined ? {} : { lines }),
    isList: true,
    parse: (list, name) => {
      if (!Array.isArray(list) || list.length === 0) throw refusal(`option '${name}'`, must, list)
      return list.map((item, i) => value.parse(item, `${name}[${i}]`))
    },
  }
}

/**
 * Checks the options of a table.
 *
 * @param subject  whose options they are, for messages
 * @param path     what messages write before their names
 * @returns those that were given, in the order of the table and in their shortest form
 * @throws TypeError or RangeError that names the option and the remedy
 */
export function parseTable(table: Table, given: unknown, subject: string, path = ''): Record<string, unknown> {
  const names = Object.keys(table)
  checkOptions(subject, given, Object.fromEntries(names.map((name) => [name, null])))
  const options = (given ?? {}) as Readonly<Record<string, unknown>>
  const parsed: Record<string, unknown> = {}
  for (const name of names) {
    const { value, isNeeded = false } = table[name]!
    if (options[name] !== undefined) parsed[name] = value.parse(options[name], path + name)
    else if (isNeeded) throw new RangeError(`option '${path}${name}': ${subject} needs it, as in ${name}=${value.form}`)
  }
  for (const name of names) {
    const { atLeast: other, default: usual } = table[name]!
    const [value, least] = [parsed[name] ?? usual, other && (parsed[other] ?? table[other]!.default)]
    if (least === undefined || value === undefined || (value as number) >= (least as number)) continue
    throw new RangeError(`option '${path}${name}': must be at least '${other}', got ${value} and ${least}`)
  }
  return parsed
}

/**
 * The field `options` of a sampler: those that were given, as JSON. Left out if there are none. A part that somebody
 * has written (`own-part.ts`) leaves its name.
 */
export function keptOptions(given: object): { readonly options?: { readonly [option: string]: Json } } {
  if (Object.keys(given).length === 0) return {}
  return { options: JSON.parse(JSON.stringify(given)) as { readonly [option: string]: Json } }
}

/** The options with a default that were not given, at their defaults. */
export function withDefaults<T extends object, D extends Table>(given: T, table: D): Required<T> {
  const defaults = Object.entries(table).map(([name, option]) => [name, option.default] as const)
  return { ...Object.fromEntries(defaults), ...given } as Required<T>
}

/** The rule of a finite number within bounds; an infinite one is left out. */
export function rangeRule(least: number, most: number): Rule {
  const ends = least === -Infinity ? '' : most === Infinity ? ` of at least ${least}` : ` from ${least} to ${most}`
  return {
    must: `a${ends === '' ? ' finite' : ''} number${ends}`,
    holds: (value) => Number.isFinite(value) && (value as number) >= least && (value as number) <= most,
  }
}

/** The rule of a finite number above 0, up to a bound. */
export function positiveRule(most: number): Rule {
  return {
    must: `a number above 0${most === Infinity ? '' : `, up to ${most}`}`,
    holds: (value) => Number.isFinite(value) && (value as number) > 0 && (value as number) <= most,
  }
}
