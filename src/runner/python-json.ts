/**
 * Reads numbers and JSON as programs write them. This is the only parser of numbers: of a line of output, of a match of
 * `--metric`, of `value.json` and of `anthill tell`.
 *
 * `json.dumps` writes NaN, Infinity and -Infinity, which JSON does not have; `print` writes nan and inf. They are read
 * so that a message can name them; none of them counts as a value. Every function takes time in proportion to its text.
 */

import { withoutControls } from './control-sequences.ts'

/** Decimal digits, of which some stand before or behind the point; an exponent with e, E, d, D. */
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eEdD][+-]?\d+)?$/

/** Fortran leaves out the letter of an exponent of three digits: `0.1234-103`. */
const WITHOUT_LETTER = /^([+-]?(?:\d+\.\d*|\.\d+))([+-]\d{3})$/

/** Python, C, Fortran, Julia; Microsoft's C writes `1.#INF` and `-nan(ind)`. */
const NOT_FINITE = /^([+-]?)(?:(nan(?:\(\w*\))?|1\.#(?:qnan|snan|ind)0*)|inf(?:inity)?|1\.#inf0*)$/i

/** What stands for itself between the signs of JSON. */
const SIGNS = new Set('{}[]:, \t\r\n')

/** The value of a text, in an object of its own; undefined if the text is not JSON, even with any number in it. */
export function parsePythonJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    // It is not JSON by the standard.
  }
  const bare = text.trim()
  const number = parseNumber(bare)
  if (number !== undefined) return { value: number }
  const numbers: number[] = []
  const mark = '\0not JSON: '
  try {
    const standard = withMarks(bare, (word) => {
      const found = parseNumber(word)
      return found === undefined ? word : JSON.stringify(mark + String(numbers.push(found) - 1))
    })
    if (numbers.length === 0) return undefined
    const value: unknown = JSON.parse(standard, (_key, item: unknown) =>
      typeof item === 'string' && item.startsWith(mark) ? numbers[Number(item.slice(mark.length))] : item,
    )
    return { value }
  } catch {
    return undefined
  }
}

/**
 * A number as programs print it: `.9`, `5.`, `+1`, with Fortran's `1.0D-03`, with nan and inf; undefined if the text is
 * anything else. Spaces around it and control sequences do not matter.
 */
export function parseNumber(text: string): number | undefined {
  const bare = withoutControls(text).trim()
  const special = NOT_FINITE.exec(bare)
  if (special !== null) return special[2] !== undefined ? NaN : special[1] === '-' ? -Infinity : Infinity
  if (NUMBER.test(bare)) return Number(bare.replace(/[dD]/, 'e'))
  const fortran = WITHOUT_LETTER.exec(bare)
  return fortran === null ? undefined : Number(`${fortran[1]}e${fortran[2]}`)
}

/** The text with each word outside of strings replaced. A word that JSON has itself is left alone. */
function withMarks(text: string, replace: (word: string) => string): string {
  const parts: string[] = []
  let k = 0
  while (k < text.length) {
    const begin = k
    if (text[k] === '"') {
      k += 1
      while (k < text.length && text[k] !== '"') k += text[k] === '\\' ? 2 : 1
      k += 1
      parts.push(text.slice(begin, k))
    } else if (SIGNS.has(text[k]!)) {
      parts.push(text[k]!)
      k += 1
    } else {
      while (k < text.length && text[k] !== '"' && !SIGNS.has(text[k]!)) k += 1
      const word = text.slice(begin, k)
      const isOfJson = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/.test(word)
      parts.push(isOfJson ? word : replace(word))
    }
  }
  return parts.join('')
}
