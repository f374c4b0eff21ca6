/**
 * Whether the owner of a trial may be taken for gone: the only suspicion in the protocol, and never more than that.
 *
 * A wrong suspicion wastes work and breaks nothing: whoever suspects does the owner's next step with the same create.
 */

import { contentPath } from '../disk/create-once.ts'
import type { Identity, LockDocument } from '../disk/documents.ts'
import type { Folder } from './folder.ts'
import { writeFile } from '../disk/file-system.ts'
import { beatPeriodMs, look } from '../life/heartbeat.ts'
import { isEarlierRunOf, isKnownDead } from '../life/identity.ts'
import { lastAttempt } from '../memory/knowledge.ts'
import type { Slot } from '../memory/slot.ts'
import { clockProbePath, heartbeatPath, lockPath, trialMetaFolder } from '../../paths.ts'
import { freshToken } from './folder.ts'

/** `alive`: its heart was seen to move within the last lease; `gone`: may be helped; `unsure`: watch on. */
export type Liveness = 'alive' | 'gone' | 'unsure'

/** Looks at the owner of a slot's last attempt, or of the slot itself while nobody has claimed it. */
export async function ownerOf(folder: Folder, slot: Slot, nowMs: number): Promise<Liveness> {
  const last = lastAttempt(slot)
  const worker = last?.worker ?? slot.worker
  if (last?.lock?.held != null) return (await isHeldPastItsEnd(folder, last.lock)) ? 'gone' : 'alive'
  if (worker === folder.me.worker) return folder.mine.has(slot.number) ? 'alive' : 'gone'
  if (slot.isReleased && last === undefined) return 'gone'
  return await livenessOf(folder, worker, last?.lock?.identity ?? folder.others.get(worker)?.identity ?? null, nowMs)
}

/** A worker is looked at this often at most, by its process and by its heart. */
const LOOK_EVERY_MS = 250

/** Looks at one worker; a look at hand that is young enough counts. */
export async function livenessOf(
  folder: Folder,
  worker: string,
  identity: Identity | null,
  nowMs: number,
): Promise<Liveness> {
  if (folder.departed.has(worker)) return 'gone'
  const recent = folder.signs.get(worker)
  const { leaseMs } = folder.study
  if (
    recent === undefined ||
    (recent.sign !== 'left' && nowMs - recent.atMs >= Math.min(LOOK_EVERY_MS, beatPeriodMs(leaseMs) / 2))
  ) {
    const isEnded = identity !== null && (isKnownDead(folder.me, identity) || isEarlierRunOf(folder.me, identity))
    const sign = isEnded
      ? 'left'
      : await look(folder.files, folder.watch, worker, heartbeatPath(folder.root, worker), leaseMs, nowMs)
    folder.signs.set(worker, { sign, atMs: nowMs })
  }
  const sign = folder.signs.get(worker)!.sign
  return sign === 'left' || sign === 'silent' ? 'gone' : sign === 'moved' ? 'alive' : 'unsure'
}

/**
 * Whether a claim without a process has outlived its time to live. Both times are stamped by the file server: that of
 * the lock, and that of a file made now; no two hosts' clocks are compared, and a chain of short commands can tell.
 */
async function isHeldPastItsEnd(folder: Folder, lock: LockDocument): Promise<boolean> {
  const ttlMs = lock.held?.ttlMs ?? null
  if (ttlMs === null || folder.isReadOnly) return false
  const probe = clockProbePath(trialMetaFolder(folder.root, lock.id), freshToken(folder.me))
  try {
    await writeFile(folder.files, probe, Buffer.alloc(0))
    const lockMs = await folder.files.modifiedMs(
      contentPath(folder.primitive, lockPath(folder.root, lock.id, lock.attempt)),
    )
    return (await folder.files.modifiedMs(probe)) - lockMs > ttlMs
  } catch {
    return false
  } finally {
    await folder.files.unlink(probe).catch(() => undefined)
  }
}
