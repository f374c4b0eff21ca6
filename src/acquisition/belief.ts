/**
 * What is believed about where the best point lies, as terms of a point's worth.
 *
 *   x      a model point                        π(x)   the density of the belief: the product of those of the axes,
 *   w      the weight of the belief                    relative to an even one
 *
 * Sources: Hvarfner et al. 2022, "πBO: augmenting acquisition functions with user beliefs for Bayesian optimization",
 * eq. 6; Souza et al. 2021, "Bayesian optimization with a prior for the optimum", eq. 3 and 5.
 */

import type { Axes } from '../space/axes.ts'
import { cellWidths } from '../space/encoding.ts'
import type { Term } from './criterion.ts'

/** What is believed about one axis. */
interface Part {
  readonly k: number
  /** ln of its density at a coordinate or category, times the factor of `partsOf`. */
  readonly log: (value: number) => number
  readonly slope: (value: number) => number
  readonly peak: number
}

/** What a belief says about a point: ln π. */
interface Joint {
  readonly at: (points: Float64Array, begin: number) => number
  /** Adds `factor` times the slope at x to a gradient. */
  readonly climbInPlace: (x: Float64Array, factor: number, gradient: Float64Array) => void
  /** The largest ln π. */
  readonly peak: number
}

/**
 * The density of a point under the belief, to the power of the weight: w ln(π(x) + floor). Undefined for a space
 * without beliefs.
 *
 * @param floor  added to the density, so that no point is ruled out; 0 for choices with weights
 */
export function belief(axes: Axes, weight: number, floor: number): Term | undefined {
  // Without a floor the weight is a factor of each logarithm.
  const joint = jointOf(axes, floor === 0 ? weight : 1)
  if (joint === undefined) return undefined
  const logFloor = Math.log(floor)
  const valueOf = (log: number): number => (floor === 0 ? log : weight * logSum(log, logFloor))
  return termOf(axes, joint, valueOf, (log) => (floor === 0 ? 1 : weight / (1 + Math.exp(logFloor - log))))
}

/**
 * The odds of a point under the belief, ln π − ln(1 − π), where π is scaled to at most 1: the belief's factors of a
 * good and of a bad point. Undefined for a space without beliefs.
 *
 * @param floor  π and 1 − π are at least this
 */
export function beliefOdds(axes: Axes, floor: number): Term | undefined {
  const joint = jointOf(axes, 1)
  if (joint === undefined) return undefined
  const shareOf = (log: number): number => Math.min(Math.max(Math.exp(log - joint.peak), floor), 1 - floor)
  const valueOf = (log: number): number => Math.log(shareOf(log)) - Math.log1p(-shareOf(log))
  const slopeOf = (log: number): number => {
    const share = Math.exp(log - joint.peak)
    return share > floor && share < 1 - floor ? 1 / (1 - share) : 0
  }
  return termOf(axes, joint, valueOf, slopeOf)
}

/** ln π of a point; undefined for a space without beliefs. */
export const logBelief = (axes: Axes, x: Float64Array): number | undefined => jointOf(axes, 1)?.at(x, 0)

/** A term that is a function of ln π. */
function termOf(
  { list }: Axes,
  { at, climbInPlace }: Joint,
  valueOf: (log: number) => number,
  slopeOf: (log: number) => number,
): Term {
  const isOfChoices = list.every(({ density }) => density === undefined)
  return {
    name: 'belief',
    values: (points, m) => Float64Array.from({ length: m }, (_, c) => valueOf(at(points, c * list.length))),
    slope: (x, gradient) => {
      const log = at(x, 0)
      // Where the density is 0, so is the slope of its logarithm with a floor.
      if (log > -Infinity) climbInPlace(x, slopeOf(log), gradient)
      return valueOf(log)
    },
    ...(isOfChoices ? {} : { looksFar: true }),
  }
}

/** @param factor  of each logarithm */
function jointOf({ list }: Axes, factor: number): Joint | undefined {
  const parts = list.flatMap(({ parameter, count, density }, k): Part[] => {
    if (density !== undefined)
      return [{ k, log: (u) => factor * density.log(u), slope: density.slope, peak: density.peak }]
    if (parameter.type !== 'choice' || parameter.weights === undefined) return []
    const logs = cellWidths(parameter).map((width) => factor * Math.log(width * count))
    return [{ k, log: (category) => logs[category]!, slope: () => 0, peak: Math.max(...logs) }]
  })
  if (parts.length === 0) return undefined
  return {
    at: (points, begin) => {
      let sum = 0
      for (const { k, log } of parts) {
        const value = points[begin + k]!
        // NaN: the parameter is not active.
        if (value === value) sum += log(value)
      }
      return sum
    },
    climbInPlace: (x, times, gradient) => {
      for (const { k, slope } of parts) if (x[k] === x[k]) gradient[k]! += times * slope(x[k]!)
    },
    peak: parts.reduce((sum, { peak }) => sum + peak, 0),
  }
}

/** ln(exp a + exp b). */
function logSum(a: number, b: number): number {
  const [high, low] = a > b ? [a, b] : [b, a]
  return high + Math.log1p(Math.exp(low - high))
}
