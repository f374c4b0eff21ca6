/**
 * The record of a study as the models take it: points, values to be minimized, failures, and what is pending.
 */

import type { TrialRecord } from '../trial.ts'
import { rowsOf, upperMedian } from '../numerics/vector.ts'
import { pointOf } from '../space/axes.ts'
import type { Axes } from '../space/axes.ts'
import { areMet } from '../space/constraints.ts'
import { signOf } from '../space/objectives.ts'
import { plateauOf } from './plateau.ts'
import type { Question } from './sampler.ts'

/** This many trials count as the latest ones. */
export const LATEST = 40

/**
 * Coordinates of a number that differ by no more than this are equal: a config that is made of a point may differ in
 * its last digits from the one that the point was made of.
 */
const SAME = 1e-12

export interface Observation {
  readonly x: Float64Array
  /** To be minimized. */
  readonly y: number
  readonly trial: TrialRecord
  /** Whether the trial breaks a constraint. Then it teaches the models, but is nothing to improve on. */
  readonly breaks?: true
}

export interface History {
  /** A value of the objective, multiplied by this, must be minimized. */
  readonly sign: 1 | -1
  /** Trials with a value: the complete ones in the order of their numbers, then the pruned ones. */
  readonly observed: readonly Observation[]
  /** Points of the trials without a value, in the order of their numbers. */
  readonly failed: readonly Float64Array[]
  /** How many of the latest trials failed. */
  readonly recentFailures: number
  /** How many of the failed ones gave a value, which lies on a plateau of bad ones; left out if none did. */
  readonly plateau?: number
  readonly pending: readonly Float64Array[]
}

/** What is read of a question. */
type Asked = Pick<Question, 'trials' | 'pending' | 'objectives' | 'constraints'>

/**
 * What the trials say about the first objective. Their order does not matter.
 *
 * @param isPlateauKept  whether values on a plateau of bad ones count; if not, these trials count as failed
 */
export function historyOf(asked: Asked, axes: Axes, isPlateauKept = true): History {
  return historiesOf(asked, axes, isPlateauKept)[0]!
}

/**
 * What the trials say about each objective. `isPredicted`: a pruned trial whose end was predicted has that value, by
 * the first objective. All histories have the same trials in the same order; a trial is on a
 * plateau of bad values if each of its values is.
 */
export function historiesOf(
  { trials: given, pending, objectives, constraints }: Asked,
  axes: Axes,
  isPlateauKept = true,
  isPredicted = false,
): History[] {
  const trials = inOrderOfNumbers(given)
  const targets = Object.entries(objectives).map(([name, direction], k) => ({
    sign: signOf(direction),
    valueOf: (trial: TrialRecord): number | null => (k === 0 ? trial.value : (trial.values[name] ?? null)),
  }))
  const plateaus = isPlateauKept ? [] : targets.map(({ sign, valueOf }) => plateauOf(trials, sign, valueOf))
  const isOnPlateau = (trial: TrialRecord): boolean => !isPlateauKept && plateaus.every((one) => one.has(trial))
  const observed: Omit<Observation, 'y'>[] = []
  const pruned: Omit<Observation, 'y'>[] = []
  const failed: Float64Array[] = []
  let recentFailures = 0
  let plateau = 0
  const hasAll = (trial: TrialRecord): boolean => targets.every(({ valueOf }) => Number.isFinite(valueOf(trial)))
  for (const [i, trial] of trials.entries()) {
    const breaks = constraints !== undefined && !areMet(constraints, trial)
    const observation = { x: pointOf(axes, trial.config), trial, ...(breaks ? { breaks } : {}) }
    const isOn = isOnPlateau(trial)
    if (isOn) plateau++
    if (trial.state === 'complete' && hasAll(trial) && !isOn) observed.push(observation)
    else if (trial.state === 'pruned') pruned.push(observation)
    else {
      failed.push(observation.x)
      if (i >= trials.length - LATEST) recentFailures++
    }
  }
  const points = pending.map((config) => pointOf(axes, config)).sort(byCoordinates)
  return targets.map(({ sign, valueOf }, k) => {
    const withValue = (one: Omit<Observation, 'y'>): Observation => ({ ...one, y: sign * (valueOf(one.trial) ?? NaN) })
    const complete = observed.map(withValue)
    const poor = asPoor(pruned.map(withValue), complete)
    return {
      sign,
      observed: [...complete, ...(isPredicted && k === 0 ? asPredicted(poor, sign) : poor)],
      failed,
      recentFailures,
      ...(plateau > 0 ? { plateau } : {}),
      pending: points,
    }
  })
}

/** The history of values alone, without trials that gave none. */
export const historyOfValues = (observed: readonly Observation[], sign: History['sign'] = 1): History => ({
  sign,
  observed,
  failed: [],
  recentFailures: 0,
  pending: [],
})

/** The values of some observations. */
export function valuesOf(observations: readonly Observation[]): Float64Array {
  return Float64Array.from(observations, ({ y }) => y)
}

/** The rows (`rowsOf`) of the points of observations, candidates, or whatever else has one. */
export function placesOf(entries: readonly { readonly x: Float64Array }[], d: number): Float64Array {
  return rowsOf(
    entries.map(({ x }) => x),
    d,
  )
}

/** Whether two points are equal. Two inactive parameters, which are both NaN, count as equal. */
export function isSamePoint(a: Float64Array, b: Float64Array): boolean {
  for (let k = 0; k < a.length; k++) if (!Object.is(a[k], b[k])) return false
  return true
}

/** Whether a trial has the values of a point, or floats that differ from these by at most 1e-12 of their range. */
export function isKnown(x: Float64Array, { observed, failed, pending }: History, { list }: Axes): boolean {
  const isEqual = (other: Float64Array): boolean => {
    for (let k = 0; k < x.length; k++) {
      if (Object.is(x[k], other[k])) continue
      if (list[k]!.kind !== 'continuous' || !(Math.abs(x[k]! - other[k]!) <= SAME)) return false
    }
    return true
  }
  return observed.some((observation) => isEqual(observation.x)) || failed.some(isEqual) || pending.some(isEqual)
}

/** Trials with a number first, in its order; then those without one, by id. */
export function inOrderOfNumbers(trials: readonly TrialRecord[]): TrialRecord[] {
  return [...trials].sort(byNumber)
}

function byNumber(a: TrialRecord, b: TrialRecord): number {
  const left = a.number ?? Infinity
  const right = b.number ?? Infinity
  if (left !== right) return left < right ? -1 : 1
  if (a.id !== b.id) return a.id < b.id ? -1 : 1
  return (a.value ?? Infinity) < (b.value ?? Infinity) ? -1 : 1
}

/**
 * Pruned trials with the value that they count for: the last intermediate one, but at least the median of the finished
 * trials, because it was pruned for being poor, and at most the worst of them.
 */
function asPoor(pruned: readonly Observation[], observed: readonly Observation[]): Observation[] {
  if (observed.length === 0) return []
  const values = valuesOf(observed).sort()
  const median = upperMedian(values)
  const worst = values.at(-1)!
  return pruned.map((one) => ({ ...one, y: one.y > median ? Math.min(one.y, worst) : median }))
}

/** Pruned trials with the value that their curves were expected to end at, where that is known. */
function asPredicted(poor: readonly Observation[], sign: 1 | -1): Observation[] {
  return poor.map((one) => {
    const { predicted } = one.trial
    return predicted === undefined ? one : { ...one, y: sign * predicted.middle }
  })
}

/** An order of points that depends on nothing else; NaN, an inactive parameter, comes first. */
function byCoordinates(a: Float64Array, b: Float64Array): number {
  for (let k = 0; k < a.length; k++) {
    const left = Number.isNaN(a[k]!) ? -1 : a[k]!
    const right = Number.isNaN(b[k]!) ? -1 : b[k]!
    if (left !== right) return left - right
  }
  return 0
}
