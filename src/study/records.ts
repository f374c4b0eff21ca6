/** From what the store knows to what people and samplers read: the record of each trial. */

import type { Objectives, TrialRecord, TrialState } from '../trial.ts'
import type { Space } from '../space/parameter.ts'
import { readConfig } from '../space/canonical.ts'
import type { QueuedConfig } from '../store/disk/documents.ts'
import { lastAttempt } from '../store/memory/knowledge.ts'
import type { Knowledge } from '../store/memory/knowledge.ts'
import type { Slot } from '../store/memory/slot.ts'
import { addInPlace } from './ranges.ts'
import type { Ranges } from './ranges.ts'

/** All trials by number, then what waits in the queue. */
export function recordsOf<C>(known: Knowledge, space: Space, objectives: Objectives): TrialRecord<C>[] {
  const records: TrialRecord<C>[] = []
  for (const number of known.slots.numbers()) {
    const slot = known.slots.get(number)!
    if (isTrial(known, slot)) records.push(recordOf(slot, space, objectives))
  }
  for (const queued of waiting(known)) {
    records.push({
      id: queued.id,
      number: null,
      state: 'queued',
      config: readConfig(space, queued.config) as C,
      value: null,
      values: {},
      curve: [],
      attempt: 0,
      worker: null,
      started: null,
      ended: null,
      reason: null,
      detail: null,
    })
  }
  return records
}

/** One trial's record. */
export function recordOf<C>(slot: Slot, space: Space, objectives: Objectives): TrialRecord<C> {
  const { final } = slot
  const last = lastAttempt(slot)
  const ended = final ?? last?.failed ?? null
  const values = final?.values ?? {}
  const text = slot.config
  let config: C | undefined
  return {
    id: slot.id,
    number: slot.number,
    state: stateOf(slot),
    // Read when it is looked at: who counts trials, or plots their values, spares himself most of their cost.
    get config() {
      return (config ??= readConfig(space, text) as C)
    },
    value: values[Object.keys(objectives)[0]!] ?? null,
    values,
    curve: (ended?.curve ?? last?.curve ?? []).map(([step, value]) => [step, value ?? NaN] as const),
    attempt: final?.attempt ?? last?.attempt ?? 0,
    worker: final?.worker ?? last?.worker ?? slot.worker,
    started: final?.started ?? last?.lock?.time ?? slot.time,
    ended: ended?.time ?? null,
    reason: ended?.reason ?? null,
    detail: ended?.detail ?? null,
  }
}

/** An attempt that ended without a verdict waits for the next worker, whatever ended it. */
export function stateOf(slot: Slot): TrialState {
  if (slot.final !== null) return slot.final.status
  return lastAttempt(slot)?.failed == null ? 'running' : 'interrupted'
}

/** How many trials stand where, without a look at those that have ended. */
export function countStates(known: Knowledge): Readonly<Record<TrialState, number>> {
  const counts = { ...known.slots.ended, running: 0, interrupted: 0, queued: waiting(known).length }
  for (const slot of unfinishedTrials(known)) counts[stateOf(slot) as 'running' | 'interrupted']++
  return counts
}

/**
 * Records of the trials that have ended, in the order in which this process came to know: a list that only grows, so that
 * a sampler asked with 10,000 trials costs the records of those that are new. Begun anew after a `retry`.
 */
export interface Finished {
  records: TrialRecord[]
  /** Their numbers, and of those whose record is not of the first round, which one. */
  numbers: Ranges
  rounds: [number: number, round: number][]
  read: number
  reopened: number
}

export const noneFinished = (): Finished => ({ records: [], numbers: [], rounds: [], read: 0, reopened: 0 })

/** The list as it is now; the same array as long as nothing was retried. */
export function finishedRecords(
  finished: Finished,
  known: Knowledge,
  space: Space,
  objectives: Objectives,
): readonly TrialRecord[] {
  const { slots } = known
  if (finished.reopened !== slots.reopened) Object.assign(finished, noneFinished(), { reopened: slots.reopened })
  const once = finished.read === 0 && slots.reopened > 0 ? new Set<number>() : undefined
  for (; finished.read < slots.settled.length; finished.read++) {
    const number = slots.settled[finished.read]!
    const slot = once?.has(number) === true || !slots.isSettled(number) ? undefined : slots.get(number)
    if (slot === undefined || slot.isClosed) continue
    once?.add(number)
    finished.records.push(recordOf(slot, space, objectives))
    addInPlace(finished.numbers, number)
    if (slot.final!.round > 1) finished.rounds.push([number, slot.final!.round])
  }
  return finished.records
}

/** What is being tried, or is going to be. */
export function pendingConfigs(known: Knowledge, space: Space): TrialRecord['config'][] {
  return [...unfinishedTrials(known), ...waiting(known)].map(({ config }) => readConfig(space, config))
}

const isTrial = (known: Knowledge, slot: Slot): boolean => !slot.isClosed && known.slotOfId.get(slot.id) === slot.number

export const unfinishedTrials = (known: Knowledge): Slot[] =>
  [...known.unfinished].map((n) => known.slots.get(n)!).filter((slot) => isTrial(known, slot))

const waiting = (known: Knowledge): QueuedConfig[] => known.queue.filter((queued) => !known.slotOfId.has(queued.id))
