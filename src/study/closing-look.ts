/**
 * The last look of a process at its study, for its last words: what other workers did up to now counts too. It ends
 * within a given time, so that a process that was told to end does so even where the file system is sick.
 */

import type { Best, Config, TrialState } from '../trial.ts'
import { TooSlowError, filesUntil } from '../store/disk/deadline.ts'
import { lastAttempt } from '../store/memory/knowledge.ts'
import { obstacleNotice } from '../store/protocol/best.ts'
import { mustStand } from '../store/protocol/definition-file.ts'
import type { Folder } from '../store/protocol/folder.ts'
import { budgetOf } from '../store/protocol/index-maker.ts'
import { readSlots, readUnfinished, refresh } from '../store/protocol/refresh.ts'
import { bestOf, countStates, stateOf, unfinishedTrials } from './records.ts'
import type { StudyParts } from './records.ts'
import type { Unfinished } from './supply.ts'

/** What a process last saw of its study. */
export interface ClosingLook<C = Config> {
  /** The largest ceiling on trials that any worker was given; null if none was given one. */
  readonly budget: number | null
  /** The number of trials in each state. */
  readonly trials: Readonly<Record<TrialState, number>>
  /** Null before the first value. */
  readonly best: Best<C> | null
  /** What other workers run. */
  readonly unfinished: readonly Unfinished[]
  /** How many of the numbers below the process's own ceiling have ended. */
  readonly endedBelowCeiling: number
  /** What stands in the place of `best_instance`, in one sentence; null if nothing does. */
  readonly obstacle: string | null
  /** Why the look failed, so that all this is from an earlier one; null if it did not. */
  readonly staleBecause: string | null
}

/**
 * Brings memory up to date, and gives what it then has. If the file system refuses, or is too slow, memory stays as it
 * was, as far as it was not reached.
 *
 * @param mayTakeMs  no call of the file system begins later than this; one that is under way cannot be ended
 */
export async function closingLook<C>(parts: StudyParts, mayTakeMs: number): Promise<ClosingLook<C>> {
  const folder = { ...parts.folder, files: filesUntil(parts.folder.files, performance.now() + mayTakeMs) }
  let staleBecause: string | null = null
  try {
    await lookAgain(folder)
  } catch (error) {
    const { cause = error } = error as { cause?: unknown }
    const words = cause instanceof TooSlowError ? cause : error
    staleBecause = words instanceof Error ? words.message : String(words)
  }
  const running = unfinishedTrials(folder.known).filter((slot) => stateOf(slot) === 'running')
  return {
    budget: budgetOf(folder),
    trials: countStates(folder.known),
    best: bestOf<C>(parts) ?? null,
    unfinished: running.map((slot) => ({
      number: slot.number,
      id: slot.id,
      worker: lastAttempt(slot)?.worker ?? slot.worker,
    })),
    endedBelowCeiling: endedBelow(folder),
    obstacle: obstacleNotice(folder) ?? null,
    staleBecause,
  }
}

async function lookAgain(folder: Folder): Promise<void> {
  await mustStand(folder)
  await refresh(folder, performance.now())
  await readSlots(folder)
  await readUnfinished(folder)
}

function endedBelow({ known: { slots, highest }, ceiling }: Folder): number {
  if (highest < ceiling) return Object.values(slots.ended).reduce((sum, count) => sum + count, 0)
  let count = 0
  for (const number of slots.numbers())
    if (number < ceiling && slots.isSettled(number) && slots.get(number)?.isClosed === false) count++
  return count
}
