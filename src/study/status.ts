/** A study at a glance: counts of trials and workers, and the best trial. */

import type { Best, Config, Objectives, TrialRecord, TrialState } from '../trial.ts'
import { tookSeconds } from '../sampler/duration.ts'
import { budgetOf } from '../store/protocol/index-maker.ts'
import { countEarlier } from './earlier.ts'
import { betterImported } from './imported.ts'
import { countStates, recordOf, stateOf, unfinishedTrials } from './records.ts'
import type { StudyParts } from './records.ts'
import { LATEST, timeLeft } from './time-left.ts'
import type { TimeLeft } from './time-left.ts'
import { workersOf } from './workers.ts'
import type { StudyWorker } from './workers.ts'

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
    workers: countWorkers(await workersOf(folder)),
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

function countWorkers(workers: readonly StudyWorker[]): StudyStatus<unknown>['workers'] {
  const count = (wanted: StudyWorker['state']): number => workers.filter(({ state }) => state === wanted).length
  return { live: count('live'), silent: count('silent'), done: count('done') }
}
