/**
 * The front of a study, and `pareto/`: a link to the directory of each trial on it, for people and shells. The folder is
 * made and renewed when somebody asks for it, and nothing reads it.
 */

import { mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs'
import type { TrialRecord } from '../trial.ts'
import { kindOf, lookAt } from '../store/disk/door.ts'
import { errorCode } from '../store/disk/file-system.ts'
import { ioError } from '../store/disk/io-error.ts'
import { removeFound } from '../store/disk/removal.ts'
import { recordsOf } from './records.ts'
import type { StudyParts } from './records.ts'
import { isParetoLink, paretoFolder, paretoLink, removableAt } from '../paths.ts'

/**
 * The trials of the front, perhaps with their links.
 *
 * @throws TypeError for links in a study that was opened to read only; what `linkFront` throws
 *
 * @internal
 */
export async function frontOf<C>({ folder, space, goals }: StudyParts, hasLinks: boolean): Promise<TrialRecord<C>[]> {
  const { trialFront } = await import('../sampler/trial-front.ts')
  const front = trialFront(recordsOf<C>(folder.known, space, goals.objectives), goals)
  if (hasLinks && folder.isReadOnly)
    throw new TypeError(`option 'links': '${folder.root}' was opened to read only; open it without 'readOnly'`)
  if (hasLinks) linkFront(folder.root, front)
  return front
}

/**
 * Makes the links of these trials, and removes those of others. What is there under another name is left alone.
 *
 * @throws StudyError `INPUT_OUTPUT` if the file system refuses; Error if something in the way is not ours
 */
function linkFront(root: string, trials: readonly Pick<TrialRecord, 'id' | 'number'>[]): void {
  const folder = paretoFolder(root)
  const wanted = new Map(trials.map(({ id, number }) => [paretoLink(root, number ?? 0, id), `../${id}`]))
  try {
    mkdirSync(folder, { recursive: true })
    const stats = lookAt(folder)
    if (stats?.isDirectory() !== true)
      throw new Error(`'${folder}' is ${kindOf(stats!)} where a folder must be; move it aside`)
    for (const name of readdirSync(folder)) {
      const path = `${folder}/${name}`
      if (!isParetoLink(name) || wanted.get(path) === targetOf(path)) continue
      removeFound(path, removableAt(root, path))
    }
    for (const [path, target] of wanted) makeLink(path, target)
  } catch (error) {
    throw errorCode(error) === undefined ? error : ioError(folder, error)
  }
}

function targetOf(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

function makeLink(path: string, target: string): void {
  try {
    symlinkSync(target, path)
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error // another process may have made the same one
  }
}
