/** Numbers and times for people, in few digits. Programs get all digits from `--json` and `--csv`. */

import type { Prediction } from '../trial.ts'

/** A value with at most six significant digits. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const text = String(Number(value.toPrecision(6)))
  return text === '0' && Object.is(value, -0) ? '0' : text
}

/** A number of which three digits are enough: a distance, a summary of other numbers. */
export const briefNumber = (value: number): string => shortNumber(Number(value.toPrecision(3)))

/** A number of which two digits are enough: how far other numbers scatter, what they are likely to gain. */
export const roughNumber = (value: number): string => shortNumber(Number(value.toPrecision(2)))

/** A share in percent: without decimals, but with one digit if it is small, since little is not nothing. */
export const percentText = (share: number): string =>
  `${share > 0 && share < 0.095 ? Number((100 * share).toPrecision(1)) : Math.round(100 * share)} %`

/** `1 value`, `2 values`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** A value in or near an interval, with the digits that matter there: down to about a hundredth of its half width. */
export function numberWithin({ low, high }: { readonly low: number; readonly high: number }, value: number): string {
  const half = high / 2 - low / 2
  if (!(half > 0 && Number.isFinite(half))) return shortNumber(value)
  const digits = Math.floor(Math.log10(Math.abs(value) / half)) + 3
  return digits < 1 ? '0' : String(Number(value.toPrecision(Math.min(digits, 15))))
}

/** Where a curve was expected to end: the value, and the ends of its interval. */
export function predictionText({ low, middle, high }: Prediction): string {
  const text = (value: number): string => numberWithin({ low, high }, value)
  return low === high ? text(middle) : `${text(middle)} (${text(low)} to ${text(high)})`
}

/** A duration in its two largest units: `1h 05m`, `12s`, `0.3s`. */
export function shortDuration(milliseconds: number): string {
  if (milliseconds < 10_000) return `${(Math.max(0, milliseconds) / 1000).toFixed(1)}s`
  const seconds = Math.round(milliseconds / 1000)
  if (seconds < 60) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}m ${two(seconds % 60)}s`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours}h ${two(minutes % 60)}m`
  return `${Math.floor(hours / 24)}d ${two(hours % 24)}h`
}

const two = (count: number): string => String(count).padStart(2, '0')
