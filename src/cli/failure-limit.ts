/** When to give up: so many failures in a row before anybody's first success mean that the command itself is wrong. */

export interface FailureLimit {
  /** Counts the end of a trial of this process. */
  count(state: 'complete' | 'failed' | 'interrupted' | 'superseded'): void
  /** Whether the limit is reached; asks for the successes of others only when it matters. */
  isReached(): Promise<boolean>
  readonly inARow: number
}

/** A limit of `most` failures in a row; 0 never gives up. */
export function failureLimit(most: number, hasSuccess: () => Promise<boolean>): FailureLimit {
  let inARow = 0
  let succeeded = false
  return {
    count: (state) => {
      if (state === 'failed') inARow++
      else if (state === 'complete') {
        inARow = 0
        succeeded = true
      }
    },
    isReached: async () => {
      if (most === 0 || succeeded || inARow < most) return false
      succeeded = await hasSuccess()
      return !succeeded
    },
    get inARow() {
      return inARow
    },
  }
}
