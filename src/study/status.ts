/** One look at a study: counts, workers, the best. */

import type { Best, Objectives, TrialState } from '../trial.ts'
import { isAbsent, readFileFrom } from '../store/disk/file-system.ts'
import type { Folder } from '../store/protocol/folder.ts'
import { phaseOf } from '../store/life/heartbeat-record.ts'
import { isKnownAlive, isKnownDead } from '../store/life/identity.ts'
import { budgetOf } from '../store/protocol/index-maker.ts'
import { heartbeatPath } from '../paths.ts'
import { countStates } from './records.ts'

export interface StudyStatus<C> {
  /** Absolute path. */
  readonly directory: string
  readonly objectives: Objectives
  /** The largest ceiling that any worker was given; null when none was. */
  readonly budget: number | null
  readonly trials: Readonly<Record<TrialState, number>>
  readonly workers: { readonly live: number; readonly silent: number; readonly done: number }
  readonly best: Best<C> | null
}

/** Assembles the status from a folder that was just refreshed. */
export async function studyStatus<C>(
  folder: Folder,
  objectives: Objectives,
  best: Best<C> | undefined,
): Promise<StudyStatus<C>> {
  return {
    directory: folder.root,
    objectives,
    budget: budgetOf(folder),
    trials: countStates(folder.known),
    workers: await countWorkers(folder),
    best: best ?? null,
  }
}

/**
 * For display only: a worker on this host is asked of the kernel; one elsewhere counts as live while its record is
 * younger than a lease by this host's clock, which may be wrong and decides nothing.
 */
async function countWorkers(folder: Folder): Promise<StudyStatus<unknown>['workers']> {
  const workers = { live: folder.registration === null ? 0 : 1, silent: 0, done: folder.departed.size }
  for (const [worker, other] of folder.others) {
    const path = heartbeatPath(folder.root, worker)
    if (phaseOf((await readFileFrom(folder.files, path, 0))?.toString('latin1') ?? '') === 'left') workers.done++
    else if (other.identity !== null && isKnownDead(folder.me, other.identity)) workers.silent++
    else if (other.identity !== null && isKnownAlive(folder.me, other.identity)) workers.live++
    else if (Date.now() - (await modified(folder, path)) < folder.study.leaseMs) workers.live++
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
