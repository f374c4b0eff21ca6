/** Follows a study that goes on: something is made of it again whenever it has changed, until its budget is reached. */

import { setTimeout as pause } from 'node:timers/promises'
import { endedCount } from '../../report/status-text.ts'
import type { StudyCounts } from '../../report/status-text.ts'
import type { Study } from '../../study/study.ts'
import type { Config } from '../../trial.ts'

/** What is made takes this share of the time at most: models of many trials take seconds. */
const MOST_WORK = 0.2

/** What a status must differ in to be a change. */
export const changesOf = ({ trials, workers, budget, best, imported }: StudyCounts): string =>
  JSON.stringify([trials, workers, budget, best?.id, best?.value, imported])

/**
 * Whether nothing more is to come: the budget is reached, and nothing runs. Trials that rest at a rung may go on while
 * somebody works; when all have left, they stay where they are.
 */
export function isOver({ budget, trials, workers }: StudyCounts): boolean {
  if (budget === null || trials.running > 0 || trials.interrupted > 0) return false
  return trials.paused === 0
    ? endedCount(trials) >= budget
    : endedCount(trials) + trials.paused >= budget && workers.live === 0
}

/**
 * Makes something of a study now and after each change, until nothing more is to come.
 *
 * @param everyMs  how often the study is looked at
 * @param make     called with `everyMs` while the study goes on, and with null the last time
 * @param stop     ends it early; what was made last stays
 */
export async function followStudy(
  study: Study<Config>,
  everyMs: number,
  make: (everyMs: number | null) => Promise<void>,
  stop: AbortSignal,
): Promise<void> {
  let made = ''
  while (!stop.aborted) {
    const counts = await study.status()
    const changes = changesOf(counts)
    const start = performance.now()
    if (isOver(counts)) return await make(null)
    if (changes !== made) await make(everyMs)
    made = changes
    const restMs = Math.max(everyMs, (performance.now() - start) / MOST_WORK)
    await pause(restMs, undefined, { signal: stop }).catch(() => undefined)
  }
}
