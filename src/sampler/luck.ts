/**
 * Which trials failed for their place, and which by luck: a full disk, a lost network, an evicted job.
 *
 * A trial fails by luck at some rate λ, wherever it is, or because nothing works at its place. Both are estimated
 * together, by expectation and maximization for a mixture:
 *
 *   qᵢ   the probability that the place of failure i works, by a Gaussian process of the labels of all other trials
 *   pᵢ   λ qᵢ / (λ qᵢ + 1 − qᵢ), the probability that failure i was luck
 *   λ    (a + Σ pᵢ) / (a + b + Σ pᵢ + number of trials that worked)
 *
 * The label of a failure is what is left of −1 once luck is accounted for: −1 + 2 pᵢ. One that was more likely luck
 * than place has no label; it tells nothing about its place. Failures at one place speak against luck, because each is
 * judged by the labels −1 of the others.
 *
 * Source: Naish-Guzman & Holden 2007, "Robust regression with twinned Gaussian processes", for outliers as a mixture.
 */

import { normalCdf } from '../numerics/special.ts'
import { rowsOf } from '../numerics/vector.ts'
import type { Observations } from '../surrogate/evidence.ts'
import { leaveOneOut } from '../surrogate/explained.ts'
import { condition } from '../surrogate/gaussian-process.ts'

/** Before any trial, λ has a Beta distribution: a few of a hundred trials fail by luck; a fifth may well. */
const BETA = { a: 0.5, b: 10 }

/** Rounds of expectation and maximization. */
const ROUNDS = 4

/** With a larger probability of luck than this, a failure tells nothing about its place. */
export const MOSTLY_LUCK = 0.5

/** What a label is for the model of where trials work. */
const WORKED = 1
const FAILED = -1

export interface Luck {
  /** The probability that each failure was luck. */
  readonly odds: Float64Array
  /** The labels that are left, for a model of where trials work. */
  readonly labels: Observations
}

/**
 * How much of each failure is luck.
 *
 * @param worked  points of trials that gave a value
 * @param failed  points of trials that failed, one at least
 * @param theta   hyperparameters of the process of the labels
 */
export function luckOf(
  worked: readonly Float64Array[],
  failed: readonly Float64Array[],
  categories: readonly boolean[],
  theta: Float64Array,
): Luck {
  const works = oddsOfWorking(worked, failed, categories, theta)
  let odds = new Float64Array(failed.length)
  let rate = BETA.a / (BETA.a + BETA.b)
  for (let round = 0; round < ROUNDS; round++) {
    odds = works.map((q) => (rate * q) / (rate * q + 1 - q))
    const lucky = odds.reduce((a, b) => a + b, 0)
    rate = (BETA.a + lucky) / (BETA.a + BETA.b + lucky + worked.length)
  }
  return { odds, labels: labelsOf(worked, failed, odds, categories) }
}

/** The labels of the trials, without the failures that were mostly luck. */
function labelsOf(
  worked: readonly Float64Array[],
  failed: readonly Float64Array[],
  odds: Float64Array,
  categories: readonly boolean[],
): Observations {
  const placed = Array.from(failed.keys()).filter((i) => odds[i]! <= MOSTLY_LUCK)
  return {
    points: rowsOf([...worked, ...placed.map((i) => failed[i]!)], categories.length),
    values: Float64Array.from([...worked.map(() => WORKED), ...placed.map((i) => FAILED + 2 * odds[i]!)]),
    categories,
  }
}

/** The probability that the place of each failure works, by the labels of all other trials. */
function oddsOfWorking(
  worked: readonly Float64Array[],
  failed: readonly Float64Array[],
  categories: readonly boolean[],
  theta: Float64Array,
): Float64Array {
  const labels = labelsOf(worked, failed, new Float64Array(failed.length), categories)
  const { means, variances } = leaveOneOut(condition(labels, theta), labels)
  return Float64Array.from(failed, (_, i) => {
    const row = worked.length + i
    return normalCdf(means[row]! / Math.sqrt(variances[row]!))
  })
}
