/** Results from a file of another tool, whatever its format: the content says which it is. */

import { readCsv } from './csv-results.ts'
import { parseJsonText } from './json-text.ts'
import { readJson, readJsonLines } from './json-results.ts'
import type { Readout, Sought } from './old-results.ts'
import { isJournal, readJournal } from './optuna-journal.ts'

/**
 * @param text  the content, without a byte order mark
 * @param name  which study of a journal
 * @throws RangeError for a content that is none of the formats
 */
export function readResults(text: string, sought: Sought, name?: string): Readout {
  const first = text.trimStart()[0]
  if (isJournal(text)) return readJournal(text, sought, name)
  if (name !== undefined) throw new RangeError('is not a journal of Optuna; leave out --name')
  if (first === '[') return readJson(text, sought)
  if (first !== '{') return readCsv(text, sought)
  return isWholeLine(text) ? readJsonLines(text, sought) : readJson(text, sought)
}

/** Whether the first line that is not empty is a JSON value by itself. */
function isWholeLine(text: string): boolean {
  try {
    parseJsonText(text.trimStart().split('\n', 1)[0]!, false)
    return true
  } catch {
    return false
  }
}
