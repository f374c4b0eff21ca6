/** The ends of what programs wrote, for reports that are asked to show them. */

import { programLogPath } from '../../paths.ts'
import type { Facts } from '../../report/facts.ts'
import { readTail } from '../../runner/log-tail.ts'
import type { Study } from '../../study/study.ts'
import type { Config, TrialRecord } from '../../trial.ts'

/** How much is shown of each program, from the end, and of how many failed trials at most: the newest ones. */
const BYTES = 4096
const MOST_FAILED = 500

/** The last lines on standard error of failed trials and of the one to take home, by the index of the trial. */
export function logsOf(study: Study<Config>, facts: Facts, trials: readonly TrialRecord[]): Record<string, string> {
  const failed = trials.flatMap(({ state }, index) => (state === 'failed' ? [index] : [])).slice(-MOST_FAILED)
  const shown = facts.recommended < 0 ? failed : [...failed, facts.recommended]
  return Object.fromEntries(
    shown.flatMap((index): [string, string][] => {
      const text = logEnd(study, trials[index]!, 'stderr', BYTES)
      return text === '' ? [] : [[String(index), text]]
    }),
  )
}

/** The end of what a trial's program wrote. Nothing where it has put something else in that place, or never ran. */
export function logEnd(
  study: Study<Config>,
  { id, attempt }: TrialRecord,
  stream: 'stdout' | 'stderr',
  bytes: number,
): string {
  try {
    return readTail(programLogPath(study.trialDirectory(id), stream, attempt), bytes)
  } catch {
    return ''
  }
}
