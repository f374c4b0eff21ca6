/** The vocabulary: what every room means by a config, an objective and a trial. */

/** Anything that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** The values that one trial tries. It has the shape of the space, with a value in place of each parameter. */
export type Config = { readonly [key: string]: Json }

/** Whether a smaller or a larger value of an objective is better. */
export type Direction = 'minimize' | 'maximize'

/** The objectives: direction by name, in order of importance. The first one decides which trial is best. */
export type Objectives = Readonly<Record<string, Direction>>

/** What a trial says beside its objectives, by name: a number, a truth value or a text. */
export type Output = number | boolean | string

/** All that a trial said, by name: its values and its outputs. */
export type Said = Readonly<Record<string, Output>>

/** What an output must be for its trial to count: this truth value, or a number within bounds that belong to it. */
export type Constraint = boolean | { readonly atMost?: number; readonly atLeast?: number }

/** The constraints: what each of these outputs (or objectives) must be. A trial that breaks one never becomes best. */
export type Constraints = Readonly<Record<string, Constraint>>

/**
 * Which trial is the best of several objectives: the one with the lowest weighted sum of the objectives, each in its
 * own unit and a maximized one counted negatively; or the best by the first objective of those within bounds.
 */
export type Preference =
  | { readonly weights: Readonly<Record<string, number>> }
  | { readonly within: Readonly<Record<string, Exclude<Constraint, boolean>>> }

/** What trials are judged by. */
export interface Goals {
  readonly objectives: Objectives
  /** Left out if there are none. */
  readonly constraints?: Constraints
  /** Left out if the first objective decides. */
  readonly prefer?: Preference
}

/**
 * The state of a trial.
 *
 * - `queued`: its config waits in the queue; it has no number yet
 * - `running`: a worker has claimed it
 * - `interrupted`: its last attempt ended without a final record; it waits for the next worker
 * - `paused`: it has a value at a rung of the study's fidelity, and rests there; it goes on if it is among the best
 * - `complete`: it has a value
 * - `pruned`: it was ended early
 * - `failed`: it gave no value, and its attempts are used up; `retry` opens it again
 */
export type TrialState = 'queued' | 'running' | 'interrupted' | 'paused' | 'complete' | 'pruned' | 'failed'

/** Whether a trial in this state has ended; a failed one may be opened again. */
export const isEnd = (state: TrialState): state is 'complete' | 'pruned' | 'failed' =>
  state === 'complete' || state === 'pruned' || state === 'failed'

/**
 * Why an attempt ended without a value.
 *
 * - `exception`: the objective threw an error, or `fail` was called
 * - `exit`: the program ended with another status than 0
 * - `signal`: a signal ended the program
 * - `timeout`: the program ran for longer than it may
 * - `memory`: the program was killed because it used too much memory
 * - `no-answer`: it ended, but gave no value that can be used
 * - `interrupted`: it was handed back
 * - `lost`: its worker died
 */
export type FailureReason =
  'exception' | 'exit' | 'signal' | 'timeout' | 'memory' | 'no-answer' | 'interrupted' | 'lost'

/** Intermediate values as (step, value), in the order of reporting. NaN stands for a value that was not finite. */
export type Curve = readonly (readonly [step: number, value: number])[]

/** Where a curve was expected to end: the value, and the ends of the interval that its error makes. */
export interface Prediction {
  readonly low: number
  readonly middle: number
  readonly high: number
}

/** Everything that is known of one trial. */
export interface TrialRecord<C = Config> {
  /** The first 20 hex digits of the SHA-256 of the config's bytes. It is the name of the trial's directory. */
  readonly id: string
  /** Its place in the study, from 0; null while it waits in the queue, and for a result from elsewhere. */
  readonly number: number | null
  readonly state: TrialState
  readonly config: C
  /** What proposed the config: a sampler's name, `queue`, or `import: FILE` for a result from elsewhere. */
  readonly origin: string
  /** Which measurement of this config it is, from 0, where a config is measured several times. */
  readonly repeat: number
  /** The value of the first objective; null unless the trial is complete, or was pruned with a value. */
  readonly value: number | null
  /** The value of each objective by name; empty without a value. */
  readonly values: Readonly<Record<string, number>>
  /** What the trial said beside them, by name; constraints are judged by it. */
  readonly outputs: Readonly<Record<string, Output>>
  /** Intermediate values, at most about a thousand of them. */
  readonly curve: Curve
  /** How many attempts have been claimed so far. */
  readonly attempt: number
  /** Name of the worker that claimed the last attempt; null before the first one. */
  readonly worker: string | null
  /** When the last attempt was claimed: ISO 8601, by the clock of the worker's host. */
  readonly started: string | null
  /** When the last attempt ended, in the same form; null while it runs. */
  readonly ended: string | null
  /** Why the last attempt ended without a value; null if it did not. */
  readonly reason: FailureReason | null
  /** The error, or other words, that came with the reason; of a pruned trial why it was stopped. */
  readonly detail: string | null
  /** Where the curve of a pruned trial was expected to end; left out unless a pruner had predicted that. */
  readonly predicted?: Prediction
  /** How long the attempts before the last one worked, in ms, those that were lost aside; left out if that is 0. */
  readonly earlierMs?: number
  /**
   * In what a sampler sees of a study with a fidelity: how long the config takes up to the top rung, in ms, by what it
   * took for its steps; null if that says nothing.
   */
  readonly wholeMs?: number | null
}

/** The milliseconds from one time of a record to another; NaN if one of them cannot be read. */
export const msBetween = (from: string, to: string): number => Date.parse(to) - Date.parse(from)

/** What the `origin` of a result from elsewhere begins with; where it comes from follows. */
export const IMPORTED = 'import: '

/** The best complete trial. */
export interface Best<C = Config> {
  readonly id: string
  readonly number: number | null
  /** The value of the first objective. */
  readonly value: number
  /** The value of each objective by name. */
  readonly values: Readonly<Record<string, number>>
  /** What the trial said beside them, by name. */
  readonly outputs: Readonly<Record<string, Output>>
  readonly config: C
  /** Absolute path of the trial's own directory. */
  readonly directory: string
}
