/**
 * Trials without a value, pending and failed, as the models take them. It is said here once, for every model.
 *
 * Sources: Ginsbourger, Le Riche & Carraro 2010, "Kriging is well-suited to parallelize optimization": `believe` is
 * their kriging believer; `min`, `mean` and `max` are their constant liar.
 */

import { evenly } from './model-set.ts'
import type { History } from './observations.ts'
import type { Judgment } from './safety.ts'

/** A model takes at most this many pending and this many failed trials, because each adds to its cost. */
const MOST_OF_EITHER = 100

/** The values that a trial without one may be taken for, among those that were measured. Values are minimized. */
const STAND_INS = {
  min: (values: Float64Array) => values.reduce((a, b) => Math.min(a, b), Infinity),
  mean: (values: Float64Array) => values.reduce((a, b) => a + b, 0) / values.length,
  max: (values: Float64Array) => values.reduce((a, b) => Math.max(a, b), -Infinity),
} as const

/** What a pending trial is taken for: what the model predicts, a measured value, or nothing. */
export type PendingBelief = 'believe' | 'min' | 'mean' | 'max' | 'ignore'

/** What a failed trial is taken for: a place to keep away from, a measured value, or nothing. */
export type FailureBelief = 'avoid' | 'mean' | 'max' | 'ignore'

/** What the models take trials without a value for. */
export interface Beliefs {
  readonly pending: PendingBelief
  readonly failures: FailureBelief
}

/** For a model of values alone: trials without one say nothing. */
export const NO_BELIEFS: Beliefs = { pending: 'ignore', failures: 'ignore' }

/** What there is to know about the trials without a value. */
export interface Told {
  readonly history: Pick<History, 'pending' | 'failed'>
  /** What is known about failures; left out, all of them count. */
  readonly safety?: Pick<Judgment, 'placed'> | undefined
  readonly beliefs: Beliefs
}

export interface Unmeasured {
  /** Points that are taken for measured, and their values, as the model sees values. */
  readonly standIns: readonly { readonly x: Float64Array; readonly value: number }[]
  /** Points that are believed to turn out as the model predicts. */
  readonly believed: readonly Float64Array[]
  /** Points of failed trials, without those that failed by luck. */
  readonly avoided: readonly Float64Array[]
}

/**
 * The trials without a value.
 *
 * @param values  what was measured, as the model sees values
 */
export function unmeasuredOf(
  values: Float64Array,
  { history, safety, beliefs: { pending, failures } }: Told,
): Unmeasured {
  const open = evenly(history.pending, MOST_OF_EITHER)
  const failed = evenly(history.failed, MOST_OF_EITHER)
  return {
    standIns: [...standIns(open, pending, values), ...standIns(failed, failures, values)],
    believed: pending === 'believe' ? open : [],
    avoided: failures === 'avoid' ? (safety?.placed ?? failed) : [],
  }
}

function standIns(
  points: readonly Float64Array[],
  belief: PendingBelief | FailureBelief,
  values: Float64Array,
): Unmeasured['standIns'] {
  if (belief === 'believe' || belief === 'avoid' || belief === 'ignore') return []
  const value = STAND_INS[belief](values)
  return points.map((x) => ({ x, value }))
}
