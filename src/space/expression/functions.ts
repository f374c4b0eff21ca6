/** The functions of the expression language. An expression can call only these. */

import { shown } from '../shown.ts'
import { ANY, NULL, NUMBER, TEXT, asNumber, asText, fail, finite } from './kinds.ts'
import type { Kinds, Value } from './kinds.ts'

export interface NamedFunction {
  /** The fewest and the most values that it takes. */
  readonly count: readonly [fewest: number, most: number]
  readonly takes: Kinds
  readonly gives: Kinds
  readonly compute: (values: readonly Value[]) => Value
}

/** The most decimals that `round` keeps. */
const MOST_DECIMALS = 15

const NUMERAL = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*$/

const numeric = (
  name: string,
  compute: (...numbers: number[]) => number,
  count: readonly [number, number] = [1, 1],
): NamedFunction => ({
  count,
  takes: NUMBER,
  gives: NUMBER,
  compute: (values) => {
    const what = `${name}()`
    return finite(compute(...values.map((value) => asNumber(value, what))), what)
  },
})

export const FUNCTIONS: Readonly<Record<string, NamedFunction>> = {
  abs: numeric('abs', Math.abs),
  min: numeric('min', Math.min, [1, Infinity]),
  max: numeric('max', Math.max, [1, Infinity]),
  sqrt: numeric('sqrt', Math.sqrt),
  exp: numeric('exp', Math.exp),
  expm1: numeric('expm1', Math.expm1),
  log: numeric('log', (x, base) => (base === undefined ? Math.log(x) : Math.log(x) / Math.log(base)), [1, 2]),
  log10: numeric('log10', Math.log10),
  log2: numeric('log2', Math.log2),
  log1p: numeric('log1p', Math.log1p),
  pow: numeric('pow', (a, b) => a! ** b!, [2, 2]),
  hypot: numeric('hypot', Math.hypot, [1, Infinity]),
  sin: numeric('sin', Math.sin),
  cos: numeric('cos', Math.cos),
  tan: numeric('tan', Math.tan),
  tanh: numeric('tanh', Math.tanh),
  sign: numeric('sign', Math.sign),
  floor: numeric('floor', Math.floor),
  ceil: numeric('ceil', Math.ceil),
  round: numeric('round', (x, decimals = 0) => rounded(x!, decimals), [1, 2]),
  int: {
    count: [1, 1],
    takes: ANY - NULL,
    gives: NUMBER,
    compute: ([value]) => Math.trunc(numberOf(value!, 'int()')) + 0,
  },
  float: { count: [1, 1], takes: ANY - NULL, gives: NUMBER, compute: ([value]) => numberOf(value!, 'float()') },
  str: { count: [1, 1], takes: ANY, gives: TEXT, compute: ([value]) => String(value) },
  len: { count: [1, 1], takes: TEXT, gives: NUMBER, compute: ([value]) => [...asText(value!, 'len()')].length },
  lower: { count: [1, 1], takes: TEXT, gives: TEXT, compute: ([value]) => asText(value!, 'lower()').toLowerCase() },
  upper: { count: [1, 1], takes: TEXT, gives: TEXT, compute: ([value]) => asText(value!, 'upper()').toUpperCase() },
}

/** Rounds half to even, as Python does; with decimals, by the exact value of the double. */
function rounded(x: number, decimals: number): number {
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > MOST_DECIMALS)
    fail(`round() takes 0 to ${MOST_DECIMALS} decimals, got ${decimals}`)
  if (decimals > 0) return Math.abs(x) < 1e21 ? Number(x.toFixed(decimals)) : x
  const below = Math.floor(x)
  const nearest = x - below === 0.5 ? 2 * Math.round(below / 2) : Math.round(x)
  return nearest + 0
}

function numberOf(value: Value, what: string): number {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return Number(value)
  if (typeof value === 'string' && NUMERAL.test(value)) return finite(Number(value), what)
  return fail(`${what} takes a number or the text of one, got ${shown(value)}`)
}
