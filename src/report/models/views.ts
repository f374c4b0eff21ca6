/**
 * What models say of a study, as plain numbers: one view for each objective, all of it from one posterior. It holds no
 * words for people and no pixels, and nothing that JSON cannot hold but NaN and infinities (written as null).
 *
 * Values are in the unit of the objective. `deviations` are standard deviations of the difference that they belong to.
 * A trial is an index in `Columns`, a parameter an index in its `parameters`.
 */

import type { Interval } from '../../sampler/explanation.ts'
import type { Config } from '../../trial.ts'

/** What a model says of one objective. */
export interface ModelView {
  readonly objective: string
  /** How many trials it was made of. */
  readonly trials: number
  /** The share of the variance of left-out values that it predicts: 1 all, 0 or less none. */
  readonly r2: number
  /** Standard deviation of one measurement where the recommended trial lies; 0 if no noise was found. */
  readonly noise: number
  /** The share of the variance of the values, as the model sees them, that is noise. */
  readonly noiseShare: number
  readonly recommended: Judged
  /** The same of the trial with the best value: a value beyond its interval was luck. */
  readonly best: Judged
  /** The best place by its mean, which may be untried; null where none is better than the recommended trial. */
  readonly optimum: Optimum | null
  /** One for each parameter that is active in the recommended trial. */
  readonly cuts: readonly Cut[]
  /** The strongest pairs, first the strongest. */
  readonly contours: readonly Contour[]
  readonly calibration: Calibration
  readonly forecasts: readonly Forecast[]
  readonly room: Room | null
  /** With `--forecast`: what the next trials are likely to bring. */
  readonly next: Next | null
}

/** A trial as the model sees it: its mean without noise and the 95 % interval of that. */
export interface Judged {
  readonly trial: number
  readonly mean: Interval
}

export interface Optimum {
  readonly config: Config
  readonly mean: Interval
}

/** The predicted value along one parameter, with all else as in the recommended trial. */
export interface Cut {
  readonly parameter: number
  /** Ascending places on the parameter's scale; each index of a category. */
  readonly at: readonly number[]
  readonly mean: readonly number[]
  /** The ends of the 95 % band of the function, noise left out. As the mean they are NaN where a condition forbids. */
  readonly low: readonly number[]
  readonly high: readonly number[]
  /** The mean over the whole space of everything else, as the model sees values: of their logarithms if it warps so. */
  readonly average: readonly number[]
  /** For a category: the probability that each value is better there than the recommended one; else empty. */
  readonly beats: readonly number[]
  /** The distance between the cut's least and largest mean, in the objective's unit and in deviations. */
  readonly span: number
  readonly spanDeviations: number
  /**
   * How much better it becomes over the last tenth toward each end, in deviations; negative if it becomes worse. 0 for
   * a category, and where a condition forbids the end.
   */
  readonly gainAtLow: number
  readonly gainAtHigh: number
}

/** The predicted mean over two parameters, with all else as in the recommended trial. */
export interface Contour {
  readonly x: number
  readonly y: number
  readonly columns: number
  readonly rows: number
  /** `columns` × `rows`, column by column from the low end of x, each from the low end of y. */
  readonly mean: readonly number[]
  /** Deviation of the function over that of the prior, from 0 to 1. */
  readonly doubt: readonly number[]
  /** Probability that a trial there gives a value; empty if no trial has failed. */
  readonly works: readonly number[]
}

/** Which parameters matter for one objective. It needs ten values; a model needs more. */
export interface ImportanceView {
  readonly objective: string
  /** R² of the forest on trials held out; null if all values are the same. */
  readonly heldOut: number | null
  readonly trials: number
  /** The largest share first: each parameter, and the pairs that do something. */
  readonly rows: readonly ImportanceShare[]
}

/** A share of the variance, with its 80 % interval over resampled trials. One parameter, or two for a pair. */
export interface ImportanceShare {
  readonly parameters: readonly number[]
  readonly share: number
  readonly low: number
  readonly high: number
}

/** Each trial of the model predicted without it. */
export interface Calibration {
  readonly trial: readonly number[]
  readonly mean: readonly number[]
  /** The ends of the 95 % interval of a measurement. */
  readonly low: readonly number[]
  readonly high: readonly number[]
  readonly seen: readonly number[]
  /** The share of values within the 50 % and the 95 % interval. */
  readonly inHalf: number
  readonly inMost: number
}

/** What was predicted before a trial ran, against what came out, in deviations of a measurement. */
export interface Forecast {
  readonly trial: number
  readonly predicted: Interval
  readonly seen: number
  readonly error: number
}

/** How much better than the recommended trial the best place is likely to be, in the objective's unit. */
export interface Room {
  readonly middle: number
  /** The ends of the 80 % interval. */
  readonly low: number
  readonly high: number
}

export interface Next {
  readonly trials: number
  /** The chance of a gain above 1 % of the recommended mean, and the expected gain in the objective's unit. */
  readonly chance: number
  readonly gain: number
}
