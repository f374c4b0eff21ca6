/**
 * The options of one parameter, checked and brought into one form: the synonyms `categorical` and `choices` replaced,
 * `log: false` left out.
 */

import type { Json } from '../trial.ts'
import { levelCount, sameJson, valueIndex } from './levels.ts'
import { didYouMean } from './nearest-name.ts'
import type { BoolParameter, ChoiceParameter, FloatParameter, IntParameter, OrdinalParameter } from './parameter.ts'
import { isRecord } from './parameter.ts'
import { shown } from './shown.ts'

export type SimpleParameter = FloatParameter | IntParameter | ChoiceParameter | OrdinalParameter | BoolParameter

type Options = { readonly [option: string]: unknown }

const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  float: ['low', 'high', 'log', 'step', 'digits', 'default'],
  int: ['low', 'high', 'log', 'step', 'default'],
  choice: ['values', 'weights', 'default'],
  ordinal: ['values', 'default'],
  bool: ['default'],
  branch: ['key', 'branches', 'default'],
  group: ['space'],
}

// Cells of an axis are told apart in double precision up to here: linear ranges by count, log ranges by value.
const MOST_INTEGERS = 2 ** 50
const HIGHEST_LOG_INTEGER = 1e12

/** The options under their own names, `type` among them; an unknown type or option is an error. */
export function renameOptions(options: Options, subject: string): Options {
  const type = options['type'] === 'categorical' ? 'choice' : String(options['type'])
  const known = Object.hasOwn(OPTIONS, type) ? OPTIONS[type] : undefined
  if (known === undefined) {
    throw new RangeError(
      `${subject}: unknown type '${type}'` +
        (didYouMean(type, [...Object.keys(OPTIONS), 'categorical']) ||
          `; use ${Object.keys(OPTIONS).join(', ')}, or wrap a plain object that has a key 'type' in group({...})`),
    )
  }
  const renamed: Record<string, unknown> = { type }
  for (const [given, value] of Object.entries(options)) {
    if (given === 'type' || value === undefined) continue
    const option = given === 'choices' && known.includes('values') ? 'values' : given
    if (!known.includes(option)) {
      const remedy = didYouMean(given, known) || `; '${type}' takes ${known.join(', ')}`
      throw new RangeError(`${subject}: unknown option '${given}'${remedy}`)
    }
    if (Object.hasOwn(renamed, option)) throw new RangeError(`${subject}: both 'values' and 'choices'; keep 'values'`)
    renamed[option] = value
  }
  return renamed
}

/** A parameter other than a branch, from options under their own names. */
export function parseParameter(options: Options, subject: string): SimpleParameter {
  switch (options['type']) {
    case 'float':
      return parseFloatParameter(options, subject)
    case 'int':
      return parseIntParameter(options, subject)
    case 'bool':
      return { type: 'bool', ...optional('default', optionalBoolean(options, 'default', subject)) }
    default:
      return parseChoice(options, subject)
  }
}

function parseFloatParameter(options: Options, subject: string): FloatParameter {
  const { low, high, log } = parseRange(options, subject)
  const step = options['step'] === undefined ? undefined : numberOption(options, 'step', subject)
  const digits = options['digits'] === undefined ? undefined : numberOption(options, 'digits', subject)
  if (log && low <= 0)
    throw new RangeError(`${subject}: a log scale needs low > 0, got low = ${low}; raise low or leave out log`)
  checkStep(step, low, high, log, subject)
  if (digits !== undefined) {
    if (!Number.isInteger(digits) || digits < 1 || digits > 15) {
      throw new RangeError(`${subject}: digits must be a whole number from 1 to 15, got ${digits}`)
    }
    if (step !== undefined) throw new RangeError(`${subject}: step and digits exclude each other; leave one out`)
  }
  const scale = { ...optional('log', log || undefined), ...optional('step', step), ...optional('digits', digits) }
  const parameter: FloatParameter = { type: 'float', low, high, ...scale }
  if (levelCount(parameter) < 1) {
    throw new RangeError(`${subject}: no number of ${digits} digits lies between ${low} and ${high}; raise digits`)
  }
  return { ...parameter, ...optional('default', parseDefault(options, low, high, subject)) }
}

function parseIntParameter(options: Options, subject: string): IntParameter {
  const { low, high, log } = parseRange(options, subject)
  const step = options['step'] === undefined ? undefined : numberOption(options, 'step', subject)
  for (const [option, value] of [
    ['low', low],
    ['high', high],
    ['step', step ?? 1],
  ] as const) {
    if (!Number.isSafeInteger(value)) {
      throw new RangeError(
        `${subject}: ${option} of an int must be a whole number within ±2^53, got ${value}; use float`,
      )
    }
  }
  if (log && low < 1)
    throw new RangeError(`${subject}: a log scale needs low > 0, got low = ${low}; raise low or leave out log`)
  checkStep(step, low, high, log, subject)
  const scale = { ...optional('log', log || undefined), ...optional('step', step) }
  const parameter: IntParameter = { type: 'int', low: low + 0, high: high + 0, ...scale }
  if (levelCount(parameter) > MOST_INTEGERS) {
    throw new RangeError(
      `${subject}: more than 2^50 whole numbers from ${low} to ${high}; narrow the range, or give a step`,
    )
  }
  if (log && high > HIGHEST_LOG_INTEGER) {
    throw new RangeError(`${subject}: an int on a log scale ends at 1e12, got high = ${high}; lower high or use float`)
  }
  const initial = parseDefault(options, low, high, subject)
  if (initial !== undefined && !Number.isInteger(initial)) {
    throw new RangeError(`${subject}: the default of an int must be a whole number, got ${initial}`)
  }
  return { ...parameter, ...optional('default', initial === undefined ? undefined : initial + 0) }
}

function parseRange(options: Options, subject: string): { low: number; high: number; log: boolean } {
  const low = numberOption(options, 'low', subject)
  const high = numberOption(options, 'high', subject)
  if (low > high) throw new RangeError(`${subject}: an empty range, low = ${low} is above high = ${high}; swap them`)
  return { low, high, log: optionalBoolean(options, 'log', subject) ?? false }
}

function checkStep(step: number | undefined, low: number, high: number, log: boolean, subject: string): void {
  if (step === undefined) return
  if (step <= 0) throw new RangeError(`${subject}: step must be above 0, got ${step}`)
  if (log)
    throw new RangeError(`${subject}: step and log exclude each other; leave one out, or list the values in ordinal`)
  if (step > high - low && low < high) {
    throw new RangeError(`${subject}: step = ${step} is wider than the range from ${low} to ${high}; lower it`)
  }
}

function parseDefault(options: Options, low: number, high: number, subject: string): number | undefined {
  if (options['default'] === undefined) return undefined
  const initial = numberOption(options, 'default', subject)
  if (initial < low || initial > high) {
    throw new RangeError(`${subject}: the default ${initial} is outside ${low} to ${high}; move it or widen the range`)
  }
  return initial
}

function parseChoice(options: Options, subject: string): ChoiceParameter | OrdinalParameter {
  const type = options['type'] as 'choice' | 'ordinal'
  const given = options['values']
  if (!Array.isArray(given)) throw new TypeError(`${subject}: values must be a list, got ${shown(given)}`)
  if (given.length === 0) throw new RangeError(`${subject}: an empty list of values; list at least one`)
  const isFloats = given.every(Number.isFinite) && !given.every(Number.isInteger)
  const values: Json[] = isFloats ? [...(given as number[])] : Array.from(given, (value) => parseJson(value, subject))
  for (const [index, value] of values.entries()) {
    if (valueIndex(values, value) < index)
      throw new RangeError(`${subject}: the value ${shown(value)} is listed twice; remove one`)
  }
  const initial =
    options['default'] === undefined ? undefined : values.find((value) => sameJson(value, options['default'] as Json))
  if (initial === undefined && options['default'] !== undefined) {
    throw new RangeError(`${subject}: the default ${shown(options['default'])} is not among its values; add it to them`)
  }
  if (type === 'ordinal') return { type, values, ...optional('default', initial) }
  const weights = parseWeights(options['weights'], values.length, subject)
  return { type, values, ...optional('weights', weights), ...optional('default', initial) }
}

function parseWeights(weights: unknown, count: number, subject: string): readonly number[] | undefined {
  if (weights === undefined) return undefined
  if (!Array.isArray(weights) || weights.length !== count) {
    throw new RangeError(
      `${subject}: weights must be a list of ${count} numbers, one for each value, got ${shown(weights)}`,
    )
  }
  for (const weight of weights) {
    if (typeof weight !== 'number' || !Number.isFinite(weight) || weight <= 0) {
      throw new RangeError(
        `${subject}: a weight must be a number above 0, got ${shown(weight)}; leave out a value that is not wanted`,
      )
    }
  }
  return [...weights]
}

/** A copy of a value that JSON can hold; anything else is an error. */
export function parseJson(value: unknown, subject: string, depth = 0): Json {
  if (depth > 64) throw new RangeError(`${subject}: nested more than 64 deep; is it a circle?`)
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new RangeError(`${subject}: a number must be finite, got ${value}`)
  // JavaScript's -0 is the integer 0 wherever no parameter says that it is a float.
  if (typeof value === 'number') return value + 0
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (Array.isArray(value)) return Array.from(value, (child) => parseJson(child, subject, depth + 1))
  if (!isRecord(value)) throw new TypeError(`${subject}: ${shown(value)} is not JSON; leave it out or write null`)
  checkPlain(value, subject)
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, parseJson(child, subject, depth + 1)]))
}

/** Refuses objects that are no plain records, and the one key that no plain record can hold safely. */
export function checkPlain(value: object, subject: string): void {
  if (Object.hasOwn(value, '__proto__')) {
    throw new RangeError(`${subject}: the name '__proto__' is JavaScript's own; rename it`)
  }
  // An object of another realm (vm, some test runners) has another Object.prototype; each has no prototype itself.
  const prototype = Object.getPrototypeOf(value) as object | null
  const isPlain =
    prototype === null || (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'hasOwnProperty'))
  if (!isPlain) {
    throw new TypeError(`${subject}: not a plain object; write {...} without a class and without the name '__proto__'`)
  }
}

function numberOption(options: Options, option: string, subject: string): number {
  const value = options[option]
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new TypeError(`${subject}: ${option} must be a finite number, got ${shown(value)}`)
  }
  return value
}

function optionalBoolean(options: Options, option: string, subject: string): boolean | undefined {
  const value = options[option]
  if (value !== undefined && typeof value !== 'boolean') {
    throw new TypeError(`${subject}: ${option} must be true or false, got ${shown(value)}`)
  }
  return value
}

function optional<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: T }
}
