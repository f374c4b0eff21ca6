/** Asks for advice on a study when enough trials have ended since the last time. */

import { Worker } from 'node:worker_threads'
import type { Advised } from './advisor-thread.ts'

/** It is asked again when this share more trials have ended. */
const MORE = 1.1

/** With fewer trials a model has nothing to say. */
export const FEWEST = 20

export interface Advisor {
  /** Says how many trials have ended. */
  readonly seen: (ended: number) => void
  readonly close: () => void
}

/** @param told  called with each answer; without one, a thread that fails is silent: the board has other advice */
export function advisorOn(directory: string, told: (advised: Advised) => void): Advisor {
  let askedAt = 0
  let thread: Worker | undefined
  return {
    seen: (ended) => {
      if (thread !== undefined || ended < FEWEST || ended < MORE * askedAt) return
      askedAt = ended
      thread = new Worker(new URL('./advisor-thread.js', import.meta.url), { workerData: { directory }, execArgv: [] })
      thread.on('message', told)
      thread.on('error', () => {})
      thread.on('exit', () => (thread = undefined))
      thread.unref()
    },
    close: () => void thread?.terminate(),
  }
}
