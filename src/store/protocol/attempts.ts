/**
 * Attempts at a trial: claiming one, taking over a trial whose owner is gone, and ending an attempt without a value.
 *
 * An attempt that ends `paused` leaves its trial at rest: it counts against no limit, and only a process that has
 * chosen this trial goes on with it.
 *
 * Only one step follows from a suspicion: the note `failed.k.json` with reason `lost` (liveness.ts says who is
 * suspected). Every other step is a create that any number of observers may try, and one of them wins. `lock.(k+1)`
 * is created only once `failed.k.json` exists.
 */

import { failedIn, lockIn, valueIn } from '../memory/damage.ts'
import type { Curve, FailedDocument, LockDocument, NoteReason, ValueDocument } from '../disk/documents.ts'
import { create } from './folder.ts'
import { addPeer } from './peers.ts'
import { note, register } from './registration.ts'
import type { Folder } from './folder.ts'
import { thinnedCurve } from '../memory/curve.ts'
import { lastAttempt, learnFailed, learnLock, learnValue } from '../memory/knowledge.ts'
import { earlierFieldOf, isResting } from '../memory/slot.ts'
import type { Slot } from '../memory/slot.ts'
import { ownerOf } from './liveness.ts'
import type { Liveness } from './liveness.ts'
import { failedPath, lockPath, valuePath } from '../../paths.ts'
import { readAfresh, readTruth } from './truth.ts'

/** An attempt that is this process's own. */
export interface Claim {
  readonly slot: Slot
  readonly lock: LockDocument
}

/** What became of a look at an unfinished trial. */
export type Look =
  | { readonly outcome: 'mine'; readonly claim: Claim }
  | { readonly outcome: 'final' }
  | { readonly outcome: 'duplicate' }
  | { readonly outcome: 'resting' }
  | { readonly outcome: 'others'; readonly liveness: Liveness }

/** Asks for a claim without a process behind it; null means no time limit. */
export interface Held {
  readonly ttlMs: number | null
}

/**
 * Looks at one unfinished trial. If its owner is gone, does the owner's next step: claims a trial that was never
 * claimed, notes a lost attempt, claims the next attempt, or commits the verdict once the attempts are used up.
 *
 * @param isChosen  whether to go on with the trial even if it rests
 */
export async function lookAfter(
  folder: Folder,
  number: number,
  nowMs: number,
  held?: Held,
  isChosen = false,
): Promise<Look> {
  const { known } = folder
  for (let isSure = false; ;) {
    const slot = known.slots.get(number)
    const standing = slot === undefined ? 'final' : await readTruth(folder, slot)
    if (standing === 'final') return { outcome: 'final' }
    const current = known.slots.get(number)!
    const last = lastAttempt(current)
    // `last` is missing if a value or a log says that the trial was claimed, while an old cache hides every lock. Then
    // the create below finds out.
    const isUnclaimed = standing !== 'claimed' || last === undefined
    const gap = isUnclaimed ? 0 : current.attempts.findIndex((a, k) => k > 0 && k < last.attempt && a?.failed == null)
    if (isUnclaimed || (gap <= 0 && last.failed === null)) {
      const liveness = await ownerOf(folder, current, nowMs)
      if (liveness !== 'gone') return { outcome: 'others', liveness }
    }
    if (!isSure) {
      // So far memory may come from logs and indexes. What follows changes the trial.
      await readAfresh(folder, number)
      isSure = true
    } else if (standing === 'duplicate') {
      return { outcome: 'duplicate' }
    } else if (isUnclaimed) {
      const claim = await claimAttempt(folder, current, 1, held)
      if (claim !== undefined) return { outcome: 'mine', claim }
    } else if (gap > 0) {
      // A lock k+1 is never created without failed.k: the note is hidden by an old cache, or was lost. A create finds
      // out.
      await endAttempt(folder, current, gap, 'lost', 'its note is gone', [])
    } else if (last.failed === null) {
      await endAttempt(folder, current, last.attempt, 'lost', `worker '${last.worker}' is gone`, last.curve)
    } else if (isResting(current) && !isChosen) {
      return { outcome: 'resting' }
    } else {
      if (await verdictIfUsedUp(folder, current)) return { outcome: 'final' }
      const claim = await claimAttempt(folder, current, last.attempt + 1, held)
      if (claim !== undefined) return { outcome: 'mine', claim }
    }
  }
}

/**
 * Creates `lock.k`. The number is added to `folder.mine` before the create: if the create succeeds and we do not learn
 * of it, this process must not take its own lock for a dead owner's while it still tries.
 */
export async function claimAttempt(
  folder: Folder,
  slot: Slot,
  attempt: number,
  held?: Held,
): Promise<Claim | undefined> {
  await register(folder, { hasHeartbeat: held === undefined })
  folder.mine.add(slot.number)
  let isWon = false
  try {
    const path = lockPath(folder.root, slot.id, attempt)
    const { id, config, repeat, epoch, round, number } = slot
    let mine: LockDocument | undefined
    const created = await create(folder, path, (token, time) => {
      mine = {
        slot: number,
        epoch,
        attempt,
        round,
        id,
        config,
        repeat,
        identity: folder.me,
        ...(held === undefined ? {} : { held }),
        token,
        time,
      }
      return mine
    })
    const lock = created.verdict === 'won' ? mine : lockIn(created.text, id, attempt)
    if (lock !== undefined) {
      addPeer(folder, lock.identity.worker)
      learnLock(folder.known, lock)
    }
    isWon = created.verdict === 'won'
    if (!isWon) return undefined
    if (attempt > 1) {
      await note(folder, { lock: mine! })
      // Our own create made this client's view of the directory fresh, so a value committed in time is seen now. A
      // look before the lock is not enough: that is the design 'no second look' in test/models/mistakes.test.ts.
      if ((await readTruth(folder, slot)) === 'final') {
        isWon = false
        return undefined
      }
    }
    return { slot, lock: mine! }
  } finally {
    if (!isWon) folder.mine.delete(slot.number)
  }
}

/** Notes that an attempt is over without a terminal record. Gives 'superseded' if somebody else has done so before. */
export async function endAttempt(
  folder: Folder,
  slot: Slot,
  attempt: number,
  reason: NoteReason,
  detail: string,
  curve: Curve,
): Promise<'committed' | 'superseded'> {
  let mine: FailedDocument | undefined
  const started = reason === 'lost' ? undefined : slot.attempts[attempt]?.lock?.time
  const created = await create(folder, failedPath(folder.root, slot.id, attempt), (token, time) => {
    mine = {
      slot: slot.number,
      attempt,
      reason,
      detail: detail.slice(0, 4000),
      curve: thinnedCurve(curve),
      worker: folder.me.worker,
      token,
      ...(started === undefined ? {} : { started }),
      ...earlierFieldOf(slot, attempt),
      time,
    }
    return mine
  })
  const failed = created.verdict === 'won' ? mine! : failedIn(created.text, slot, attempt)
  learnFailed(folder.known, failed)
  // A lost create may be our own: an earlier one had won, and we could not see its outcome.
  if (created.verdict === 'lost' && !(failed.worker === folder.me.worker && failed.reason === reason))
    return 'superseded'
  await note(folder, { failed, id: slot.id })
  return 'committed'
}

/** Whether an attempt was taken from its owner: somebody has noted its end, or the trial is final. */
export async function isSuperseded(folder: Folder, claim: Claim): Promise<boolean> {
  const { slot, lock } = claim
  await readTruth(folder, slot)
  return slot.final !== null || slot.attempts[lock.attempt]?.failed != null
}

/**
 * Commits the terminal record `failed` once the attempts of this round have reached a limit of the study's definition.
 * Gives whether the trial is final.
 */
export async function verdictIfUsedUp(folder: Folder, slot: Slot): Promise<boolean> {
  const notes = slot.attempts.slice(slot.roundAfter + 1).flatMap((attempt) => attempt?.failed ?? [])
  const lost = notes.filter(({ reason }) => reason === 'lost' || reason === 'interrupted').length
  const failed = notes.filter(({ reason }) => reason !== 'paused').length - lost
  const limits = folder.study.attempts
  const last = notes.at(-1)
  const reason = last?.reason
  if (
    last === undefined ||
    reason === undefined ||
    reason === 'paused' ||
    (failed < limits.failed && lost < limits.lost)
  )
    return false
  let mine: ValueDocument | undefined
  const created = await create(folder, valuePath(folder.root, slot.id, slot.round), (token, time) => {
    mine = {
      slot: slot.number,
      attempt: last.attempt,
      round: slot.round,
      status: 'failed' as const,
      values: {},
      curve: thinnedCurve(last.curve),
      reason,
      detail: last.detail,
      worker: folder.me.worker,
      token,
      started: lastAttempt(slot)?.lock?.time ?? last.time,
      ...earlierFieldOf(slot, last.attempt),
      time,
    }
    return mine
  })
  const value = created.verdict === 'won' ? mine! : valueIn(created.text, slot, slot.round, folder.known.order)
  learnValue(folder.known, value)
  if (created.verdict === 'won') await note(folder, { value, id: slot.id })
  return true
}
