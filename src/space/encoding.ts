/**
 * Configs as points of the unit cube: one coordinate for each parameter of `flatten`.
 *
 * Every value of a discrete parameter owns a cell of its axis, of equal width (or by its weight, or of equal width on
 * the log scale), and is encoded as the cell's middle; so discrete values survive a round trip exactly, and floats
 * to about 1e-15 of their range. Coordinates of inactive parameters are ignored, and 0.5 when encoded.
 */

import type { Config, Json } from '../trial.ts'
import { assemble } from './assemble.ts'
import { flatten, isActive, valueAt } from './flatten.ts'
import { inDigits, levelAt, levelCount, levelOf } from './levels.ts'
import type { FloatParameter, IntParameter, Parameter, Space } from './parameter.ts'
import { shown } from './shown.ts'

/** How many coordinates a point has. */
export function dimension(space: Space): number {
  return flatten(space).length
}

/** The config at a point of the unit cube; coordinates beyond its faces are moved onto them. */
export function decode(space: Space, point: ArrayLike<number>): Config {
  const expected = dimension(space)
  if (point.length !== expected) {
    throw new RangeError(
      `'point': this space has ${expected} coordinates, got ${point.length}; pass one for each parameter`,
    )
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
  if (Number.isNaN(coordinate)) throw new RangeError(`'point': a coordinate must be a number from 0 to 1, got NaN`)
  const u = Math.min(Math.max(coordinate, 0), 1)
  if (parameter.type === 'float' && parameter.step === undefined) {
    const { low, high, log } = parameter
    const x = clamp(log ? Math.exp(between(Math.log(low), Math.log(high), u)) : between(low, high, u), parameter)
    const value = parameter.digits === undefined ? x : inDigits(x, parameter, parameter.digits)
    return value === 0 ? 0 : value
  }
  if (parameter.type === 'int' && parameter.log) {
    return clamp(
      Math.round(Math.exp(between(Math.log(parameter.low - 0.5), Math.log(parameter.high + 0.5), u))),
      parameter,
    )
  }
  const edges = weightEdges(parameter)
  const count = levelCount(parameter)
  const k = edges === undefined ? Math.floor(u * count) : edges.findIndex((edge) => u < edge)
  return levelAt(parameter, k < 0 ? count - 1 : Math.min(k, count - 1))
}

/** The coordinate of a value of one parameter. */
export function encodeValue(parameter: Parameter, value: Json): number {
  if (parameter.type === 'float' && parameter.step === undefined) {
    const { low, high, log } = parameter
    const x = value as number
    return log ? share(Math.log(low), Math.log(high), Math.log(x)) : share(low, high, x)
  }
  if (parameter.type === 'int' && parameter.log) {
    return share(Math.log(parameter.low - 0.5), Math.log(parameter.high + 0.5), Math.log(value as number))
  }
  const k = levelOf(parameter, value)
  if (k < 0) throw new RangeError(`config: a ${parameter.type} has no value ${shown(value)}`)
  const edges = weightEdges(parameter)
  return edges === undefined ? (k + 0.5) / levelCount(parameter) : ((k === 0 ? 0 : edges[k - 1]!) + edges[k]!) / 2
}

// The upper edges of the cells of a weighted choice.
function weightEdges(parameter: Parameter): number[] | undefined {
  if (parameter.type !== 'choice' || parameter.weights === undefined) return undefined
  const total = parameter.weights.reduce((sum, weight) => sum + weight, 0)
  let sum = 0
  return parameter.weights.map((weight) => (sum += weight) / total)
}

// Weighted from both ends, so that a range as wide as all doubles does not overflow.
function between(low: number, high: number, u: number): number {
  return (1 - u) * low + u * high
}

// Halved, for the same reason.
function share(low: number, high: number, x: number): number {
  if (low === high) return 0.5
  return Math.min(Math.max((x / 2 - low / 2) / (high / 2 - low / 2), 0), 1)
}

function clamp(x: number, { low, high }: FloatParameter | IntParameter): number {
  return Math.min(Math.max(x, low), high)
}
