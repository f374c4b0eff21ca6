/**
 * Where trials fail: a Gaussian process on labels, 1 for a trial that gave a value and −1 for one that failed.
 *
 * An optimum just beyond the edge of what works draws every suggestion to that edge, and half of them over it. So after
 * a failure suggestions must keep a larger distance, until the failure is long ago.
 *
 * The models of the values see a failed trial too. Where trials do fail, a process takes it for no better than the mean
 * and a forest for as poor as the worst value (`made.ts`).
 */

import type { Safety } from '../acquisition/terms.ts'
import { condition, fitHyperparameters } from '../surrogate/gaussian-process.ts'
import { priorOf } from '../surrogate/hyperparameters.ts'
import { predictMeans } from '../surrogate/prediction.ts'
import { evenly } from './model-set.ts'
import { rowsOf } from './observations.ts'
import type { History } from './observations.ts'
import { inThousandths } from './role.ts'
import type { Learned } from './role.ts'

/** Most trials of either kind that the model is fitted to. */
const MOST_OF_EITHER = 100

/** Noise variance of a label. It is not 0, because some failures are chance: a full disk, a lost network. */
const LABEL_NOISE_PRIOR = { median: 0.05, spread: 1, floor: 0.01 }

/** Gradient steps of the fit; it starts where the last one ended. */
const ITERATIONS = 15

/** A point is safe if its predicted label exceeds this. */
const SAFE_LABEL = 0.25

/** For a while after a failure the threshold moves this fraction of the way up to the safest point's label. */
const WARY_SHARE = 0.75

/** A failed trial whose predicted label is below this failed for its config; above it, by chance. */
const UNSAFE_LABEL = 0

/**
 * The model of the labels, the label that a point must exceed, and what was learned; undefined while no trial has
 * failed.
 *
 * @param effective  number of parameters that the prior's lengthscale is made for
 * @param earlier    what an earlier fit has learned
 */
export function safetyOf(
  { observed, failed, recentFailures }: History,
  categories: readonly boolean[],
  effective: number,
  earlier?: Learned,
): { readonly safety: Safety; readonly learned: Learned } | undefined {
  if (failed.length === 0) return undefined
  const worked = evenly(observed, MOST_OF_EITHER).map(({ x }) => x)
  const notWorked = evenly(failed, MOST_OF_EITHER)
  const d = categories.length
  const points = rowsOf([...worked, ...notWorked], d)
  const values = Float64Array.from([...worked.map(() => 1), ...notWorked.map(() => -1)])
  const observations = { points, values, categories }
  const prior = priorOf(d, effective, { noise: LABEL_NOISE_PRIOR })
  const start = earlier === undefined ? prior.mean : Float64Array.from(earlier.theta)
  const theta = inThousandths(fitHyperparameters(observations, prior, [start], ITERATIONS).theta)
  const model = condition(observations, Float64Array.from(theta))

  const safest = predictMeans(model, points, worked.length).reduce((a, b) => Math.max(a, b), SAFE_LABEL)
  // A failure amid trials that work is chance, and no distance helps against that.
  const isAvoidable = (x: Float64Array): boolean => labelAt(model, x) < (SAFE_LABEL + safest) / 2
  const isWary = failed.slice(failed.length - recentFailures).some(isAvoidable)
  const least = isWary ? SAFE_LABEL + WARY_SHARE * (safest - SAFE_LABEL) : SAFE_LABEL
  return { safety: { model, least }, learned: { theta, fitted: values.length } }
}

/** Whether a trial at a point is expected to give a value, with the distance that is kept at the moment. */
export function isSafe({ model, least }: Safety, x: Float64Array): boolean {
  return labelAt(model, x) > least
}

/** For each of some failed points: whether trials there do fail, as the model sees it, and not by chance. */
export function isUnsafe({ model }: Safety, failed: readonly Float64Array[]): boolean[] {
  return failed.map((x) => labelAt(model, x) < UNSAFE_LABEL)
}

function labelAt(model: Safety['model'], x: Float64Array): number {
  return predictMeans(model, x, 1)[0]!
}
