/**
 * What one process knows of a study: a fold over slots, locks, notes and values, in any order and any number of times.
 *
 * Presence is for ever, so facts are only ever added; absence is a guess. A trial that was final once stays final,
 * except that a `retry` opens another round. The trial of slot n is that of the first epoch whose `lock.1` names n.
 */

import type { Json } from '../trial.ts'
import type { AmendDocument, Curve, FailedDocument, LockDocument, QueuedConfig, SlotDocument, ValueDocument } from './documents.ts'

export interface Attempt {
  readonly attempt: number
  readonly worker: string
  readonly lock: LockDocument | null
  failed: FailedDocument | null
  /** Intermediate values that logs told of, while the attempt runs. */
  curve: [number, number | null][]
}

/** One number and what became of it. */
export interface Slot {
  readonly number: number
  epoch: number
  closed: boolean
  id: string
  config: string
  repeat: number
  origin: string
  /** Who made the slot (this epoch of it), and when. */
  worker: string
  time: string
  /** Whether `lock.1` is known to name this slot. */
  claimed: boolean
  /** By attempt number; [0] is unused. */
  attempts: (Attempt | undefined)[]
  /** 1, and one more for each retry of a trial that had failed for good. */
  round: number
  /** The attempt after which the round began. */
  roundAfter: number
  final: ValueDocument | null
  /** Whether a log said that its worker gave the number up. */
  released: boolean
}

export interface Knowledge {
  readonly slots: Map<number, Slot>
  /** Numbers whose slot file was seen in a listing, though not yet what it says. */
  readonly seen: Set<number>
  /** Trials by id; configs that some slot carries. */
  readonly slotOfId: Map<string, number>
  readonly queue: QueuedConfig[]
  /** Retries of slots that are not known yet. */
  readonly retries: { readonly slot: number; readonly after: number }[]
  readonly unfinished: Set<number>
  /** Every number below is taken. */
  firstFree: number
  highest: number
  amendments: number
  stops: number
  /** The basis of the highest number that came with one. */
  latestBasis: { readonly slot: number; readonly basis: Json } | null
  /** What a trial's values are worth: lower is better, undefined never becomes best. */
  readonly worth: Worth
  /** The best complete trial: by worth, then by number. */
  best: Slot | null
}

export type Worth = (values: Readonly<Record<string, number>>) => number | undefined

export function emptyKnowledge(worth: Worth): Knowledge {
  return {
    worth, best: null, latestBasis: null,
    slots: new Map(), seen: new Set(), slotOfId: new Map(), queue: [], retries: [], unfinished: new Set(),
    firstFree: 0, highest: -1, amendments: 0, stops: 0,
  }
}

/** Takes in a slot file. A later epoch replaces an earlier one, since it was made for want of a trial. */
export function learnSlot(known: Knowledge, d: SlotDocument): Slot {
  known.seen.delete(d.slot)
  const old = known.slots.get(d.slot)
  if (old !== undefined && (old.epoch >= d.epoch || old.claimed)) return old
  if (d.basis !== undefined && d.slot > (known.latestBasis?.slot ?? -1)) known.latestBasis = { slot: d.slot, basis: d.basis }
  const closed = d.closed !== undefined
  const slot: Slot = {
    number: d.slot, epoch: d.epoch, closed, id: closed ? '' : d.id, config: closed ? '' : d.config, repeat: closed ? 0 : d.repeat,
    origin: closed ? '' : d.origin, worker: d.worker, time: d.time, claimed: false, attempts: [], round: 1, roundAfter: 0, final: null, released: false,
  }
  known.slots.set(d.slot, slot)
  known.highest = Math.max(known.highest, d.slot)
  if (closed) {
    known.unfinished.delete(d.slot)
  } else {
    known.unfinished.add(d.slot)
    if (!known.slotOfId.has(d.id)) known.slotOfId.set(d.id, d.slot)
    if (known.retries.length > 0) openRounds(known, slot)
  }
  return slot
}

/** Takes in `lock.k` of a trial; `lock.1` decides which slot an id belongs to. */
export function learnLock(known: Knowledge, d: LockDocument): Slot {
  const slot = learnSlot(known, {
    slot: d.slot, epoch: d.epoch, id: d.id, config: d.config, repeat: d.repeat, origin: '', worker: d.identity.worker, token: d.token, time: d.time,
  })
  if (slot.id !== d.id) return slot
  slot.claimed = true
  known.slotOfId.set(d.id, d.slot)
  slot.released = false
  const old = slot.attempts[d.attempt]
  slot.attempts[d.attempt] = { attempt: d.attempt, worker: d.identity.worker, lock: d, failed: old?.failed ?? null, curve: old?.curve ?? [] }
  return slot
}

export function learnFailed(known: Knowledge, d: FailedDocument): void {
  const slot = known.slots.get(d.slot)
  if (slot === undefined) return
  const old = slot.attempts[d.attempt]
  slot.attempts[d.attempt] = { attempt: d.attempt, worker: old?.worker ?? d.worker, lock: old?.lock ?? null, failed: d, curve: old?.curve ?? [] }
}

export function learnValue(known: Knowledge, d: ValueDocument): void {
  const slot = known.slots.get(d.slot)
  if (slot === undefined || d.round < slot.round) return
  slot.claimed = true
  slot.final = d
  known.slotOfId.set(slot.id, slot.number)
  known.unfinished.delete(d.slot)
  if (isBetter(known, slot, known.best)) known.best = slot
}

/** Whether `a` comes before `b`: complete, of lower worth, or of equal worth and made earlier. */
export function isBetter(known: Knowledge, a: Slot, b: Slot | null): boolean {
  const mine = a.final?.status === 'complete' ? known.worth(a.final.values) : undefined
  const theirs = b?.final?.status === 'complete' ? known.worth(b.final.values) : undefined
  if (mine === undefined) return false
  return theirs === undefined || mine < theirs || (mine === theirs && a.number < b!.number)
}

/** Takes in an intermediate value, which only logs tell of while the attempt runs. */
export function learnReport(known: Knowledge, worker: string, d: { slot: number; attempt: number; step: number; value: number | null }): void {
  const slot = known.slots.get(d.slot)
  if (slot === undefined) return
  slot.attempts[d.attempt] ??= { attempt: d.attempt, worker, lock: null, failed: null, curve: [] }
  slot.attempts[d.attempt]!.curve.push([d.step, d.value])
}

/** Takes in the next file of the `amend/` chain. */
export function learnAmendment(known: Knowledge, number: number, d: AmendDocument | undefined): void {
  if (number <= known.amendments) return
  known.amendments = number
  if (d?.stop === true) known.stops++
  for (const queued of d?.enqueue ?? []) known.queue.push(queued)
  if (d?.retry === undefined) return
  known.retries.push(d.retry)
  const slot = known.slots.get(d.retry.slot)
  if (slot !== undefined) openRounds(known, slot)
}

/** Each retry opens a round once, even when two people asked for it at the same time. */
function openRounds(known: Knowledge, slot: Slot): void {
  for (const retry of known.retries) {
    if (retry.slot === slot.number && slot.roundAfter < retry.after) openRound(known, slot, retry.after)
  }
}

function openRound(known: Knowledge, slot: Slot, after: number): void {
  slot.round++
  slot.roundAfter = after
  if (slot.final?.status === 'failed') {
    slot.final = null
    known.unfinished.add(slot.number)
  }
}

/** The first config of the queue that no slot carries. */
export function nextQueued(known: Knowledge): QueuedConfig | undefined {
  while (known.queue.length > 0 && known.slotOfId.has(known.queue[0]!.id)) known.queue.shift()
  return known.queue[0]
}

/** The `rank`-th lowest number from `from` to below `ceiling` that nobody is known to have, leaving out `avoided` while others are left. */
export function freeNumber(known: Knowledge, ceiling: number, avoided: ReadonlySet<number>, rank: number, from = 0): number | undefined {
  const isTaken = (n: number): boolean => known.slots.has(n) || known.seen.has(n)
  while (isTaken(known.firstFree)) known.firstFree++
  let fallback: number | undefined
  let last: number | undefined
  let left = rank
  for (let n = Math.max(from, known.firstFree); n < ceiling; n++) {
    if (isTaken(n)) continue
    fallback ??= n
    if (avoided.has(n)) continue
    last = n
    if (left-- === 0) return n
  }
  return last ?? fallback
}

/** The highest attempt that has a lock or a note, 0 for none. */
export function lastAttempt(slot: Slot): Attempt | undefined {
  return slot.attempts[slot.attempts.length - 1]
}

/** A curve for a terminal record: every point up to a thousand, else evenly thinned, the last one kept. */
export function thinnedCurve(curve: Curve): Curve {
  const most = 1000
  if (curve.length <= most) return curve
  return Array.from({ length: most }, (_, i) => curve[Math.round((i * (curve.length - 1)) / (most - 1))]!)
}
