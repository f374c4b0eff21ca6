/**
 * The contract of all samplers: a pure function from the record of a study to the config to try next.
 *
 * There is no state between calls. The same question has the same answer in any process, and the order of the trials
 * does not matter. A suggestion lies in the space and meets its conditions. Its config was not tried before, unless the
 * suggestion says `again`; a study refuses any other. Undefined means that nothing is left to try.
 *
 * What a sampler has learned at some cost, such as hyperparameters that the next fit can start from, travels in the
 * record: a suggestion comes with a `basis`, the caller keeps it in the trial's slot, and gives it back in later
 * questions. So a suggestion stays a function of what is written down.
 */

import type { Config, Constraints, Json, Objectives, TrialRecord } from '../trial.ts'
import { didYouMean } from '../space/nearest-name.ts'
import type { Space, Where } from '../space/parameter.ts'
import type { Explanation, Interval } from './explanation.ts'

/** The samplers that have a name. */
export const SAMPLER_NAMES = [
  'auto',
  'bayesian',
  'sobol',
  'random',
  'halton',
  'hammersley',
  'lhs',
  'k-lhs',
  'grid',
  'local',
  'evolve',
  'breed',
  'cma',
] as const

export type SamplerName = (typeof SAMPLER_NAMES)[number]

/** Whether a name is that of one of anthill's own samplers. */
export const isSamplerName = (name: string): name is SamplerName => (SAMPLER_NAMES as readonly string[]).includes(name)

/** @throws RangeError that says which names there are */
export function refuseSamplerName(name: string): never {
  throw new RangeError(
    `sampler '${name}': must be one of ${SAMPLER_NAMES.join(', ')}, or a sampler object` +
      didYouMean(name, SAMPLER_NAMES),
  )
}

/** What an earlier study has found out. */
export interface Earlier {
  /** What it is called. */
  readonly from: string
  /** Its trials that have ended, with configs of the space at hand and values of its objectives. */
  readonly trials: readonly TrialRecord[]
}

export interface Question {
  readonly space: Space
  /** The conditions that every config must meet, if there are any: `where.isAllowed(config)`. */
  readonly where?: Where | undefined
  /** Trials that have ended, in any order. */
  readonly trials: readonly TrialRecord[]
  /** Configs that are being tried, or wait in the queue. */
  readonly pending: readonly Config[]
  /** Trials of other studies of the same parameters, which only teach: none of them is one of this study. */
  readonly earlier?: readonly Earlier[] | undefined
  readonly objectives: Objectives
  /** What the trials must keep to; left out if there is nothing. */
  readonly constraints?: Constraints
  /** Seed of the study. */
  readonly seed: number
  /** The trial's number in the study, from 0; also the index of its point in a sequence. */
  readonly number: number
  /** 0, and one more for each suggested config that another worker took first. */
  readonly draw: number
  /**
   * The number of trials at which the study ends, as far as is known. A study keeps it with the suggestion once a
   * sampler has read it.
   */
  readonly budget?: number | undefined
  /** The same in hours of trials, summed over all of them. */
  readonly hours?: number | undefined
  /**
   * The basis of the trial with the highest number among those that have one, in any state. Nonsense in it is ignored.
   */
  readonly basis?: Json | undefined
  /**
   * Whether a config was tried, or is being tried, at least `times` times; default 1. Failed trials count. So do trials
   * of other workers of which only the ids are known so far.
   */
  readonly isTried: (config: Config, times?: number) => boolean
}

export interface Suggestion {
  readonly config: Config
  /** True if the config may have been tried before and must be measured once more. */
  readonly again?: boolean
  /** What the caller must keep with the trial, unchanged: a few hundred bytes of JSON that only the sampler reads. */
  readonly basis?: Json
}

/** What a sampler is to search, as far as it is known before the first trial. */
export type Task = Pick<Question, 'space' | 'where' | 'objectives' | 'constraints' | 'seed'>

export interface Sampler {
  readonly name: string
  /**
   * The options that it was made with, if any. They are kept with its suggestions, so that these can be computed again.
   */
  readonly options?: Json
  /**
   * Whether `suggest` looks at `trials`, `pending` or `basis`; default true. If it does not, no process has to read
   * what the others do.
   */
  readonly readsRecord?: boolean
  /** Refuses what it cannot search, before anything is made for it: throws a TypeError or RangeError. */
  readonly check?: (task: Task) => void
  readonly suggest: (question: Question) => Suggestion | undefined
  /** Why it suggests what it suggests. This costs as much as a suggestion. */
  readonly explain?: (question: Question) => Explanation | undefined
  /**
   * What the model whose turn it is predicts of a config: the median, one standard deviation below it, and one above.
   * It gives undefined before the first model. A sampler without models does not have this function.
   *
   * @param objective  the name of an objective; default: the first one
   */
  readonly predict?: (question: Question, config: Config, objective?: string) => Interval | undefined
}
