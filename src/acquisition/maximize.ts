/**
 * The maximizer of criteria over mixed spaces, at a bounded cost.
 *
 * It draws candidates from the whole space and from around the best observations. From the best few candidates it
 * climbs, alternating gradient ascent in the numbers with steps to neighbors in the discrete values. An ascent that
 * leaves what the conditions of a space allow ends at the edge, and the climb goes on along it. The result has every
 * point that was looked at, so that there is a next best one if the best has been tried already.
 */

import type { Random } from '../numerics/random.ts'
import { settleInPlace } from '../space/axes.ts'
import type { Axes } from '../space/axes.ts'
import { ascend, isRelaxed } from './ascent.ts'
import { bestOf, sortByValue, valued } from './candidate.ts'
import type { Candidate } from './candidate.ts'
import type { Criterion } from './criterion.ts'
import { alongEdge } from './edge.ts'
import { near, randomizeInPlace } from './moves.ts'
import { climbOverEdges, softenedBySteps } from './narrow.ts'
import { WIDE, lookAround } from './neighborhood.ts'
import { stepsTogether } from './together.ts'

export type { Candidate }

/** Standard deviations of local steps, from coarse to fine, in the unit cube. */
const STEPS = [0.3, 0.1, 0.03, 0.01]

/** Points that differ by less than this, in lengthscales, are near each other: only the better one is climbed from. */
const NEAR = 0.05

/** Most rounds of a climb: ascent, then discrete steps. */
const ROUNDS = 3

/** In a wide space all climbs make one round, and only this many of the best go on. */
const MOST_FAR_CLIMBS = 2

/** Most discrete steps in one round, if the space is not wide. */
const DISCRETE_STEPS = 3

/** A climb goes on only while a round gains more than this. */
const LEAST_GAIN = 1e-6

export interface MaximizeOptions {
  /** Number of candidates from the whole space. */
  readonly global: number
  /** Number of candidates from around the best observations. */
  readonly local: number
  /** Number of candidates whose value is computed in full. */
  readonly shortlist: number
  /** Number of candidates that are climbed from. */
  readonly starts: number
  /** Gradient steps of one ascent. */
  readonly iterations: number
}

/**
 * A maximizer: points of high value, the best first, for a criterion of any model, in any space. It may return points
 * that have been tried, so it returns all that it has looked at: the first untried one is the answer.
 *
 * It is a function of its arguments: all chance comes from `random`.
 *
 * @param centers  observed points, the best first: a good place to begin
 * @param options  what the turn may cost; a maximizer with a budget of its own looks at that instead
 */
export type Maximizer = (
  criterion: Criterion,
  axes: Axes,
  centers: readonly Float64Array[],
  random: Random,
  options: MaximizeOptions,
) => Candidate[]

/**
 * Points of high value, the best first.
 *
 * @param centers  observed points, the best first; local candidates are drawn around them
 */
export function maximize(
  criterion: Criterion,
  axes: Axes,
  centers: readonly Float64Array[],
  random: Random,
  options: MaximizeOptions,
): Candidate[] {
  const { d } = criterion
  const points = drawCandidates(criterion, axes, centers, random, options)
  const m = points.length / Math.max(d, 1)
  const steps = softenedBySteps(criterion, axes)
  const { rows, values } = (steps?.[0] ?? criterion).promising(points, m, Math.min(options.shortlist, m))
  const seen: Candidate[] = Array.from(rows, (c, i) => ({ x: points.slice(c * d, (c + 1) * d), value: values[i]! }))
  sortByValue(seen)
  // With edges, the best observed point is a start as well.
  const starts = distinct(seen, criterion, axes, steps === undefined ? options.starts : options.starts - 1)
  if (steps !== undefined)
    return climbOverEdges(criterion, steps, { drawn: seen, starts, centers }, axes, random, options.iterations)
  const climbed = (from: Candidate, rounds: number): Candidate | undefined =>
    climb(from, rounds, criterion, axes, random, options.iterations, seen)
  if (d < WIDE) for (const start of starts) climbed(start, ROUNDS)
  else {
    const promising = starts.flatMap((start) => climbed(start, 1) ?? [])
    for (const one of sortByValue(promising).slice(0, MOST_FAR_CLIMBS)) climbed(one, ROUNDS - 1)
  }
  return sortByValue(seen)
}

/** What a study may set of the budget of a climb; undefined: as the turn says. */
export interface ClimbOptions {
  /** Number of candidates; the shares of their kinds stay as the turn says. */
  readonly points: number | undefined
  readonly starts: number | undefined
  readonly iterations: number | undefined
}

/** `maximize` with a budget of its own. */
export const climbing =
  ({ points, starts, iterations }: ClimbOptions): Maximizer =>
  (criterion, axes, centers, random, options) => {
    const factor = points === undefined ? 1 : points / (options.global + options.local)
    return maximize(criterion, axes, centers, random, {
      global: Math.ceil(factor * options.global),
      local: Math.floor(factor * options.local),
      shortlist: Math.ceil(factor * options.shortlist),
      starts: starts ?? options.starts,
      iterations: iterations ?? options.iterations,
    })
  }

/**
 * Draws candidates, as the rows of a matrix: `global` from the whole space, then `local` around the centers. Without
 * centers it draws the global ones only.
 */
export function drawCandidates(
  { d, lengthscales }: Pick<Criterion, 'd' | 'lengthscales'>,
  axes: Axes,
  centers: readonly Float64Array[],
  random: Random,
  options: Pick<MaximizeOptions, 'global' | 'local'>,
): Float64Array {
  const { list } = axes
  const local = centers.length === 0 ? 0 : options.local
  const points = new Float64Array((options.global + local) * d)
  for (let c = 0; c < options.global; c++) {
    randomizeInPlace(points.subarray(c * d, (c + 1) * d), axes, random)
  }
  // The probability that a coordinate moves: all coordinates move, half of them, or only one or two.
  const shares = [1, 0.5, Math.max(Math.min(1, 20 / d) * 0.3, 1.5 / d)]
  for (let c = 0; c < local; c++) {
    const x = points.subarray((options.global + c) * d, (options.global + c + 1) * d)
    const center = c % 2 === 0 ? centers[0]! : centers[(c >> 1) % centers.length]!
    x.set(center)
    const share = shares[c % shares.length]!
    const step = STEPS[(c >> 2) % STEPS.length]!
    const one = random.integer(d)
    for (let k = 0; k < d; k++) {
      const axis = list[k]!
      if (axis.count === 1 || Number.isNaN(x[k]!) || !(k === one || random.next() < share)) continue
      x[k] =
        axis.kind === 'category'
          ? random.integer(axis.count)
          : near(axis, x[k]!, step * Math.min(1, lengthscales[k]!), random)
    }
    settleInPlace(x, axes, random, center)
  }
  return points
}

/** The best candidates that are not near a better one. */
function distinct(sorted: readonly Candidate[], criterion: Criterion, axes: Axes, count: number): Candidate[] {
  const chosen: Candidate[] = []
  for (const candidate of sorted) {
    if (chosen.length === count) break
    if (!Number.isFinite(candidate.value)) continue
    if (chosen.every((other) => !isNear(candidate.x, other.x, criterion, axes))) chosen.push(candidate)
  }
  return chosen
}

function isNear(a: Float64Array, b: Float64Array, criterion: Criterion, axes: Axes): boolean {
  for (let k = 0; k < a.length; k++) {
    if (axes.categories[k] ? a[k] !== b[k] : Math.abs(a[k]! - b[k]!) > NEAR * Math.min(1, criterion.lengthscales[k]!))
      return false
  }
  return true
}

/**
 * Alternates gradient ascent and discrete steps until neither helps, and adds the points on the way to `seen`.
 *
 * @returns where it ended after all its rounds; undefined if there is nothing more to gain
 */
function climb(
  start: Candidate,
  rounds: number,
  criterion: Criterion,
  axes: Axes,
  random: Random,
  iterations: number,
  seen: Candidate[],
): Candidate | undefined {
  const { list } = axes
  const isDiscrete = list.some((axis) => axis.kind !== 'continuous' && axis.count > 1)
  const hasSlope = criterion.slope !== undefined && list.some((axis) => isRelaxed(axis))
  let at = start
  for (let round = 0; round < rounds; round++) {
    const before = at.value
    if (hasSlope) {
      const up = ascend(at, criterion, axes, { iterations })
      if (up !== undefined) {
        const isOut = axes.allowed?.holds(up.x) === false
        const reached = isOut ? alongEdge(at, up.x, criterion, axes, random, seen) : up
        seen.push(reached)
        if (reached.value > at.value) at = reached
      }
    }
    if (!isDiscrete) return undefined
    for (let step = 0; step < (list.length < WIDE ? DISCRETE_STEPS : 1); step++) {
      const neighbors = lookAround(at, criterion, axes, random)
      seen.push(...neighbors)
      if (list.length >= WIDE) {
        const further = valued(stepsTogether(at, neighbors), criterion)
        seen.push(...further)
        neighbors.push(...further)
      }
      const next = bestOf(neighbors)
      if (next === undefined || !(next.value > at.value)) break
      at = next
    }
    if (!(at.value > before + LEAST_GAIN)) return undefined
  }
  return at
}
