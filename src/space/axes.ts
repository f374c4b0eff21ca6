/**
 * A space as the models see it: one axis for each parameter.
 *
 *   x   d   a model point. For a number it holds the coordinate in [0, 1] (for a discrete number, the middle of its
 *           cell); for a category, its index; for a parameter that is not active, NaN.
 *
 * The translation between model points and configs is exact both ways, except that a float is rounded to about 1e-15 of
 * its range.
 */

import type { Density } from '../numerics/density.ts'
import type { Random } from '../numerics/random.ts'
import type { Config } from '../trial.ts'
import { densityOf } from './belief.ts'
import { decode, decodeValue, encode, encodeValue } from './encoding.ts'
import { flatten } from './flatten.ts'
import type { Condition, Leaf } from './flatten.ts'
import { levelAt, levelCount, levelOf } from './levels.ts'
import type { Parameter, Space } from './parameter.ts'

/** The axes of each frozen space, which cannot change afterwards. */
const KNOWN_AXES = new WeakMap<Space, Axes>()

/** The model points of configs: samplers ask for the same ones with every suggestion. */
const KNOWN_POINTS = new WeakMap<Axes, WeakMap<Config, Float64Array>>()

export interface Axis {
  readonly kind: 'continuous' | 'grid' | 'category'
  readonly parameter: Parameter
  /** The number of values; Infinity on a continuous axis. */
  readonly count: number
  /** Where on the axis the best value is believed to lie. Only drawing and the worth of points look at it. */
  readonly density?: Density
  /** The axis is active if each of these selectors has this category. */
  readonly when: readonly (readonly [axis: number, category: number])[]
}

export interface Axes {
  readonly space: Space
  readonly list: readonly Axis[]
  /** For each axis, whether it is a category. The kernel needs to know. */
  readonly categories: readonly boolean[]
  readonly hasConditions: boolean
  /** Whether an axis has a density. */
  readonly hasBeliefs: boolean
  /** What keeps points within the conditions of the space, if there are any. */
  readonly allowed?: Allowed
}

/** How the points of a space with conditions are kept within them. */
export interface Allowed {
  /** Whether a point meets the conditions. */
  readonly holds: (x: Float64Array) => boolean
  /** Fills x with a random allowed point; see `scatterInPlace`. */
  readonly drawInPlace: (x: Float64Array, random: Random, isBelieved: boolean) => void
  /**
   * Moves a point that does not meet the conditions to the last one on the way from `from` that does.
   *
   * @param from  where the move began; by default an allowed point at random
   */
  readonly pullInPlace: (x: Float64Array, random: Random, from?: Float64Array) => void
}

/** The axes of a parsed space. */
export function axesOf(space: Space): Axes {
  const known = KNOWN_AXES.get(space)
  if (known !== undefined) return known
  const leaves = flatten(space)
  const list = leaves.map(({ parameter, when }, index): Axis => {
    const kind = kindOf(parameter)
    const density = densityOf(parameter)
    return {
      kind,
      parameter,
      count: kind === 'continuous' ? Infinity : levelCount(parameter),
      ...(density && { density }),
      when: selectorsOf(leaves, when, index),
    }
  })
  const axes = {
    space,
    list,
    categories: list.map((axis) => axis.kind === 'category'),
    hasConditions: list.some((axis) => axis.when.length > 0),
    hasBeliefs: list.some((axis) => axis.density !== undefined),
  }
  if (Object.isFrozen(space)) KNOWN_AXES.set(space, axes)
  return axes
}

/** The selectors, with their categories, that switch on what comes after the first `index` leaves. */
export function selectorsOf(leaves: readonly Leaf[], when: readonly Condition[], index: number): Axis['when'] {
  return when.map(({ name, value }) => {
    const selector = leaves.findLastIndex(
      (leaf, i) => i < index && leaf.name === name && leaf.parameter.type === 'branch',
    )
    return [selector, levelOf(leaves[selector]!.parameter, value)]
  })
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
  return parameter satisfies never
}

/** The value on an axis at the coordinate `u` of the unit cube: `u` itself, the middle of its cell, or its category. */
export function snapped(axis: Axis, u: number): number {
  switch (axis.kind) {
    case 'continuous':
      return Math.min(Math.max(u, 0), 1)
    case 'category':
      return levelOf(axis.parameter, decodeValue(axis.parameter, u))
    case 'grid':
      return encodeValue(axis.parameter, decodeValue(axis.parameter, u))
  }
  return axis.kind satisfies never
}

/** The coordinate below which a density has as much of its mass as the uniform one has below `u`. */
const believed = ({ density }: Axis, u: number): number => (density === undefined ? u : density.quantile(u))

/** A point of the unit cube where beliefs bend the cube: even points become as dense as the beliefs are. */
export function bent({ hasBeliefs, list }: Axes, cube: Float64Array): Float64Array {
  return hasBeliefs ? cube.map((u, k) => believed(list[k]!, u)) : cube
}

/**
 * A point of the unit cube, moved to where the best one is believed to lie: the mode of each density, and the choice
 * of the largest weight. What nothing is believed about stays.
 */
export function likeliest({ list }: Axes, cube: Float64Array): Float64Array {
  return cube.map((u, k) => {
    const { parameter, density } = list[k]!
    if (density !== undefined) return density.mode
    if (parameter.type !== 'choice' || parameter.weights === undefined) return u
    const heaviest = parameter.weights.reduce((best, weight, i, weights) => (weight > weights[best]! ? i : best), 0)
    return encodeValue(parameter, levelAt(parameter, heaviest))
  })
}

/**
 * Fills x with random values, whatever is active.
 *
 * @param isBelieved  whether they follow beliefs; else they are even
 */
export function scatterInPlace(x: Float64Array, { list }: Axes, random: Random, isBelieved: boolean): void {
  for (let k = 0; k < x.length; k++) {
    const u = random.next()
    x[k] = snapped(list[k]!, isBelieved ? believed(list[k]!, u) : u)
  }
}

/** The value of the k-th level of a discrete axis. */
export function valueOfLevel(axis: Axis, k: number): number {
  return axis.kind === 'category' ? k : encodeValue(axis.parameter, levelAt(axis.parameter, k))
}

/** The level of a value on a discrete axis; the inverse of `valueOfLevel`. */
export function levelOfValue(axis: Axis, value: number): number {
  return axis.kind === 'category' ? value : levelOf(axis.parameter, decodeValue(axis.parameter, value))
}

/**
 * Makes a model point of values on all axes. An axis that its selectors switch off becomes NaN; one that they switch on
 * and that has no value yet gets a random one. Where the space has conditions, the point is moved until it meets them.
 *
 * @param from  the point that a move began at
 */
export function settleInPlace(x: Float64Array, axes: Axes, random: Random, from?: Float64Array): void {
  switchInPlace(x, axes, random)
  axes.allowed?.pullInPlace(x, random, from)
}

function switchInPlace(x: Float64Array, axes: Axes, random: Random): void {
  if (!axes.hasConditions) return
  for (const [k, axis] of axes.list.entries()) {
    if (axis.when.length === 0) continue
    const isActive = axis.when.every(([selector, category]) => x[selector] === category)
    if (!isActive) x[k] = NaN
    else if (Number.isNaN(x[k]!)) x[k] = snapped(axis, believed(axis, random.next()))
  }
}

/** The model point of a point of the unit cube. */
export function pointAt(axes: Axes, cube: ArrayLike<number>, random: Random): Float64Array {
  const x = Float64Array.from(axes.list, (axis, k) => snapped(axis, cube[k]!))
  settleInPlace(x, axes, random)
  return x
}

/** The model point of a config of the space. The caller must not change it: it is kept for the next call. */
export function pointOf(axes: Axes, config: Config): Float64Array {
  let points = KNOWN_POINTS.get(axes)
  if (points === undefined) KNOWN_POINTS.set(axes, (points = new WeakMap()))
  const known = points.get(config)
  if (known !== undefined) return known
  const x = encode(axes.space, config)
  for (const [k, axis] of axes.list.entries()) if (axis.kind === 'category') x[k] = snapped(axis, x[k]!)
  if (axes.hasConditions) {
    for (const [k, axis] of axes.list.entries()) {
      if (!axis.when.every(([selector, category]) => x[selector] === category)) x[k] = NaN
    }
  }
  points.set(config, x)
  return x
}

/** The config of a model point. */
export function configOf(axes: Axes, x: Float64Array): Config {
  return decode(axes.space, cubeOf(axes, x))
}

/** The point of the unit cube of a model point: `configOf` without the last step. Inactive axes are in the middle. */
export function cubeOf(axes: Axes, x: Float64Array): Float64Array {
  return Float64Array.from(axes.list, (axis, k) => {
    if (Number.isNaN(x[k]!)) return 0.5
    return axis.kind === 'category' ? encodeValue(axis.parameter, levelAt(axis.parameter, x[k]!)) : x[k]!
  })
}
