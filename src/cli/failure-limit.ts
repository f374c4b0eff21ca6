/** When a run gives up: too many failures in a row before anyone's first success mean that the command is wrong. */

export interface FailureLimit {
  /** Counts the end of a trial of this process. */
  count(state: 'complete' | 'failed' | 'interrupted' | 'superseded'): void
  /** Whether the limit is reached. Asks about the successes of other processes only if the answer depends on them. */
  isReached(): Promise<boolean>
  readonly failuresInARow: number
}

/**
 * Counts failures.
 *
 * @param most        this many failures in a row are too many; 0 never gives up
 * @param hasSuccess  whether any process has completed a trial
 */
export function failureLimit(most: number, hasSuccess: () => Promise<boolean>): FailureLimit {
  let failuresInARow = 0
  let hasSucceeded = false
  return {
    count: (state) => {
      if (state === 'failed') failuresInARow++
      else if (state === 'complete') {
        failuresInARow = 0
        hasSucceeded = true
      }
    },
    isReached: async () => {
      if (most === 0 || hasSucceeded || failuresInARow < most) return false
      hasSucceeded = await hasSuccess()
      return !hasSucceeded
    },
    get failuresInARow() {
      return failuresInARow
    },
  }
}
