/**
 * Several acquisitions in turn, and the odds of each: those that led to low values are chosen more often.
 *
 *   g   gains, one for each acquisition: sums of how low the model says that its proposals are
 *   η   how much a gain counts         α   weight of the newest proposal, if the older ones are forgotten
 *
 * What is known is kept in the basis: the gains and the points that were proposed last. The next turn judges these
 * points by its own model. With several workers the newest basis is read, so the gains of other turns may be lost; no
 * suggestion becomes wrong by that.
 *
 * Sources: Hoffman, Brochu & de Freitas 2011, "Portfolio allocation for Bayesian optimization"; the portfolio
 * strategy of hyperengine 0.1, whose scores forget.
 */

import type { Json } from '../trial.ts'
import type { Random } from '../numerics/random.ts'
import { isRecord } from '../space/options.ts'

/** Points are kept in ten thousandths of a range: enough to judge a proposal, and short in a file. */
const POINT_UNITS = 1e4

/** Gains are kept in millionths of a deviation. */
const GAIN_UNITS = 1e6

/** What a portfolio has learned, as the basis keeps it. */
export interface Standing {
  /** The names of the acquisitions. */
  readonly of: readonly string[]
  /** g, one for each acquisition. */
  readonly gains: readonly number[]
  /** Where each acquisition wanted to measure; null stands for a parameter that is not active. */
  readonly points: readonly (readonly (number | null)[])[]
  /** Which of them was followed. */
  readonly chosen: number
}

/** The gains before anything is known. */
export function noGains(count: number): Float64Array {
  return new Float64Array(count)
}

/**
 * The gains, once a newer model judges the last proposals: g − μ for each. The model's values are standardized, so
 * that a proposal that is better than the average of the observations is a gain.
 *
 * @param means  predictions at the points of `standing`
 */
export function gainsAfter({ gains }: Standing, means: Float64Array): Float64Array {
  return Float64Array.from(gains, (gain, i) => gain - means[i]!)
}

/**
 * The same with forgetting: the acquisition that was followed has α (μ̄ − μ) + (1 − α) g, all others keep theirs.
 *
 * @param means    predictions at the points of `standing`
 * @param average  μ̄, the mean of the observations as the model sees them
 * @param alpha    in (0, 1]
 */
export function scoresAfter(
  { gains, chosen }: Standing,
  means: Float64Array,
  average: number,
  alpha: number,
): Float64Array {
  return Float64Array.from(gains, (gain, i) =>
    i === chosen ? alpha * (average - means[i]!) + (1 - alpha) * gain : gain,
  )
}

/** The odds of each acquisition: softmax of η g. Equal gains have equal odds. */
export function oddsOfGains(gains: Float64Array, eta: number): Float64Array {
  const most = gains.reduce((a, b) => Math.max(a, b), -Infinity)
  return normalized(gains.map((gain) => Math.exp(eta * (gain - most))))
}

/** The odds that are in proportion to these numbers, which are at least 0; equal odds if all are 0. */
export function normalized(weights: Float64Array): Float64Array {
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map((weight) => (sum > 0 ? weight / sum : 1 / weights.length))
}

/** An index drawn with these odds. Takes one number from `random`. */
export function drawnBy(odds: Float64Array, random: Random): number {
  let left = random.next()
  for (const [i, share] of odds.entries()) {
    left -= share
    if (left < 0) return i
  }
  // Rounding: the odds may sum to a little less than 1.
  return odds.reduce((last, share, i) => (share > 0 ? i : last), 0)
}

/** What the basis keeps, rounded. */
export function standingOf(
  names: readonly string[],
  gains: Float64Array,
  points: readonly Float64Array[],
  chosen: number,
): Standing {
  return {
    of: names,
    gains: Array.from(gains, (gain) => Math.round(gain * GAIN_UNITS) / GAIN_UNITS),
    points: points.map((x) =>
      Array.from(x, (at) => (Number.isNaN(at) ? null : Math.round(at * POINT_UNITS) / POINT_UNITS)),
    ),
    chosen,
  }
}

/** The kept points as the rows of a matrix. */
export function rowsOfStanding({ points }: Standing): Float64Array {
  return Float64Array.from(points.flat(), (at) => at ?? NaN)
}

/**
 * Whether the entry `portfolio` of a basis makes sense. A basis comes from a file.
 *
 * @param d  number of parameters
 */
export function isStanding(entry: Json | undefined, d: number): boolean {
  if (!isRecord(entry)) return false
  const { of: names, gains, points, chosen } = entry
  if (!Array.isArray(names) || names.length === 0) return false
  const count = names.length
  return (
    isListOf(names, count, (name) => typeof name === 'string') &&
    isListOf(gains, count, Number.isFinite) &&
    isListOf(points, count, (x) => isListOf(x, d, (at) => at === null || Number.isFinite(at))) &&
    Number.isInteger(chosen) &&
    (chosen as number) >= 0 &&
    (chosen as number) < count
  )
}

function isListOf(value: unknown, length: number, holds: (entry: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length === length && value.every(holds)
}
