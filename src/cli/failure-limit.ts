/**
 * When a run gives up: too many failures in a row in this process. Before its first success they mean that the command
 * or this machine is wrong; what other processes have reached does not matter. After a success, a longer row is needed
 * by default, since some regions of a space may fail. A row that long says that the machine has fallen ill.
 */

import type { EndedTrial } from './progress.ts'

/** Three failures before the first success are rarely chance. */
const FIRST_LIMIT = 3

/** If half of all configs fail, a row of this length comes about once in a thousand trials. */
const LATER_LIMIT = 10

export interface FailureLimit {
  /**
   * Counts the end of a trial of this process. An attempt that failed is a failure here even if the trial gets another
   * one, or if the host let its program down.
   */
  count(state: EndedTrial['state'], isFailure?: boolean): void
  /** Whether the limit is reached. */
  isReached(): boolean
  readonly failuresInARow: number
}

/**
 * Counts failures.
 *
 * @param most  failures in a row that are too many at any time; 0 never gives up; by default 3 before the first success
 *   of this process, and 10 afterwards
 */
export function failureLimit(most?: number): FailureLimit {
  let failuresInARow = 0
  let hasSucceeded = false
  return {
    count: (state, isFailure = state === 'failed') => {
      if (isFailure) failuresInARow++
      else if (state === 'complete' || state === 'pruned') {
        failuresInARow = 0
        hasSucceeded = true
      }
    },
    isReached: () => {
      const limit = most ?? (hasSucceeded ? LATER_LIMIT : FIRST_LIMIT)
      return limit > 0 && failuresInARow >= limit
    },
    get failuresInARow() {
      return failuresInARow
    },
  }
}
