/**
 * Reads a trial's own directory into memory: its locks, notes and terminal record.
 *
 * `value.json` beats locks and notes. Only the notes up to the highest lock count. Nothing is decided here because a
 * file is absent: a process that acts on an absence must win a create.
 */

import { keepCurves } from '../memory/curve.ts'
import { failedIn, lockIn, NOBODY, slotIn, valueIn } from '../memory/damage.ts'
import { readHearsay } from './amend.ts'
import { readValue } from '../disk/documents.ts'
import type { SlotDocument } from '../disk/documents.ts'
import { poke, readText, readTextFresh } from './folder.ts'
import { addPeer } from './peers.ts'
import type { Folder } from './folder.ts'
import {
  forgetSlot,
  lastAttempt,
  learnFailed,
  learnLock,
  learnSlot,
  learnValue,
  relearnSlot,
  slotOfLock,
} from '../memory/knowledge.ts'
import type { Slot } from '../memory/slot.ts'
import { passOverIfUnsound } from '../memory/soundness.ts'
import { failedPath, lockPath, slotPath, trialMetaFolder, valuePath } from '../../paths.ts'

/**
 * How a slot stands. `final`: it has ended or is closed, so nothing is left to do. `unclaimed`: no `lock.1` is visible.
 * `duplicate`: the `lock.1` of its config names another slot, or is damaged and names nobody.
 */
export type Standing = 'final' | 'claimed' | 'unclaimed' | 'duplicate'

/** Reads what is new about one number. */
export async function readTruth(folder: Folder, slot: Slot): Promise<Standing> {
  const standing = await walkEpochs(folder, slot.number)
  const current = folder.known.slots.get(slot.number)!
  if (standing !== 'claimed') return standing
  await readFinal(folder, current)
  if (current.final !== null) return 'final'
  await readAttempts(folder, current)
  return 'claimed'
}

/**
 * Reads one number from the write-once files alone, after forgetting what logs and indexes said of it. These save time,
 * and may lie: whatever takes a trial over, ends it or starts it again looks here first. A number that only hints know
 * is forgotten.
 */
export async function readAfresh(folder: Folder, number: number): Promise<Standing> {
  const { known, root } = folder
  if (known.retries.has(number)) await readHearsay(folder)
  const wasFinal = known.slots.isSettled(number)
  const slot = known.slots.live(number) ?? (known.slots.idOf(number) ? known.slots.reopen(number) : undefined)
  if (slot === undefined) return 'final'
  const { attempts, isClaimed } = slot
  const text = await readTextFresh(folder, slotPath(root, number, 1))
  if (text !== undefined) relearnSlot(known, slotIn(text, number, 1))
  else {
    // Its slot file was lost by a sick disk, or was never made.
    const lock = lockIn((await readText(folder, lockPath(root, slot.id, 1))) ?? '', slot.id, 1)
    if (lock?.slot !== number) {
      forgetSlot(known, number)
      return 'final'
    }
    relearnSlot(known, slotOfLock(lock))
  }
  let standing = await readTruth(folder, known.slots.get(number)!)
  const now = known.slots.live(number)
  const isLess = wasFinal || (isClaimed && now?.isClaimed === false) || hidesAny(attempts, now?.attempts ?? [])
  if (now !== undefined && isLess && !folder.isReadOnly) {
    // Hints lied, or an old cache hides what they told of.
    await poke(folder, trialMetaFolder(root, now.id), { isMade: false })
    standing = await readTruth(folder, now)
  }
  keepCurves(known.slots.live(number)?.attempts ?? [], attempts)
  return standing
}

/** Whether a lock or a note of these attempts is missing among others. */
function hidesAny(attempts: Slot['attempts'], others: Slot['attempts']): boolean {
  return attempts.some(
    (a, k) => (a?.lock != null && others[k]?.lock == null) || (a?.failed != null && others[k]?.failed == null),
  )
}

/** The rule of numbers: slot n becomes the trial of its first epoch whose `lock.1` names n. */
async function walkEpochs(folder: Folder, number: number): Promise<Standing> {
  for (;;) {
    passOverIfUnsound(folder.known, folder.known.slots.get(number)!)
    const slot = folder.known.slots.get(number)!
    if (slot.isClosed || slot.final !== null) return 'final'
    if (slot.isClaimed) return 'claimed'
    const text = await readText(folder, lockPath(folder.root, slot.id, 1))
    if (text === undefined) return 'unclaimed'
    const lock = lockIn(text, slot.id, 1)
    if (lock !== undefined) {
      addPeer(folder, lock.identity.worker)
      learnLock(folder.known, lock)
      if (lock.slot === number) continue
    } else {
      const value = readValue((await readText(folder, valuePath(folder.root, slot.id, 1))) ?? '')
      if (value?.slot === number) {
        learnValue(folder.known, value)
        continue
      }
    }
    const later = await readSlotAt(folder, number, slot.epoch + 1)
    if (later === undefined) return 'duplicate'
    learnSlot(folder.known, later)
  }
}

async function readFinal(folder: Folder, slot: Slot): Promise<void> {
  const text = await readText(folder, valuePath(folder.root, slot.id, slot.round))
  if (text !== undefined) learnValue(folder.known, valueIn(text, slot, slot.round, folder.known.order))
}

async function readAttempts(folder: Folder, slot: Slot): Promise<void> {
  for (let k = 1; ; k++) {
    if (slot.attempts[k]?.lock != null) continue
    const text = await readText(folder, lockPath(folder.root, slot.id, k))
    if (text === undefined) break
    const lock = lockIn(text, slot.id, k)
    if (lock?.slot === slot.number) {
      addPeer(folder, lock.identity.worker)
      learnLock(folder.known, lock)
    } else {
      slot.attempts[k] ??= { attempt: k, worker: NOBODY, lock: null, failed: null, curve: [] }
    }
  }
  const last = lastAttempt(slot)?.attempt ?? 0
  for (let k = 1; k <= last; k++) {
    if (slot.attempts[k]?.failed != null) continue
    const text = await readText(folder, failedPath(folder.root, slot.id, k))
    if (text !== undefined) learnFailed(folder.known, failedIn(text, slot, k))
  }
}

/** The slot file of an epoch of a number, undefined while it is absent. */
export async function readSlotAt(folder: Folder, number: number, epoch: number): Promise<SlotDocument | undefined> {
  const text = await readText(folder, slotPath(folder.root, number, epoch))
  return text === undefined ? undefined : slotIn(text, number, epoch)
}
