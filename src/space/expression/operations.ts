/**
 * What the signs of an expression compute. Numbers are doubles. A result that is not a finite number, such as that of a
 * division by zero, is a failure. Signs of bits take whole numbers up to 2^53, of any sign, as Python does.
 */

import { compareCodePoints } from '../code-points.ts'
import { shown } from '../shown.ts'
import { BOOLEAN, NUMBER, TEXT, asNumber, asText, fail, finite, joined } from './kinds.ts'
import type { Kinds, Value } from './kinds.ts'

/** A sign between two values. */
export interface Operation {
  /** The kinds that it takes. Both values must be of the same. */
  readonly takes: Kinds
  /** The kinds that it gives for values of some kinds. */
  readonly gives: (kinds: Kinds) => Kinds
  readonly compute: (a: Value, b: Value) => Value
}

/** The largest shift to the left: beyond it no number but 0 stays within 2^53. */
const LARGEST_SHIFT = 53

const same = (kinds: Kinds): Kinds => kinds

const numeric = (sign: string, compute: (a: number, b: number) => number): Operation => ({
  takes: NUMBER,
  gives: () => NUMBER,
  compute: (a, b) => {
    const what = `'${sign}'`
    return finite(compute(asNumber(a, what), asNumber(b, what)), what)
  },
})

const divided = (sign: string, compute: (a: number, b: number) => number): Operation =>
  numeric(sign, (a, b) => (b === 0 ? fail('division by zero') : compute(a, b)))

const bitwise = (sign: string, compute: (a: bigint, b: bigint) => bigint): Operation => ({
  takes: NUMBER | BOOLEAN,
  gives: same,
  compute: (a, b) => {
    const what = `'${sign}'`
    if (typeof a === 'boolean' && typeof b === 'boolean') return compute(BigInt(a), BigInt(b)) === 1n
    return whole(compute(bitsOf(a, what), bitsOf(b, what)), what)
  },
})

const shift = (sign: string, compute: (a: bigint, by: bigint) => bigint): Operation => ({
  takes: NUMBER,
  gives: () => NUMBER,
  compute: (a, b) => {
    const what = `'${sign}'`
    const by = asNumber(b, what)
    if (by < 0 || by > LARGEST_SHIFT) fail(`${what} shifts by 0 to ${LARGEST_SHIFT}, got ${by}`)
    return whole(compute(bitsOf(a, what), bitsOf(by, what)), what)
  },
})

/** The binary signs, without comparisons. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  '+': {
    takes: NUMBER | TEXT,
    gives: same,
    compute: (a, b) =>
      typeof a === 'string'
        ? joined(a, asText(b, "'+' with a text"))
        : finite(asNumber(a, "'+'") + asNumber(b, "'+'"), "'+'"),
  },
  '-': numeric('-', (a, b) => a - b),
  '*': numeric('*', (a, b) => a * b),
  '/': divided('/', (a, b) => a / b),
  '//': divided('//', quotient),
  '%': divided('%', remainder),
  '**': numeric('**', (a, b) => a ** b),
  '&': bitwise('&', (a, b) => a & b),
  '|': bitwise('|', (a, b) => a | b),
  '^': bitwise('^', (a, b) => a ^ b),
  '<<': shift('<<', (a, by) => a << by),
  '>>': shift('>>', (a, by) => a >> by),
}

/** The unary signs, without `not`. */
export const SIGNS: Readonly<Record<string, (a: Value) => number>> = {
  '-': (a) => -asNumber(a, "'-'"),
  '+': (a) => asNumber(a, "'+'"),
  '~': (a) => whole(~bitsOf(a, "'~'"), "'~'"),
}

/** Whether a comparison holds. Values of different kinds are not equal, and have no order. */
export function compares(sign: string, a: Value, b: Value): boolean {
  if (sign === '==') return a === b
  if (sign === '!=') return a !== b
  if (sign === 'in') return asText(b, "'in'").includes(asText(a, "'in'"))
  if (sign === 'not in') return !compares('in', a, b)
  const order = orderOf(a, b, `'${sign}'`)
  return sign === '<' ? order < 0 : sign === '<=' ? order <= 0 : sign === '>' ? order > 0 : order >= 0
}

function orderOf(a: Value, b: Value, what: string): number {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : 0
  if (typeof a === 'string' && typeof b === 'string') return compareCodePoints(a, b)
  return fail(`${what} compares two numbers or two texts, got ${shown(a)} and ${shown(b)}`)
}

/** The quotient without its fraction that fits the remainder, as in Python: 1 // 0.1 is 9, since 1 % 0.1 is not 0. */
function quotient(a: number, b: number): number {
  const exact = (a - remainder(a, b)) / b
  const below = Math.floor(exact)
  return exact - below > 0.5 ? below + 1 : below
}

/** The remainder with the sign of the divisor, as in Python. */
function remainder(a: number, b: number): number {
  const rest = a % b
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest
}

function bitsOf(value: Value, what: string): bigint {
  const x = asNumber(value, what)
  return Number.isSafeInteger(x) ? BigInt(x) : fail(`${what} takes whole numbers up to 2^53, got ${x}`)
}

function whole(bits: bigint, what: string): number {
  const x = Number(bits)
  return Number.isSafeInteger(x) ? x : fail(`${what} gives a number beyond 2^53`)
}
