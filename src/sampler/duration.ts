/** How long trials took, as their records say. */

import { msBetween } from '../trial.ts'
import type { TrialRecord } from '../trial.ts'

/** A trial that took less counts as this, in seconds: records have milliseconds. */
const SHORTEST = 1e-3

/** The parts of a record that say how long it took. */
export type Timed = Pick<TrialRecord, 'state' | 'reason' | 'started' | 'ended' | 'earlierMs' | 'wholeMs'>

/**
 * The time that the last attempt took, in seconds, by the clocks of the hosts that wrote its two ends; null while it
 * runs, or if one of the times cannot be read.
 */
export function tookSeconds({ started, ended }: Pick<Timed, 'started' | 'ended'>): number | null {
  if (started === null || ended === null) return null
  const tookMs = msBetween(started, ended)
  return Number.isFinite(tookMs) ? tookMs / 1000 : null
}

/**
 * How long all attempts of a trial have worked that have ended, in ms. A clock that went back does not make time that
 * was spent less. An attempt that was lost counts nothing, since nobody knows when it ended.
 *
 * In milliseconds, which are whole: a sum does not depend on the order of the trials.
 */
export function workedMs({ started, ended, reason, earlierMs = 0 }: Omit<Timed, 'state' | 'wholeMs'>): number {
  if (started === null || ended === null || reason === 'lost') return earlierMs
  const tookMs = msBetween(started, ended)
  return tookMs > 0 ? earlierMs + tookMs : earlierMs
}

/** The same of many trials. */
export const allWorkedMs = (trials: readonly Omit<Timed, 'state' | 'wholeMs'>[]): number =>
  trials.reduce((sum, trial) => sum + workedMs(trial), 0)

/**
 * What an ended trial says about how long its config takes, in seconds; null if it says nothing.
 *
 * A complete trial says it. So does one that failed because it took too long or too much: it used all this time. Any
 * other failure, and a trial that was pruned, ended before its time. Where trials rest at rungs, see `wholeMsOf`.
 */
export function tellingSeconds(trial: Timed): number | null {
  if (trial.wholeMs === null) return null
  const seconds = trial.wholeMs !== undefined ? trial.wholeMs / 1000 : isTelling(trial) ? tookSeconds(trial) : null
  return seconds === null || seconds < 0 ? null : Math.max(seconds, SHORTEST)
}

/**
 * How long a trial of a study with a fidelity would take up to the top rung, in ms, by the steps that it has done: what
 * all of its attempts took, in proportion. So trials that rest far below are compared with complete ones. Null if it
 * says nothing.
 *
 * @param rungs    of the fidelity, ascending
 * @param reached  how many of them it has reached
 */
export function wholeMsOf(trial: Timed, rungs: readonly number[], reached: number): number | null {
  const hasArrived = trial.state === 'paused' || trial.state === 'complete'
  if (trial.started === null || !(hasArrived || isTelling(trial))) return null
  // One that took too long had to reach the next rung.
  const steps = rungs[hasArrived ? reached - 1 : Math.min(reached, rungs.length - 1)]
  return steps === undefined ? null : (workedMs(trial) * rungs.at(-1)!) / steps
}

const isTelling = ({ state, reason }: Pick<Timed, 'state' | 'reason'>): boolean =>
  state === 'complete' || (state === 'failed' && (reason === 'timeout' || reason === 'memory'))
