/** Checks the prior of a parameter and brings it into one form: names become shapes, and values are in order. */

import type { Json } from '../trial.ts'
import { massOf } from './belief.ts'
import { valueIndex } from './levels.ts'
import { didYouMean } from './nearest-name.ts'
import { isRecord } from './options.ts'
import type { FloatParameter, IntParameter, OrdinalParameter } from './parameter.ts'
import { KINDS, NAMED } from './prior.ts'
import type { PriorName, PriorShape } from './prior.ts'
import { LEAST_MASS } from './scales.ts'
import { shown } from './shown.ts'

/** The largest `a` and `b` of a beta distribution. */
const MOST_BETA = 1000

/** Most values of a kernel density: each costs time with every candidate. */
const MOST_VALUES = 1000

/** What each kind looks like, for messages. */
const FORMS: Readonly<Record<PriorShape['kind'], string>> = {
  normal: "{ kind: 'normal', mean: 0.3, deviation: 0.1 }",
  'log-normal': "{ kind: 'log-normal', mean: 0, deviation: 1 }",
  beta: "{ kind: 'beta', a: 2, b: 5 }",
  points: "{ kind: 'points', values: [1, 2], weights: [1, 3] }",
  density: "{ kind: 'density', values: [1, 2] }",
}

type Given = { readonly [option: string]: unknown }

/**
 * The prior of a parameter in its whole form; undefined for none, and for a uniform one.
 *
 * @param parameter  the same parameter without it
 * @throws TypeError or RangeError that names what is wrong
 */
export function parsePrior(
  given: unknown,
  parameter: FloatParameter | IntParameter | OrdinalParameter,
  subject: string,
): PriorShape<Json> | undefined {
  if (given === undefined) return undefined
  const { kind, ...options } = wholeForm(given, subject)
  for (const option of Object.keys(options)) {
    if (KINDS[kind].includes(option) || options[option] === undefined) continue
    const remedy = didYouMean(option, KINDS[kind]) || `; '${kind}' takes ${KINDS[kind].join(', ')}`
    throw new RangeError(`${subject}: unknown option '${option}' of the prior '${kind}'${remedy}`)
  }
  const prior = shapeOf(kind, options, parameter, subject)
  if (prior.kind === 'beta' && prior.a === 1 && prior.b === 1) return undefined
  // Not below: NaN has no mass either.
  if (!(massOf(parameter, prior) >= LEAST_MASS)) {
    const range = parameter.type === 'ordinal' ? 'its values' : `the range ${parameter.low} to ${parameter.high}`
    throw new RangeError(
      `${subject}: the prior '${kind}' has no mass in ${range}; move 'mean', raise 'deviation' or widen the range`,
    )
  }
  return prior
}

/** A prior as an object with its kind. */
function wholeForm(given: unknown, subject: string): { kind: PriorShape['kind'] } & Given {
  const kind = isRecord(given) ? given.kind : given
  const names = [...Object.keys(NAMED), ...Object.keys(KINDS)]
  if (typeof kind !== 'string')
    throw new TypeError(
      `${subject}: 'prior' must be one of ${names.join(', ')}, or an object with such a 'kind', got ${shown(given)}`,
    )
  if (Object.hasOwn(NAMED, kind) && (!isRecord(given) || Object.keys(given).length === 1)) {
    const [a, b] = NAMED[kind as PriorName]
    return { kind: 'beta', a, b }
  }
  const known = kind === 'lognormal' ? 'log-normal' : kind
  if (Object.hasOwn(KINDS, known)) return { ...(isRecord(given) ? given : {}), kind: known as PriorShape['kind'] }
  if (Object.hasOwn(NAMED, kind))
    throw new RangeError(`${subject}: the prior '${kind}' takes no options; leave them out, or write 'beta'`)
  const remedy = /^log-?uniform$/.test(kind)
    ? '; write log: true, which is the scale of the parameter'
    : didYouMean(kind, names) || `; there is ${names.join(', ')}`
  throw new RangeError(`${subject}: unknown prior '${kind}'${remedy}`)
}

function shapeOf(
  kind: PriorShape['kind'],
  options: Given,
  parameter: FloatParameter | IntParameter | OrdinalParameter,
  subject: string,
): PriorShape<Json> {
  const place = `${subject}: the prior '${kind}'`
  for (const option of KINDS[kind])
    if (options[option] === undefined) throw new RangeError(`${place} needs '${option}', as in ${FORMS[kind]}`)
  const positive = (option: string, most = Infinity): number => {
    const value = options[option]
    if (typeof value === 'number' && value > 0 && value <= most && value < Infinity) return value
    const must = most < Infinity ? `a number above 0, up to ${most}` : 'a finite number above 0'
    throw new RangeError(`${place}: '${option}' must be ${must}, got ${shown(value)}`)
  }
  const isBell = parameter.type === 'float' && (parameter.scale === 'normal' || parameter.scale === 'lognormal')
  switch (kind) {
    case 'normal':
      if (isBell) throw besideBell(place, parameter.scale!)
      return { kind, mean: meanOf(options.mean, parameter, place), deviation: positive('deviation') }
    case 'log-normal': {
      if (isBell) throw besideBell(place, parameter.scale!)
      if (parameter.type === 'ordinal')
        throw new RangeError(`${place}: belongs to a float or an int; write 'normal', or give 'weights'`)
      if (parameter.type === 'float' && parameter.scale !== undefined)
        throw new RangeError(`${place}: cannot be said on the scale ${parameter.scale}; write 'normal'`)
      return { kind, mean: finite(options.mean, `${place}: 'mean'`), deviation: positive('deviation') }
    }
    case 'beta':
      return { kind, a: positive('a', MOST_BETA), b: positive('b', MOST_BETA) }
    case 'points':
      return { kind, ...pointsOf(valuesOf(options.values, parameter, place), options.weights, parameter, place) }
    case 'density': {
      const values = valuesOf(options.values, parameter, place)
      if (values.length > MOST_VALUES)
        throw new RangeError(`${place}: 'values' must be at most ${MOST_VALUES}, got ${values.length}; take the best`)
      return { kind, values }
    }
  }
  return kind satisfies never
}

function besideBell(place: string, scale: string): RangeError {
  return new RangeError(
    `${place}: the scale ${scale} says already how values are distributed; give it another 'mean' and 'deviation', ` +
      'or leave out the scale',
  )
}

/** Where a normal distribution has its middle: not always within the range. */
function meanOf(given: unknown, parameter: FloatParameter | IntParameter | OrdinalParameter, place: string): Json {
  if (parameter.type === 'ordinal') return listedOf(given, parameter, `${place}: 'mean'`)
  const mean = finite(given, `${place}: 'mean'`)
  if (parameter.log && mean <= 0)
    throw new RangeError(`${place}: 'mean' must be above 0 on a log scale, got ${mean}; it is a value, not a logarithm`)
  if (parameter.type === 'float' && parameter.scale === 'logit' && (mean <= 0 || mean >= 1))
    throw new RangeError(`${place}: 'mean' must lie between 0 and 1 on a logit scale, got ${mean}`)
  return mean
}

function valuesOf(
  given: unknown,
  parameter: FloatParameter | IntParameter | OrdinalParameter,
  place: string,
): readonly Json[] {
  if (!Array.isArray(given) || given.length === 0)
    throw new TypeError(`${place}: 'values' must be a list of values of the parameter, got ${shown(given)}`)
  return Array.from(given, (value: unknown) => {
    if (parameter.type === 'ordinal') return listedOf(value, parameter, `${place}: each of 'values'`)
    const { low, high } = parameter
    const number = finite(value, `${place}: each of 'values'`)
    if (number >= low && number <= high) return number + 0
    throw new RangeError(`${place}: each of 'values' must be from ${low} to ${high}, got ${number}`)
  })
}

/** Values in rising order, each with its weight. */
function pointsOf(
  values: readonly Json[],
  weights: unknown,
  parameter: FloatParameter | IntParameter | OrdinalParameter,
  place: string,
): { values: readonly Json[]; weights: readonly number[] } {
  if (values.length < 2)
    throw new RangeError(`${place}: 'values' must be at least two, got ${shown(values)}; write 'normal' for one`)
  if (!Array.isArray(weights) || weights.length !== values.length)
    throw new RangeError(
      `${place}: 'weights' must be a list of ${values.length} numbers, one for each value, got ${shown(weights)}`,
    )
  const isWeight = (weight: unknown): boolean => typeof weight === 'number' && weight >= 0 && weight < Infinity
  const wrong = weights.find((weight) => !isWeight(weight))
  const sum = weights.reduce((total: number, weight: number) => total + weight, 0)
  if (wrong !== undefined || !(sum > 0 && sum < Infinity))
    throw new RangeError(
      `${place}: 'weights' must be numbers of at least 0, one of them above 0, got ${shown(wrong ?? weights)}`,
    )
  const rank = (value: Json): number =>
    parameter.type === 'ordinal' ? valueIndex(parameter.values, value) : (value as number)
  const order = [...values.keys()].sort((i, j) => rank(values[i]!) - rank(values[j]!))
  const again = order.find((i, k) => k > 0 && rank(values[i]!) === rank(values[order[k - 1]!]!))
  if (again !== undefined)
    throw new RangeError(`${place}: 'values' must differ, got ${shown(values[again])} twice; remove one`)
  return { values: order.map((i) => values[i]!), weights: order.map((i) => weights[i] as number) }
}

function listedOf(value: unknown, { values }: OrdinalParameter, place: string): Json {
  const index = valueIndex(values, value as Json)
  if (index >= 0) return values[index]!
  throw new RangeError(`${place} must be one of the parameter's values, got ${shown(value)}`)
}

function finite(value: unknown, place: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new TypeError(`${place} must be a finite number, got ${shown(value)}`)
}
