/**
 * The values of a parameter as a list: how many there are, the k-th, and the place of one.
 *
 * A float without `step` and `digits` has no such list. One with `digits` has one if its range keeps away from zero: near
 * zero the numbers of n digits crowd without end.
 */

import type { Json } from '../trial.ts'
import type { FloatParameter, Parameter } from './parameter.ts'

/** How many values a parameter can take by suggestion; Infinity where they cannot be counted. */
export function levelCount(parameter: Parameter): number {
  switch (parameter.type) {
    case 'float':
      if (parameter.step !== undefined) return stepCount(parameter.low, parameter.high, parameter.step)
      if (parameter.low === parameter.high) return 1
      return parameter.digits === undefined ? Infinity : digitsCount(parameter, parameter.digits)
    case 'int':
      return stepCount(parameter.low, parameter.high, parameter.step ?? 1)
    case 'bool':
      return 2
    case 'branch':
      return Object.keys(parameter.branches).length
    default:
      return parameter.values.length
  }
}

/** The k-th value, from 0, of a parameter whose values can be counted. */
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
    case 'bool':
      return k === 1
    case 'branch':
      return Object.keys(parameter.branches)[k]!
    default:
      return parameter.values[k]!
  }
}

/** The place of a value among the levels of a parameter that is no float without step; of a number between two, the nearest. */
export function levelOf(parameter: Parameter, value: Json): number {
  switch (parameter.type) {
    case 'float':
    case 'int': {
      const k = Math.round(((value as number) - parameter.low) / (parameter.step ?? 1))
      return Math.min(Math.max(k, 0), levelCount(parameter) - 1)
    }
    case 'bool':
      return value === true ? 1 : 0
    case 'branch':
      return Object.keys(parameter.branches).indexOf(value as string)
    default:
      return valueIndex(parameter.values, value)
  }
}

/** Where a value is in a list of JSON values, by value; -1 if nowhere. */
export function valueIndex(values: readonly Json[], value: Json): number {
  if (typeof value !== 'object' || value === null) return values.indexOf(value)
  return values.findIndex((other) => sameJson(other, value))
}

/** Whether two JSON values are equal; the order of keys means nothing, and neither does the sign of zero. */
export function sameJson(a: Json, b: Json): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  const left = a as Record<string, Json>
  const right = b as Record<string, Json>
  return keys.every((key) => Object.hasOwn(right, key) && sameJson(left[key]!, right[key]!))
}

/** The number of `digits` significant digits that is nearest to x among those between the bounds. */
export function inDigits(x: number, { low, high }: FloatParameter, digits: number): number {
  const rounded = Number(x.toPrecision(digits))
  if (rounded > high) return rounded > 0 ? roundedDown(high, digits) : -roundedUp(-high, digits)
  if (rounded < low) return rounded > 0 ? roundedUp(low, digits) : -roundedDown(-low, digits)
  return rounded
}

// The slack keeps 0..1 by 0.1 at eleven values, whatever 1 / 0.1 rounds to.
function stepCount(low: number, high: number, step: number): number {
  return Math.floor((high - low) / step + 1e-9) + 1
}

// low + k step, free of the noise of binary fractions: 0.3, not 0.30000000000000004.
function stepAt(low: number, high: number, step: number, k: number): number {
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
  return first > last
    ? 0
    : placeInDigits(last, digits, exponentOf(first)) - placeInDigits(first, digits, exponentOf(first)) + 1
}

function exponentOf(x: number): number {
  return Number(x.toExponential().split('e')[1])
}

// Among the positive numbers of n digits in ascending order, counted from 10^exponent.
function placeInDigits(x: number, digits: number, exponent: number): number {
  const [mantissa, power] = x.toExponential(digits - 1).split('e') as [string, string]
  const first = 10 ** (digits - 1)
  return (Number(power) - exponent) * 9 * first + Number(mantissa.replace('.', '')) - first
}

// The positive number of n digits that is `by` places after x, which is one itself.
function shiftedInDigits(x: number, digits: number, by: number): number {
  const exponent = exponentOf(x)
  const first = 10 ** (digits - 1)
  const place = placeInDigits(x, digits, exponent) + by
  const decades = Math.floor(place / (9 * first))
  return Number(`${place - decades * 9 * first + first}e${exponent + decades - digits + 1}`)
}

function roundedDown(x: number, digits: number): number {
  const rounded = Number(x.toPrecision(digits))
  return rounded > x ? shiftedInDigits(rounded, digits, -1) : rounded
}

function roundedUp(x: number, digits: number): number {
  const rounded = Number(x.toPrecision(digits))
  return rounded < x ? shiftedInDigits(rounded, digits, 1) : rounded
}
