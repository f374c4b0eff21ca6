/** JSON as programs write it: with Python's NaN and Infinity, and perhaps cut off where its writer is at work. */

/** A text of JSON, or one of the words that Python writes for numbers that are not finite. */
const TEXTS_AND_WORDS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\b(?:NaN|Infinity)\b/g

/** Begins the text that stands for such a word while it is read. */
const MARK = '\0number: '

/** What to do about the end of a file that is cut off. Nothing of it is taken, since all rows count or none. */
export const IF_CUT_OFF = 'if the file is still being written, import it once it is whole'

/**
 * Reads JSON. NaN, Infinity and -Infinity are numbers.
 *
 * @param isLast  whether nothing follows it in its file, not even the end of the line
 * @throws RangeError with what is wrong and what to do
 */
export function parseJsonText(text: string, isLast: boolean): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const marked = text.replace(TEXTS_AND_WORDS, (found) => (found[0] === '"' ? found : JSON.stringify(MARK + found)))
    try {
      if (marked !== text)
        return JSON.parse(marked, (_, value: unknown) =>
          typeof value === 'string' && value.startsWith(MARK) ? Number(value.slice(MARK.length)) : value,
        )
    } catch {
      // The words were not all that is wrong.
    }
    const remedy = isLast ? `${IF_CUT_OFF}; otherwise correct it` : 'correct it'
    throw new RangeError(`is not JSON (${(error as Error).message}); ${remedy}`)
  }
}
