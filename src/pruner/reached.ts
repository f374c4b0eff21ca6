/**
 * What curves say up to a step. All values are compared as if they were minimized (`worth`), and NaN is infinite.
 *
 * Steps may be reported in any order; a curve has reached a step if one of its steps is at least as large.
 */

import type { Curve, Direction } from '../trial.ts'
import type { OtherCurve } from './pruner.ts'

/** A value where less is better; infinite for NaN. */
export const worthOf = (value: number, direction: Direction): number =>
  Number.isNaN(value) ? Infinity : direction === 'minimize' ? value : -value

/** The last step that a curve has reached; −∞ before its first value. */
export function lastStep(curve: Curve): number {
  let last = -Infinity
  for (const [step] of curve) if (step > last) last = step
  return last
}

/** The best worth of a curve up to a step; infinite if it has no finite value up to there. */
export function bestUpTo(curve: Curve, step: number, direction: Direction): number {
  let best = Infinity
  for (const [at, value] of curve) {
    if (at > step) continue
    const worth = worthOf(value, direction)
    if (worth < best) best = worth
  }
  return best
}

/** The best worths up to a step of the trials that have reached it, sorted. Failed trials say nothing. */
export function worthsAt(others: readonly OtherCurve[], step: number, direction: Direction): Float64Array {
  const reached = others.filter(({ state, curve }) => state !== 'failed' && lastStep(curve) >= step)
  return Float64Array.from(reached, ({ curve }) => bestUpTo(curve, step, direction)).sort()
}

/** Whether a curve has come as far as each complete trial did: then hardly anything is left to be saved. */
export function isAtEnd(curve: Curve, others: readonly OtherCurve[]): boolean {
  const last = lastStep(curve)
  const complete = others.filter((other) => other.state === 'complete' && other.curve.length > 0)
  return complete.length > 0 && complete.every((other) => lastStep(other.curve) <= last)
}

/** The best value that a trial has ended with, as a worth; infinite if none has. */
export function bestEnd(others: readonly OtherCurve[], direction: Direction): number {
  let best = Infinity
  for (const { state, value } of others)
    if (state === 'complete' && value !== null) best = Math.min(best, worthOf(value, direction))
  return best
}

/** The points of a curve in the order of their steps, each step once, with the value that was reported last. */
export function inOrderOfSteps(curve: Curve): Curve {
  let isOrdered = true
  for (let k = 1; k < curve.length; k++) if (!(curve[k]![0] > curve[k - 1]![0])) isOrdered = false
  if (isOrdered) return curve
  return [...new Map(curve)].sort((a, b) => a[0] - b[0])
}

/** A list, thinned evenly to `count` elements where it is longer, the first and the last one included. */
export function thinned<T>(list: readonly T[], count: number): readonly T[] {
  if (list.length <= count) return list
  return Array.from({ length: count }, (_, k) => list[Math.round((k * (list.length - 1)) / (count - 1))]!)
}

/** A worth as a value of the objective, with four digits. */
export const shownWorth = (worth: number, direction: Direction): string =>
  worth === Infinity ? 'NaN' : shownNumber(direction === 'minimize' ? worth : -worth)

/** A number with four digits. */
export const shownNumber = (value: number): string => String(Number(value.toPrecision(4)))
