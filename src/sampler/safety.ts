/**
 * Where trials fail: a Gaussian process on labels, 1 for a trial that gave a value and −1 for one that failed.
 *
 * An optimum just beyond the edge of what works draws every suggestion to that edge, and half of them over it. So after
 * a failure suggestions must keep a larger distance, until the failure is long ago.
 *
 * A trial that failed by luck has no part in this (`luck.ts`). The others are seen by the models of the values too: a
 * forest takes them for as poor as the worst value and a process, if they surely failed for their place, for no better
 * than the mean (`made.ts`).
 */

import type { Safety } from '../acquisition/terms.ts'
import { rowsOf } from '../numerics/vector.ts'
import type { Observations } from '../surrogate/evidence.ts'
import { condition, fitHyperparameters } from '../surrogate/gaussian-process.ts'
import { priorOf } from '../surrogate/hyperparameters.ts'
import { predictMeans } from '../surrogate/prediction.ts'
import { MOSTLY_LUCK, luckOf } from './luck.ts'
import { evenly } from './model-set.ts'
import type { History } from './observations.ts'
import { inThousandths } from './role.ts'
import type { Learned } from './role.ts'

/** Most trials of either kind that the model is fitted to. */
const MOST_OF_EITHER = 100

/** Noise variance of a label. It is not 0, because the edge of what works may be rough. */
const LABEL_NOISE_PRIOR = { median: 0.05, spread: 1, floor: 0.01 }

/** Gradient steps of the fit; it starts where the last one ended. */
const ITERATIONS = 15

/** A point is safe if its predicted label exceeds this. */
const SAFE_LABEL = 0.25

/** For a while after a failure the threshold moves this fraction of the way up to the safest point's label. */
const WARY_SHARE = 0.75

/** A failure is surely one of its place, and makes suggestions wary, if its probability of luck is below this. */
const SURELY_PLACE = 0.1

/** What is known about failures. */
export interface Judgment extends Safety {
  /** What the model was made of. */
  readonly labels: Observations
  /** The failed trials that were not mostly luck. */
  readonly placed: readonly Float64Array[]
  /** Those of them that surely failed for their place. */
  readonly feared: ReadonlySet<Float64Array>
}

/**
 * The model of the labels, the label that a point must exceed, and what was learned; undefined while no trial has
 * failed.
 *
 * @param effective  number of parameters that the prior's lengthscale is made for
 * @param earlier    what an earlier fit has learned
 */
export function safetyOf(
  { observed, failed, recentFailures }: Pick<History, 'observed' | 'failed' | 'recentFailures'>,
  categories: readonly boolean[],
  effective: number,
  earlier?: Learned,
): { readonly safety: Judgment; readonly learned: Learned } | undefined {
  if (failed.length === 0) return undefined
  const worked = evenly(observed, MOST_OF_EITHER).map(({ x }) => x)
  const notWorked = evenly(failed, MOST_OF_EITHER)
  const prior = priorOf(categories.length, effective, { noise: LABEL_NOISE_PRIOR })
  const start = earlier === undefined ? prior.mean : Float64Array.from(earlier.theta)
  const before = luckOf(worked, notWorked, categories, start)
  const theta = inThousandths(fitHyperparameters(before.labels, prior, [start], ITERATIONS).theta)
  const { odds: luck, labels } = luckOf(worked, notWorked, categories, Float64Array.from(theta))
  const model = condition(labels, Float64Array.from(theta))

  const all = rowsOf(worked, categories.length)
  const safest = predictMeans(model, all, worked.length).reduce((a, b) => Math.max(a, b), SAFE_LABEL)
  // No distance helps against luck.
  const feared = new Set(notWorked.filter((_, i) => luck[i]! < SURELY_PLACE))
  const isWary = failed.slice(failed.length - recentFailures).some((x) => feared.has(x))
  const least = isWary ? SAFE_LABEL + WARY_SHARE * (safest - SAFE_LABEL) : SAFE_LABEL
  const fitted = worked.length + notWorked.length
  const placed = notWorked.filter((_, i) => luck[i]! <= MOSTLY_LUCK)
  return { safety: { model, least, labels, placed, feared }, learned: { theta, fitted } }
}

/** Whether a trial at a point is expected to give a value, with the distance that is kept at the moment. */
export function isSafe({ model, least }: Safety, x: Float64Array): boolean {
  return labelAt(model, x) > least
}

function labelAt(model: Safety['model'], x: Float64Array): number {
  return predictMeans(model, x, 1)[0]!
}
