/**
 * The maximizer of criteria over mixed spaces, at a bounded cost.
 *
 * It draws candidates from the whole space and from around the best observations. From the best few candidates it
 * climbs, alternating gradient ascent in the numbers with steps to neighbors in the discrete values. The result has
 * every point that was looked at, so that there is a next best one if the best has been tried already.
 */

import { minimizeInBox } from '../numerics/lbfgs.ts'
import { normalQuantile } from '../numerics/special.ts'
import type { Random } from '../numerics/random.ts'
import { levelOfValue, settleInPlace, snapped, valueOfLevel } from '../space/axes.ts'
import type { Axes, Axis } from '../space/axes.ts'
import type { Criterion } from './criterion.ts'

/**
 * On a discrete axis with at most this many values, every other value is a neighbor. On a longer axis of categories,
 * this many random values are; on a longer ordered axis, the values at `NEAR_LEVELS` and one random value.
 */
const LISTED_LEVELS = 12

/** Distances to the near neighbors on a longer ordered axis, in levels. */
const NEAR_LEVELS = [-8, -4, -2, -1, 1, 2, 4, 8]

/** Standard deviations of local steps, from coarse to fine, in the unit cube. */
const STEPS = [0.3, 0.1, 0.03, 0.01]

/** Points that differ by less than this, in lengthscales, are near each other: only the better one is climbed from. */
const NEAR = 0.05

/** Most rounds of a climb: ascent, then discrete steps. */
const ROUNDS = 3

/** Most discrete steps in one round. */
const DISCRETE_STEPS = 3

/** A discrete step looks at this many neighbors at most, taken at random if there are more. */
const MOST_NEIGHBORS = 128

/** With this many parameters or more, only the neighbors of the lower half of the means are looked at in full. */
const WIDE = 16

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

export interface Candidate {
  readonly x: Float64Array
  readonly value: number
}

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
  const points = candidates(criterion, axes, centers, random, options)
  const m = points.length / Math.max(d, 1)
  const { rows, values } = criterion.promising(points, m, Math.min(options.shortlist, m))
  const seen: Candidate[] = Array.from(rows, (c, i) => ({ x: points.slice(c * d, (c + 1) * d), value: values[i]! }))
  sortByValue(seen)
  for (const start of distinct(seen, criterion, axes, options.starts))
    climb(start, criterion, axes, random, options.iterations, seen)
  return sortByValue(seen)
}

function sortByValue(candidates: Candidate[]): Candidate[] {
  return candidates.sort((a, b) => b.value - a.value)
}

/** Draws the candidates, as the rows of a matrix. */
function candidates(
  criterion: Criterion,
  axes: Axes,
  centers: readonly Float64Array[],
  random: Random,
  options: MaximizeOptions,
): Float64Array {
  const { d, lengthscales } = criterion
  const { list } = axes
  const local = centers.length === 0 ? 0 : options.local
  const points = new Float64Array((options.global + local) * d)
  for (let c = 0; c < options.global; c++) {
    const x = points.subarray(c * d, (c + 1) * d)
    for (let k = 0; k < d; k++) x[k] = snapped(list[k]!, random.next())
    settleInPlace(x, axes, random)
  }
  // The probability that a coordinate moves: all coordinates move, half of them, or only one or two.
  const shares = [1, 0.5, Math.max(Math.min(1, 20 / d) * 0.3, 1.5 / d)]
  for (let c = 0; c < local; c++) {
    const x = points.subarray((options.global + c) * d, (options.global + c + 1) * d)
    x.set(c % 2 === 0 ? centers[0]! : centers[(c >> 1) % centers.length]!)
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
    settleInPlace(x, axes, random)
  }
  return points
}

/** A normally distributed step; on a discrete axis it goes at least to the next value. */
function near(axis: Axis, from: number, step: number, random: Random): number {
  const moved = from + step * normalQuantile(Math.min(Math.max(random.next(), 1e-12), 1 - 1e-12))
  const value = snapped(axis, Math.min(Math.max(moved, 0), 1))
  if (axis.kind !== 'grid' || value !== from) return value
  const level = levelOfValue(axis, from) + (moved < from ? -1 : 1)
  return valueOfLevel(axis, Math.min(Math.max(level, 0), axis.count - 1))
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

/** Alternates gradient ascent and discrete steps until neither helps, and adds the points on the way to `seen`. */
function climb(
  start: Candidate,
  criterion: Criterion,
  axes: Axes,
  random: Random,
  iterations: number,
  seen: Candidate[],
): void {
  const { list } = axes
  const isDiscrete = list.some((axis) => axis.kind !== 'continuous' && axis.count > 1)
  const hasSlope = criterion.slope !== undefined && list.some((axis) => isRelaxed(axis))
  let at = start
  for (let round = 0; round < ROUNDS; round++) {
    const before = at.value
    if (hasSlope) {
      const up = ascend(at, criterion, axes, iterations)
      if (up !== undefined) {
        seen.push(up)
        if (up.value > at.value) at = up
      }
    }
    if (!isDiscrete) break
    for (let step = 0; step < DISCRETE_STEPS; step++) {
      const next = bestNeighbor(at, criterion, axes, random, seen)
      if (next === undefined || !(next.value > at.value)) break
      at = next
    }
    if (!(at.value > before + LEAST_GAIN)) break
  }
}

/** Whether gradient ascent moves along an axis. A discrete axis of many values counts as continuous and is rounded. */
function isRelaxed(axis: Axis): boolean {
  return axis.kind === 'continuous' || (axis.kind === 'grid' && axis.count > LISTED_LEVELS)
}

/** Gradient ascent from a point; undefined if it has no coordinate to move. */
function ascend(start: Candidate, criterion: Criterion, axes: Axes, iterations: number): Candidate | undefined {
  const { d, lengthscales } = criterion
  const slope = criterion.slope!
  const { list } = axes
  const free: number[] = []
  for (let k = 0; k < d; k++) if (isRelaxed(list[k]!) && !Number.isNaN(start.x[k]!)) free.push(k)
  if (free.length === 0) return undefined
  const x = Float64Array.from(start.x)
  const gradient = new Float64Array(d)
  // In units of their lengthscales all coordinates are about equally steep.
  const unit = free.map((k) => Math.min(1, lengthscales[k]!))
  const found = minimizeInBox(
    (v, g) => {
      for (let i = 0; i < free.length; i++) x[free[i]!] = v[i]! * unit[i]!
      const value = slope(x, gradient)
      for (let i = 0; i < free.length; i++) g[i] = -gradient[free[i]!]! * unit[i]!
      return -value
    },
    Float64Array.from(free, (k, i) => start.x[k]! / unit[i]!),
    new Float64Array(free.length),
    Float64Array.from(unit, (length) => 1 / length),
    { iterations, gradientTolerance: 1e-4, valueTolerance: 1e-5, firstStep: 0.1 },
  )
  for (const [i, k] of free.entries()) x[k] = snapped(list[k]!, found.x[i]! * unit[i]!)
  const isRounded = free.some((k) => list[k]!.kind === 'grid')
  return { x, value: isRounded ? criterion.values(x, 1)[0]! : -found.value }
}

/** The best of the points that differ from `from` in one discrete value. */
function bestNeighbor(
  from: Candidate,
  criterion: Criterion,
  axes: Axes,
  random: Random,
  seen: Candidate[],
): Candidate | undefined {
  const { d } = criterion
  const neighbors: Float64Array[] = []
  for (const [k, axis] of axes.list.entries()) {
    if (axis.kind === 'continuous' || axis.count === 1 || Number.isNaN(from.x[k]!)) continue
    const level = levelOfValue(axis, from.x[k]!)
    for (const other of levelsNear(axis, level, random)) {
      const x = Float64Array.from(from.x)
      x[k] = valueOfLevel(axis, other)
      settleInPlace(x, axes, random)
      neighbors.push(x)
    }
  }
  if (neighbors.length === 0) return undefined
  const looked = neighbors.length <= MOST_NEIGHBORS ? neighbors : sampleOf(neighbors, MOST_NEIGHBORS, random)
  const m = looked.length
  const points = new Float64Array(m * d)
  for (const [i, x] of looked.entries()) points.set(x, i * d)
  const { rows, values } = criterion.promising(points, m, d < WIDE ? m : Math.ceil(m / 2))
  let best: Candidate | undefined
  for (const [i, row] of rows.entries()) {
    const candidate = { x: looked[row]!, value: values[i]! }
    seen.push(candidate)
    if (best === undefined || candidate.value > best.value) best = candidate
  }
  return best
}

/** Some of the neighbors, at random. */
function sampleOf(neighbors: readonly Float64Array[], count: number, random: Random): Float64Array[] {
  const shuffled = [...neighbors]
  for (let i = 0; i < count; i++) {
    const j = i + random.integer(shuffled.length - i)
    ;[shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!]
  }
  return shuffled.slice(0, count)
}

/** The levels to try instead of `level`. */
function levelsNear(axis: Axis, level: number, random: Random): number[] {
  if (axis.count <= LISTED_LEVELS) return Array.from({ length: axis.count }, (_, k) => k).filter((k) => k !== level)
  const steps = axis.kind === 'category' ? [] : NEAR_LEVELS.map((step) => level + step)
  const others = Array.from({ length: axis.kind === 'category' ? LISTED_LEVELS : 1 }, () => random.integer(axis.count))
  return [...new Set([...steps, ...others])].filter((k) => k !== level && k >= 0 && k < axis.count)
}
