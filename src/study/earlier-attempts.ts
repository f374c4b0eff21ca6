/** The attempts of a trial before its last one, read from its directory: when each began and why it had no value. */

import type { TrialRecord } from '../trial.ts'
import { failedPath, lockPath } from '../paths.ts'
import { readOnce } from '../store/disk/create-once.ts'
import { readFailed, readLock } from '../store/disk/documents.ts'
import type { NoteReason } from '../store/disk/documents.ts'
import { realFileSystem } from '../store/disk/file-system.ts'

/** An attempt that ended without a value. */
export interface EarlierAttempt {
  readonly attempt: number
  readonly worker: string
  /** ISO 8601, by the clocks of the hosts that wrote them. */
  readonly started: string
  readonly ended: string
  /** `paused`: the trial rested at a rung of its fidelity, and went on later. */
  readonly reason: NoteReason
}

/**
 * The attempts of a trial before its last one, in their order. Attempts whose files are gone or damaged are left out:
 * this is for people to see.
 *
 * @param root  the study's directory
 */
export async function earlierAttempts(
  root: string,
  { id, attempt: last }: Pick<TrialRecord, 'id' | 'attempt'>,
): Promise<EarlierAttempt[]> {
  const found: EarlierAttempt[] = []
  for (let attempt = 1; attempt < last; attempt++) {
    const lock = readLock(await textOf(lockPath(root, id, attempt)))
    const failed = readFailed(await textOf(failedPath(root, id, attempt)))
    if (lock === undefined || failed === undefined) continue
    const { worker } = lock.identity
    found.push({ attempt, worker, started: lock.time, ended: failed.time, reason: failed.reason })
  }
  return found
}

/** The text of a write-once file, whichever way the file system made it; empty if there is none. */
async function textOf(path: string): Promise<string> {
  return (await readOnce(realFileSystem, 'link', path)) ?? (await readOnce(realFileSystem, 'rename-dir', path)) ?? ''
}
