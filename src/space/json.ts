/**
 * JSON that comes from outside: checked, and copied so that a later change of the original does not matter.
 */

import type { Json } from '../trial.ts'
import { isRecord } from './options.ts'
import { shown } from './shown.ts'

/** The deepest nesting that is accepted; deeper values are most likely circular. */
export const DEEPEST = 64

/**
 * A copy of a JSON value.
 *
 * @param subject  what a message calls the value
 * @throws TypeError or RangeError if JSON has no form for the value
 */
export function parseJson(value: unknown, subject: string, depth = 0): Json {
  if (depth > DEEPEST) throw tooDeep(subject)
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new RangeError(`${subject}: a number must be finite, got ${value}`)
  // + 0 turns -0 into 0: where no parameter says that a number is a float, -0 is the integer 0.
  if (typeof value === 'number') return value + 0
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (Array.isArray(value)) return Array.from(value, (child) => parseJson(child, subject, depth + 1))
  if (!isRecord(value)) {
    throw new TypeError(`${subject}: a value must be JSON, got ${shown(value)}; leave it out or write null`)
  }
  checkPlain(value, subject)
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, parseJson(child, subject, depth + 1)]))
}

/** The error for a value that is nested too deeply. */
export function tooDeep(subject: string): RangeError {
  return new RangeError(`${subject}: must not be nested more than ${DEEPEST} deep; does it contain itself?`)
}

/**
 * Refuses an object that is not a plain record.
 *
 * @throws TypeError for an instance of a class; RangeError for the key `__proto__`, which no plain record holds safely
 */
export function checkPlain(value: object, subject: string): void {
  if (Object.hasOwn(value, '__proto__')) {
    throw new RangeError(`${subject}: the name '__proto__' is JavaScript's own; rename it`)
  }
  // An object of another realm (vm, some test runners) has another Object.prototype. Each of these has no prototype
  // itself.
  const prototype = Object.getPrototypeOf(value) as object | null
  const isPlain =
    prototype === null || (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'hasOwnProperty'))
  if (!isPlain) {
    throw new TypeError(
      `${subject}: must be a plain object; write {...} without a class and without the name '__proto__'`,
    )
  }
}

/** The same value: it and everything in it can no longer be changed. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    Object.values(value).forEach(deepFreeze)
  }
  return value
}
