/**
 * A space as the models see it: one axis for each parameter.
 *
 *   x   d   a model point: a number's coordinate in [0, 1] (of a discrete one, the middle of its cell), a category's index,
 *           NaN where the parameter is not active
 *
 * Model points and configs stand for one another exactly, except that a float is rounded as its range is wide.
 */

import type { Config } from '../trial.ts'
import { decode, decodeValue, encode, encodeValue } from './encoding.ts'
import { flatten } from './flatten.ts'
import { levelAt, levelCount, levelOf } from './levels.ts'
import type { Parameter, Space } from './parameter.ts'
import type { Random } from '../numerics/random.ts'

export interface Axis {
  readonly kind: 'continuous' | 'grid' | 'category'
  readonly parameter: Parameter
  /** How many values it has; Infinity for a continuous one. */
  readonly count: number
  /** The selectors, as (axis, category), that must all be so for it to be active. */
  readonly when: readonly (readonly [axis: number, category: number])[]
}

export interface Axes {
  readonly space: Space
  readonly list: readonly Axis[]
  /** Which are categories, for the kernel. */
  readonly categories: readonly boolean[]
  readonly hasConditions: boolean
}

const remembered = new WeakMap<Space, Axes>()

/** The axes of a parsed space. */
export function axesOf(space: Space): Axes {
  const known = remembered.get(space)
  if (known !== undefined) return known
  const leaves = flatten(space)
  const list = leaves.map(({ parameter, when }, index): Axis => ({
    kind: kindOf(parameter),
    parameter,
    count:
      parameter.type === 'float' && parameter.step === undefined && parameter.low < parameter.high
        ? Infinity
        : levelCount(parameter),
    when: when.map(({ name, value }) => {
      const selector = leaves.findLastIndex(
        (leaf, i) => i < index && leaf.name === name && leaf.parameter.type === 'branch',
      )
      return [selector, levelOf(leaves[selector]!.parameter, value)]
    }),
  }))
  const axes = {
    space,
    list,
    categories: list.map((axis) => axis.kind === 'category'),
    hasConditions: list.some((axis) => axis.when.length > 0),
  }
  if (Object.isFrozen(space)) remembered.set(space, axes)
  return axes
}

function kindOf(parameter: Parameter): Axis['kind'] {
  switch (parameter.type) {
    case 'choice':
    case 'bool':
    case 'branch':
      return 'category'
    case 'ordinal':
    case 'int':
      return 'grid'
    case 'float':
      return parameter.step === undefined && parameter.low < parameter.high ? 'continuous' : 'grid'
  }
}

/** The value of a coordinate u in [0, 1] of the unit cube on an axis: itself, the middle of its cell, or a category's index. */
export function snapped(axis: Axis, u: number): number {
  if (axis.kind === 'continuous') return Math.min(Math.max(u, 0), 1)
  const value = decodeValue(axis.parameter, u)
  return axis.kind === 'category' ? levelOf(axis.parameter, value) : encodeValue(axis.parameter, value)
}

/** The k-th value of a discrete axis. */
export function valueOfLevel(axis: Axis, k: number): number {
  return axis.kind === 'category' ? k : encodeValue(axis.parameter, levelAt(axis.parameter, k))
}

/** Which level of a discrete axis a value is. */
export function levelOfValue(axis: Axis, value: number): number {
  return axis.kind === 'category' ? value : levelOf(axis.parameter, decodeValue(axis.parameter, value))
}

/**
 * Makes a point of values on all axes a model point: what its selectors leave out is NaN; what they let in and has no value yet
 * gets one at random.
 */
export function settleInPlace(x: Float64Array, axes: Axes, random: Random): void {
  if (!axes.hasConditions) return
  for (const [k, axis] of axes.list.entries()) {
    if (axis.when.length === 0) continue
    const isActive = axis.when.every(([selector, category]) => x[selector] === category)
    if (!isActive) x[k] = NaN
    else if (Number.isNaN(x[k]!)) x[k] = snapped(axis, random.next())
  }
}

/** The model point of a place of the unit cube. */
export function pointAt(axes: Axes, cube: ArrayLike<number>, random: Random): Float64Array {
  const x = Float64Array.from(axes.list, (axis, k) => snapped(axis, cube[k]!))
  settleInPlace(x, axes, random)
  return x
}

const pointsOfConfigs = new WeakMap<Axes, WeakMap<Config, Float64Array>>()

/** The model point of a config of the space. */
export function pointOf(axes: Axes, config: Config): Float64Array {
  let points = pointsOfConfigs.get(axes)
  if (points === undefined) pointsOfConfigs.set(axes, (points = new WeakMap()))
  let x = points.get(config)
  if (x === undefined) {
    x = encode(axes.space, config)
    for (const [k, axis] of axes.list.entries()) if (axis.kind === 'category') x[k] = snapped(axis, x[k]!)
    if (axes.hasConditions) {
      for (const [k, axis] of axes.list.entries()) {
        if (!axis.when.every(([selector, category]) => x![selector] === category)) x[k] = NaN
      }
    }
    points.set(config, x)
  }
  return x
}

/** The config of a model point. */
export function configOf(axes: Axes, x: Float64Array): Config {
  return decode(
    axes.space,
    axes.list.map((axis, k) => {
      if (Number.isNaN(x[k]!)) return 0.5
      return axis.kind === 'category' ? encodeValue(axis.parameter, levelAt(axis.parameter, x[k]!)) : x[k]!
    }),
  )
}
