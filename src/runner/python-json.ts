/**
 * JSON as Python writes it: `json.dumps` puts NaN, Infinity and -Infinity where JSON has no word, and `print` puts nan
 * and inf. They are read so that they can be named; no value of that kind counts.
 */

/** The value of a text, in a box since undefined means that the text is no JSON. */
export function parsePythonJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    // Not JSON as the standard has it.
  }
  const bare = text.trim()
  if (/^[+-]?(nan|inf)$/i.test(bare)) return { value: parseNumber(bare) }
  if (!/NaN|Infinity/.test(bare)) return undefined
  const mark = '\0not finite: '
  const quoted = bare.replace(/"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g, (token) =>
    token.startsWith('"') ? token : JSON.stringify(mark + token),
  )
  try {
    const value: unknown = JSON.parse(quoted, (_key, item: unknown) =>
      typeof item === 'string' && item.startsWith(mark) ? Number(item.slice(mark.length)) : item,
    )
    return { value }
  } catch {
    return undefined
  }
}

/** A number as programs print it, Fortran's `1.0D-03`, nan and inf too; undefined for anything else. */
export function parseNumber(text: string): number | undefined {
  const special = /^([+-]?)(?:(nan)|inf(?:inity)?)$/i.exec(text)
  if (special !== null) return special[2] !== undefined ? NaN : special[1] === '-' ? -Infinity : Infinity
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eEdD][+-]?\d+)?$/.test(text)) return undefined
  return Number(text.replace(/[dD]/, 'e'))
}
