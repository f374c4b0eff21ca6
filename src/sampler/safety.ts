/**
 * Where trials fail: a Gaussian process on labels, 1 of a trial that gave a value and −1 of one that did not.
 */

import { condition, fitHyperparameters, predictMeans } from '../surrogate/gaussian-process.ts'
import type { GaussianProcess } from '../surrogate/gaussian-process.ts'
import { priorOf } from '../surrogate/hyperparameters.ts'
import { evenly } from './model-set.ts'
import type { Learned } from './rotation.ts'

/** At most so many trials of either kind. */
const MOST = 100

/** Some failures are chance: a full disk, a lost network. */
const NOISE = { median: 0.05, spread: 1, floor: 0.01 }

const ITERATIONS = 15

/** The model of the labels, and what it has learned; undefined while no trial has failed. */
export function safetyModel(
  worked: readonly Float64Array[], failed: readonly Float64Array[], categories: readonly boolean[], effective: number, earlier?: Learned,
): { readonly model: GaussianProcess; readonly learned: Learned } | undefined {
  if (failed.length === 0) return undefined
  const [good, bad] = [evenly(worked, MOST), evenly(failed, MOST)]
  const d = categories.length
  const points = new Float64Array((good.length + bad.length) * d)
  for (const [i, x] of [...good, ...bad].entries()) points.set(x, i * d)
  const values = Float64Array.from([...good.map(() => 1), ...bad.map(() => -1)])
  const observations = { points, values, categories }
  const prior = priorOf(d, effective, { noise: NOISE })
  const start = earlier === undefined ? prior.mean : Float64Array.from(earlier.theta)
  const { theta } = fitHyperparameters(observations, prior, [start], ITERATIONS)
  const rounded = Array.from(theta, (t) => Math.round(1000 * t) / 1000)
  return { model: condition(observations, Float64Array.from(rounded)), learned: { theta: rounded, fitted: values.length } }
}

/** Of points that failed, those where trials do fail, as the model sees it; elsewhere it was chance. */
export function isUnsafe(model: GaussianProcess, failed: readonly Float64Array[]): boolean[] {
  return failed.map((x) => predictMeans(model, x, 1)[0]! < 0)
}
