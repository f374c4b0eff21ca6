/** Values as a shell lists them. */

import type { Json } from '../trial.ts'

/** A number, as a pattern. */
export const NUMBER = String.raw`[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?`

/**
 * The values of a text, as in `adam,sgd` or `0.5,true,"a,b"`: split at separators outside of double quotes. Within
 * quotes the escapes are those of JSON.
 *
 * @throws RangeError for an empty value, or a quote that is not closed
 */
export function splitValues(text: string, separator: string, subject: string): Json[] {
  const values: Json[] = []
  let rest = text
  for (;;) {
    const quoted = /^\s*("(?:[^"\\]|\\.)*")\s*/.exec(rest)
    const end = quoted === null ? rest.indexOf(separator) : quoted[0].length
    const item = (end < 0 ? rest : rest.slice(0, end)).trim()
    if (quoted !== null && end < rest.length && rest[end] !== separator) {
      throw new RangeError(
        `${subject}: '${separator}' must follow a closing quote, got '${rest.slice(end)}'; put it between values`,
      )
    }
    values.push(parseItem(item, subject))
    if (end < 0 || end >= rest.length) return values
    rest = rest.slice(end + 1)
  }
}

function parseItem(item: string, subject: string): Json {
  if (item === '')
    throw new RangeError(
      `${subject}: a value must not be empty; remove the extra separator, or write "" for the empty string`,
    )
  if (item === 'true' || item === 'false') return item === 'true'
  if (item === 'null') return null
  if (item.startsWith('"')) {
    try {
      return JSON.parse(item) as Json
    } catch (cause) {
      throw new RangeError(
        `${subject}: must be a string of JSON, got ${item}; close the quotes, and write \\" for a quote within`,
        { cause },
      )
    }
  }
  return new RegExp(`^${NUMBER}$`).test(item) ? Number(item) : item
}
