/**
 * The contract of all samplers: a pure function from the record of a study to the config to try next.
 *
 * No state between calls: the same question has the same answer in any process, whatever the order of the trials. A
 * suggestion lies in the space and is never one that was tried; undefined says that nothing is left to try.
 */

import type { Config, Objectives, TrialRecord } from '../trial.ts'
import type { Space } from '../space/parameter.ts'

export interface Question {
  readonly space: Space
  /** Trials that have ended, in any order. */
  readonly trials: readonly TrialRecord[]
  /** Configs that are being tried, or are going to be. */
  readonly pending: readonly Config[]
  readonly objectives: Objectives
  /** Seed of the study. */
  readonly seed: number
  /** The trial's number in the study, from 0; also the index of its point in a sequence. */
  readonly number: number
  /** 0, and one more for each config that was somebody else's after all. */
  readonly draw: number
  readonly isTried: (config: Config) => boolean
}

export interface Sampler {
  readonly name: string
  /**
   * Whether `suggest` looks at `trials` and `pending`; default true. One that does not spares every process the reading
   * of what the others do.
   */
  readonly readsRecord?: boolean
  readonly suggest: (question: Question) => Config | undefined
}
