/** The file of an attempt to which `anthill report-value` appends; its worker reads it (`curve-reader.ts`). */

import { closeSync, existsSync, readFileSync, readdirSync, writeSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { failedPath, isTrialId, lockPath, metaFolderIn, reportsPath } from '../paths.ts'
import { openToAppend } from '../store/disk/door.ts'
import type { Reported } from './curve-pattern.ts'

/** The line of a value. */
export const reportLine = ({ value, step }: Reported): string =>
  `${JSON.stringify({ value: Number.isFinite(value) ? value : null, step })}\n`

/**
 * Appends a value to the file of an attempt, and gives whether it did: not if the attempt has ended.
 *
 * @throws RangeError if the directory is not that of a trial; the file system's error
 */
export function appendReport(directory: string, attempt: number, value: Reported): boolean {
  const [root, id] = [dirname(directory), basename(directory)]
  const lock = isTrialId(id) ? lockPath(root, id, attempt) : ''
  if (lock === '' || !(existsSync(lock) || existsSync(`${lock}.d`)))
    throw new RangeError(
      `'${directory}' is not the directory of a trial with attempt ${attempt}; see ANTHILL_TRIAL_DIR`,
    )
  if (hasEnded(directory, root, id, attempt)) return false
  const file = openToAppend(reportsPath(directory, attempt))
  try {
    // One short write to a file that is open for appending: lines of several processes do not mix.
    writeSync(file, reportLine(value))
  } finally {
    closeSync(file)
  }
  return true
}

/** Whether the attempt has a note, or the trial a terminal record of it or of a later one. */
function hasEnded(directory: string, root: string, id: string, attempt: number): boolean {
  if (existsSync(failedPath(root, id, attempt))) return true
  const folder = metaFolderIn(directory)
  return readdirSync(folder).some((name) => {
    if (!/^value(\.\d+)?\.json$/.test(name)) return false
    const { attempt: last } = JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as { attempt?: unknown }
    return typeof last === 'number' && last >= attempt
  })
}
