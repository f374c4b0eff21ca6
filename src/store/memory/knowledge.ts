/**
 * What one process knows of a study: a fold over slots, locks, notes and values, in any order and any number of times.
 *
 * A file that was seen is permanent, so facts are only ever added; a file that was not seen may exist all the same. A
 * final trial stays final, except that a `retry` opens another round. Slot n becomes the
 * trial of its first epoch whose `lock.1` names n.
 */

import type { Json, Said } from '../../trial.ts'
import type {
  FailedDocument,
  LockDocument,
  QueuedConfig,
  SlotDocument,
  StudyDocument,
  ValueDocument,
} from '../disk/documents.ts'
import { readLine } from './index-line.ts'
import type { LineHead } from './index-line.ts'
import { nothingObserved } from './observed.ts'
import type { Observed } from './observed.ts'
import { SlotTable } from './slot-table.ts'
import type { Attempt, Slot } from './slot.ts'

const NO_LIMITS: StudyDocument['attempts'] = { lost: Infinity, failed: Infinity }

export interface Knowledge {
  readonly slots: SlotTable
  /** Numbers whose slot file was seen in a listing but not read yet. */
  readonly seen: Set<number>
  /** Numbers of which only a claim was seen, which does not say what proposed the config. */
  readonly nameless: Set<number>
  /** The slot of each config that is known, by the trial's id. */
  readonly slotOfId: Map<string, number>
  queue: QueuedConfig[]
  /** By number: the attempts after which somebody asked for another round, in the order of asking. */
  readonly retries: Map<number, number[]>
  readonly unfinished: Set<number>
  /** Every number below is taken. */
  firstFree: number
  highest: number
  amendments: number
  /** Results from elsewhere. */
  observed: Observed
  /** How many amendments ask to stop, and the number of the last one that this process has read; 0 for none. */
  stops: number
  latestStop: number
  /** A round has this many attempts at most, those that late workers claim behind its end included. */
  readonly attemptsPerRound: number
  /** The basis of the highest number that has one, and of its highest epoch. */
  latestBasis: { readonly slot: number; readonly epoch: number; readonly basis: Json } | null
  readonly order: TrialOrder
  /** The best complete trial. */
  best: Slot | null
  /** Ids of unfinished trials and of the best one whose configs were found to be of the space. */
  readonly sound: Set<string>
  /** Numbers whose config is not one of the space: they count as closed. */
  readonly unsound: Set<number>
}

/** A trial where only its rank matters. */
export interface Ranked {
  /** Lower is better; undefined for a trial without a value. */
  readonly worth: number | undefined
  readonly number: number
}

/**
 * How trials compare, and which texts are configs. The caller that knows the objectives and the space hands this in:
 * `orderOf` of space/goals.ts, and `isConfigOf` of space/canonical.ts.
 */
export interface TrialOrder {
  readonly worthOf: (said: Said) => number | undefined
  readonly isBetter: (a: Ranked, b: Ranked | null) => boolean
  /** Whether a trial can have ended with these values. Without it, every trial can. */
  readonly areValues?: (said: Said, isComplete: boolean) => boolean
  /** Whether a text is a config of the space. Without it, every text is taken for one. */
  readonly isConfig?: (text: string) => boolean
}

export function emptyKnowledge(order: TrialOrder, limits = NO_LIMITS, pauses = 0): Knowledge {
  return {
    // The last attempt of a round reaches a limit, and one more may be claimed before its worker sees the end.
    attemptsPerRound: limits.lost + limits.failed + pauses,
    order,
    best: null,
    latestBasis: null,
    slots: new SlotTable(({ final }) => final === null || isEndOf(order, final)),
    seen: new Set(),
    nameless: new Set(),
    slotOfId: new Map(),
    queue: [],
    retries: new Map(),
    unfinished: new Set(),
    firstFree: 0,
    highest: -1,
    amendments: 0,
    observed: nothingObserved(),
    stops: 0,
    latestStop: 0,
    sound: new Set(),
    unsound: new Set(),
  }
}

/** Whether the values of a terminal record are those of the study's objectives. */
export const isEndOf = ({ areValues }: TrialOrder, { values, status }: ValueDocument): boolean =>
  areValues === undefined || areValues(values, status === 'complete')

/** Whether a text may be the config of a trial. */
export const isConfig = ({ order }: Knowledge, text: string): boolean =>
  order.isConfig === undefined || order.isConfig(text)

/** Whether the config of a trial is one of the space. Remembers the answer for a trial that is not closed. */
export function isSound(known: Knowledge, slot: Slot): boolean {
  if (slot.isClosed) return false
  if (known.sound.has(slot.id)) return true
  if (!isConfig(known, slot.config)) return false
  if (slot.final === null) known.sound.add(slot.id)
  return true
}

/** Learns from a slot file. A later epoch replaces an earlier one: that one's config belongs to another number. */
export function learnSlot(known: Knowledge, d: SlotDocument): void {
  known.seen.delete(d.slot)
  if (d.basis !== undefined) learnBasis(known, { slot: d.slot, epoch: d.epoch, basis: d.basis })
  if (d.origin !== '' && known.nameless.has(d.slot)) nameSlot(known, d)
  if (known.slots.isSettled(d.slot)) return
  const old = known.slots.live(d.slot)
  if (old !== undefined && (old.epoch >= d.epoch || old.isClaimed)) return
  const isClosed = d.closed !== undefined
  const slot: Slot = {
    number: d.slot,
    epoch: d.epoch,
    isClosed,
    id: isClosed ? '' : d.id,
    config: isClosed ? '' : d.config,
    repeat: isClosed ? 0 : d.repeat,
    origin: isClosed ? '' : d.origin,
    worker: d.worker,
    time: d.time,
    isClaimed: false,
    attempts: [],
    round: 1,
    roundAfter: 0,
    final: null,
    isReleased: false,
  }
  known.highest = Math.max(known.highest, d.slot)
  if (isClosed) {
    known.slots.settle(slot)
    known.unfinished.delete(d.slot)
  } else {
    known.slots.add(slot)
    known.unfinished.add(d.slot)
    if (d.origin === '') known.nameless.add(d.slot)
    if (!known.slotOfId.has(d.id)) known.slotOfId.set(d.id, d.slot)
    openRounds(known, d.slot)
  }
}

/** Learns what proposed the config of a number whose claim came first. */
function nameSlot({ slots, nameless }: Knowledge, { slot: number, epoch, origin }: SlotDocument): void {
  const slot = slots.get(number)
  if (slot?.epoch !== epoch) return
  slot.origin = origin
  nameless.delete(number)
}

/** Replaces all that hints have said of an unfinished number by what its slot file says. */
export function relearnSlot(known: Knowledge, d: SlotDocument): void {
  const old = known.slots.live(d.slot)
  if (old !== undefined) {
    if (known.slotOfId.get(old.id) === d.slot) known.slotOfId.delete(old.id)
    Object.assign(old, { epoch: 0, isClaimed: false })
  }
  const isReleased = old?.isReleased === true
  learnSlot(known, d)
  const slot = known.slots.live(d.slot)
  if (slot === undefined || old === undefined) return
  // The object stays the same, since a claim has it. A process that wrongly takes a number for released tries to claim
  // it, and loses the race.
  known.slots.add(Object.assign(old, slot, { isReleased }))
}

/** Forgets a number that only hints know. */
export function forgetSlot(known: Knowledge, number: number): void {
  const id = known.slots.idOf(number)
  if (id !== undefined && known.slotOfId.get(id) === number) known.slotOfId.delete(id)
  known.unfinished.delete(number)
  known.slots.drop(number)
  known.firstFree = Math.min(known.firstFree, number)
}

/** Learns the basis of one epoch of a number, if it is the latest. */
export function learnBasis(known: Knowledge, basis: NonNullable<Knowledge['latestBasis']>): void {
  const { slot, epoch } = known.latestBasis ?? { slot: -1, epoch: 0 }
  if (basis.slot > slot || (basis.slot === slot && basis.epoch > epoch)) known.latestBasis = basis
}

/** What a claim says of its slot. */
export function slotOfLock({ slot, epoch, id, config, repeat, identity, token, time }: LockDocument): SlotDocument {
  return { slot, epoch, id, config, repeat, origin: '', worker: identity.worker, token, time }
}

/** Learns from `lock.k` of a trial. `lock.1` decides which slot an id belongs to. */
export function learnLock(known: Knowledge, d: LockDocument): void {
  learnSlot(known, slotOfLock(d))
  const slot = known.slots.live(d.slot)
  if (slot?.id !== d.id) return
  slot.isClaimed = true
  known.slotOfId.set(d.id, d.slot)
  slot.isReleased = false
  const old = slot.attempts[d.attempt]
  slot.attempts[d.attempt] = {
    attempt: d.attempt,
    worker: d.identity.worker,
    lock: d,
    failed: old?.failed ?? null,
    curve: old?.curve ?? [],
  }
}

export function learnFailed(known: Knowledge, d: FailedDocument): void {
  const slot = known.slots.live(d.slot)
  if (slot === undefined) return
  const old = slot.attempts[d.attempt]
  slot.attempts[d.attempt] = {
    attempt: d.attempt,
    worker: old?.worker ?? d.worker,
    lock: old?.lock ?? null,
    failed: d,
    curve: old?.curve ?? [],
  }
}

/** Learns from a terminal record. The one of the latest round counts. */
export function learnValue(known: Knowledge, d: ValueDocument): void {
  const { slots } = known
  if (slots.isSettled(d.slot)) {
    if (slots.roundOf(d.slot) >= d.round || slots.get(d.slot)!.isClosed) return
    slots.reopen(d.slot)
  }
  const slot = slots.live(d.slot)
  if (slot === undefined || d.round < slot.round) return
  slot.isClaimed = true
  slot.final = d
  known.slotOfId.set(slot.id, slot.number)
  known.unfinished.delete(d.slot)
  slots.settle(slot)
  learnBest(known, slot)
  known.sound.delete(slot.id)
}

/**
 * Learns from a line of an index, whose head was read into `head`, if it says more than memory knows. False if it is
 * the line of an unfinished trial and cannot be right.
 */
export function learnLine(known: Knowledge, head: LineHead, line: Buffer): boolean {
  const { slots } = known
  const { number } = head
  if (head.state === 'u') {
    const slot = readLine(line.toString())
    if (slot !== undefined && !slots.isSettled(number)) learnUnfinished(known, slot)
    return slot !== undefined
  }
  if (slots.isSettled(number) && (head.state === 'x' || slots.roundOf(number) >= head.round)) return true
  if (head.state !== 'x' && head.round < (slots.live(number)?.round ?? 1)) return true
  slots.keep(number, head.state, line)
  learnSettled(known, head)
  return true
}

/** Notes that `slots` now has the line of a settled number. */
export function learnSettled(known: Knowledge, { number, id }: LineHead): void {
  known.seen.delete(number)
  known.unfinished.delete(number)
  if (id !== '') known.slotOfId.set(id, number)
  if (number > known.highest) known.highest = number
  openRounds(known, number)
}

function learnUnfinished(known: Knowledge, slot: Slot): void {
  const { number, epoch, id, config, repeat, origin, worker, time } = slot
  learnSlot(known, { slot: number, epoch, id, config, repeat, origin, worker, token: '', time })
  const mine = known.slots.live(number)
  if (mine === undefined || mine.id !== id) return
  mine.isReleased ||= slot.isReleased && mine.attempts.length === 0
  for (const attempt of slot.attempts) {
    if (attempt === undefined) continue
    if (attempt.lock !== null) learnLock(known, attempt.lock)
    if (attempt.failed !== null) learnFailed(known, attempt.failed)
    const own = (mine.attempts[attempt.attempt] ??= attempt)
    if (own.curve.length === 0) own.curve = attempt.curve
  }
  if (slot.isClaimed) {
    mine.isClaimed = true
    known.slotOfId.set(id, number)
  }
}

/** Learns of a final trial, which may be the best. */
export function learnBest(known: Knowledge, slot: Slot): void {
  const { best, order } = known
  const isBetter = order.isBetter(rankedIn(known, slot), best === null ? null : rankedIn(known, best))
  if (isBetter && isSound(known, slot)) known.best = slot
}

/** A trial as its order sees it; only a complete one has a worth. */
export function rankedIn({ order }: Knowledge, { number, final }: Slot): Ranked {
  return { number, worth: final?.status === 'complete' ? order.worthOf(final.values) : undefined }
}

/** Learns an intermediate value. While an attempt runs, only its worker's log has them. */
export function learnReport(
  known: Knowledge,
  worker: string,
  d: { slot: number; attempt: number; step: number; value: number | null },
): void {
  const slot = known.slots.live(d.slot)
  if (slot === undefined) return
  const attempt = (slot.attempts[d.attempt] ??= { attempt: d.attempt, worker, lock: null, failed: null, curve: [] })
  attempt.curve.push([d.step, d.value])
}

/** Notes that somebody asked for another round of a trial after one of its attempts. */
export function learnRetry(known: Knowledge, number: number, after: number): void {
  const asked = known.retries.get(number)
  if (asked === undefined) known.retries.set(number, [after])
  else asked.push(after)
  openRounds(known, number)
}

/**
 * Opens the rounds asked for: one for each attempt, even if two people asked at once. A trial with a value keeps it.
 */
function openRounds(known: Knowledge, number: number): void {
  const asked = known.retries.size === 0 ? undefined : known.retries.get(number)
  const slot = asked === undefined ? undefined : known.slots.get(number)
  if (slot === undefined || slot.isClosed) return
  if (slot.final !== null && slot.final.status !== 'failed') return
  const { round, roundAfter } = roundsAfter(slot, asked!, known.attemptsPerRound)
  if (round === slot.round) return
  Object.assign(known.slots.live(number) ?? known.slots.reopen(number), { round, roundAfter })
  known.unfinished.add(number)
}

/**
 * The round of a trial after all rounds that were asked for. A number beyond what the rounds so far can have had is not
 * one: behind it no attempt would count.
 */
function roundsAfter(slot: Slot, asked: readonly number[], perRound: number): Pick<Slot, 'round' | 'roundAfter'> {
  let { round, roundAfter } = slot
  for (const after of asked) {
    if (after <= roundAfter || after > round * perRound) continue
    round++
    roundAfter = after
  }
  return { round, roundAfter }
}

/** Moves `firstFree` past the numbers that are taken. */
export function passTaken(known: Knowledge): void {
  while (known.slots.has(known.firstFree) || known.seen.has(known.firstFree)) known.firstFree++
}

/**
 * The `rank`-th number from below, of those from `from` to below `ceiling` that are not known to be taken; the last of
 * them if there are fewer. Numbers in `avoided` count only if there is no other.
 */
export function freeNumber(
  known: Knowledge,
  ceiling: number,
  avoided: ReadonlySet<number>,
  rank: number,
  from = 0,
): number | undefined {
  const isTaken = (n: number): boolean => known.slots.has(n) || known.seen.has(n)
  passTaken(known)
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

/** The highest attempt that has a lock or a note, undefined if there is none. */
export function lastAttempt(slot: Slot): Attempt | undefined {
  return slot.attempts.at(-1)
}
