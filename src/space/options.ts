/**
 * The gate for options: every object of options or message of a user passes `checkOptions`, which refuses what it does
 * not know. Without it a mistyped name is the same as an option that was left out: nobody hears of it, and the search
 * runs in the wrong direction or without a budget.
 */

import { nearestName } from './nearest-name.ts'
import { shown } from './shown.ts'

/** What an option must be. Undefined always passes: it means that the option was not given. */
export interface Rule {
  /** The words after "must be". */
  readonly must: string
  readonly holds: (value: unknown) => boolean
}

/** The options that an object may have. `null` stands for a value that is checked elsewhere. */
export type Rules = Readonly<Record<string, Rule | null>>

export const FLAG: Rule = { must: 'true or false', holds: (value) => typeof value === 'boolean' }

export const TEXT: Rule = { must: 'a string', holds: (value) => typeof value === 'string' }

export const CALLBACK: Rule = { must: 'a function', holds: (value) => typeof value === 'function' }

/** An AbortSignal, of this realm or another. */
export const SIGNAL: Rule = {
  must: 'an AbortSignal, as in new AbortController().signal',
  holds: (value) =>
    isRecord(value) && typeof value.aborted === 'boolean' && typeof value.addEventListener === 'function',
}

/** The most that names other libraries use for an option, and ours. */
const SYNONYMS: Readonly<Record<string, string>> = {
  budget: 'trials',
  n_trials: 'trials',
  max_evals: 'trials',
  direction: 'objectives',
  directions: 'objectives',
  min: 'low',
  lower: 'low',
  max: 'high',
  upper: 'high',
  q: 'step',
  scale: 'log',
  random_state: 'seed',
}

/** Built-in objects that cannot carry options. Unless they are refused, they would count as an empty object. */
const OPTIONLESS = /^\[object (Promise|Map|Set|WeakMap|WeakSet|Date|RegExp|Error|String|Number|Boolean)\]$/

/** A whole number within bounds. */
export function wholeNumber(low: number, high = Number.MAX_SAFE_INTEGER, or = ''): Rule {
  const end = high === 2 ** 32 - 1 ? '2^32 - 1' : String(high)
  const range = high < Number.MAX_SAFE_INTEGER ? `from ${low} to ${end}` : `of at least ${low}`
  return {
    must: `a whole number ${range}${or}`,
    holds: (value) => Number.isInteger(value) && (value as number) >= low && (value as number) <= high,
  }
}

/** One of several words. */
export function oneOf(...words: readonly string[]): Rule {
  return { must: words.map((word) => `'${word}'`).join(' or '), holds: (value) => words.includes(value as string) }
}

/**
 * Refuses options that make no sense.
 *
 * @param subject  whose options they are, as in `openStudy` or `bayesian`
 * @param given    the options; undefined stands for none
 * @param rules    what there is, and what each must be
 * @param kind     what a message calls one of them
 * @throws TypeError if the options are not an object; RangeError for an unknown name; TypeError or RangeError for a
 *   value that a rule refuses
 */
export function checkOptions(subject: string, given: unknown, rules: Rules, kind = 'option'): void {
  if (given === undefined) return
  const names = Object.keys(rules)
  if (!isRecord(given)) {
    const remedy = names.length === 0 ? 'leave it out' : `write { ${names[0]}: … }, or leave it out`
    throw new TypeError(`${kind}s of ${subject}: must be an object, got ${shown(given)}; ${remedy}`)
  }
  const kindOf = OPTIONLESS.exec(Object.prototype.toString.call(given))?.[1]
  if (kindOf !== undefined) {
    const remedy = kindOf === 'Promise' ? "write 'await' in front of it" : 'write an object with names and values'
    throw new TypeError(`${kind}s of ${subject}: must be an object, got a ${kindOf}; ${remedy}`)
  }
  // Not Object.keys: options may be inherited, and what is read of them is.
  for (const name in given) {
    if (Object.hasOwn(rules, name)) continue
    if (given[name] === undefined) continue
    throw new RangeError(`${kind} '${name}': ${subject} has none of this name${remedyFor(name, names)}`)
  }
  for (const name of names) {
    const rule = rules[name]!
    const value = given[name]
    if (rule === null || value === undefined || rule.holds(value)) continue
    throw refusal(`${kind} '${name}'`, rule.must, value)
  }
}

/** The error for a value that is not what it must be: a TypeError if it is neither a number nor a text. */
export function refusal(subject: string, must: string, value: unknown, remedy = ''): Error {
  const isOfType = typeof value === 'number' || typeof value === 'string'
  return new (isOfType ? RangeError : TypeError)(`${subject}: must be ${must}, got ${shown(value)}${remedy}`)
}

/** The known name that begins with this one, as in `ttl` for `ttlMs`. */
function longer(name: string, names: readonly string[]): string | undefined {
  return name.length < 2 ? undefined : names.find((known) => known.toLowerCase().startsWith(name.toLowerCase()))
}

/** Whether a value is an object with keys: neither null nor an array. */
export function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The end of a message about an unknown name: the nearest known one, or all of them. */
export function remedyFor(name: string, names: readonly string[]): string {
  const nearest = nearestName(name, names) ?? longer(name, names)
  const synonym = synonymOf(name, names)
  if (synonym !== '') return synonym
  if (nearest !== undefined) return `; did you mean '${nearest}'?`
  return names.length === 0 ? '; leave it out' : `; there is ${names.map((known) => `'${known}'`).join(', ')}`
}

/** The remedy for a name that another library uses for an option of ours; '' if it is not one. */
export function synonymOf(name: string, names: readonly string[]): string {
  const synonym = Object.hasOwn(SYNONYMS, name.toLowerCase()) ? SYNONYMS[name.toLowerCase()]! : undefined
  return synonym !== undefined && names.includes(synonym) ? `; did you mean '${synonym}'?` : ''
}
