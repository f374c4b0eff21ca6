/**
 * Where trials fail: a Gaussian process on labels, 1 of a trial that gave a value and −1 of one that did not.
 */

import type { Safety } from '../acquisition/criterion.ts'
import { condition, fitHyperparameters } from '../surrogate/gaussian-process.ts'
import { predictMeans } from '../surrogate/prediction.ts'
import { priorOf } from '../surrogate/hyperparameters.ts'
import { evenly } from './model-set.ts'
import { rowsOf } from './observations.ts'
import type { Known } from './observations.ts'
import { inThousandths } from './rotation.ts'
import type { Learned } from './rotation.ts'

/** At most so many trials of either kind. */
const MOST = 100

/** Some failures are chance: a full disk, a lost network. */
const NOISE = { median: 0.05, spread: 1, floor: 0.01 }

const ITERATIONS = 15

/** A label above which a place counts as safe; and the share of what is left up to the safest place that it has to have too for a while after a failure. */
const LEAST = 0.25
const CAUTION = 0.75

/**
 * The model of the labels, the least label that will do, and what was learned; undefined while no trial has failed. An
 * optimum beyond the edge of what works draws every suggestion to that edge, and half of them over it: so a failure asks for a
 * larger distance, until it is long ago.
 */
export function safetyOf(
  { observed, failed, recentFailures }: Known,
  categories: readonly boolean[],
  effective: number,
  earlier?: Learned,
): { readonly safety: Safety; readonly learned: Learned } | undefined {
  if (failed.length === 0) return undefined
  const [good, bad] = [
    evenly(
      observed.map(({ x }) => x),
      MOST,
    ),
    evenly(failed, MOST),
  ]
  const d = categories.length
  const points = rowsOf([...good, ...bad], d)
  const values = Float64Array.from([...good.map(() => 1), ...bad.map(() => -1)])
  const observations = { points, values, categories }
  const prior = priorOf(d, effective, { noise: NOISE })
  const start = earlier === undefined ? prior.mean : Float64Array.from(earlier.theta)
  const { theta } = fitHyperparameters(observations, prior, [start], ITERATIONS)
  const rounded = inThousandths(theta)
  const model = condition(observations, Float64Array.from(rounded))
  const safest = predictMeans(model, points, good.length).reduce((a, b) => Math.max(a, b), LEAST)
  // What fails in the midst of what works is chance, which no distance helps against.
  const isAvoidable = (x: Float64Array): boolean => predictMeans(model, x, 1)[0]! < (LEAST + safest) / 2
  const isWary = failed.slice(failed.length - recentFailures).some(isAvoidable)
  const least = isWary ? LEAST + CAUTION * (safest - LEAST) : LEAST
  return { safety: { model, least }, learned: { theta: rounded, fitted: values.length } }
}

/** Whether a trial there gives a value, as far as one can tell. */
export function isSafe({ model, least }: Safety, x: Float64Array): boolean {
  return predictMeans(model, x, 1)[0]! > least
}

/** Of points that failed, those where trials do fail, as the model sees it; elsewhere it was chance. */
export function isUnsafe({ model }: Safety, failed: readonly Float64Array[]): boolean[] {
  return failed.map((x) => predictMeans(model, x, 1)[0]! < 0)
}
