/** A file of JSON that an option names. */

import { readFileSync } from 'node:fs'
import { UsageError } from './failure.ts'

/**
 * What the file contains.
 *
 * @param help  the command that explains what it may contain
 * @throws UsageError for a file that is not there, or not JSON
 */
export function readJsonFile(path: string, help: string): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`file '${path}': cannot be read (${(error as Error).message})`, help)
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UsageError(`file '${path}': must be JSON (${(error as Error).message})`, help)
  }
}
