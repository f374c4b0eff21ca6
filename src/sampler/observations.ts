/**
 * The record of a study as the models take it: points, values to be minimised, failures and what is pending.
 */

import type { Config, TrialRecord } from '../trial.ts'
import { pointOf } from '../space/axes.ts'
import type { Axes } from '../space/axes.ts'
import type { Question } from './sampler.ts'

export interface Observation {
  readonly x: Float64Array
  /** To be minimised. */
  readonly y: number
  readonly trial: TrialRecord
}

export interface Known {
  /** What makes a value of the objective one to be minimised. */
  readonly sign: 1 | -1
  /** Trials with a value, in the order of their numbers. */
  readonly observed: readonly Observation[]
  readonly failed: readonly Float64Array[]
  /** How many of the latest trials failed. */
  readonly recentFailures: number
  readonly pending: readonly Float64Array[]
}

/** How many trials are the latest. */
const LATEST = 40

/** What the trials say about the first objective, whatever order they come in. */
export function known(question: Pick<Question, 'trials' | 'pending' | 'objectives'>, axes: Axes): Known {
  const sign = Object.values(question.objectives)[0] === 'maximize' ? -1 : 1
  const trials = [...question.trials].sort(byNumber)
  const observed: Observation[] = []
  const stopped: Observation[] = []
  const failed: Float64Array[] = []
  let recentFailures = 0
  for (const [i, trial] of trials.entries()) {
    const x = pointOf(axes, trial.config)
    const y = trial.value === null ? NaN : sign * trial.value
    if (trial.state === 'complete' && Number.isFinite(y)) observed.push({ x, y, trial })
    else if (trial.state === 'pruned') stopped.push({ x, y, trial })
    else {
      failed.push(x)
      if (i >= trials.length - LATEST) recentFailures++
    }
  }
  return {
    sign,
    observed: [...observed, ...asPoor(stopped, observed)],
    failed,
    recentFailures,
    pending: inOrder(question.pending, axes),
  }
}

/** Numbers first, in order; then trials without one, which only their ids tell apart. */
function byNumber(a: TrialRecord, b: TrialRecord): number {
  const left = a.number ?? Infinity
  const right = b.number ?? Infinity
  if (left !== right) return left < right ? -1 : 1
  if (a.id !== b.id) return a.id < b.id ? -1 : 1
  return (a.value ?? Infinity) < (b.value ?? Infinity) ? -1 : 1
}

/** A pruned trial has its last intermediate value, but at least the median of the finished ones: it was going nowhere. */
function asPoor(stopped: readonly Observation[], observed: readonly Observation[]): Observation[] {
  if (observed.length === 0) return []
  const values = Float64Array.from(observed, (o) => o.y).sort()
  const median = values[values.length >> 1]!
  return stopped.map(({ x, y, trial }) => ({ x, y: y > median ? Math.min(y, values.at(-1)!) : median, trial }))
}

function inOrder(configs: readonly Config[], axes: Axes): Float64Array[] {
  return configs.map((config) => pointOf(axes, config)).sort(byCoordinates)
}

function byCoordinates(a: Float64Array, b: Float64Array): number {
  for (let k = 0; k < a.length; k++) {
    const left = Number.isNaN(a[k]!) ? -1 : a[k]!
    const right = Number.isNaN(b[k]!) ? -1 : b[k]!
    if (left !== right) return left - right
  }
  return 0
}

/** Points as the rows of one matrix, n × d, as the models take them. */
export function rowsOf(points: readonly Float64Array[], d: number): Float64Array {
  const rows = new Float64Array(points.length * d)
  for (const [i, x] of points.entries()) rows.set(x, i * d)
  return rows
}

/** Whether two points are equal; so are two parameters that are not active. */
export function isSamePoint(a: Float64Array, b: Float64Array): boolean {
  for (let k = 0; k < a.length; k++) if (!Object.is(a[k], b[k])) return false
  return true
}
