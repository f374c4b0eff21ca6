/**
 * Latin hypercubes as designs: one for all parameters, or one for each combination of the choices (k-LHS).
 *
 *   m  number of combinations of the choices      n  number of points
 *
 * A single hypercube gives every value of a choice its share of the points. k-LHS makes m hypercubes of ⌊n/m⌋ points
 * each, so that under every combination the numbers are covered evenly; what is left of n is random. With m > n, only n
 * random combinations have a point.
 *
 * Source: Swiler, Hough, Qian, Xu, Storlie & Lee 2012, "Surrogate models for mixed discrete-continuous variables",
 * §2.2.9.
 */

import { latinHypercubePoint } from '../numerics/latin-hypercube.ts'
import { differentIntegers, randomStream } from '../numerics/random.ts'
import type { Random } from '../numerics/random.ts'
import { axesOf } from '../space/axes.ts'
import type { Axes, Axis } from '../space/axes.ts'
import { encodeValue } from '../space/encoding.ts'
import { levelAt } from '../space/levels.ts'
import { sizeIn } from './design.ts'
import type { PointOf } from './design.ts'
import type { LatinHypercubeOptions } from './design-choice.ts'

/** The combinations of the choices of a space, by number. */
interface Combinations {
  readonly count: number
  /** Sets the coordinates of the choices in a point of the unit cube. */
  readonly set: (number: number, point: Float64Array) => void
}

/** The options, with those that have a default. */
type Latin = LatinHypercubeOptions & Required<Pick<LatinHypercubeOptions, 'type' | 'criterion'>>

export function latinPoints({ size: own, ...kind }: Latin): PointOf {
  return (k, region) => {
    const n = sizeIn(region, own)
    return k < n ? latinHypercubePoint(k, n, axesOf(region.space).list.length, kind, region.seed) : undefined
  }
}

/** Point k belongs to combination k mod m: trials that are run one by one see all combinations early. */
export function kLatinPoints({ size: own, ...kind }: Latin): PointOf {
  return (k, region) => {
    const n = sizeIn(region, own)
    if (k >= n) return undefined
    const axes = axesOf(region.space)
    const random = randomStream('point of k-lhs', region.seed, k)
    const point = Float64Array.from(axes.list, random.next)
    const { count: m, set } = combinationsOf(axes)
    const rows = Math.max(Math.floor(n / m), 1)
    if (k >= m * rows) return point
    const numbers = axes.list.flatMap(({ kind: axis }, j) => (axis === 'category' ? [] : [j]))
    const part = k % m
    const row = latinHypercubePoint(Math.floor(k / m), rows, numbers.length, kind, region.seed, part)
    for (const [i, j] of numbers.entries()) point[j] = row[i]!
    set(combinationAt(part, n, m, randomStream('combinations', region.seed)), point)
    return point
  }
}

/** The combination that comes at a place among those that have a hypercube, in random order. */
function combinationAt(place: number, n: number, m: number, random: Random): number {
  return differentIntegers(Math.min(n, m), m, random)[place]!
}

/** Choices of which there are more than 2⁵³ combinations with those before them are left as they are: at random. */
function combinationsOf(axes: Axes): Combinations {
  const choices: { readonly axis: Axis; readonly j: number }[] = []
  let count = 1
  for (const [j, axis] of axes.list.entries()) {
    if (axis.kind !== 'category' || count * axis.count > Number.MAX_SAFE_INTEGER) continue
    choices.push({ axis, j })
    count *= axis.count
  }
  return {
    count,
    set: (number, point) => {
      let rest = number
      for (const { axis, j } of choices) {
        point[j] = encodeValue(axis.parameter, levelAt(axis.parameter, rest % axis.count))
        rest = Math.floor(rest / axis.count)
      }
    },
  }
}
