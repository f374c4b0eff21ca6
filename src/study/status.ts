/** A study at a glance: counts of trials and workers, and the best trial. */

import type { Best, Config, Objectives, TrialRecord, TrialState } from '../trial.ts'
import { tookSeconds } from '../sampler/duration.ts'
import { isAbsent, readFileFrom } from '../store/disk/file-system.ts'
import type { Folder } from '../store/protocol/folder.ts'
import { beatPeriodMs } from '../store/life/heartbeat.ts'
import { phaseOf } from '../store/life/heartbeat-record.ts'
import { isKnownAlive, isKnownDead } from '../store/life/identity.ts'
import { budgetOf } from '../store/protocol/index-maker.ts'
import { heartbeatPath } from '../paths.ts'
import { countEarlier } from './earlier.ts'
import { betterImported } from './imported.ts'
import { countStates, recordOf, stateOf, unfinishedTrials } from './records.ts'
import type { StudyParts } from './records.ts'
import { LATEST, timeLeft } from './time-left.ts'
import type { TimeLeft } from './time-left.ts'

/**
 * A worker elsewhere of which this many heartbeats are missing is shown as silent. One may be late on a busy host or
 * behind a cache. A host that is off must not count as live for the rest of the lease.
 */
const MISSED_BEATS = 2

/** A study at a glance. */
export interface StudyStatus<C = Config> {
  /** Absolute path of the study. */
  readonly directory: string
  readonly objectives: Objectives
  /** The largest ceiling on trials that any worker was given; null if none was given one. */
  readonly budget: number | null
  /** The number of trials in each state. */
  readonly trials: Readonly<Record<TrialState, number>>
  /** The number of workers at work, of those that give no sign of life, and of those that have left. */
  readonly workers: { readonly live: number; readonly silent: number; readonly done: number }
  /**
   * How long it takes until the budget is reached, if as many trials go on to run at a time. Null without a budget, if
   * no trial runs, and while too few have ended to tell.
   */
  readonly left: TimeLeft | null
  /** Null before the first value. */
  readonly best: Best<C> | null
  /** How many results from elsewhere there are, and the best of them if it is better than `best`, else null. */
  readonly imported: number
  /** How many earlier studies this one has learned from, and how many results of them; they are not counted above. */
  readonly earlier: { readonly studies: number; readonly results: number }
  readonly betterImported: TrialRecord<C> | null
}

/** The status of a folder that was just refreshed. @internal */
export async function studyStatus<C>(parts: StudyParts, best: Best<C> | undefined): Promise<StudyStatus<C>> {
  const { folder, space, goals, objectives } = parts
  const budget = budgetOf(folder)
  const trials = countStates(folder.known)
  return {
    directory: folder.root,
    objectives,
    budget,
    trials,
    workers: await countWorkers(folder),
    left: budget === null ? null : (leftOf(parts, budget, trials) ?? null),
    best: best ?? null,
    imported: folder.known.observed.results.filter(({ task }) => task === undefined).length,
    earlier: countEarlier(folder.known.observed.results),
    betterImported: betterImported<C>(folder.known, space, goals) ?? null,
  }
}

/** The time that is left until the budget is reached. */
function leftOf(
  { folder, space, objectives }: StudyParts,
  budget: number,
  trials: StudyStatus['trials'],
): TimeLeft | undefined {
  const { known } = folder
  const latest = known.slots.settled.slice(-LATEST).flatMap((number) => known.slots.get(number) ?? [])
  const now = Date.now()
  const running = unfinishedTrials(known).filter((slot) => stateOf(slot) === 'running')
  const elapsed = running.map(
    (slot) => Math.max(now - Date.parse(recordOf(slot, space, objectives).started!), 0) / 1000,
  )
  const begun = trials.complete + trials.failed + trials.pruned + trials.running
  return timeLeft({
    ended: latest
      .filter(({ final }) => final !== null)
      .flatMap((slot) => tookSeconds(recordOf(slot, space, objectives)) ?? [])
      .filter((seconds) => seconds >= 0),
    running: elapsed.filter(Number.isFinite),
    waiting: Math.max(budget - begun, 0),
  })
}

/**
 * For display only. The kernel knows whether a worker on this host is alive. A worker elsewhere counts as live while at
 * most MISSED_BEATS of its heartbeats are missing by this host's clock. That clock may be wrong, but nothing is decided
 * by it: its trial is taken over after a whole lease.
 */
async function countWorkers(folder: Folder): Promise<StudyStatus<unknown>['workers']> {
  const workers = { live: folder.registration === null ? 0 : 1, silent: 0, done: folder.departed.size }
  const mostQuietMs = MISSED_BEATS * beatPeriodMs(folder.study.leaseMs)
  for (const [worker, other] of folder.others) {
    const path = heartbeatPath(folder.root, worker)
    const record = await readFileFrom(folder.files, path, 0).catch(() => undefined)
    if (phaseOf(record?.toString('latin1') ?? '') === 'left') workers.done++
    else if (other.identity !== null && isKnownDead(folder.me, other.identity)) workers.silent++
    else if (other.identity !== null && isKnownAlive(folder.me, other.identity)) workers.live++
    else if (Date.now() - (await modified(folder, path)) <= mostQuietMs) workers.live++
    else workers.silent++
  }
  return workers
}

async function modified(folder: Folder, path: string): Promise<number> {
  try {
    return await folder.files.modifiedMs(path)
  } catch (error) {
    if (isAbsent(error)) return -Infinity
    throw error
  }
}
