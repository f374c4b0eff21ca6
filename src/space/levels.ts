/**
 * The values of a parameter as a list of levels: how many there are, the k-th, and the index of a value.
 *
 * A float without `step` and `digits` has no such list. A float with `digits` has one only if its range does not
 * contain zero: there are infinitely many numbers of n digits near zero.
 */

import type { Json } from '../trial.ts'
import type { FloatParameter, Parameter } from './parameter.ts'

/**
 * A search tries all values of a discrete axis with at most this many. On a longer one it takes steps, and climbs if
 * the values have an order.
 */
export const LISTED_LEVELS = 12

/** In steps. It keeps 0..1 in steps of 0.1 at eleven values, whichever way 1 / 0.1 is rounded. */
const SLACK = 1e-9

/**
 * The values of a parameter that has a list of them, in the order of its levels; undefined for a number. Messages and
 * command lines can name each of them.
 */
export function listedValues(parameter: Parameter): readonly Json[] | undefined {
  switch (parameter.type) {
    case 'float':
    case 'int':
      return undefined
    case 'choice':
    case 'ordinal':
      return parameter.values
    case 'bool':
      return [false, true]
    case 'branch':
      return Object.keys(parameter.branches)
  }
  return parameter satisfies never
}

/** The number of values that can be suggested for a parameter; Infinity if there is no list of them. */
export function levelCount(parameter: Parameter): number {
  switch (parameter.type) {
    case 'float':
      if (parameter.step !== undefined) return stepCount(parameter.low, parameter.high, parameter.step)
      if (parameter.low === parameter.high) return 1
      return parameter.digits === undefined ? Infinity : digitsCount(parameter, parameter.digits)
    case 'int':
      return stepCount(parameter.low, parameter.high, parameter.step ?? 1)
    case 'choice':
    case 'ordinal':
      return parameter.values.length
    case 'bool':
      return 2
    case 'branch':
      return Object.keys(parameter.branches).length
  }
  return parameter satisfies never
}

/** The k-th level, counted from 0, of a parameter with finitely many. */
export function levelAt(parameter: Parameter, k: number): Json {
  switch (parameter.type) {
    case 'float': {
      const { low, high, step, digits } = parameter
      if (step !== undefined) return stepAt(low, high, step, k)
      if (low === high || digits === undefined) return low
      if (low > 0) return shiftedInDigits(roundedUp(low, digits), digits, k)
      return -shiftedInDigits(roundedDown(-low, digits), digits, -k)
    }
    case 'int':
      return parameter.low + k * (parameter.step ?? 1)
    case 'choice':
    case 'ordinal':
      return parameter.values[k]!
    case 'bool':
      return k === 1
    case 'branch':
      return Object.keys(parameter.branches)[k]!
  }
  return parameter satisfies never
}

/** The last value of a number whose steps never reach its upper bound; undefined for any other parameter. */
export function shortOfEnd(parameter: Parameter): number | undefined {
  if (parameter.type !== 'float' && parameter.type !== 'int') return undefined
  const { low, high, step } = parameter
  if (step === undefined || reachesEnd(low, high, step)) return undefined
  return levelAt(parameter, levelCount(parameter) - 1) as number
}

/**
 * The index of a value among the levels of a parameter. A number between two levels counts as the nearer one; any other
 * value that is not a level gives -1. The parameter must not be a float without `step`.
 */
export function levelOf(parameter: Parameter, value: Json): number {
  switch (parameter.type) {
    case 'float':
    case 'int': {
      const k = Math.round(((value as number) - parameter.low) / (parameter.step ?? 1))
      return Math.min(Math.max(k, 0), levelCount(parameter) - 1)
    }
    case 'choice':
    case 'ordinal':
      return valueIndex(parameter.values, value)
    case 'bool':
      return value === true ? 1 : 0
    case 'branch':
      return Object.keys(parameter.branches).indexOf(value as string)
  }
  return parameter satisfies never
}

/** The index of the first element that equals a JSON value; -1 if there is none. */
export function valueIndex(values: readonly Json[], value: Json): number {
  if (typeof value !== 'object' || value === null) return values.indexOf(value)
  return values.findIndex((other) => sameJson(other, value))
}

/** Whether two JSON values are equal, whatever the order of their keys and the sign of a zero. */
export function sameJson(a: Json, b: Json): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  const left = a as Record<string, Json>
  const right = b as Record<string, Json>
  return keys.every((key) => Object.hasOwn(right, key) && sameJson(left[key]!, right[key]!))
}

/** The number of `digits` significant digits within the bounds that is nearest to x. */
export function inDigits(x: number, { low, high }: FloatParameter, digits: number): number {
  const rounded = Number(x.toPrecision(digits))
  if (rounded > high) return rounded > 0 ? roundedDown(high, digits) : -roundedUp(-high, digits)
  if (rounded < low) return rounded > 0 ? roundedUp(low, digits) : -roundedDown(-low, digits)
  return rounded
}

function stepCount(low: number, high: number, step: number): number {
  return Math.floor((high - low) / step + SLACK) + 1
}

function reachesEnd(low: number, high: number, step: number): boolean {
  return (high - low) / step - (stepCount(low, high, step) - 1) <= SLACK
}

// low + k step without the errors of binary fractions: 0.3, not 0.30000000000000004.
function stepAt(low: number, high: number, step: number, k: number): number {
  // + 0 turns -0 into 0.
  if (k === stepCount(low, high, step) - 1 && reachesEnd(low, high, step)) return high + 0
  const decimals = Math.max(decimalsOf(low), decimalsOf(step))
  const value = low + k * step
  const tidy = decimals <= 100 ? Number(value.toFixed(decimals)) : value
  return Math.min(tidy === 0 ? 0 : tidy, high)
}

function decimalsOf(x: number): number {
  const [mantissa, exponent] = x.toExponential().split('e') as [string, string]
  return Math.max(0, mantissa.replace(/^-?\d\.?/, '').length - Number(exponent))
}

function digitsCount({ low, high }: FloatParameter, digits: number): number {
  if (low <= 0 && high >= 0) return Infinity
  const [small, large] = low > 0 ? [low, high] : [-high, -low]
  const first = roundedUp(small, digits)
  const last = roundedDown(large, digits)
  if (first > last) return 0
  const exponent = exponentOf(first)
  return placeInDigits(last, digits, exponent) - placeInDigits(first, digits, exponent) + 1
}

function exponentOf(x: number): number {
  return Number(x.toExponential().split('e')[1])
}

// The index of x among the positive numbers of n digits in ascending order, where 10^exponent has index 0.
function placeInDigits(x: number, digits: number, exponent: number): number {
  const [mantissa, power] = x.toExponential(digits - 1).split('e') as [string, string]
  const first = 10 ** (digits - 1)
  return (Number(power) - exponent) * 9 * first + Number(mantissa.replace('.', '')) - first
}

// The positive number of n digits that comes `by` places after x, which must be such a number too.
function shiftedInDigits(x: number, digits: number, by: number): number {
  const exponent = exponentOf(x)
  const first = 10 ** (digits - 1)
  const place = placeInDigits(x, digits, exponent) + by
  const decades = Math.floor(place / (9 * first))
  return Number(`${place - decades * 9 * first + first}e${exponent + decades - digits + 1}`)
}

// The largest number of n digits that is at most x > 0.
function roundedDown(x: number, digits: number): number {
  const rounded = Number(x.toPrecision(digits))
  return rounded > x ? shiftedInDigits(rounded, digits, -1) : rounded
}

// The smallest number of n digits that is at least x > 0.
function roundedUp(x: number, digits: number): number {
  const rounded = Number(x.toPrecision(digits))
  return rounded < x ? shiftedInDigits(rounded, digits, 1) : rounded
}
