/**
 * Where a process starts no more, beside the ceiling on trials: hours of trials, and a value that is good enough.
 *
 * Both are asked before each trial, of what this process knows then. So a study may go over its hours by what runs, and
 * past its target by the trials that were started before it was reached.
 */

import type { Objectives, TrialRecord } from '../trial.ts'
import { allWorkedMs } from '../sampler/duration.ts'
import { signOf } from '../space/objectives.ts'
import { lastAttempt } from '../store/memory/knowledge.ts'
import { earlierMsOf } from '../store/memory/slot.ts'
import type { Slot } from '../store/memory/slot.ts'
import type { Folder } from '../store/protocol/folder.ts'
import { ownerIn } from '../store/protocol/liveness.ts'
import { bestOf, finishedRecords, unfinishedTrials } from './records.ts'
import type { Ends, StudyParts } from './records.ts'

const HOUR_MS = 3_600_000

/** Which end was reached. */
export type ReachedEnd = 'hours' | 'target'

/** The durations of records that have been summed already; a list of records only grows. */
const sums = new WeakMap<readonly TrialRecord[], { count: number; ms: number }>()

/** The end that has been reached, if there is one. Memory must be up to date. @internal */
export function reachedEnd(parts: StudyParts): ReachedEnd | undefined {
  const { maxHours, target } = parts.ends
  if (target !== undefined && isReached(parts, target)) return 'target'
  if (maxHours !== undefined && hoursOf(parts) >= maxHours) return 'hours'
  return undefined
}

/** Whether there is an end that depends on what the trials say. @internal */
export const hasEnds = ({ maxHours, target }: Ends): boolean => maxHours !== undefined || target !== undefined

/** Whether the best trial is at least as good as the target. */
function isReached(parts: StudyParts, target: number): boolean {
  const best = bestOf(parts)
  return best !== undefined && isAsGood(parts.objectives, best.value, target)
}

/** Whether a value of the first objective is at least as good as another one. */
export function isAsGood(objectives: Objectives, value: number, target: number): boolean {
  const sign = signOf(Object.values(objectives)[0]!)
  return sign * value <= sign * target
}

/**
 * The hours of all trials: how long their attempts have worked. What runs counts up to now if somebody is known to work
 * on it: this process, the holder of a claim, or a worker whose heartbeat was seen to move. A worker that died long ago
 * would else use up all hours before anybody could take its trial over.
 *
 * @internal
 */
export function hoursOf(parts: Pick<StudyParts, 'folder' | 'space' | 'objectives' | 'finished'>): number {
  const { folder, space, objectives, finished } = parts
  const records = finishedRecords(finished, folder.known, space, objectives)
  const sum = sums.get(records) ?? { count: 0, ms: 0 }
  sum.ms += allWorkedMs(records.slice(sum.count))
  sum.count = records.length
  sums.set(records, sum)
  const nowMs = Date.now()
  const open = unfinishedTrials(folder.known)
  return open.reduce((ms, slot) => ms + earlierMsOf(slot) + runningMs(folder, slot, nowMs), sum.ms) / HOUR_MS
}

/** For how long an attempt that has not ended has worked. */
function runningMs(folder: Folder, slot: Slot, nowMs: number): number {
  const last = lastAttempt(slot)
  if (last === undefined || last.failed !== null) return 0
  const { worker, held } = ownerIn(folder, slot)
  const isAtWork = held !== undefined || folder.mine.has(slot.number) || folder.signs.get(worker)?.sign === 'moved'
  if (!isAtWork) return 0
  const ms = nowMs - Date.parse(last.lock?.time ?? slot.time)
  return ms > 0 ? Math.min(ms, held?.held?.ttlMs ?? Infinity) : 0
}
