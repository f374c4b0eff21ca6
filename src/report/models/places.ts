/** Places along one parameter, and the recommended point moved to them. */

import { decodeValue, encodeValue } from '../../space/encoding.ts'
import { levelAt, levelCount, levelOf, listedValues } from '../../space/levels.ts'
import { snapped, valueOfLevel } from '../../space/axes.ts'
import type { Axes, Axis } from '../../space/axes.ts'
import type { Parameter } from '../../space/parameter.ts'
import type { Surface } from './surface.ts'

/** Some places along a parameter. */
export interface Places {
  /** As columns and figures have them: the value of a number, the index of any other. Ascending. */
  readonly at: readonly number[]
  /** The same as coordinates of model points. */
  readonly coordinates: readonly number[]
}

/** At most `most` places of a number, at even distances on its own scale; each value of any other parameter. */
export function placesAlong(axis: Axis, most: number): Places {
  const { parameter, count } = axis
  const levels = listedValues(parameter)
  const coordinates =
    levels !== undefined || count <= most
      ? Array.from({ length: levels?.length ?? count }, (_, k) => valueOfLevel(axis, k))
      : [...new Set(Array.from({ length: most }, (_, i) => snapped(axis, i / (most - 1))))]
  return {
    coordinates,
    at: coordinates.map((u, k) => (levels !== undefined ? k : (decodeValue(parameter, u) as number))),
  }
}

/**
 * The coordinates of the middles of equal cells along a parameter as it is drawn: `count` cells from the low end of a
 * number to its high one, logarithmic where its axis is; one cell for each value of any other parameter.
 */
export function cellsAlong(axis: Axis, count: number, isLogarithmic: boolean): readonly number[] {
  const { parameter } = axis
  if (parameter.type !== 'float' && parameter.type !== 'int') return placesAlong(axis, count).coordinates
  const { low, high } = parameter
  return Array.from({ length: count }, (_, i) => {
    const share = (i + 0.5) / count
    const value = isLogarithmic
      ? Math.exp((1 - share) * Math.log(low) + share * Math.log(high))
      : (1 - share) * low + share * high
    return encodeValue(parameter, nearest(parameter, Math.min(Math.max(value, low), high)))
  })
}

const nearest = (parameter: Parameter, value: number): number =>
  parameter.type === 'int' || (parameter.type === 'float' && parameter.step !== undefined)
    ? (levelAt(parameter, Math.min(levelOf(parameter, value), levelCount(parameter) - 1)) as number)
    : value

/**
 * The recommended point with some coordinates changed. What a changed branch switches on is as in the trial with the
 * best mean that has this branch; in the middle if none has.
 */
export function movedTo(surface: Surface, changes: readonly (readonly [axis: number, u: number])[]): Float64Array {
  const { axes, center, judge } = surface
  const x = center.slice()
  for (const [k, u] of changes) x[k] = u
  if (!axes.hasConditions) return x
  const lender = judge.made.ranked.find((one) => changes.every(([k, u]) => !axes.categories[k] || one.x[k] === u))
  settle(x, axes, (k) => lender?.x[k] ?? NaN)
  return x
}

/** Switches off what is not active in x, and fills in what has no value yet; the middle where `valueOf` gives NaN. */
export function settle(x: Float64Array, { list }: Axes, valueOf: (k: number) => number): void {
  for (const [k, axis] of list.entries()) {
    if (!axis.when.every(([selector, category]) => x[selector] === category)) x[k] = NaN
    else if (Number.isNaN(x[k]!)) {
      const value = valueOf(k)
      x[k] = Number.isNaN(value) ? snapped(axis, 0.5) : value
    }
  }
}
