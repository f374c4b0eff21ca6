/**
 * Attempts at a trial: taking over what nobody carries on with, and ending one without a value.
 *
 * The only place where a suspicion enters is the note `failed.k.json` with reason `lost`; every other step is a create
 * that any number of observers may try, of which one wins. `lock.(k+1)` is made only after `failed.k.json` stands.
 */

import type { FailureReason } from '../../trial.ts'
import { failedIn, lockIn, valueIn } from '../memory/damage.ts'
import type { Curve, FailedDocument, LockDocument, ValueDocument } from '../disk/documents.ts'
import { create } from './folder.ts'
import { addPeer } from './peers.ts'
import { note, register } from './registration.ts'
import type { Folder } from './folder.ts'
import { lastAttempt, learnFailed, learnLock, learnValue } from '../memory/knowledge.ts'
import type { Attempt, Slot } from '../memory/slot.ts'
import { ownerOf } from './liveness.ts'
import type { Liveness } from './liveness.ts'
import { failedPath, lockPath, valuePath } from '../../paths.ts'
import { readTruth } from './truth.ts'

/** An attempt that is this process's own. */
export interface Claim {
  readonly slot: Slot
  readonly lock: LockDocument
}

/** What a look at an unfinished trial gave. */
export type Look =
  | { readonly outcome: 'mine'; readonly claim: Claim }
  | { readonly outcome: 'final' }
  | { readonly outcome: 'duplicate' }
  | { readonly outcome: 'others'; readonly liveness: Liveness }

/** A claim that no process stands behind. */
export interface Held {
  readonly ttlMs: number | null
}

/**
 * Looks at one unfinished trial and, where its owner is gone, does the owner's next step: claims what was never
 * claimed, notes a lost attempt, starts the next one, or pronounces the verdict when the attempts are used up.
 */
export async function lookAfter(folder: Folder, number: number, nowMs: number, held?: Held): Promise<Look> {
  for (;;) {
    const standing = await readTruth(folder, folder.known.slots.get(number)!)
    const current = folder.known.slots.get(number)!
    if (standing === 'final') return { outcome: 'final' }
    const last = lastAttempt(current)
    // Known to be claimed, by its value or a log, while an old cache hides every lock: the create will tell.
    if (standing === 'unclaimed' || standing === 'duplicate' || last === undefined) {
      const liveness = await ownerOf(folder, current, nowMs)
      if (liveness !== 'gone') return { outcome: 'others', liveness }
      if (standing === 'duplicate') return { outcome: 'duplicate' }
      const claim = await claimAttempt(folder, current, 1, held)
      if (claim !== undefined) return { outcome: 'mine', claim }
      continue
    }
    const gap = current.attempts.findIndex((a, k) => k > 0 && k < last.attempt && a?.failed == null)
    if (gap > 0) {
      // A lock k+1 is never made without failed.k: it is there behind an old cache, or was lost. Either way a create
      // tells.
      await endAttempt(folder, current, gap, 'lost', 'its note is gone', [])
      continue
    }
    if (last.failed === null) {
      const liveness = await ownerOf(folder, current, nowMs)
      if (liveness !== 'gone') return { outcome: 'others', liveness }
      await endAttempt(folder, current, last.attempt, 'lost', `worker '${last.worker}' is gone`, last.curve)
      continue
    }
    if (await verdictIfUsedUp(folder, current)) return { outcome: 'final' }
    const claim = await claimAttempt(folder, current, last.attempt + 1, held)
    if (claim !== undefined) return { outcome: 'mine', claim }
  }
}

/**
 * Creates `lock.k`. The number is registered as this process's before the create, so that one that succeeded without
 * our knowing is never taken for a dead owner's by ourselves while we still try.
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
      // Our own create made the view of this directory fresh: a value committed in time is seen now (trace 8).
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

/** Notes that an attempt is over without a value; 'superseded' when somebody noted it before. */
export async function endAttempt(
  folder: Folder,
  slot: Slot,
  attempt: number,
  reason: FailureReason,
  detail: string,
  curve: Curve,
): Promise<'committed' | 'superseded'> {
  let mine: FailedDocument | undefined
  const created = await create(folder, failedPath(folder.root, slot.id, attempt), (token, time) => {
    mine = {
      slot: slot.number,
      attempt,
      reason,
      detail: detail.slice(0, 4000),
      curve,
      worker: folder.me.worker,
      token,
      time,
    }
    return mine
  })
  const failed = created.verdict === 'won' ? mine! : failedIn(created.text, slot, attempt)
  learnFailed(folder.known, failed)
  // Lost to ourselves: a creation whose outcome we could not see had won.
  if (created.verdict === 'lost' && !(failed.worker === folder.me.worker && failed.reason === reason))
    return 'superseded'
  await note(folder, { failed, id: slot.id })
  return 'committed'
}

/** Whether an attempt is taken from its owner: somebody noted its end, or the trial is final. */
export async function isSuperseded(folder: Folder, claim: Claim): Promise<boolean> {
  const { slot, lock } = claim
  await readTruth(folder, slot)
  return slot.final !== null || slot.attempts[lock.attempt]?.failed != null
}

/** Commits the terminal record `failed` when the limits of the study's definition are reached. */
export async function verdictIfUsedUp(folder: Folder, slot: Slot): Promise<boolean> {
  const ended = slot.attempts.filter(
    (a): a is Attempt => a !== undefined && a.attempt > slot.roundAfter && a.failed !== null,
  )
  const lost = ended.filter((a) => a.failed!.reason === 'lost' || a.failed!.reason === 'interrupted').length
  const failed = ended.length - lost
  const limits = folder.study.attempts
  if (failed < limits.failed && lost < limits.lost) return false
  const last = ended[ended.length - 1]!.failed!
  let mine: ValueDocument | undefined
  const created = await create(folder, valuePath(folder.root, slot.id, slot.round), (token, time) => {
    mine = {
      slot: slot.number,
      attempt: last.attempt,
      round: slot.round,
      status: 'failed' as const,
      values: {},
      curve: last.curve,
      reason: last.reason,
      detail: last.detail,
      worker: folder.me.worker,
      token,
      started: lastAttempt(slot)?.lock?.time ?? last.time,
      time,
    }
    return mine
  })
  const value = created.verdict === 'won' ? mine! : valueIn(created.text, slot, slot.round)
  learnValue(folder.known, value)
  if (created.verdict === 'won') await note(folder, { value, id: slot.id })
  return true
}
