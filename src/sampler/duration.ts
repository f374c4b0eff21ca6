/** How long trials took, as their records say. */

import type { TrialRecord } from '../trial.ts'

/** A trial that took less counts as this, in seconds: records have milliseconds. */
const SHORTEST = 1e-3

/** The parts of a record that say how long it took. */
export type Timed = Pick<TrialRecord, 'state' | 'reason' | 'started' | 'ended'>

/**
 * The time that the last attempt took, in seconds, by the clocks of the hosts that wrote its two ends; null while it
 * runs, or if one of the times cannot be read.
 */
export function tookSeconds({ started, ended }: Pick<Timed, 'started' | 'ended'>): number | null {
  if (started === null || ended === null) return null
  const tookMs = Date.parse(ended) - Date.parse(started)
  return Number.isFinite(tookMs) ? tookMs / 1000 : null
}

/**
 * What an ended trial says about how long its config takes, in seconds; null if it says nothing.
 *
 * A complete trial says it. So does one that failed because it took too long or too much: it used all this time. Any
 * other failure, and a trial that was pruned, ended before its time.
 */
export function tellingSeconds(trial: Timed): number | null {
  const { state, reason } = trial
  const isTelling = state === 'complete' || (state === 'failed' && (reason === 'timeout' || reason === 'memory'))
  const seconds = isTelling ? tookSeconds(trial) : null
  return seconds === null || seconds < 0 ? null : Math.max(seconds, SHORTEST)
}
