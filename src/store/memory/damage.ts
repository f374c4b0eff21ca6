/**
 * What a protocol file says, damaged or not.
 *
 * A damaged file (torn by a power failure, or overwritten by accident) stays where it is and says nothing. All readers
 * must conclude the same from it, so that nobody waits for it: a damaged slot is closed; a damaged `lock.1` names
 * nobody, and its slot goes on to the next epoch; a damaged later lock is an attempt by nobody; a damaged note says
 * `lost`; and a trial whose terminal record is damaged has failed, until somebody retries it.
 */

import { readFailed, readLock, readSlot, readValue } from '../disk/documents.ts'
import type { FailedDocument, LockDocument, SlotDocument, ValueDocument } from '../disk/documents.ts'
import type { Slot } from './slot.ts'
import { isEndOf, lastAttempt } from './knowledge.ts'
import type { TrialOrder } from './knowledge.ts'

/** Stands for the worker's id that a damaged file does not give. No worker has this id. */
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

/** Undefined if the file is damaged: then it names nobody. */
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

/** A record without a value for each objective, or with one for anything else, is damaged too. */
export function valueIn(text: string, slot: Slot, round: number, order: TrialOrder): ValueDocument {
  const d = readValue(text)
  if (d?.slot === slot.number && d.round === round && isEndOf(order, d)) return d
  const time = timeOf(slot)
  return {
    slot: slot.number,
    attempt: lastAttempt(slot)?.attempt ?? 1,
    round,
    status: 'failed',
    values: {},
    curve: [],
    reason: 'lost',
    detail: `the record of its end in .anthill is damaged: 'retry' gives it another attempt`,
    worker: NOBODY,
    token: '',
    started: time,
    time,
  }
}

const timeOf = (slot: Slot): string => lastAttempt(slot)?.lock?.time ?? slot.time
