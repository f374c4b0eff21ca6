/**
 * Why a config was suggested, as plain facts: what `why` tells, in words or as JSON.
 *
 * Predictions are in the objective's own units; of a model that warps the values the two halves of an interval differ.
 */

import type { Near } from '../space/neighbors.ts'
import type { TrialRecord } from '../trial.ts'

/** Why a trial was tried, and what was known around it: what `study.why` gives and `why` prints. */
export interface Why<C = TrialRecord['config']> {
  readonly trial: TrialRecord<C>
  /** Who proposed it: a sampler's name, or `queue`. */
  readonly origin: string
  /** Null where computing the suggestion again did not give the same config; `reason` says why. */
  readonly explanation: Explanation | null
  /** Whether the suggestion, computed again, was the same; `queued` was put into the queue by somebody. */
  readonly verdict: 'same' | 'different' | 'queued' | 'unknown'
  readonly reason: string | null
  /** The nearest trials that had ended when a model chose this one; for any other trial, that have ended by now. */
  readonly nearest: readonly Near[]
}

export type Explanation =
  /** The defaults that the space declares: the first trial tries them. */
  | { readonly by: 'defaults' }
  /** A point of the Sobol sequence, from 0; `isStandIn`: a random point in its place, since that config was tried. */
  | { readonly by: 'sobol'; readonly index: number; readonly isStandIn: boolean; readonly because?: Fallback }
  | { readonly by: 'random' }
  /** The combination of this place, from 0, or the first untried one behind it. */
  | { readonly by: 'grid'; readonly place: number; readonly of: number }
  /** A config once more, after so many measurements, since nothing new was left and there was no model to ask. */
  | { readonly by: 'repeat'; readonly measurements: number }
  | ModelExplanation

/** Why a sampler with models gave a point of a sequence. */
export type Fallback =
  /** It begins with so many of them. */
  | { readonly reason: 'opening'; readonly of: number }
  /** Too few trials had given a value. */
  | { readonly reason: 'few-values'; readonly values: number }
  /** The models wanted nothing that was not tried. */
  | { readonly reason: 'all-tried' }
  /** The model whose turn it was found nothing but noise: to cover the space is worth more. */
  | { readonly reason: 'only-noise' }

export interface ModelExplanation {
  readonly by: 'model'
  /** Whose turn it was. */
  readonly model: 'plain' | 'smooth' | 'best' | 'forest'
  /** The map of the values that it fits. */
  readonly warp: string
  /** Of how many trials with a value, without one, and pending. */
  readonly observed: number
  readonly failed: number
  readonly pending: number
  /** How often its config had been measured; left out where it was new. */
  readonly measurements?: number
  /** How many of the best basins the model was made without, since they hold nothing more; left out where it was made of all. */
  readonly leftOut?: number
  /** The median, and one deviation below and above it. */
  readonly prediction: Interval
  /** What an improvement is measured from: the predicted value at the best trial, or the best outside of basins that hold nothing more. */
  readonly incumbent: number
  /** The logarithm of the expected improvement, in deviations of the values as the model sees them, times the odds of a value. */
  readonly acquisition: { readonly name: 'log expected improvement'; readonly value: number }
  /** Probability that the objective is better there than the incumbent. */
  readonly improves: number
  /** Probability that a trial there gives a value; left out while none has failed. */
  readonly works?: number
  /** `exploit`: expected to be better than the incumbent, or well known; `explore`: uncertain enough to be worth a look. */
  readonly mode: 'explore' | 'exploit'
}

/** A prediction, and an interval around it; an end beyond the largest number is infinite, which JSON has as null. */
export interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
}
