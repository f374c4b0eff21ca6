/**
 * The vocabulary: what every room means by a config, an objective and a trial.
 */

/** Anything that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** The values that one trial tries: what is left of a space when every parameter in it has been chosen. */
export type Config = { readonly [key: string]: Json }

export type Direction = 'minimize' | 'maximize'

/** What is wanted, by name, in order of importance: the first objective decides which trial is best. */
export type Objectives = Readonly<Record<string, Direction>>

/**
 * Where a trial stands. `complete`, `pruned` and `failed` are final (until somebody asks for another attempt of a
 * failed one); `interrupted` was handed back and waits for the next worker; `queued` has no number yet.
 */
export type TrialState = 'queued' | 'running' | 'interrupted' | 'complete' | 'pruned' | 'failed'

/** Why an attempt ended without a value. */
export type FailureReason =
  'exception' | 'exit' | 'signal' | 'timeout' | 'memory' | 'no-answer' | 'interrupted' | 'lost'

/** One trial, as the record has it. */
export interface TrialRecord<C = Config> {
  /** First 20 hex digits of the SHA-256 of its config's bytes; the name of its directory. */
  readonly id: string
  /** Its place in the order of the study, from 0; null while it waits in the queue. */
  readonly number: number | null
  readonly state: TrialState
  readonly config: C
  /** The first objective's value; null unless the trial is complete, or was pruned with one. */
  readonly value: number | null
  /** Every objective's value by name; empty without a value. */
  readonly values: Readonly<Record<string, number>>
  /** Intermediate values as (step, value), in the order of reporting. */
  readonly curve: readonly (readonly [step: number, value: number])[]
  /** Attempts claimed so far. */
  readonly attempt: number
  /** Whose attempt is or was the last one. */
  readonly worker: string | null
  /** When the last attempt was claimed, and when it ended: ISO 8601, by the clocks of the hosts that wrote them. */
  readonly started: string | null
  readonly ended: string | null
  /** Why the last attempt ended without a value, and the words that came with it. */
  readonly reason: FailureReason | null
  readonly detail: string | null
}

/** The best finished trial. */
export interface Best<C = Config> {
  readonly id: string
  readonly number: number | null
  readonly value: number
  readonly values: Readonly<Record<string, number>>
  readonly config: C
  /** Absolute path of its instance directory. */
  readonly directory: string
}
