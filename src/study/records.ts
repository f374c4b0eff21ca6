/** From what the store knows to what people read: the record of each trial. */

import type { Objectives, TrialRecord, TrialState } from '../trial.ts'
import type { Space } from '../space/parameter.ts'
import { readConfig } from '../space/canonical.ts'
import { lastAttempt } from '../store/knowledge.ts'
import type { Knowledge, Slot } from '../store/knowledge.ts'

/** All trials by number, then what waits in the queue. */
export function recordsOf<C>(known: Knowledge, space: Space, objectives: Objectives): TrialRecord<C>[] {
  const numbers = [...known.slots.keys()].sort((a, b) => a - b)
  const records: TrialRecord<C>[] = []
  for (const number of numbers) {
    const slot = known.slots.get(number)!
    if (!slot.closed && known.slotOfId.get(slot.id) === number) records.push(recordOf(slot, space, objectives))
  }
  for (const queued of known.queue) {
    if (known.slotOfId.has(queued.id)) continue
    records.push({
      id: queued.id, number: null, state: 'queued', config: readConfig(space, queued.config) as C, value: null, values: {}, curve: [],
      attempt: 0, worker: null, started: null, ended: null, reason: null, detail: null,
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
  return {
    id: slot.id,
    number: slot.number,
    state: stateOf(slot),
    config: readConfig(space, slot.config) as C,
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

/** How many trials stand where. */
export function countStates(records: readonly Pick<TrialRecord, 'state'>[]): Readonly<Record<TrialState, number>> {
  const counts = { complete: 0, running: 0, failed: 0, pruned: 0, interrupted: 0, queued: 0 }
  for (const record of records) counts[record.state]++
  return counts
}

