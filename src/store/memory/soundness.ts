/**
 * Configs that are not of the space, and lines of an index that cannot be right.
 *
 * The hash in a protocol file proves that a config belongs to its id, not that it is a config of the study's space. So
 * a config is checked before anything acts on it or shows it. A number whose config does not pass counts as closed: its
 * slot file is damaged (FORMAT.md, "Damage").
 *
 * A trial that has ended is only checked when somebody asks for it: to check 100,000 would take longer than to open the
 * study.
 */

import type { ValueDocument } from '../disk/documents.ts'
import { isSound, learnBest } from './knowledge.ts'
import type { Knowledge } from './knowledge.ts'
import type { Slot } from './slot.ts'

/** Closes a number whose config is not one of the space. */
export function passOver(known: Knowledge, number: number): void {
  const { slots, slotOfId } = known
  const slot = slots.live(number) ?? slots.reopen(number)
  if (slotOfId.get(slot.id) === number) slotOfId.delete(slot.id)
  known.unfinished.delete(number)
  known.unsound.add(number)
  slots.settle({ ...slot, isClosed: true, id: '', config: '', repeat: 0, origin: '', attempts: [], final: null })
}

/** The config of an ended trial is not one of the space. `forgetUnsound` closes it; then the work is done again. */
export class UnsoundConfig extends Error {
  constructor(number: number | null) {
    super(`trial ${number}: its config is not one of the study's space, so it is passed over`)
    this.name = 'UnsoundConfig'
  }
}

/**
 * Puts memory right after an `UnsoundLine` or an `UnsoundConfig`: checks everything that it holds, forgets the lines
 * that cannot be right, closes the trials whose configs are not of the space. The caller then reads what memory lacks
 * from the truth, and does its work again.
 */
export function forgetUnsound(known: Knowledge): void {
  const dropped = new Set(known.slots.dropUnsound())
  for (const [id, number] of known.slotOfId) if (dropped.has(number)) known.slotOfId.delete(id)
  for (const number of dropped) known.firstFree = Math.min(known.firstFree, number)
  for (const number of known.slots.numbers()) {
    const slot = known.slots.get(number)!
    if (!slot.isClosed && !isSound(known, slot)) passOver(known, number)
  }
  known.best = null
  findBest(known)
}

/** Finds the best of all trials that memory has. */
export function findBest(known: Knowledge): void {
  for (const number of known.slots.numbers()) {
    if (known.slots.isSettled(number)) learnBest(known, known.slots.get(number)!)
  }
}

/** Puts the end of a trial right: memory has it from a hint, and the terminal record says otherwise. */
export function correctEnd(known: Knowledge, number: number, record: ValueDocument): void {
  const slot = known.slots.reopen(number)
  slot.final = record
  known.slots.settle(slot)
  known.best = null
  findBest(known)
}

/** Closes an unfinished number if its config is not one of the space. */
export function passOverIfUnsound(known: Knowledge, slot: Slot): void {
  if (!slot.isClosed && slot.final === null && !isSound(known, slot)) passOver(known, slot.number)
}
