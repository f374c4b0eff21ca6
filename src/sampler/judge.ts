/**
 * The model that judges what has been tried, once a study is looked at: which trial to recommend, and what a report
 * says of the objective. It is made of all trials, not of those that one suggestion needs.
 */

import type { Axes } from '../space/axes.ts'
import { warped } from '../surrogate/warp.ts'
import type { Interval } from './explanation.ts'
import { makeProcess } from './made.ts'
import type { MadeProcess } from './made.ts'
import { modelSet } from './model-set.ts'
import { intervalAround } from './model-view.ts'
import { historyOfValues } from './observations.ts'
import type { Observation } from './observations.ts'
import { EFFORTS } from './past.ts'
import { ROLES } from './role.ts'
import type { ProcessRole } from './role.ts'
import { NO_BELIEFS } from './unmeasured.ts'

/** Most observations that the model is made of. */
export const LARGEST_MODEL = 300

/**
 * The model that judges: it has a trend, so that it sees the noise around a bowl, and chooses among maps of the values,
 * so that steep regions do not pass for noise.
 */
const WHOLE: ProcessRole = { ...ROLES.best, prior: ROLES.plain.prior }

/** A normal variable lies within this many standard deviations of its mean with a probability of 95 %. */
export const TWO_SIDED_95 = 1.959964

/** The model that judges some observations, and those of them that it was made of. */
export interface Judge {
  readonly made: MadeProcess
  readonly chosen: readonly Observation[]
  /** From a value as the model sees it to the objective's unit. */
  readonly valueOf: (t: number) => number
}

/** Observations that are judged, and the model of them, which is made at the first look. */
export interface Bench {
  readonly observed: readonly Observation[]
  readonly judge: () => Judge
}

/**
 * What is needed to judge.
 *
 * @param sign  a value of the objective, multiplied by this, is to be minimized
 */
export function benchOf(observed: readonly Observation[], sign: 1 | -1, axes: Axes): Bench {
  let judge: Judge | undefined
  return { observed, judge: () => (judge ??= judgeOf(observed, sign, axes)) }
}

/** The model that judges. */
export function judgeOf(observed: readonly Observation[], sign: 1 | -1, axes: Axes): Judge {
  const weights = new Float64Array(axes.list.length).fill(1)
  const chosen = modelSet(observed, LARGEST_MODEL, weights, axes.categories)
  const past = { axes, history: historyOfValues(observed, sign), effort: EFFORTS.full, safety: undefined }
  const made = makeProcess(WHOLE, chosen, observed.length, undefined, { ...past, beliefs: NO_BELIEFS })
  const { inverse } = warped(made.y, made.warp)
  return { made, chosen, valueOf: (t) => sign * inverse(t) }
}

/** The mean of the objective at an observation, without noise, and its 95 % interval. */
export function judgedAt({ made: { model, means }, chosen, valueOf }: Judge, one: Observation): Interval {
  const { means: predicted, variances } = model.predict(one.x, 1)
  const at = chosen.indexOf(one)
  return intervalAround(at < 0 ? predicted[0]! : means[at]!, TWO_SIDED_95 * Math.sqrt(variances[0]!), valueOf)
}
