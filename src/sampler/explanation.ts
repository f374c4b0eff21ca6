/**
 * Why a config was suggested, as plain facts: what `why` tells, in words or as JSON.
 *
 * Predictions are in the objective's own units. If the model warps the values, the two halves of an interval differ.
 */

import type { DesignName } from './design-choice.ts'
import type { ModelName } from './model-choice.ts'
import type { Near } from '../space/neighbors.ts'
import type { Config, TrialRecord } from '../trial.ts'

/** Why a trial's config was tried: what `study.why` gives and `why` prints. */
export interface Why<C = Config> {
  readonly trial: TrialRecord<C>
  /** Who proposed the config: a sampler's name, or `queue`. */
  readonly origin: string
  /** How the sampler chose. Null unless the verdict is `same`, and for a sampler that explains nothing. */
  readonly explanation: Explanation | null
  /** What came of computing the suggestion again; `queued` if the config came from the queue. */
  readonly verdict: 'same' | 'different' | 'queued' | 'unknown'
  /** Why the suggestion could not be computed again; null if it could. */
  readonly reason: string | null
  /**
   * The nearest of the trials that the model knew; if no model chose, the nearest that have ended by now. At most
   * three.
   */
  readonly nearest: readonly Near[]
}

/** How a config was chosen. */
export type Explanation =
  /** The defaults that the space declares. Trial 0 tries them. */
  | { readonly by: 'defaults' }
  /**
   * A point of the Sobol sequence, by its index from 0. `isStandIn`: a random point in its place, because its config
   * had been tried. `because` is there if a sampler with models left the choice to the sequence.
   */
  | { readonly by: 'sobol'; readonly index: number; readonly isStandIn: boolean; readonly because?: Fallback }
  /** The same of another design, or of a Sobol sequence with options of its own. */
  | {
      readonly by: 'design'
      readonly name: DesignName
      readonly index: number
      readonly isStandIn: boolean
      readonly because?: Fallback
    }
  | { readonly by: 'random' }
  /** The best trial of an earlier study that was apart from all that had been tried here. */
  | { readonly by: 'earlier'; readonly from: string; readonly value: number }
  /**
   * Bred from trials before: `parents` are those that it may descend from, if they are trials of the study; none where
   * the search begins anew. `generation` counts from 0, where the sampler has generations.
   */
  | {
      readonly by: 'bred'
      readonly sampler: 'local' | 'evolve' | 'breed' | 'cma'
      readonly parents: readonly number[]
      readonly generation?: number
    }
  /** The combination at this place of the grid, from 0, or the first untried one after it. */
  | { readonly by: 'grid'; readonly place: number; readonly of: number }
  /** A config once more, after this many measurements: nothing new was left, and there was no model to ask. */
  | { readonly by: 'repeat'; readonly measurements: number }
  | OddsExplanation
  | ConstraintsExplanation
  | ModelExplanation

/** Why a sampler with models gave a point of a design. */
export type Fallback =
  /** It begins with this many of them. */
  | { readonly reason: 'opening'; readonly of: number }
  /** Too few trials had given a value. */
  | { readonly reason: 'few-values'; readonly values: number }
  /** All that the models wanted had been tried. */
  | { readonly reason: 'all-tried' }
  /** The model whose turn it was found only noise, so covering the space was worth more. */
  | { readonly reason: 'only-noise' }

/** The least known place among those that may work: there were failures, but too few values for a model of them. */
export interface OddsExplanation {
  readonly by: 'odds'
  /** How many trials with a value there were, how many without one, and how many pending. */
  readonly observed: number
  readonly failed: number
  readonly pending: number
  /** Probability that a trial there gives a value. */
  readonly works: number
}

/** The place where the constraints are most likely met: no trial had met all of them. */
export interface ConstraintsExplanation {
  readonly by: 'constraints'
  /** How many trials with a value there were, how many without one, and how many pending. */
  readonly observed: number
  readonly failed: number
  readonly pending: number
  /** Probability that a trial there gives a value; left out while no trial has failed. */
  readonly works?: number
  /** Probability that it meets each constraint. */
  readonly constraints: Readonly<Record<string, number>>
  /** How long its trial was expected to take; see `ModelExplanation`. */
  readonly seconds?: ModelExplanation['seconds']
}

export interface ModelExplanation {
  readonly by: 'model'
  /** The model whose turn it was: one of anthill's, or one of your own by its name. */
  readonly model: ModelName | (string & {})
  /** The map of the values that the model was fitted to. */
  readonly warp: string
  /** How many trials with a value there were, how many without one, and how many pending. */
  readonly observed: number
  readonly failed: number
  readonly pending: number
  /**
   * How well the model predicts trials that it was not shown: the share of the variance of the values, as it sees them,
   * that it explains. Left out where all values are equal.
   */
  readonly explained?: number
  /** How many of those with a value lie on a plateau of bad values, and count as failed; left out if none does. */
  readonly plateau?: number
  /** How much the models of earlier studies counted, from 0 to 1 together; left out if none did. */
  readonly earlier?: readonly { readonly from: string; readonly weight: number }[]
  /** How often the config had been measured; left out if it was new. */
  readonly measurements?: number
  /** How many of the best basins the model was made without, because they are exhausted; left out if there are none. */
  readonly leftOut?: number
  /**
   * The median, and one standard deviation of a measurement, noise included, below and above it; with several
   * objectives, of the first one.
   */
  readonly prediction: Interval
  /** The same of each objective, if there are several. */
  readonly predictions?: Readonly<Record<string, Interval>>
  /** What several objectives were made into, if they were: how, with which weights by name, and on which scale. */
  readonly target?: TargetExplanation
  /**
   * What an improvement is measured from: the lowest predicted mean at a trial that meets the constraints; with
   * `leftOut`, at a trial outside those basins. With several objectives it is of the first one.
   */
  readonly incumbent: number
  /**
   * What the point is worth, times the odds of a value, what is believed and its price, as a logarithm. By default the
   * worth is the expected improvement, in standard deviations of the values as the model sees them. `with`: the numbers
   * of its options at this suggestion, null for an infinite one; left out if there are none.
   */
  readonly acquisition: {
    readonly name: string
    readonly value: number
    readonly with?: Readonly<Record<string, number | null>>
  }
  /** The acquisitions that a portfolio chose from, and their odds; left out without a portfolio. */
  readonly portfolio?: { readonly of: readonly string[]; readonly odds: readonly number[] }
  /**
   * Probability that the objective is better there than the incumbent; with several objectives, that no known trial
   * would be better in all of them, or that the target is better.
   */
  readonly improves: number
  /** Probability that a trial there gives a value; left out while no trial has failed. */
  readonly works?: number
  /** What the priors of the space say about the point; left out if there are none. */
  readonly belief?: BeliefExplanation
  /**
   * How long its trial was expected to take, in seconds: the median, and one standard deviation below and above it.
   * `power`: how much that mattered: 1, all that a point is worth was per second; 3, more than that, in a turn that
   * explores; down to 0, not at all. Left out where durations do not matter, and while too few are known.
   */
  readonly seconds?: Interval & { readonly power: number }
  /** Probability that it meets each constraint that trials had said something about; left out without any. */
  readonly constraints?: Readonly<Record<string, number>>
  /** `exploit`: expected to be better than the incumbent, or well known and close to it. `explore`: any other. */
  readonly mode: 'explore' | 'exploit'
}

/** What is believed about a point. */
export interface BeliefExplanation {
  /** How much likelier it is to be the best, by the priors of the space, than without them. */
  readonly times: number
  /** The exponent of that number; it becomes smaller with each suggestion. */
  readonly weight: number
}

/** How several objectives were made into one number. */
export interface TargetExplanation {
  readonly scalarize: string
  readonly scale: string
  /** Sum to 1. */
  readonly weights: Readonly<Record<string, number>>
}

/** A prediction, and an interval around it. An end beyond the largest number is infinite, which is null in JSON. */
export interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
}
