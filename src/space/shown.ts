/**
 * The value in an error message: `…, got VALUE; …`.
 */

/** The longest text that `shown` gives, in characters: a message should fit on a line or two. */
const LONGEST = 80

/**
 * A value of any kind as text for an error message, cut to 80 characters: JSON where the value has such a form (a
 * string in double quotes), `NaN` and `Infinity` as they are, and words for the rest (`nothing` for undefined). Never
 * throws.
 */
export function shown(value: unknown): string {
  const text = textOf(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 3)}...` : text
}

function textOf(value: unknown): string {
  if (typeof value === 'number') return String(value)
  if (typeof value === 'bigint') return `${value}n`
  if (value === undefined) return 'nothing'
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`
  try {
    return JSON.stringify(value) ?? `an ${typeof value}`
  } catch {
    // An object that contains itself, a bigint, or a `toJSON` that throws.
    return Array.isArray(value) ? 'a list that JSON cannot hold' : 'an object that JSON cannot hold'
  }
}

/** Whether a text from outside has its own bytes: what is not UTF-8 arrives as U+FFFD, or as half a surrogate pair. */
export const isUtf8 = (text: string): boolean => !/[\uFFFD\uD800-\uDFFF]/u.test(text)
