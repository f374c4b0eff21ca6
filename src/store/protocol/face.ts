/**
 * The face of a trial: `config.json` and `value.json` in its directory, for people and programs. It is never read as
 * truth, except that a program may answer through `value.json` while its attempt runs.
 */

import { answerPath, configPath, earlierAnswerPath, trialDirectory } from '../../paths.ts'
import { isRefused } from '../disk/door.ts'
import { errorCode, isAbsent, readFileFrom, replaceFile, writeFile } from '../disk/file-system.ts'
import { ioError } from '../disk/io-error.ts'
import type { Claim } from './attempts.ts'
import { freshToken } from './folder.ts'
import type { Folder } from './folder.ts'
import type { Said } from '../../trial.ts'

/** A longer answer is not compared with the values, but replaced by them. */
const LONGEST_ANSWER = 65_536

/** Before an attempt: writes its config, and moves away the answer of an earlier attempt. */
export async function prepareFace(folder: Folder, claim: Claim): Promise<void> {
  const { files, root } = folder
  const { slot, lock } = claim
  const directory = trialDirectory(root, slot.id)
  const path = configPath(directory)
  const bytes = Buffer.from(slot.config)
  try {
    await writeFile(files, path, bytes, { flags: 'wx' })
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw ioError(path, error)
    try {
      // What is refused is replaced, as anything else that is not this config: a rename follows no link.
      const found = await readFileFrom(files, path, 0).catch(onlyIfRefused)
      if (found?.equals(bytes) !== true) await replaceFile(files, path, bytes, freshToken(folder.me))
    } catch (cause) {
      throw ioError(path, cause)
    }
  }
  if (lock.attempt > 1) {
    await files
      .rename(answerPath(directory), earlierAnswerPath(directory, lock.attempt - 1))
      .catch((error: unknown) => {
        if (!isAbsent(error)) throw ioError(answerPath(directory), error)
      })
  }
}

/** After a commit: writes the values, unless the program wrote the same. A hint: the commit counts without it. */
export async function showValues(folder: Folder, id: string, values: Said): Promise<void> {
  const path = answerPath(trialDirectory(folder.root, id))
  try {
    const isThere = await folder.files.exists(path)
    if (isThere && saysTheSame(await readFileFrom(folder.files, path, 0).catch(onlyIfRefused), values)) return
    await replaceFile(folder.files, path, Buffer.from(`${JSON.stringify(values)}\n`), freshToken(folder.me))
  } catch {
    // A full disk only costs the face here: the commands `show` and `best` answer from the terminal record.
  }
}

function onlyIfRefused(error: unknown): undefined {
  if (!isRefused(error)) throw error
}

function saysTheSame(bytes: Buffer | undefined, values: Said): boolean {
  if (bytes === undefined || bytes.length > LONGEST_ANSWER) return false
  try {
    const said: unknown = JSON.parse(bytes.toString('utf8'))
    const fields = said as Record<string, unknown> | null
    const names = Object.keys(values)
    const [only] = Object.values(values)
    if (names.length === 1 && (said === only || fields?.value === only)) return true
    return names.every((name) => fields?.[name] === values[name])
  } catch {
    return false
  }
}
