/**
 * Checks the options of one parameter and brings them into one form: the synonyms `categorical` and `choices` are
 * replaced, and `log: false` is left out.
 */

import type { Json } from '../trial.ts'
import { parseJson } from './json.ts'
import { levelCount, sameJson } from './levels.ts'
import { didYouMean } from './nearest-name.ts'
import { foreignType } from './meant-as-parameter.ts'
import { synonymOf } from './options.ts'
import { reachOf } from './parameter.ts'
import { parsePrior } from './prior-options.ts'
import type {
  BoolParameter,
  BranchParameter,
  ChoiceParameter,
  Curve,
  FloatParameter,
  IntParameter,
  OrdinalParameter,
  Parameter,
  ParameterType,
} from './parameter.ts'
import { CURVES, LEAST_MASS, curveOf } from './scales.ts'
import { shown } from './shown.ts'

/** The options of each type. A group and a derived value are not parameters, but are written like one. */
export const OPTIONS: Readonly<Record<NodeType, readonly string[]>> = {
  float: ['low', 'high', 'log', 'scale', 'mean', 'deviation', 'step', 'digits', 'prior', 'default'],
  int: ['low', 'high', 'log', 'scale', 'step', 'prior', 'default'],
  choice: ['values', 'weights', 'default'],
  ordinal: ['values', 'weights', 'prior', 'default'],
  bool: ['default'],
  branch: ['key', 'branches', 'default'],
  group: ['space'],
  derived: ['of'],
}

// Double precision can tell the cells of an axis apart up to these limits: the number of integers of a linear range,
// and the largest integer of a log range.
const MOST_INTEGERS = 2 ** 50
const HIGHEST_LOG_INTEGER = 1e12

export type NodeType = ParameterType | 'group' | 'derived'

/** The options of a parameter by name, as somebody has written them. */
export type Options = { readonly [option: string]: unknown }

type CurveOptions = Required<Pick<FloatParameter, 'scale'>> & Pick<FloatParameter, 'mean' | 'deviation'>

export type SimpleParameter = Exclude<Parameter, BranchParameter>

/**
 * The type of a parameter or group, and its other options under their own names.
 *
 * @throws RangeError for an unknown type or option
 */
export function renameOptions(given: Options, subject: string): { type: NodeType; options: Options } {
  const type = given.type === 'categorical' ? 'choice' : String(given.type)
  if (!isNodeType(type)) {
    const types = Object.keys(OPTIONS)
    throw new RangeError(
      `${subject}: unknown type '${type}'` +
        (didYouMean(foreignType(type) ?? type, [...types, 'categorical']) ||
          `; use ${types.join(', ')}, or wrap a plain object that has a key 'type' in group({...})`),
    )
  }
  const known = OPTIONS[type]
  const options: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(given)) {
    if (name === 'type' || value === undefined) continue
    const option = name === 'choices' && known.includes('values') ? 'values' : name
    if (!known.includes(option)) {
      const remedy = synonymOf(name, known) || didYouMean(name, known) || `; '${type}' takes ${known.join(', ')}`
      throw new RangeError(`${subject}: unknown option '${name}'${remedy}`)
    }
    if (Object.hasOwn(options, option)) {
      throw new RangeError(`${subject}: 'values' and 'choices' mean the same; keep 'values'`)
    }
    options[option] = value
  }
  return { type, options }
}

/**
 * A parameter other than a branch, from options under their own names.
 *
 * @throws TypeError or RangeError for an option that is missing or wrong
 */
export function parseParameter(type: SimpleParameter['type'], options: Options, subject: string): SimpleParameter {
  switch (type) {
    case 'float':
      return parseFloatParameter(options, subject)
    case 'int':
      return parseIntParameter(options, subject)
    case 'choice':
      return parseChoice(options, subject)
    case 'ordinal':
      return parseOrdinal(options, subject)
    case 'bool':
      return parseBool(options, subject)
  }
  return type satisfies never
}

function isNodeType(type: string): type is NodeType {
  return Object.hasOwn(OPTIONS, type)
}

function parseFloatParameter(options: Options, subject: string): FloatParameter {
  const { log, curve } = parseScale(options, CURVES, subject)
  const { low, high } = parseRange(withReach(options, curve), subject)
  const step = optionalNumber(options, 'step', subject)
  const digits = optionalNumber(options, 'digits', subject)
  if (log && low <= 0) throw lowOnLogScale(low, subject)
  checkCurve(curve, low, high, subject)
  checkStep(step, low, high, log ? 'log' : curve && 'scale', subject)
  if (digits !== undefined) {
    if (!Number.isInteger(digits) || digits < 1 || digits > 15) {
      throw new RangeError(`${subject}: 'digits' must be a whole number from 1 to 15, got ${digits}`)
    }
    if (step !== undefined) throw new RangeError(`${subject}: 'step' and 'digits' exclude each other; leave one out`)
  }
  const scale = {
    ...optional('log', log || undefined),
    ...curve,
    ...optional('step', step),
    ...optional('digits', digits),
  }
  const parameter: FloatParameter = { type: 'float', low, high, ...scale }
  if (levelCount(parameter) < 1) {
    throw new RangeError(`${subject}: no number of ${digits} digits lies between ${low} and ${high}; raise 'digits'`)
  }
  return { ...believed(parameter, options, subject), ...optional('default', parseDefault(options, low, high, subject)) }
}

function parseIntParameter(options: Options, subject: string): IntParameter {
  const { low, high } = parseRange(options, subject)
  const { log } = parseScale(options, [], subject)
  const step = optionalNumber(options, 'step', subject)
  for (const [option, value] of Object.entries({ low, high, step: step ?? 1 })) {
    if (!Number.isSafeInteger(value)) {
      throw new RangeError(
        `${subject}: '${option}' of an int must be a whole number within ±2^53, got ${value}; use float`,
      )
    }
  }
  if (log && low < 1) throw lowOnLogScale(low, subject)
  checkStep(step, low, high, log ? 'log' : undefined, subject)
  const scale = { ...optional('log', log || undefined), ...optional('step', step) }
  // + 0 turns -0 into 0: an integer has no sign of zero.
  const parameter: IntParameter = { type: 'int', low: low + 0, high: high + 0, ...scale }
  if (levelCount(parameter) > MOST_INTEGERS) {
    throw new RangeError(
      `${subject}: an int must have at most 2^50 values, got ${low} to ${high}; narrow the range, or give a 'step'`,
    )
  }
  if (log && high > HIGHEST_LOG_INTEGER) {
    throw new RangeError(
      `${subject}: 'high' of an int on a log scale must be at most 1e12, got ${high}; lower it or use float`,
    )
  }
  const initial = parseDefault(options, low, high, subject)
  if (initial !== undefined && !Number.isInteger(initial)) {
    throw new RangeError(`${subject}: 'default' of an int must be a whole number, got ${initial}`)
  }
  return {
    ...believed(parameter, options, subject),
    ...optional('default', initial === undefined ? undefined : initial + 0),
  }
}

/** A parameter with its prior, if it has one. */
function believed<P extends FloatParameter | IntParameter | OrdinalParameter>(
  parameter: P,
  options: Options,
  subject: string,
): P {
  return { ...parameter, ...optional('prior', parsePrior(options.prior, parameter, subject)) }
}

function parseBool(options: Options, subject: string): BoolParameter {
  return { type: 'bool', ...optional('default', optionalBoolean(options, 'default', subject)) }
}

/** The bounds, the lower one first, in whichever order they were given. */
function parseRange(options: Options, subject: string): { low: number; high: number } {
  const ends = [numberOption(options, 'low', subject), numberOption(options, 'high', subject)] as const
  return { low: Math.min(...ends), high: Math.max(...ends) }
}

/**
 * The scale of a number: `log`, said in one of three ways, or a curve.
 *
 * @param curves  the curves that the type has
 */
function parseScale(
  options: Options,
  curves: readonly Curve[],
  subject: string,
): { log: boolean; curve: CurveOptions | undefined } {
  const { scale, mean, deviation } = options
  const log = optionalBoolean(options, 'log', subject)
  const names = ['log', 'log10', ...curves]
  if (scale !== undefined && !names.includes(scale as string)) {
    const remedy = typeof scale === 'string' ? didYouMean(scale, names) : ''
    throw new RangeError(`${subject}: 'scale' must be one of ${names.join(', ')}, got ${shown(scale)}${remedy}`)
  }
  const isBell = scale === 'normal' || scale === 'lognormal'
  if (!isBell && (mean !== undefined || deviation !== undefined))
    throw new RangeError(
      `${subject}: 'mean' and 'deviation' belong to the scales normal and lognormal; add one of them`,
    )
  if (scale === undefined || scale === 'log' || scale === 'log10') {
    if (scale !== undefined && log === false)
      throw new RangeError(`${subject}: 'log' is false, but the scale is ${scale}; leave one out`)
    return { log: scale !== undefined || log === true, curve: undefined }
  }
  if (log === true) throw new RangeError(`${subject}: 'log' and 'scale' exclude each other; leave one out`)
  const curve = scale as Curve
  if (!isBell) return { log: false, curve: { scale: curve } }
  const own = {
    mean: optionalNumber(options, 'mean', subject),
    deviation: optionalNumber(options, 'deviation', subject),
  }
  if (own.deviation !== undefined && !(own.deviation > 0))
    throw new RangeError(`${subject}: 'deviation' must be above 0, got ${own.deviation}`)
  return { log: false, curve: { scale: curve, mean: own.mean ?? 0, deviation: own.deviation ?? 1 } }
}

/** The options, with the bounds of a distribution where they were left out. */
function withReach(options: Options, curve: CurveOptions | undefined): Options {
  if (curve === undefined || (curve.scale !== 'normal' && curve.scale !== 'lognormal')) return options
  const [low, high] = reachOf(curve.scale, curve.mean!, curve.deviation!)
  return { ...options, low: options.low ?? low, high: options.high ?? high }
}

function checkCurve(curve: CurveOptions | undefined, low: number, high: number, subject: string): void {
  if (curve === undefined) return
  if (curve.scale === 'logit' && (low <= 0 || high >= 1))
    throw new RangeError(
      `${subject}: bounds on a logit scale must lie between 0 and 1, got ${low} and ${high}; move them inside`,
    )
  if (curve.scale === 'lognormal' && low <= 0) throw lowOnLogScale(low, subject)
  if (curve.scale !== 'normal' && curve.scale !== 'lognormal') return
  const { to } = curveOf(curve)!
  if (low < high && !(to(high) - to(low) >= LEAST_MASS))
    throw new RangeError(
      `${subject}: ${low} to ${high} must hold a millionth of its distribution; move the bounds, 'mean' or 'deviation'`,
    )
}

function lowOnLogScale(low: number, subject: string): RangeError {
  return new RangeError(`${subject}: 'low' must be above 0 on a log scale, got ${low}; raise it or leave out 'log'`)
}

function checkStep(
  step: number | undefined,
  low: number,
  high: number,
  scale: 'log' | 'scale' | undefined,
  subject: string,
): void {
  if (step === undefined) return
  if (step <= 0) throw new RangeError(`${subject}: 'step' must be above 0, got ${step}`)
  if (scale !== undefined) {
    throw new RangeError(
      `${subject}: 'step' and '${scale}' exclude each other; leave one out, or list the values in an ordinal`,
    )
  }
  if (step > high - low && low < high) {
    throw new RangeError(`${subject}: 'step' must not be wider than the range ${low} to ${high}, got ${step}; lower it`)
  }
  if (!Number.isFinite((high - low) / step)) {
    throw new RangeError(`${subject}: 'step' is too small to be counted from ${low} to ${high}, got ${step}; raise it`)
  }
}

function parseDefault(options: Options, low: number, high: number, subject: string): number | undefined {
  const initial = optionalNumber(options, 'default', subject)
  if (initial !== undefined && (initial < low || initial > high)) {
    throw new RangeError(
      `${subject}: 'default' must be from ${low} to ${high}, got ${initial}; move it or widen the range`,
    )
  }
  return initial
}

function parseOrdinal(options: Options, subject: string): OrdinalParameter {
  const { values, ...initial } = parseValues(options, subject)
  const weights = parseWeights(options, values.length, subject)
  if (weights !== undefined && options.prior !== undefined)
    throw new RangeError(`${subject}: 'weights' and 'prior' exclude each other; leave one out`)
  return { ...believed({ type: 'ordinal', values, ...optional('weights', weights) }, options, subject), ...initial }
}

function parseChoice(options: Options, subject: string): ChoiceParameter {
  const { values, ...initial } = parseValues(options, subject)
  return { type: 'choice', values, ...optional('weights', parseWeights(options, values.length, subject)), ...initial }
}

function parseValues(options: Options, subject: string): Pick<OrdinalParameter, 'values' | 'default'> {
  const given = options.values
  if (!Array.isArray(given)) throw new TypeError(`${subject}: 'values' must be a list, got ${shown(given)}`)
  if (given.length === 0) throw new RangeError(`${subject}: 'values' must not be empty, got []; list at least one`)
  // Floats keep a negative zero, which parseJson does not.
  const isFloats = given.every(Number.isFinite) && !given.every(Number.isInteger)
  const values: Json[] = isFloats ? [...(given as number[])] : Array.from(given, (value) => parseJson(value, subject))
  const seen = new Set<Json>()
  for (const value of values) {
    const key = identityOf(value)
    if (seen.has(key)) throw new RangeError(`${subject}: 'values' must differ, got ${shown(value)} twice; remove one`)
    seen.add(key)
  }
  if (options.default === undefined) return { values }
  const initial = values.find((value) => sameJson(value, options.default as Json))
  if (initial === undefined) {
    throw new RangeError(
      `${subject}: 'default' must be one of its values, got ${shown(options.default)}; add it to them`,
    )
  }
  return { values, default: initial }
}

/** The same for two values that are equal (`sameJson`), and for no others: a set of them finds duplicates. */
function identityOf(value: Json): Json {
  const sorted = (part: Json): Json => {
    if (typeof part !== 'object' || part === null) return part
    if (Array.isArray(part)) return part.map(sorted)
    const entries = Object.entries(part).map(([key, child]) => [key, sorted(child)] as const)
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
  }
  // No string of a list is taken for the text of an object: strings get a prefix too.
  if (typeof value === 'string') return `s${value}`
  return typeof value === 'object' && value !== null ? `j${JSON.stringify(sorted(value))}` : value
}

function parseWeights(options: Options, count: number, subject: string): readonly number[] | undefined {
  const { weights } = options
  if (weights === undefined) return undefined
  if (!Array.isArray(weights) || weights.length !== count) {
    throw new RangeError(
      `${subject}: 'weights' must be a list of ${count} numbers, one for each value, got ${shown(weights)}`,
    )
  }
  for (const weight of weights) {
    if (typeof weight !== 'number' || !Number.isFinite(weight) || weight <= 0) {
      throw new RangeError(
        `${subject}: 'weights' must be numbers above 0, got ${shown(weight)}; leave out a value that is not wanted`,
      )
    }
  }
  if (!Number.isFinite(weights.reduce((sum: number, weight: number) => sum + weight, 0))) {
    throw new RangeError(`${subject}: 'weights' must have a finite sum, got ${shown(weights)}; lower them`)
  }
  return [...weights]
}

function numberOption(options: Options, option: string, subject: string): number {
  const value = options[option]
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new TypeError(`${subject}: '${option}' must be a finite number, got ${shown(value)}`)
  }
  return value
}

function optionalNumber(options: Options, option: string, subject: string): number | undefined {
  return options[option] === undefined ? undefined : numberOption(options, option, subject)
}

function optionalBoolean(options: Options, option: string, subject: string): boolean | undefined {
  const value = options[option]
  if (value !== undefined && typeof value !== 'boolean') {
    throw new TypeError(`${subject}: '${option}' must be true or false, got ${shown(value)}`)
  }
  return value
}

/** `{ [key]: value }`, or `{}` if the value is undefined: a parsed parameter has no option that was not given. */
function optional<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: T }
}
