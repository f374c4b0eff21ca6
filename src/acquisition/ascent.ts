/** Gradient ascent in the numbers of a mixed space. */

import { minimizeInBox } from '../numerics/lbfgs.ts'
import { snapped } from '../space/axes.ts'
import type { Axes, Axis } from '../space/axes.ts'
import type { Candidate } from './candidate.ts'
import type { Criterion } from './criterion.ts'
import { LISTED_LEVELS } from '../space/levels.ts'

/** An ascent ends when a step gains less. */
const TOLERANCE = 1e-5

export interface AscentOptions {
  /** Most gradient steps. */
  readonly iterations: number
  /** The ascent ends when a step gains less; default 1e-5. */
  readonly tolerance?: number
  /** The axes to move along; by default all that have a slope. */
  readonly isFree?: (axis: Axis) => boolean
}

/** Whether gradient ascent moves along an axis. A discrete axis of many values counts as continuous and is rounded. */
export function isRelaxed(axis: Axis): boolean {
  return axis.kind === 'continuous' || (axis.kind === 'grid' && axis.count > LISTED_LEVELS)
}

/** Gradient ascent from a point in a criterion with a slope; undefined if it has no coordinate to move. */
export function ascend(
  start: Candidate,
  criterion: Criterion,
  axes: Axes,
  { iterations, tolerance = TOLERANCE, isFree = isRelaxed }: AscentOptions,
): Candidate | undefined {
  const { d, lengthscales } = criterion
  const slope = criterion.slope!
  const { list } = axes
  const free: number[] = []
  for (let k = 0; k < d; k++) if (isFree(list[k]!) && !Number.isNaN(start.x[k]!)) free.push(k)
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
    { iterations, gradientTolerance: 1e-4, valueTolerance: tolerance, firstStep: 0.1 },
  )
  for (const [i, k] of free.entries()) x[k] = snapped(list[k]!, found.x[i]! * unit[i]!)
  const isRounded = free.some((k) => list[k]!.kind === 'grid')
  return { x, value: isRounded ? criterion.values(x, 1)[0]! : -found.value }
}
