/**
 * What the prior of a parameter says about its axis: a density over the unit interval, where the uniform one is 1.
 *
 * A discrete axis whose values a search lists one by one has a density of steps: each cell has the mass of its value.
 * On a longer one, a search climbs, and needs a slope.
 *
 *   u   a coordinate on the axis       m, s   mean and deviation, as coordinates
 */

import type { Json } from '../trial.ts'
import {
  betaPrior,
  inSteps,
  kernelPrior,
  linearPrior,
  logNormalMass,
  logNormalPrior,
  normalMass,
  normalPrior,
  stepPrior,
} from '../numerics/density.ts'
import type { Density } from '../numerics/density.ts'
import { cellWidths } from './encoding.ts'
import { LISTED_LEVELS, levelCount, levelOf } from './levels.ts'
import type { FloatParameter, IntParameter, OrdinalParameter, Parameter } from './parameter.ts'
import type { PriorShape } from './prior.ts'
import { curveOf } from './scales.ts'

/** A kernel of a density is at least this wide: a few results say little about what lies between them. */
const LEAST_BANDWIDTH = 0.05

/** Silverman's rule: the deviation of a kernel is this times that of the places, times n^(−1/5). */
const SILVERMAN = 1.06

/** The densities of parameters that are frozen, which cannot change afterwards. */
const KNOWN = new WeakMap<Parameter, Density>()

type Ordered = FloatParameter | IntParameter | OrdinalParameter

/** The density of a parameter; undefined if nothing is believed, and for a choice: its weights are widths of cells. */
export function densityOf(parameter: Parameter): Density | undefined {
  if (parameter.type !== 'float' && parameter.type !== 'int' && parameter.type !== 'ordinal') return undefined
  if (!isBelieved(parameter) || levelCount(parameter) === 1) return undefined
  const known = KNOWN.get(parameter)
  if (known !== undefined) return known
  const density = made(parameter)
  if (Object.isFrozen(parameter)) KNOWN.set(parameter, density)
  return density
}

/** Whether a parameter has a prior, or an order and weights. */
export function isBelieved(parameter: Parameter): boolean {
  switch (parameter.type) {
    case 'float':
    case 'int':
      return parameter.prior !== undefined
    case 'ordinal':
      return parameter.prior !== undefined || parameter.weights !== undefined
    case 'choice':
    case 'bool':
    case 'branch':
      return false
  }
  return parameter satisfies never
}

/** How much of a prior lies within the range of its parameter; 1 for a kind that cannot lie outside. */
export function massOf(parameter: Ordered, prior: PriorShape<Json>): number {
  if (prior.kind === 'normal') return normalMass(placeOf(parameter, prior.mean), prior.deviation * unitOf(parameter))
  if (prior.kind !== 'log-normal' || parameter.type === 'ordinal') return 1
  const { mean, deviation } = prior
  const [low, high] = lineOf(parameter)
  return parameter.log
    ? normalMass((mean - low) / (high - low), deviation / (high - low))
    : logNormalMass(low, high, mean, deviation)
}

function made(parameter: Ordered): Density {
  const count = levelCount(parameter)
  const weights = parameter.type === 'ordinal' ? parameter.weights : undefined
  if (weights !== undefined) return stepPrior(cellWidths(parameter), weights)
  const density = shaped(parameter, parameter.prior as PriorShape<Json>)
  return count <= LISTED_LEVELS && isInCells(parameter) ? inSteps(density, cellWidths(parameter)) : density
}

/** Whether each value has a cell. A float that is only rounded has none. */
const isInCells = (parameter: Ordered): boolean => parameter.type !== 'float' || parameter.step !== undefined

function shaped(parameter: Ordered, prior: PriorShape<Json>): Density {
  const place = (value: Json): number => placeOf(parameter, value)
  switch (prior.kind) {
    case 'normal':
      return normalPrior(place(prior.mean), prior.deviation * unitOf(parameter))
    case 'log-normal': {
      const { mean, deviation } = prior
      // Only a number has one (`prior-options.ts`).
      const [low, high] = lineOf(parameter as FloatParameter | IntParameter)
      return isOnLog(parameter)
        ? normalPrior((mean - low) / (high - low), deviation / (high - low))
        : logNormalPrior(low, high, mean, deviation)
    }
    case 'beta':
      return betaPrior(prior.a, prior.b)
    case 'points':
      return linearPrior(prior.values.map(place), prior.weights)
    case 'density': {
      const places = prior.values.map((value) => Math.min(Math.max(place(value), 0), 1))
      return kernelPrior(places, bandwidthOf(places))
    }
  }
  return prior satisfies never
}

/** Silverman's rule, with a least width. */
function bandwidthOf(places: readonly number[]): number {
  const n = places.length
  const mean = places.reduce((sum, u) => sum + u, 0) / n
  const deviation = Math.sqrt(places.reduce((sum, u) => sum + (u - mean) ** 2, 0) / n)
  return Math.max(SILVERMAN * deviation * n ** -0.2, LEAST_BANDWIDTH)
}

const isOnLog = (parameter: Ordered): boolean => parameter.type !== 'ordinal' && parameter.log === true

/** The coordinate of a value, which may lie outside of the range. */
function placeOf(parameter: Ordered, value: Json): number {
  if (parameter.type === 'ordinal') return (levelOf(parameter, value) + 0.5) / parameter.values.length
  const [low, high, to] = lineOf(parameter)
  // Halves: a range can be as wide as all doubles.
  return (to(value as number) / 2 - low / 2) / (high / 2 - low / 2)
}

/** The length of one unit of a deviation, as a coordinate: on a logarithmic scale, of a factor of ten. */
function unitOf(parameter: Ordered): number {
  if (parameter.type === 'ordinal') return 1 / parameter.values.length
  const [low, high] = lineOf(parameter)
  const unit = 0.5 / (high / 2 - low / 2)
  return isOnLog(parameter) ? Math.LN10 * unit : unit
}

/** Both ends of the axis on the scale of a number, where a logarithm is the natural one, and the map to that scale. */
function lineOf(parameter: FloatParameter | IntParameter): [low: number, high: number, to: (x: number) => number] {
  const { low, high, log, step } = parameter
  const isCells = parameter.type === 'int' || step !== undefined
  const width = step ?? 1
  if (log) {
    const half = isCells ? 0.5 : 0
    return [Math.log(low - half), Math.log(high + half), Math.log]
  }
  if (isCells) return [low - width / 2, low + (levelCount(parameter) - 0.5) * width, (x) => x]
  const curve = parameter.type === 'float' ? curveOf(parameter) : undefined
  return curve === undefined ? [low, high, (x) => x] : [curve.to(low), curve.to(high), curve.to]
}
