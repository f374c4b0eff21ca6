/**
 * The facts of an attempt that a program is told, and what the runner needs from a live trial. The study's `LiveTrial`
 * fits both; a test run makes up the facts.
 */

import type { Config, FailureReason, Said } from '../trial.ts'
import type { Ending, EndOptions, PruneOptions } from '../study/live-trial.ts'
import type { ToldEnd } from '../study/told-end.ts'
import type { Outcome } from '../study/patience.ts'

/** The facts of one attempt at a trial. */
export interface AttemptFacts {
  readonly id: string
  readonly number: number
  /** Which attempt at the trial, from 1. */
  readonly attempt: number
  readonly config: Config
  /** Absolute path of the trial's own directory. */
  readonly directory: string
  readonly seed: number
  /** Which of several runs of the program, from 1; undefined if there is only one. */
  readonly run?: number | undefined
  /** How far the attempt must go, as a value of the study's fidelity; undefined if it has none. */
  readonly fidelity?: number | undefined
}

/** A trial that a worker runs and can end, once. */
export interface TrialAtWork extends AttemptFacts {
  /** Aborts when another worker has taken the trial over. */
  readonly signal: AbortSignal
  /** Looks on disk whether another worker has. */
  check(): Promise<void>
  complete(values: Said, options?: EndOptions): Promise<Ending>
  /** Ends it early. `because` is recorded as the reason unless the pruner had one. */
  prune?(values?: Said, options?: PruneOptions): Promise<Ending>
  /** Records an intermediate value. */
  report?(value: number, options?: { readonly step?: number }): Promise<void>
  /** Whether the study's pruner says that the trial should stop, and why. */
  shouldStop?(): Promise<boolean>
  readonly stopReason?: string | undefined
  fail(error: unknown, reason?: FailureReason, options?: EndOptions): Promise<Ending>
  handBack(why?: string): Promise<Ending>
  /** The end of this attempt that somebody else has recorded (`anthill tell`), even the program itself, if one has. */
  toldEnd?(): Promise<ToldEnd | undefined>
  /** After its end here: the state that the record has; `interrupted` if there is another attempt. */
  readonly recorded?: 'complete' | 'pruned' | 'failed' | 'interrupted' | 'paused'
  /** Ends the trial in this process and writes nothing, since its study is not there any more. Keeps the outcome. */
  abandonUnwritten?(outcome: Outcome | undefined): void
}
