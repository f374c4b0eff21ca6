/** The value of a parameter, from text as people and tables write it. */

import type { Json } from '../trial.ts'
import { valueText } from './canonical.ts'
import { listedValues } from './levels.ts'
import { didYouMean } from './nearest-name.ts'
import type { Parameter } from './parameter.ts'

/** `0,5` and `1.234,5`: a decimal comma. */
const DECIMAL_COMMA = /^[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+(e[+-]?\d+)?$/i

/** `1,234.5`, `1 234` and `1'234`: a sign after each three digits. */
const WITH_THOUSANDS = /^[+-]?\d{1,3}([,' \u00a0\u2009\u202f]\d{3})+([.,]\d+)?$/

/** @throws RangeError for a text that is not a value of the parameter; `name` is for the message */
export function valueOfText(name: string, parameter: Parameter, text: string): Json {
  const values = listedValues(parameter)
  if (values === undefined) return numberOfText(`parameter '${name}'`, text)
  const found = values.find((value) => valueText(parameter, value) === text || String(value) === text)
  if (found !== undefined) return found
  const texts = values.map((value) => valueText(parameter, value))
  throw new RangeError(
    `parameter '${name}': must be one of ${texts.join(', ')}, got '${text}'${didYouMean(text, texts)}`,
  )
}

/** @throws RangeError for a text that is not a finite number; `subject` is for the message */
export function numberOfText(subject: string, text: string): number {
  const number = text.trim() === '' ? Number.NaN : Number(text)
  if (Number.isFinite(number)) return number
  throw new RangeError(`${subject}: must be a number, got '${text}'${remedyFor(text.trim())}`)
}

function remedyFor(text: string): string {
  if (text.includes('\u2212')) return "; write its minus as '-'"
  if (WITH_THOUSANDS.test(text)) return '; write only the digits and a decimal point'
  return DECIMAL_COMMA.test(text) ? '; write it with a decimal point' : ''
}
