/**
 * The values of the expression language: numbers, texts, booleans and null. There is nothing else, so an expression has
 * no way to an object, a list or a function.
 */

import { shown } from '../shown.ts'

export type Value = number | string | boolean | null

/** Which kinds a value may be of: a sum of the numbers below. */
export type Kinds = number

export const NUMBER = 1
export const TEXT = 2
export const BOOLEAN = 4
export const NULL = 8
export const ANY = NUMBER | TEXT | BOOLEAN | NULL

/** The longest text that an expression may make, in characters: expressions cannot fill the memory. */
const LONGEST_TEXT = 10_000

const WORDS: readonly (readonly [Kinds, string])[] = [
  [NUMBER, 'a number'],
  [TEXT, 'a text'],
  [BOOLEAN, 'true or false'],
  [NULL, 'null'],
]

/**
 * What is thrown while an expression is evaluated: its message says what went wrong, in lower case. It is not an Error,
 * because a search evaluates many points that are out, and a stack trace costs more than the rest.
 */
export interface Failure {
  readonly failure: string
}

/** The kind of a value of JSON; undefined for a list or an object. */
export function kindOf(value: unknown): Kinds | undefined {
  if (typeof value === 'number') return NUMBER
  if (typeof value === 'string') return TEXT
  if (typeof value === 'boolean') return BOOLEAN
  return value === null ? NULL : undefined
}

/** The kinds in words: `a number or a text`. */
export function kindWords(kinds: Kinds): string {
  return WORDS.filter(([kind]) => (kinds & kind) !== 0)
    .map(([, word]) => word)
    .join(' or ')
}

export function fail(failure: string): never {
  throw { failure } satisfies Failure
}

/** Whether something that was caught is a `Failure`. */
export function isFailure(caught: unknown): caught is Failure {
  return typeof caught === 'object' && caught !== null && Object.hasOwn(caught, 'failure')
}

/** The number, unless it is not finite. */
export function finite(x: number, what: string): number {
  if (Number.isFinite(x)) return x
  return fail(`${what} gives no finite number`)
}

export function asNumber(value: Value, what: string): number {
  return typeof value === 'number' ? value : fail(`${what} takes numbers, got ${shown(value)}`)
}

export function asText(value: Value, what: string): string {
  return typeof value === 'string' ? value : fail(`${what} takes texts, got ${shown(value)}`)
}

export function asBoolean(value: Value, what: string): boolean {
  return typeof value === 'boolean' ? value : fail(`${what} takes true or false, got ${shown(value)}`)
}

/** Two texts as one. */
export function joined(a: string, b: string): string {
  if (a.length + b.length > LONGEST_TEXT) fail(`a text must have at most ${LONGEST_TEXT} characters`)
  return a + b
}
