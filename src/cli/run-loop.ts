/**
 * The loop of a run: ask, run, again, in several lanes at once, until nothing is left or something says stop.
 *
 * A stop never closes the study while a program still runs: a trial is handed back only after its program is gone, or
 * two of them would work in one directory.
 */

import type { LiveTrial } from '../study/live-trial.ts'
import type { Study } from '../study/study.ts'
import type { Config } from '../trial.ts'
import type { FailureLimit } from './failure-limit.ts'
import type { Ending } from './progress.ts'

export interface LoopOptions {
  readonly lanes: number
  readonly study: Study<Config>
  /** Runs the program of one trial to its end, and tells the study. */
  readonly runTrial: (trial: LiveTrial<Config>) => Promise<Ending>
  /** Nothing is started once one of these is aborted. */
  readonly stops: readonly AbortSignal[]
  /** Aborted here, when a stop has arrived and no program runs: it ends a wait for others inside `ask`. */
  readonly over: AbortController
  readonly limit: FailureLimit
  readonly ended: (ending: Ending) => void
}

export interface LoopResult {
  readonly isGivenUp: boolean
  readonly lastFailed: number | null
  readonly counts: Readonly<Record<Ending['state'], number>>
}

/** Runs trials until `ask` has no more, a stop arrives, or the limit of failures is reached. */
export async function runLoop(options: LoopOptions): Promise<LoopResult> {
  const { study, stops, over, limit } = options
  const counts = { complete: 0, failed: 0, interrupted: 0, superseded: 0 }
  let running = 0
  let isGivenUp = false
  let lastFailed: number | null = null
  let error: unknown
  const isOver = (): boolean => isGivenUp || error !== undefined || stops.some((stop) => stop.aborted)
  const settle = (): void => {
    if (isOver() && running === 0) over.abort()
  }
  for (const stop of stops) stop.addEventListener('abort', settle, { once: true })
  settle()

  const lane = async (): Promise<void> => {
    while (!isOver()) {
      const trial = await study.ask()
      if (trial === undefined) return
      running++
      try {
        if (isOver()) {
          await trial.handBack()
          return
        }
        const ending = await options.runTrial(trial)
        counts[ending.state]++
        limit.count(ending.state)
        if (ending.state === 'failed') lastFailed = ending.number
        options.ended(ending)
      } finally {
        running--
        settle()
      }
      // Not while it counts as running: the answer may have to wait for a lane that waits for others.
      if (await limit.isReached()) isGivenUp = true
      settle()
    }
  }
  await Promise.all(
    Array.from({ length: options.lanes }, () =>
      lane().catch((cause: unknown) => {
        // The other lanes let their programs end, and start nothing more.
        error ??= cause
        settle()
      }),
    ),
  )
  for (const stop of stops) stop.removeEventListener('abort', settle)
  if (error !== undefined) throw error
  return { isGivenUp, lastFailed, counts }
}
