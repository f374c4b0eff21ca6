/**
 * Follows a running program: reports its intermediate values to its trial as they come, and ends it when the trial
 * should stop.
 */

import { wait } from '../study/patience.ts'
import type { TrialAtWork } from './attempt.ts'
import { curveReader } from './curve-reader.ts'
import type { CurveOrder } from './curve-reader.ts'

/** The time between two looks: short after a value, then longer and longer, since most programs report seldom. */
const SHORTEST_MS = 50
const LONGEST_MS = 1000

/** How a program is followed. */
export interface FollowOrder extends CurveOrder {
  /** Ends the program, because the trial should stop. */
  readonly stop: () => void
  /** Says what the user should know. */
  readonly say?: ((line: string) => void) | undefined
}

/** What came of following. */
export interface Followed {
  /** The last finite value; undefined before the first one. */
  readonly last: number | undefined
}

/** Follows a program until `finish` is called after its end; that reads what is left, and gives what came of it. */
export function followCurve(trial: TrialAtWork, order: FollowOrder): { readonly finish: () => Promise<Followed> } {
  const reader = curveReader(order)
  const ended = new AbortController()
  let last: number | undefined
  let hasSaid = false
  let isStopped = false

  /** Reports one piece, and gives whether there was a value in it. */
  const look = async (isLast: boolean): Promise<boolean> => {
    const points = reader.next(isLast)
    for (const { value, step } of points) {
      if (Number.isFinite(value)) last = value
      await trial.report?.(value, step === undefined ? {} : { step })
    }
    if (reader.isLate && !hasSaid) {
      hasSaid = true
      order.say?.(
        `trial ${trial.number}: the pattern of --curve takes too long on its output, and is given up; make it simpler`,
      )
    }
    return points.length > 0
  }

  const follow = async (): Promise<void> => {
    for (let waitMs = SHORTEST_MS; !ended.signal.aborted;) {
      const hasNew = await look(false)
      if (hasNew && !isStopped && !ended.signal.aborted && (await trial.shouldStop?.()) === true) {
        isStopped = true
        if (!ended.signal.aborted) order.stop()
      }
      waitMs = hasNew ? SHORTEST_MS : Math.min(1.5 * waitMs, LONGEST_MS)
      await (reader.hasMore ? new Promise((resolve) => setImmediate(resolve)) : wait(waitMs, ended.signal))
    }
    do await look(true)
    while (reader.hasMore)
  }

  // A curve is worth no trial: whatever goes wrong with it, the program goes on.
  const done = follow().catch((error: unknown) =>
    order.say?.(`trial ${trial.number}: its intermediate values are no longer read: ${(error as Error).message}`),
  )
  return {
    finish: async () => {
      ended.abort()
      await done
      reader.close()
      return { last }
    },
  }
}
