/**
 * Reads JSON as Python writes it. `json.dumps` writes NaN, Infinity and -Infinity, which JSON does not have; `print`
 * writes nan and inf. They are read so that a message can name them; none of them counts as a value.
 */

/** The value of a text, in an object of its own; undefined if the text is not JSON. */
export function parsePythonJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    // It is not JSON by the standard.
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

/** A number as programs print it, with Fortran's `1.0D-03`, nan and inf; undefined if the text is anything else. */
export function parseNumber(text: string): number | undefined {
  const special = /^([+-]?)(?:(nan)|inf(?:inity)?)$/i.exec(text)
  if (special !== null) return special[2] !== undefined ? NaN : special[1] === '-' ? -Infinity : Infinity
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eEdD][+-]?\d+)?$/.test(text)) return undefined
  return Number(text.replace(/[dD]/, 'e'))
}
