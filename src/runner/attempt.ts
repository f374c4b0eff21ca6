/**
 * What a program is told of the attempt it runs for, and what the runner needs of a live trial. A `LiveTrial` is an
 * attempt as it stands; a rehearsal makes one up.
 */

import type { Config, FailureReason } from '../trial.ts'
import type { Ending, EndOptions } from '../study/live-trial.ts'

/** The facts of one attempt. */
export interface AttemptFacts {
  readonly id: string
  readonly number: number
  /** From 1. */
  readonly attempt: number
  readonly config: Config
  /** Absolute path of the trial's own directory. */
  readonly directory: string
  readonly seed: number
}

/** An attempt that can be ended, once. */
export interface TrialAtWork extends AttemptFacts {
  /** Aborted when others have given this attempt up. */
  readonly signal: AbortSignal
  /** Looks whether they have. */
  check(): Promise<void>
  complete(values: Readonly<Record<string, number>>, options?: EndOptions): Promise<Ending>
  fail(error: unknown, reason?: FailureReason, options?: EndOptions): Promise<Ending>
  handBack(why?: string): Promise<Ending>
}
