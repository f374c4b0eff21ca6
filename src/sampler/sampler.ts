/**
 * The contract of all samplers: a pure function from the record of a study to the config to try next.
 *
 * No state between calls: the same question has the same answer in any process, whatever the order of the trials. A
 * suggestion lies in the space and is never one that was tried, unless it says `again` (a study refuses any other); undefined
 * says that nothing is left to try.
 *
 * What a sampler has learned at some cost (hyperparameters that the next fit may begin with) travels in the record: a
 * suggestion comes with a `basis`, the caller keeps it with the trial's claim, and gives it back in later questions. So a
 * suggestion stays a function of what is written down.
 */

import type { Config, Json, Objectives, TrialRecord } from '../trial.ts'
import type { Space } from '../space/parameter.ts'
import type { Explanation } from './explanation.ts'

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
  /** Of the trials with a basis, that of the highest number, whatever became of it; one that makes no sense is ignored. */
  readonly basis?: Json | undefined
  /** Whether a config was tried, or is being tried: once, or so many times, whatever came out, and even where no trial tells of it yet. */
  readonly isTried: (config: Config, times?: number) => boolean
}

export interface Suggestion {
  readonly config: Config
  /** That it may have been tried before, and is to be measured once more. */
  readonly again?: boolean
  /** To be kept with the trial, word for word: a few hundred bytes of JSON that only the sampler reads. */
  readonly basis?: Json
}

export interface Sampler {
  readonly name: string
  /** What it was made with, where that was said; kept with its suggestions, so that they can be made again. */
  readonly options?: Json
  /**
   * Whether `suggest` looks at `trials`, `pending` or `basis`; default true. One that does not spares every process the
   * reading of what the others do.
   */
  readonly readsRecord?: boolean
  readonly suggest: (question: Question) => Suggestion | undefined
  /** Why it suggests what it suggests; at the cost of a suggestion. */
  readonly explain?: (question: Question) => Explanation | undefined
}

/** Those that are there by name. */
export const SAMPLER_NAMES = ['auto', 'bayesian', 'sobol', 'random', 'grid'] as const

export type SamplerName = (typeof SAMPLER_NAMES)[number]
