/**
 * Configs as points of the unit cube, with one coordinate for each parameter of `flatten`.
 *
 * Each value of a discrete parameter owns a cell of its axis and is encoded as the middle of that cell. The cells are
 * equally wide, or as wide as the weights of a choice, or equally wide on the log scale of an integer. So discrete
 * values and the bounds of a float survive a round trip exactly, and other floats to about 1e-15 of their range. The
 * coordinate of an inactive parameter is ignored by `decode`, and `encode` sets it to 0.5.
 */

import type { Config, Json } from '../trial.ts'
import { assemble } from './assemble.ts'
import { flatten, isActive, valueAt } from './flatten.ts'
import { inDigits, levelAt, levelCount, levelOf } from './levels.ts'
import type { ChoiceParameter, FloatParameter, IntParameter, Parameter, Space } from './parameter.ts'
import { curveOf } from './scales.ts'
import { shown } from './shown.ts'

/** The number of coordinates of a point. */
export function dimension(space: Space): number {
  return flatten(space).length
}

/**
 * The config at a point of the unit cube; a coordinate outside [0, 1] counts as the nearer end.
 *
 * @throws RangeError if the point has the wrong number of coordinates, or one of them is NaN
 */
export function decode(space: Space, point: ArrayLike<number>): Config {
  const expected = dimension(space)
  if (point.length !== expected) {
    throw new RangeError(`point: must have ${expected} coordinates, one for each parameter, got ${point.length}`)
  }
  return assemble(space, (leaf, index) => decodeValue(leaf.parameter, point[index]!))
}

/** The point of a config. */
export function encode(space: Space, config: Config): Float64Array {
  const leaves = flatten(space)
  const point = new Float64Array(leaves.length).fill(0.5)
  const values = new Map<string, Json>()
  for (const [index, leaf] of leaves.entries()) {
    if (!isActive(leaf, values)) continue
    const value = valueAt(config, leaf)
    values.set(leaf.name, value)
    point[index] = encodeValue(leaf.parameter, value)
  }
  return point
}

/** The value of one parameter at a coordinate in [0, 1]. */
export function decodeValue(parameter: Parameter, coordinate: number): Json {
  if (Number.isNaN(coordinate)) throw new RangeError(`point: a coordinate must be a number from 0 to 1, got NaN`)
  const u = Math.min(Math.max(coordinate, 0), 1)
  switch (parameter.type) {
    case 'float':
      return parameter.step === undefined ? floatAt(parameter, u) : evenLevelAt(parameter, u)
    case 'int':
      return parameter.log ? logIntegerAt(parameter, u) : evenLevelAt(parameter, u)
    case 'choice':
      return parameter.weights === undefined ? evenLevelAt(parameter, u) : weightedAt(parameter, parameter.weights, u)
    case 'ordinal':
    case 'bool':
    case 'branch':
      return evenLevelAt(parameter, u)
  }
  return parameter satisfies never
}

/** The coordinate of a value of one parameter: the inverse of `decodeValue`. */
export function encodeValue(parameter: Parameter, value: Json): number {
  switch (parameter.type) {
    case 'float': {
      if (parameter.step !== undefined) return middleOfLevel(parameter, value)
      const { low, high, log } = parameter
      const x = value as number
      const curve = curveOf(parameter)
      if (curve !== undefined) return share(curve.to(low), curve.to(high), curve.to(x))
      return log ? share(Math.log(low), Math.log(high), Math.log(x)) : share(low, high, x)
    }
    case 'int':
      if (!parameter.log) return middleOfLevel(parameter, value)
      return share(Math.log(parameter.low - 0.5), Math.log(parameter.high + 0.5), Math.log(value as number))
    case 'choice':
      return middleOfLevel(parameter, value, parameter.weights)
    case 'ordinal':
    case 'bool':
    case 'branch':
      return middleOfLevel(parameter, value)
  }
  return parameter satisfies never
}

/** The share of the axis that each value of a discrete parameter owns, in the order of its levels; the sum is 1. */
export function cellWidths(parameter: Parameter): Float64Array {
  switch (parameter.type) {
    case 'choice':
      return parameter.weights === undefined ? evenWidths(parameter) : weightedWidths(parameter.weights)
    case 'int':
      return parameter.log ? logWidths(parameter) : evenWidths(parameter)
    case 'float':
    case 'ordinal':
    case 'bool':
    case 'branch':
      return evenWidths(parameter)
  }
  return parameter satisfies never
}

function floatAt(parameter: FloatParameter, u: number): number {
  const { digits } = parameter
  const x = clamp(continuousAt(parameter, u), parameter)
  const value = digits === undefined ? x : inDigits(x, parameter, digits)
  // Never -0, which the text of a config would show.
  return value === 0 ? 0 : value
}

function continuousAt(parameter: FloatParameter, u: number): number {
  const { low, high, log } = parameter
  const curve = curveOf(parameter)
  if (!log && curve === undefined) return between(low, high, u)
  // The ends as they are: e to the ln of a number is not always that number.
  if (u === 0) return low
  if (u === 1) return high
  if (curve !== undefined) return curve.from(between(curve.to(low), curve.to(high), u))
  return Math.exp(between(Math.log(low), Math.log(high), u))
}

// The cell of n on the log scale is ln(n - 0.5) to ln(n + 0.5).
function logIntegerAt(parameter: IntParameter, u: number): number {
  const x = Math.exp(between(Math.log(parameter.low - 0.5), Math.log(parameter.high + 0.5), u))
  return clamp(Math.round(x), parameter)
}

function evenLevelAt(parameter: Parameter, u: number): Json {
  const count = levelCount(parameter)
  return levelAt(parameter, Math.min(Math.floor(u * count), count - 1))
}

function weightedAt(parameter: ChoiceParameter, weights: readonly number[], u: number): Json {
  const k = upperEdges(weights).findIndex((edge) => u < edge)
  return levelAt(parameter, k < 0 ? weights.length - 1 : k)
}

function middleOfLevel(parameter: Parameter, value: Json, weights?: readonly number[]): number {
  const k = levelOf(parameter, value)
  if (k < 0) throw new RangeError(`config: must have a value of its ${parameter.type}, got ${shown(value)}`)
  if (weights === undefined) return (k + 0.5) / levelCount(parameter)
  const edges = upperEdges(weights)
  return ((k === 0 ? 0 : edges[k - 1]!) + edges[k]!) / 2
}

function evenWidths(parameter: Parameter): Float64Array {
  const count = levelCount(parameter)
  return new Float64Array(count).fill(1 / count)
}

function weightedWidths(weights: readonly number[]): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return Float64Array.from(weights, (weight) => weight / total)
}

function logWidths(parameter: IntParameter): Float64Array {
  const { low, high } = parameter
  const range = Math.log((high + 0.5) / (low - 0.5))
  const length = levelCount(parameter)
  return Float64Array.from({ length }, (_, k) => Math.log((low + k + 0.5) / (low + k - 0.5)) / range)
}

// The upper edges of the cells of a weighted choice.
function upperEdges(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let sum = 0
  return weights.map((weight) => (sum += weight) / total)
}

// The sum of two products does not overflow where high - low would: a range can be as wide as all doubles.
function between(low: number, high: number, u: number): number {
  return (1 - u) * low + u * high
}

// Halves, for the same reason.
function share(low: number, high: number, x: number): number {
  if (low === high) return 0.5
  return Math.min(Math.max((x / 2 - low / 2) / (high / 2 - low / 2), 0), 1)
}

function clamp(x: number, { low, high }: FloatParameter | IntParameter): number {
  return Math.min(Math.max(x, low), high)
}
