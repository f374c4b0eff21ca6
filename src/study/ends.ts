/**
 * Where a process starts no more, beside the ceiling on trials: hours of trials, and a value that is good enough.
 *
 * Both are asked before each trial, of what this process knows then. So a study may go over its hours by what runs, and
 * past its target by the trials that were started before it was reached.
 */

import type { Objectives, TrialRecord } from '../trial.ts'
import { tookSeconds } from '../sampler/duration.ts'
import { signOf } from '../space/objectives.ts'
import { bestOf, finishedRecords, recordOf, unfinishedTrials } from './records.ts'
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
 * The hours of all trials: how long the last attempt of each took, or has taken up to now.
 *
 * @internal
 */
export function hoursOf(parts: StudyParts): number {
  const { folder, space, objectives, finished } = parts
  const records = finishedRecords(finished, folder.known, space, objectives)
  const sum = sums.get(records) ?? { count: 0, ms: 0 }
  for (; sum.count < records.length; sum.count++) sum.ms += msOf(records[sum.count]!)
  sums.set(records, sum)
  const now = new Date().toISOString()
  const open = unfinishedTrials(folder.known).map((slot) => recordOf(slot, space, objectives))
  return open.reduce((ms, trial) => ms + msOf({ ...trial, ended: trial.ended ?? now }), sum.ms) / HOUR_MS
}

/** How long a trial took. A clock that went back does not make time that was spent less. */
const msOf = (trial: Pick<TrialRecord, 'started' | 'ended'>): number => Math.max(1000 * (tookSeconds(trial) ?? 0), 0)
