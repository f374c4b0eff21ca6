/**
 * What stands in a protocol file, damaged or not.
 *
 * A damaged file (torn by a power failure, overwritten by a stray hand) is there for ever and says nothing. All readers
 * make the same of it, so that all go on, and none waits for words that never come: a slot is closed, a `lock.1` names
 * nobody (its slot goes on to the next epoch), a later lock is an attempt of nobody, a note says `lost`, and a trial
 * whose terminal record is damaged has failed, until somebody retries it.
 */

import { readFailed, readLock, readSlot, readValue } from '../disk/documents.ts'
import type { FailedDocument, LockDocument, SlotDocument, ValueDocument } from '../disk/documents.ts'
import type { Slot } from './slot.ts'
import { lastAttempt } from './knowledge.ts'

/** In place of the worker's id that a damaged file does not give; nobody bears it. */
export const NOBODY = 'unknown'

export function slotIn(text: string, slot: number, epoch: number): SlotDocument {
  const d = readSlot(text)
  if (d?.slot === slot && d.epoch === epoch) return d
  return {
    slot,
    epoch,
    closed: 'damaged',
    id: '',
    config: '',
    repeat: 0,
    origin: '',
    worker: NOBODY,
    token: '',
    time: '',
  }
}

/** Undefined when it names nobody. */
export function lockIn(text: string, id: string, attempt: number): LockDocument | undefined {
  const d = readLock(text)
  return d?.id === id && d.attempt === attempt ? d : undefined
}

export function failedIn(text: string, slot: Slot, attempt: number): FailedDocument {
  const d = readFailed(text)
  if (d?.slot === slot.number && d.attempt === attempt) return d
  return {
    slot: slot.number,
    attempt,
    reason: 'lost',
    detail: 'its note is damaged',
    curve: [],
    worker: NOBODY,
    token: '',
    time: timeOf(slot),
  }
}

export function valueIn(text: string, slot: Slot, round: number): ValueDocument {
  const d = readValue(text)
  if (d?.slot === slot.number && d.round === round) return d
  const time = timeOf(slot)
  return {
    slot: slot.number,
    attempt: lastAttempt(slot)?.attempt ?? 1,
    round,
    status: 'failed',
    values: {},
    curve: [],
    reason: 'lost',
    detail: `its terminal record in .anthill is damaged: 'retry' gives it another attempt`,
    worker: NOBODY,
    token: '',
    started: time,
    time,
  }
}

const timeOf = (slot: Slot): string => lastAttempt(slot)?.lock?.time ?? slot.time
