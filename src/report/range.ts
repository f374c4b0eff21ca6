/**
 * Scales that show what matters: central values where a few lie far off, a logarithm where values span decades, and
 * some room around a single value.
 */

import type { ParameterColumn } from './columns.ts'
import type { Leftout } from './figure.ts'
import type { Places } from './mark.ts'
import { briefNumber } from './number-text.ts'
import { placeAt } from './scale.ts'
import type { Scale } from './scale.ts'

/** A value further than this many quartile ranges from the median, on the bad side, is drawn at the edge. */
const FAR = 6

/** Positive values whose 95 % quantile is over this many times their 5 % one are drawn by their logarithm. */
const SPANNING = 20

/** The room at each end of a scale of values, as a share of it. */
const MARGIN = 0.04

/** The ends of all scales: the distance between them is still a number. */
const LARGEST = Number.MAX_VALUE / 4
const SMALLEST = 1e-300

export interface ScaleOptions {
  /** Which end is better: far values at the other one are cut off. Null: nothing is cut off. */
  readonly better?: 'low' | 'high' | null
  /** Whether it is logarithmic; by default the values decide. */
  readonly isLog?: boolean | undefined
  readonly rail?: string | null
}

/** The scale of measured values: of an objective, an output, a duration. What is not finite has no influence. */
export function valueScale(title: string, values: Iterable<number>, options: ScaleOptions = {}): Scale {
  const { better = null, rail = null } = options
  const sorted = Float64Array.from([...values].filter(Number.isFinite)).sort()
  const isLog = (options.isLog ?? spansDecades(sorted)) && (sorted[0] ?? 0) > 0
  const ends = padded(centralEnds(sorted, better, isLog), isLog)
  return { kind: isLog ? 'log' : 'linear', title, ...ends, words: [], better, rail }
}

/** The scale of a parameter, as its space has it. */
export function parameterScale({ label, leaf: { parameter, when }, kind, words, at }: ParameterColumn): Scale {
  const rail = when.length > 0 || at.some(Number.isNaN) ? 'inactive' : null
  const isNumber = parameter.type === 'int' || parameter.type === 'float'
  if (!isNumber || kind === 'category') return { ...categoryScale(label, words), rail }
  const { type, low, high } = parameter
  const isLog = kind === 'log' && low > 0
  const ends = low < high ? clamped({ low, high }, isLog) : padded({ low, high }, isLog)
  const whole = type === 'int' ? { isWhole: true } : {}
  return { kind: isLog ? 'log' : 'linear', title: label, ...ends, words: [], better: null, rail, ...whole }
}

/** The scale of a count, such as the numbers of trials: whole, from `low` to `high`. */
export const countScale = (title: string, low: number, high: number): Scale => ({
  kind: 'linear',
  title,
  low,
  high: Math.max(high, low + 1),
  isWhole: true,
  words: [],
  better: null,
  rail: null,
})

/** The scale of categories by their names. */
export const categoryScale = (title: string, words: readonly string[]): Scale => ({
  kind: 'category',
  title,
  low: -0.5,
  high: Math.max(1, words.length) - 0.5,
  words,
  better: null,
  rail: null,
})

/** What lies beyond the ends of a scale, in words; empty if nothing does. */
export function beyond({ low, high }: Scale, values: Iterable<number>, what = 'values'): Leftout[] {
  let above = 0
  let below = 0
  for (const value of values) {
    if (value > high) above++
    if (value < low) below++
  }
  return [
    ...(above === 0
      ? []
      : [{ count: above, why: `${above === 1 ? what.replace(/s$/, '') : what} above ${briefNumber(high)}` }]),
    ...(below === 0
      ? []
      : [{ count: below, why: `${below === 1 ? what.replace(/s$/, '') : what} below ${briefNumber(low)}` }]),
  ]
}

/** The quantile p of ascending numbers, linear between them; NaN of none. */
export function quantile(sorted: Places, p: number): number {
  if (sorted.length === 0) return NaN
  const place = p * (sorted.length - 1)
  const k = Math.floor(place)
  const [a, b] = [sorted[k]!, sorted[Math.min(k + 1, sorted.length - 1)]!]
  const share = place - k
  // The distance of two numbers may be larger than any number.
  return Number.isFinite(b - a) ? a + share * (b - a) : (1 - share) * a + share * b
}

function spansDecades(sorted: Places): boolean {
  return sorted.length > 1 && sorted[0]! > 0 && quantile(sorted, 0.95) > SPANNING * quantile(sorted, 0.05)
}

interface Ends {
  readonly low: number
  readonly high: number
}

/** The ends of sorted values without those that lie far off on the bad side; null if there are none. */
function centralEnds(sorted: Places, better: 'low' | 'high' | null, isLog: boolean): Ends | null {
  if (sorted.length === 0) return null
  const [low, high] = [sorted[0]!, sorted.at(-1)!]
  const shape = (value: number): number => (isLog ? Math.log(value) : value)
  const at = (p: number): number => shape(quantile(sorted, p))
  // Where the middle half is all the same, the wider range tells how far apart values are.
  const range = at(0.75) - at(0.25) || at(0.95) - at(0.05)
  if (better === null || !(range > 0)) return { low, high }
  const isNear = (value: number): boolean => Math.abs(shape(value) - at(0.5)) <= FAR * range
  return better === 'low' ? { low, high: sorted.findLast(isNear) ?? high } : { low: sorted.find(isNear) ?? low, high }
}

/** Ends with room around them. */
function padded(ends: Ends | null, isLog: boolean): Ends {
  if (ends === null) return isLog ? { low: 0.1, high: 1 } : { low: 0, high: 1 }
  const { low, high } = clamped(ends, isLog)
  if (low === high) {
    if (isLog) return clamped({ low: low / 2, high: high * 2 }, isLog)
    const room = low === 0 ? 1 : Math.abs(low) / 10
    return clamped({ low: low - room, high: high + room }, isLog)
  }
  const scale = { kind: isLog ? ('log' as const) : ('linear' as const), low, high }
  return clamped({ low: placeAt(scale, -MARGIN), high: placeAt(scale, 1 + MARGIN) }, isLog)
}

/** Ends between which places can be computed. */
function clamped({ low, high }: Ends, isLog: boolean): Ends {
  const least = isLog ? SMALLEST : -LARGEST
  return { low: Math.min(Math.max(low, least), LARGEST), high: Math.min(Math.max(high, least), LARGEST) }
}
