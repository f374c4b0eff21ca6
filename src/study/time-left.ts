/**
 * How long a study will still take: by how long its latest trials took, how many run at a time, and how many of its
 * budget are still to come. It is for people to read; nothing is decided by it.
 *
 *   n, m, s   number, mean and standard deviation of the durations that are known
 *   r         number of trials that are still to end
 *
 * Durations count as independent draws of one distribution. The sum of r more of them has the variance
 * r s² + r² s² / n: their own scatter, and that of the mean. Studentized, it has n − 1 degrees of freedom, so the
 * interval of few trials is as wide as it must be.
 */

import { studentQuantile } from '../numerics/student.ts'
import { meanOf, pooledVariance } from '../sampler/race.ts'

/** Only the latest trials count: where a search has arrived, trials may take another time than where it began. */
export const LATEST = 50

/** With fewer durations nothing is said. */
const FEWEST = 3

/** The probability that is meant to lie within the interval. */
const COVERED = 0.9

/** How long a study will still take, in seconds, with an interval of 90 %. */
export interface TimeLeft {
  readonly seconds: number
  readonly low: number
  readonly high: number
  /** How many trials run at a time. */
  readonly atOnce: number
  /** How many durations this is made of. */
  readonly from: number
}

/** What is known about the durations of a study. */
export interface Durations {
  /** How long each trial took that has ended, in seconds, in their order. */
  readonly ended: readonly number[]
  /** For how long each trial has run that is running. */
  readonly running: readonly number[]
  /** How many trials of the budget have not been started. */
  readonly waiting: number
}

/** The time that is left; undefined if nothing runs, nothing is left, or too few trials have ended. */
export function timeLeft({ ended, running, waiting }: Durations): TimeLeft | undefined {
  const known = ended.slice(-LATEST)
  const n = known.length
  const atOnce = running.length
  if (atOnce === 0 || n < FEWEST) return undefined
  const mean = meanOf(known)
  const { variance } = pooledVariance([known])
  const r = waiting + atOnce
  const work = waiting * mean + running.reduce((sum, elapsed) => sum + restOf(elapsed, known), 0)
  const half = studentQuantile((1 + COVERED) / 2, n - 1) * Math.sqrt(variance * (r + r ** 2 / n))
  return {
    seconds: work / atOnce,
    low: Math.max(work - half, 0) / atOnce,
    high: (work + half) / atOnce,
    atOnce,
    from: n,
  }
}

/** How long a trial still takes that has run for some time, by the known ones that took longer; 0 if none did. */
function restOf(elapsed: number, known: readonly number[]): number {
  const longer = known.filter((seconds) => seconds > elapsed)
  return longer.length === 0 ? 0 : longer.reduce((sum, seconds) => sum + seconds - elapsed, 0) / longer.length
}
