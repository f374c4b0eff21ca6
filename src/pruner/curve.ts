/**
 * A trial stops if its curve is not expected to end better than the best trial so far. Two models predict the end:
 * `linear` learns from the curves of other trials (`linear-curve.ts`), `families` continues the curve itself
 * (`curve-families.ts`).
 */

import type { Curve, Direction, Prediction } from '../trial.ts'
import { endOfCurve } from './curve-families.ts'
import type { EndOfCurve } from './curve-families.ts'
import { predictLinear } from './linear-curve.ts'
import type { CurveQuestion, OtherCurve, Pruner, Verdict } from './pruner.ts'
import { bestEnd, bestUpTo, inOrderOfSteps, lastStep, shownNumber, shownWorth, thinned, worthOf } from './reached.ts'

/** An ensemble needs this many points: two more than a family has parameters, and one for the noise. */
const LEAST_POINTS = 5

/** It is fitted to at most this many of them, since a verdict may be due after each of many values. */
const MOST_POINTS = 64

/** At most this many complete trials show how wrong the families are. */
const MOST_CHECKED = 12

/** The options of the linear model. */
export interface LinearCurveOptions {
  readonly kind: 'linear'
  /** How many trials must have ended: a whole number of at least 1, default 10. */
  readonly least?: number
  /** How many values a trial must have reported: a whole number of at least 1, default 3. */
  readonly inputs?: number
  /** What a trial must be able to reach; default: the best value so far. */
  readonly limit?: number
}

/** The options of the families. */
export interface CurveFamiliesOptions {
  readonly kind: 'families'
  /** How many trials must be complete: a whole number of at least 1, default 10. */
  readonly least?: number
  /** A trial stops if it becomes the best with a smaller probability: above 0 and below 1, default 0.05. */
  readonly chance?: number
  /** The share of its length that must have been seen: from 0 to 1, default 0.25. */
  readonly seen?: number
  /** The step at which a trial ends; default: the last step of the longest trial that is complete. */
  readonly length?: number
  /** What a trial must be able to reach; default: the best value so far. */
  readonly limit?: number
}

/** The options of `curve`. */
export interface CurveOptions {
  /** What predicts the end; default `families`. */
  readonly model?: 'linear' | 'families' | LinearCurveOptions | CurveFamiliesOptions
}

/** The pruner of a linear model. */
export function linearCurveRule(options: {
  readonly least: number
  readonly inputs: number
  readonly limit?: number
}): Pruner['stops'] {
  return (question) => {
    const { direction } = question
    const limit = limitOf(question, options.limit)
    const predicted = linearEnd(question, options)
    if (predicted === undefined || limit === undefined) return undefined
    const { low, middle, high } = predicted
    // The end that is best for the trial, as in HyperEngine's stop_condition.
    if (worthOf(direction === 'minimize' ? low : high, direction) <= limit) return undefined
    const error = shownNumber((high - low) / 2)
    const words = `it was expected to end at ${shownNumber(middle)}, at most ${error} away from that`
    return { because: `${words}, and ${shownWorth(limit, direction)} must be reached`, predicted }
  }
}

/**
 * Where a trial ends, by the trials that are complete and have reported the same steps before. Undefined before there
 * are enough of them.
 */
export function linearEnd(
  { curve, others, direction }: CurveQuestion,
  { least, inputs }: { readonly least: number; readonly inputs: number },
): Prediction | undefined {
  const points = inOrderOfSteps(curve)
  const k = points.length
  if (k < inputs || !points.every(([, value]) => Number.isFinite(value))) return undefined
  const rows: Float64Array[] = []
  const ends: number[] = []
  for (const other of others) {
    if (other.state !== 'complete' || other.value === null) continue
    const row = beginning(other, points)
    if (row === undefined) continue
    rows.push(row)
    ends.push(other.value)
  }
  if (rows.length < least) return undefined
  const found = predictLinear(valuesOf(points), rows, Float64Array.from(ends))
  if (found === undefined) return undefined
  const best = bestUpTo(curve, lastStep(curve), direction)
  const middle = direction === 'minimize' ? Math.min(found.value, best) : Math.max(found.value, -best)
  return around(middle, found.error)
}

/** A prediction with its error; undefined for numbers that are too large to be computed with. */
function around(middle: number, error: number): Prediction | undefined {
  const [low, high] = [middle - error, middle + error]
  return Number.isFinite(high - low) ? { low, middle, high } : undefined
}

/** The values of another trial at the steps of these points, if its curve begins with the same steps. */
function beginning({ curve }: OtherCurve, points: Curve): Float64Array | undefined {
  const all = inOrderOfSteps(curve)
  const isSame = points.every(([step], k) => all[k]?.[0] === step && Number.isFinite(all[k][1]))
  return isSame ? valuesOf(all.slice(0, points.length)) : undefined
}

/** The pruner of the families. */
export function curveFamiliesRule(options: {
  readonly least: number
  readonly chance: number
  readonly seen: number
  readonly length?: number
  readonly limit?: number
}): Pruner['stops'] {
  return (question) => {
    const { direction, others } = question
    const limit = limitOf(question, options.limit)
    const end = options.length ?? longestEnd(others)
    const points = inOrderOfSteps(question.curve).filter(([, value]) => Number.isFinite(value))
    if (limit === undefined || end === undefined || points.length < LEAST_POINTS) return undefined
    const first = points[0]![0]
    const last = points.at(-1)![0]
    // Steps from 0 are counted from 1, so that a quarter of 8 steps is the same for both ways of counting.
    const from = first < 1 ? first - 1 : 0
    if (last >= end || last - from < options.seen * (end - from)) return undefined
    if (bestUpTo(points, last, direction) < limit) return undefined
    const complete = others.filter(({ state, value }) => state === 'complete' && value !== null)
    if (complete.length < options.least) return undefined
    const variance = squaredError(complete.slice(-MOST_CHECKED), last, end, direction)
    return judged(points, end, limit, options.chance, direction, variance)
  }
}

/** The mean squared error that the families would have made, at the same step, about trials whose end is known. */
function squaredError(complete: readonly OtherCurve[], last: number, end: number, direction: Direction): number {
  let sum = 0
  let count = 0
  for (const { curve, value } of complete) {
    const points = inOrderOfSteps(curve).filter(([step, each]) => step <= last && Number.isFinite(each))
    if (points.length < LEAST_POINTS || lastStep(curve) <= last) continue
    sum += (continued(points, end, direction, 0).mean - worthOf(value!, direction)) ** 2
    count++
  }
  return count === 0 ? 0 : sum / count
}

function judged(
  points: Curve,
  end: number,
  limit: number,
  chance: number,
  direction: Direction,
  variance: number,
): Verdict | undefined {
  const { mean, deviation, chanceBelow } = continued(points, end, direction, variance)
  const better = chanceBelow(limit)
  const middle = direction === 'minimize' ? mean : -mean
  const predicted = around(middle, deviation)
  if (better >= chance || predicted === undefined) return undefined
  const percent = shownNumber(100 * better)
  const value = `${shownNumber(middle)} ± ${shownNumber(deviation)} at step ${end}`
  const because = `it was expected to end at ${value}, better than ${shownWorth(limit, direction)} with ${percent} %`
  return { because, predicted }
}

/** The end of a curve, as a worth. */
function continued(points: Curve, end: number, direction: Direction, variance: number): EndOfCurve {
  const some = thinned(points, MOST_POINTS)
  const first = some[0]![0]
  const unit = points[1]![0] - first
  const placeOf = (step: number): number => (step - first) / unit + 1
  const x = Float64Array.from(some, ([step]) => placeOf(step))
  const y = Float64Array.from(some, ([, value]) => worthOf(value, direction))
  return endOfCurve(x, y, placeOf(end), variance)
}

/** What must be reached, as a worth; undefined before any trial is complete. */
function limitOf({ others, direction }: CurveQuestion, limit: number | undefined): number | undefined {
  const best = limit === undefined ? bestEnd(others, direction) : worthOf(limit, direction)
  return best === Infinity ? undefined : best
}

/** The last step of the longest complete trial. */
function longestEnd(others: readonly OtherCurve[]): number | undefined {
  let end = -Infinity
  for (const { state, curve } of others) if (state === 'complete') end = Math.max(end, lastStep(curve))
  return end === -Infinity ? undefined : end
}

const valuesOf = (points: Curve): Float64Array => Float64Array.from(points, ([, value]) => value)
