/**
 * The maximiser of acquisitions over mixed spaces, at a bounded cost.
 *
 * Candidates from everywhere and from around the best observations; from the best few of them, gradient ascent in the
 * numbers and steps to neighbours in the discrete values, by turns. Everything that was looked at counts in the end, so that
 * there is a next best where the best was tried already.
 */

import { minimizeInBox } from '../numerics/lbfgs.ts'
import { normalQuantile } from '../numerics/special.ts'
import type { Random } from '../numerics/random.ts'
import { levelOfValue, settleInPlace, snapped, valueOfLevel } from '../space/axes.ts'
import type { Axes, Axis } from '../space/axes.ts'
import type { Criterion } from './criterion.ts'

export interface MaximizeOptions {
  /** Candidates from the whole space. */
  readonly global: number
  /** Candidates from around the best observations. */
  readonly local: number
  /** Candidates whose value is computed in full. */
  readonly shortlist: number
  /** Places that are climbed from. */
  readonly starts: number
  /** Gradient steps of one climb. */
  readonly iterations: number
}

export interface Candidate {
  readonly x: Float64Array
  readonly value: number
}

/** A discrete axis with at most so many values has all of them tried as neighbours; a longer one a few near, and some at random. */
const LISTED_LEVELS = 12

/** How far a local candidate steps, in deviations: coarse to fine. */
const STEPS = [0.3, 0.1, 0.03, 0.01]

/**
 * Places of high value, the best first.
 *
 * @param centres  observed points, the best first; local candidates are drawn around them
 */
export function maximize(
  criterion: Criterion,
  axes: Axes,
  centres: readonly Float64Array[],
  random: Random,
  options: MaximizeOptions,
): Candidate[] {
  const { d } = criterion
  const points = candidates(criterion, axes, centres, random, options)
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

function candidates(
  criterion: Criterion,
  axes: Axes,
  centres: readonly Float64Array[],
  random: Random,
  options: MaximizeOptions,
): Float64Array {
  const { d, lengthscales } = criterion
  const { list } = axes
  const local = centres.length === 0 ? 0 : options.local
  const points = new Float64Array((options.global + local) * d)
  for (let c = 0; c < options.global; c++) {
    const x = points.subarray(c * d, (c + 1) * d)
    for (let k = 0; k < d; k++) x[k] = snapped(list[k]!, random.next())
    settleInPlace(x, axes, random)
  }
  // How likely each coordinate moves: all of them, half, or only one or two.
  const shares = [1, 0.5, Math.max(Math.min(1, 20 / d) * 0.3, 1.5 / d)]
  for (let c = 0; c < local; c++) {
    const x = points.subarray((options.global + c) * d, (options.global + c + 1) * d)
    x.set(c % 2 === 0 ? centres[0]! : centres[(c >> 1) % centres.length]!)
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

/** A normal step; on a discrete axis at least to the next value. */
function near(axis: Axis, from: number, step: number, random: Random): number {
  const moved = from + step * normalQuantile(Math.min(Math.max(random.next(), 1e-12), 1 - 1e-12))
  const value = snapped(axis, Math.min(Math.max(moved, 0), 1))
  if (axis.kind !== 'grid' || value !== from) return value
  const level = levelOfValue(axis, from) + (moved < from ? -1 : 1)
  return valueOfLevel(axis, Math.min(Math.max(level, 0), axis.count - 1))
}

/** The best ones that are not near a better one. */
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
    if (axes.categories[k] ? a[k] !== b[k] : Math.abs(a[k]! - b[k]!) > 0.05 * Math.min(1, criterion.lengthscales[k]!))
      return false
  }
  return true
}

/** Gradient ascent and discrete steps by turns, until neither helps. What it passes is added to `seen`. */
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
  for (let round = 0; round < 3; round++) {
    const before = at.value
    if (hasSlope) {
      const up = ascend(at, criterion, axes, iterations)
      if (up !== undefined) {
        seen.push(up)
        if (up.value > at.value) at = up
      }
    }
    if (!isDiscrete) break
    for (let step = 0; step < 3; step++) {
      const next = bestNeighbour(at, criterion, axes, random, seen)
      if (next === undefined || !(next.value > at.value)) break
      at = next
    }
    if (!(at.value > before + 1e-6)) break
  }
}

/** A discrete axis of many values is climbed as if it were continuous, then rounded. */
function isRelaxed(axis: Axis): boolean {
  return axis.kind === 'continuous' || (axis.kind === 'grid' && axis.count > LISTED_LEVELS)
}

function ascend(start: Candidate, criterion: Criterion, axes: Axes, iterations: number): Candidate | undefined {
  const { d, lengthscales } = criterion
  const slope = criterion.slope!
  const { list } = axes
  const free: number[] = []
  for (let k = 0; k < d; k++) if (isRelaxed(list[k]!) && !Number.isNaN(start.x[k]!)) free.push(k)
  if (free.length === 0) return undefined
  const x = Float64Array.from(start.x)
  const gradient = new Float64Array(d)
  // In units of the lengthscales all directions are about as steep.
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

/** The best of the points that differ in one discrete value. */
function bestNeighbour(
  from: Candidate,
  criterion: Criterion,
  axes: Axes,
  random: Random,
  seen: Candidate[],
): Candidate | undefined {
  const { d } = criterion
  const neighbours: Float64Array[] = []
  for (const [k, axis] of axes.list.entries()) {
    if (axis.kind === 'continuous' || axis.count === 1 || Number.isNaN(from.x[k]!)) continue
    const level = levelOfValue(axis, from.x[k]!)
    for (const other of levelsNear(axis, level, random)) {
      const x = Float64Array.from(from.x)
      x[k] = valueOfLevel(axis, other)
      settleInPlace(x, axes, random)
      neighbours.push(x)
    }
  }
  if (neighbours.length === 0) return undefined
  const points = new Float64Array(neighbours.length * d)
  for (const [i, x] of neighbours.entries()) points.set(x, i * d)
  const values = criterion.values(points, neighbours.length)
  let best: Candidate | undefined
  for (const [i, x] of neighbours.entries()) {
    const candidate = { x, value: values[i]! }
    seen.push(candidate)
    if (best === undefined || candidate.value > best.value) best = candidate
  }
  return best
}

function levelsNear(axis: Axis, level: number, random: Random): number[] {
  if (axis.count <= LISTED_LEVELS) return Array.from({ length: axis.count }, (_, k) => k).filter((k) => k !== level)
  const steps = axis.kind === 'category' ? [] : [-8, -4, -2, -1, 1, 2, 4, 8].map((step) => level + step)
  const others = Array.from({ length: axis.kind === 'category' ? LISTED_LEVELS : 1 }, () => random.integer(axis.count))
  return [...new Set([...steps, ...others])].filter((k) => k !== level && k >= 0 && k < axis.count)
}
