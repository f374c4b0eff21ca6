/**
 * When a worker counts as dead. The whole rule stands in this file; `life/` supplies the facts.
 *
 * A worker is gone (`livenessOf`) if one of these is true:
 *
 *   1. its log (or an index) says that it left, and it has no heartbeat file: a log alone may lie
 *   2. it ran on this host and its process has ended (identity.ts: same boot and pid namespace, and its pid is free or
 *      belongs to a process with another start time)
 *   3. its heartbeat file says that it left
 *   4. it was an earlier run of our own scheduler task, which was restarted since, and its heartbeat file has not
 *      changed for one and a half beats (after a node was lost from sight, the earlier run may go on there)
 *   5. its heartbeat file has not changed (or was absent) for a whole lease by our own clock, over at least three
 *      looks; of the time between two looks at most two beat periods count (heartbeat.ts)
 *
 * The owner of a trial (`ownerOf`) is also gone if its claim was held and its time to live is over, if the claim is in
 * our own name but this process does not run it, or if its log gave up a number that nobody had claimed yet.
 *
 * Only 5 is a suspicion, and it is the only one in the protocol: the worker may be alive behind a slow network. A wrong
 * suspicion wastes work and breaks nothing: the process that suspects takes the owner's next step, by the same create.
 */

import { clockProbePath, heartbeatPath, lockPath, trialMetaFolder } from '../../paths.ts'
import { contentPath } from '../disk/create-once.ts'
import type { Identity, LockDocument } from '../disk/documents.ts'
import { writeFile } from '../disk/file-system.ts'
import { beatPeriodMs, observe } from '../life/heartbeat.ts'
import { isEarlierRunOf, isKnownDead } from '../life/identity.ts'
import { lastAttempt } from '../memory/knowledge.ts'
import type { Slot } from '../memory/slot.ts'
import { freshToken } from './folder.ts'
import type { Folder } from './folder.ts'
import type { Sign } from './peers.ts'

/** Looks at one worker at most this often, so that many unfinished trials of one owner cost one look. */
const LOOK_EVERY_MS = 250

/**
 * A heartbeat must be quiet over this many looks. This is a second safety: a lease takes at least six looks anyway,
 * since the time between two of them counts two beat periods at most.
 */
const LOOKS_TO_BE_SILENT = 3

/** How long the heartbeat of an earlier run of our own task must be quiet, in beats. One of them would be seen. */
const BEATS_OF_EARLIER_RUN = 1.5

/** What a sign means for others. */
const LIVENESS: Readonly<Record<Sign, Liveness>> = { left: 'gone', silent: 'gone', moved: 'alive', unsure: 'unsure' }

/** `alive`: its heartbeat has changed within the last lease; `gone`: others may help; `unsure`: keep watching. */
export type Liveness = 'alive' | 'gone' | 'unsure'

/** The worker that must take a slot's next step, and who that is; null if nothing tells. */
export interface Owner {
  readonly worker: string
  readonly identity: Identity | null
  /** Its claim, if no process stands behind that. */
  readonly held: LockDocument | undefined
}

/** The owner of a slot's last attempt, or the maker of the slot while nobody has claimed it. */
export function ownerIn({ others }: Pick<Folder, 'others'>, slot: Slot): Owner {
  const last = lastAttempt(slot)
  const worker = last?.worker ?? slot.worker
  const identity = last?.lock?.identity ?? others.get(worker)?.identity ?? null
  return { worker, identity, held: last?.lock?.held == null ? undefined : last.lock }
}

/** Looks at the owner of a slot. */
export async function ownerOf(folder: Folder, slot: Slot, nowMs: number): Promise<Liveness> {
  const { worker, identity, held } = ownerIn(folder, slot)
  if (held !== undefined) return (await isHeldPastItsEnd(folder, held)) ? 'gone' : 'alive'
  if (worker === folder.me.worker) return folder.mine.has(slot.number) ? 'alive' : 'gone'
  if (slot.isReleased && lastAttempt(slot) === undefined) return 'gone'
  return await livenessOf(folder, worker, identity, nowMs)
}

/**
 * Looks at one worker, unless the last look is recent. A worker that is certainly gone is never looked at again, except
 * if that was concluded from another identity: its log may give a wrong one, and its claim has the right one.
 */
export async function livenessOf(
  folder: Folder,
  worker: string,
  identity: Identity | null,
  nowMs: number,
): Promise<Liveness> {
  const recent = folder.signs.get(worker)
  const pauseMs = Math.min(LOOK_EVERY_MS, beatPeriodMs(folder.study.leaseMs) / 2)
  const isOfAnother = recent?.ended !== undefined && !isSameProcess(recent.ended, identity)
  // A log or an index may say that a worker has left although it works: then its heartbeat is still there.
  const hasLeft = (): boolean => folder.departed.has(worker) && folder.watch.get(worker)?.isAbsent === true
  if (recent !== undefined && !isOfAnother && (recent.sign === 'left' || nowMs - recent.atMs < pauseMs))
    return hasLeft() ? 'gone' : LIVENESS[recent.sign]
  if (identity !== null && isKnownDead(folder.me, identity)) {
    folder.signs.set(worker, { sign: 'left', atMs: nowMs, ended: identity })
    return 'gone'
  }
  const seen = await lookAt(folder, worker, identity, nowMs)
  const sign = hasLeft() ? 'left' : seen
  folder.signs.set(worker, { sign, atMs: nowMs })
  return LIVENESS[sign]
}

const isSameProcess = (a: Identity, b: Identity | null): boolean =>
  a.pid === b?.pid && a.start === b.start && a.boot === b.boot && a.namespace === b.namespace

/** What a worker's heartbeat shows: rules 3 to 5 of the header. */
export async function lookAt(
  { files, root, me, watch, study: { leaseMs } }: Pick<Folder, 'files' | 'root' | 'me' | 'watch' | 'study'>,
  worker: string,
  identity: Identity | null,
  nowMs: number,
): Promise<Sign> {
  const seen = await observe(files, watch, worker, heartbeatPath(root, worker), leaseMs, nowMs)
  if (seen === 'left') return 'left'
  if (seen.quietMs >= silenceToBeGone(me, identity, leaseMs))
    return seen.looks >= LOOKS_TO_BE_SILENT ? 'silent' : 'unsure'
  return seen.hasMoved ? 'moved' : 'unsure'
}

/** How long a worker's heartbeat must be quiet until it counts as gone, in ms. */
export function silenceToBeGone(me: Identity, identity: Identity | null, leaseMs: number): number {
  if (identity === null || !isEarlierRunOf(me, identity)) return leaseMs
  return Math.min(leaseMs, BEATS_OF_EARLIER_RUN * beatPeriodMs(leaseMs))
}

/**
 * Whether a claim without a process has outlived its time to live. The file server stamps both times: that of the lock,
 * and that of a file made now. No two hosts' clocks are compared, and short commands can measure it, one after another.
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
