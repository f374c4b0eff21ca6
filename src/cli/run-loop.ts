/**
 * The loop of a run: ask, run, ask again, in several lanes at once, until nothing is left or something stops it.
 *
 * A stop never closes the study while a program is running. A trial is handed back only after its program has ended;
 * otherwise two programs could work in one directory.
 */

import type { LiveTrial } from '../study/live-trial.ts'
import { HostError } from '../runner/host-error.ts'
import type { Config } from '../trial.ts'
import type { FailureLimit } from './failure-limit.ts'
import type { EndedTrial } from './progress.ts'

/** What the loop says when it asks for a trial. */
interface AskSignal {
  readonly signal: AbortSignal
}

export interface LoopOptions {
  /** How many trials run at once. */
  readonly lanes: number
  readonly study: { readonly ask: (how: AskSignal) => Promise<LiveTrial<Config> | undefined> }
  /** Runs the program of one trial to its end, and tells the study. */
  readonly runTrial: (trial: LiveTrial<Config>) => Promise<EndedTrial>
  /** Once one of these is aborted, nothing more is started. */
  readonly stops: readonly AbortSignal[]
  /** Aborted by the loop after a stop, when no program is running: it ends a wait for other workers inside `ask`. */
  readonly over: AbortController
  readonly limit: FailureLimit
  readonly ended: (trial: EndedTrial) => void
  /** Says that one lane has ended because this host cannot run its program, while others go on. */
  readonly say?: (line: string) => void
}

export interface LoopResult {
  /** Whether the limit of failures was reached. */
  readonly hasGivenUp: boolean
  /** The number of the trial that failed last. */
  readonly lastFailed: number | null
  readonly counts: Readonly<Record<EndedTrial['state'], number>>
}

/**
 * Runs trials until `ask` has no more, a stop arrives, or the limit of failures is reached. If this host cannot run as
 * many programs as there are lanes, only the lanes that it can run go on.
 *
 * @throws the first error of a lane, after the other lanes have let their programs end
 */
export async function runLoop(options: LoopOptions): Promise<LoopResult> {
  const { study, stops, over, limit } = options
  const counts = { complete: 0, pruned: 0, failed: 0, interrupted: 0, paused: 0, superseded: 0 }
  let running = 0
  let hasGivenUp = false
  let lastFailed: number | null = null
  let lanesLeft = options.lanes
  let error: unknown
  const isOver = (): boolean => hasGivenUp || error !== undefined || stops.some((stop) => stop.aborted)
  const endWaits = (): void => {
    if (isOver() && running === 0) over.abort()
  }
  for (const stop of stops) stop.addEventListener('abort', endWaits, { once: true })
  endWaits()

  const lane = async (): Promise<void> => {
    while (!isOver()) {
      const trial = await study.ask({ signal: over.signal })
      if (trial === undefined) return
      running++
      try {
        if (isOver()) {
          await trial.handBack()
          return
        }
        const ended = await options.runTrial(trial)
        counts[ended.state]++
        const isFailure = ended.state === 'failed' || ended.isRetried === true || ended.isHostFault === true
        limit.count(ended.state, isFailure)
        if (isFailure) lastFailed = ended.number
        options.ended(ended)
      } finally {
        running--
        endWaits()
      }
      if (limit.isReached()) hasGivenUp = true
      endWaits()
    }
  }
  const endOnError = (cause: unknown): void => {
    if (cause instanceof HostError && lanesLeft > 1) {
      lanesLeft--
      options.say?.(`fewer    trials at once from now on: ${lanesLeft}, because ${cause.message}`)
      return
    }
    error ??= cause
    endWaits()
  }
  await Promise.all(Array.from({ length: options.lanes }, () => lane().catch(endOnError)))
  for (const stop of stops) stop.removeEventListener('abort', endWaits)
  if (error !== undefined) throw error
  return { hasGivenUp, lastFailed, counts }
}
