/**
 * Parameters, spaces, and the type of a config of a space.
 *
 * A space is any JSON-like structure with parameters in it. Everything else in it is a constant that every config has.
 * A parameter is plain JSON: an object whose `type` is a string. So what these functions return is also what a study
 * and a `--space` file store. The functions check little: `parseSpace` does, since it knows the name for the message.
 *
 * A new type of parameter is added to `Parameter` and gets a function here. The compiler then finds every other place
 * that must know it.
 */

import type { Config, Json } from '../trial.ts'
import { isRecord } from './options.ts'
import type { Prior } from './prior.ts'
import { shown } from './shown.ts'

/** The longest list that `repeat` makes. */
export const MOST_REPEATED = 10_000

/**
 * How far from its mean a distribution without bounds is searched, in deviations: 1 in 10,000 lies beyond each end.
 */
const REACH = 3.719016485455709

/** Scales of a float with a formula of their own (`scales.ts`). */
export type Curve = 'logit' | 'bilog' | 'normal' | 'lognormal'

export interface FloatParameter {
  readonly type: 'float'
  readonly low: number
  readonly high: number
  /** Search on a logarithmic scale; `low` must be above 0. */
  readonly log?: boolean
  /** Another scale: `logit` for shares, `bilog` for both signs, or the distribution by which values are drawn. */
  readonly scale?: Curve
  /** Mean and standard deviation of the distribution: those of the logarithm for `lognormal`. */
  readonly mean?: number
  readonly deviation?: number
  /** Only `low`, `low + step`, `low + 2 step`, … */
  readonly step?: number
  /** Suggest numbers with this many significant digits. */
  readonly digits?: number
  /** Where the best value is believed to lie. */
  readonly prior?: Prior
  readonly default?: number
}

export interface IntParameter {
  readonly type: 'int'
  readonly low: number
  readonly high: number
  readonly log?: boolean
  readonly step?: number
  /** Where the best value is believed to lie. */
  readonly prior?: Prior
  readonly default?: number
}

/** One of several values without an order. */
export interface ChoiceParameter<V extends Json = Json> {
  readonly type: 'choice'
  readonly values: readonly V[]
  /** How often each value is suggested before anything is known, in proportion. */
  readonly weights?: readonly number[]
  readonly default?: V
}

/** One of several values with an order. */
export interface OrdinalParameter<V extends Json = Json> {
  readonly type: 'ordinal'
  readonly values: readonly V[]
  /** How likely each value is believed to be the best one, in proportion. */
  readonly weights?: readonly number[]
  /** The same by a formula over their order. */
  readonly prior?: Prior<V>
  readonly default?: V
}

export interface BoolParameter {
  readonly type: 'bool'
  readonly default?: boolean
}

/**
 * A choice between spaces by name. The config has the name of the chosen space under `key`, and beside it the values of
 * that space.
 */
export interface BranchParameter<K extends string = string, B extends Branches = Branches> {
  readonly type: 'branch'
  readonly key: K
  readonly branches: B
  readonly default?: keyof B & string
}

/** A plain object that is not a parameter, even if it has a key `type`. */
export interface Group<S extends Space = Space> {
  readonly type: 'group'
  readonly space: S
}

/** A value that follows from others in the same config. It is not searched. */
export interface Derived {
  readonly type: 'derived'
  /** An expression over the names of the space, such as `10 ** u`. */
  readonly of: string
}

export type Parameter =
  FloatParameter | IntParameter | ChoiceParameter | OrdinalParameter | BoolParameter | BranchParameter

export type ParameterType = Parameter['type']

export type SpaceNode =
  | Parameter
  | Group
  | Derived
  | null
  | boolean
  | number
  | string
  | readonly SpaceNode[]
  | { readonly [key: string]: SpaceNode }

/** What is searched: parameters by name, nested to any depth, and constants among them. */
export type Space = { readonly [key: string]: SpaceNode }

/** Conditions that every config of a space must meet. */
export interface Where {
  /** The conditions as they were written. */
  readonly texts: readonly string[]
  /** Whether a config meets all of them. */
  readonly isAllowed: (config: Config) => boolean
}

export type Branches = { readonly [name: string]: Space }

type Flat<T> = { [K in keyof T]: T[K] }

type BranchValue<K extends string, B> = {
  [N in keyof B & string]: Flat<{ readonly [P in K]: N } & ValueOf<B[N]>>
}[keyof B & string]

type ListedValue<N> = N extends { readonly values: readonly (infer V)[] } ? V : never

/** The type of the value of a parameter `N`, under the name of its type. */
interface ParameterValue<N> {
  float: number
  int: number
  choice: ListedValue<N>
  ordinal: ListedValue<N>
  bool: boolean
  branch: N extends { readonly key: infer K extends string; readonly branches: infer B } ? BranchValue<K, B> : never
}

type ValueOf<N> = N extends { readonly type: ParameterType }
  ? ParameterValue<N>[N['type']]
  : N extends { readonly type: 'group'; readonly space: infer S }
    ? ValueOf<S>
    : N extends { readonly type: 'derived' }
      ? string | number | boolean | null
      : N extends null | boolean | number | string
        ? N
        : { [K in keyof N]: ValueOf<N[K]> }

/**
 * The type of a config of the space `S`: nested like the space, with a discriminated union for a branch and the
 * constants as they are. It is `Config` if the names in the space are not known at compile time. A function that takes
 * a space as `<const S extends Space>` keeps tuples and literals.
 */
export type ConfigOf<S extends Space> = string extends keyof S ? Config : ValueOf<S>

/** What `float` takes beside its bounds. `log` and `log10` are the same scale. */
type FloatOptions = Omit<FloatParameter, 'type' | 'low' | 'high' | 'scale' | 'mean' | 'deviation'> & {
  readonly scale?: 'log' | 'log10' | 'logit' | 'bilog'
}

/** A number between two bounds, both included, in either order. */
export function float(low: number, high: number, options: FloatOptions = {}): FloatParameter {
  checkTail('float', options, ['type', 'low', 'high'])
  const { scale, ...others } = options
  const isLog = scale === 'log' || scale === 'log10'
  return { type: 'float', low, high, ...others, ...(isLog ? { log: true } : scale === undefined ? {} : { scale }) }
}

/** What `normal` and `lognormal` take beside mean and deviation. */
type BellOptions = Partial<Pick<FloatParameter, 'low' | 'high' | 'digits' | 'prior' | 'default'>>

/**
 * A number that is drawn from a normal distribution before anything is known. Without `low` and `high` it is cut where
 * 1 in 10,000 lies beyond.
 */
export function normal(mean = 0, deviation = 1, options: BellOptions = {}): FloatParameter {
  return bell('normal', mean, deviation, options)
}

/** A number whose natural logarithm is drawn from a normal distribution with this mean and deviation. */
export function lognormal(mean = 0, deviation = 1, options: BellOptions = {}): FloatParameter {
  return bell('lognormal', mean, deviation, options)
}

/** The bounds of a distribution that nobody has given. */
export function reachOf(scale: 'normal' | 'lognormal', mean: number, deviation: number): readonly [number, number] {
  const ends = [mean - REACH * deviation, mean + REACH * deviation] as const
  return scale === 'normal' ? ends : [Math.exp(ends[0]), Math.exp(ends[1])]
}

function bell(scale: 'normal' | 'lognormal', mean: number, deviation: number, options: BellOptions): FloatParameter {
  checkTail(scale, options, ['type', 'scale', 'mean', 'deviation'])
  const [low, high] = reachOf(scale, mean, deviation)
  return { type: 'float', low, high, ...options, scale, mean, deviation }
}

/** A whole number between two bounds, both included. */
export function int(
  low: number,
  high: number,
  options: Omit<IntParameter, 'type' | 'low' | 'high'> = {},
): IntParameter {
  checkTail('int', options, ['type', 'low', 'high'])
  return { type: 'int', low, high, ...options }
}

/** One of several values without an order: strings, numbers, booleans, null, or any other JSON. */
export function choice<const V extends Json>(
  values: readonly V[],
  options: { readonly weights?: readonly number[]; readonly default?: NoInfer<V> } = {},
): ChoiceParameter<V> {
  checkTail('choice', options, ['type', 'values'])
  return { type: 'choice', values, ...options }
}

/** One of several values with an order, listed from low to high. */
export function ordinal<const V extends Json>(
  values: readonly V[],
  options: {
    readonly weights?: readonly number[]
    readonly prior?: Prior<NoInfer<V>>
    readonly default?: NoInfer<V>
  } = {},
): OrdinalParameter<V> {
  checkTail('ordinal', options, ['type', 'values'])
  return { type: 'ordinal', values, ...options }
}

/** False or true. */
export function bool(options: { readonly default?: boolean } = {}): BoolParameter {
  checkTail('bool', options, ['type'])
  return { type: 'bool', ...options }
}

/** One of several spaces by name; only the parameters of the chosen space are active. */
export function branch<const K extends string, const B extends Branches>(
  key: K,
  branches: B,
  options: { readonly default?: NoInfer<keyof B & string> } = {},
): BranchParameter<K, B> {
  checkTail('branch', options, ['type', 'key', 'branches'])
  return { type: 'branch', key, branches, ...options }
}

/**
 * A value that follows from others, by an expression over their names: `derived('10 ** u')`. Nested parameters have
 * dots in their names, as in `opt.lr`.
 */
export function derived(of: string): Derived {
  return { type: 'derived', of }
}

/**
 * The same node several times: `repeat(3, int(1, 9))` is a list of three integers, each searched by itself. Their names
 * end in `.0`, `.1`, `.2`.
 */
export function repeat<const N extends SpaceNode>(count: number, node: N): readonly N[] {
  if (!Number.isInteger(count) || count < 1 || count > MOST_REPEATED)
    throw new RangeError(`repeat: must be a whole number of times from 1 to ${MOST_REPEATED}, got ${shown(count)}`)
  return Array.from({ length: count }, () => node)
}

/** Marks an object with a key `type` as not being a parameter. */
export function group<const S extends Space>(space: S): Group<S> {
  return { type: 'group', space }
}

/** Whether a node is an object wrapped by `group`. */
export function isGroup(node: SpaceNode): node is Group {
  return isRecord(node) && Object.hasOwn(node, 'type') && node.type === 'group'
}

/** Whether a node was made by `derived`. */
export function isDerived(node: SpaceNode): node is Derived {
  return isRecord(node) && Object.hasOwn(node, 'type') && node.type === 'derived'
}

/** The fields of a space, which may be wrapped by `group`. */
export function fieldsOf(space: Space): Space {
  return isGroup(space) ? space.space : space
}

/** Whether a node of a parsed space is a parameter. A group and a derived value are not. */
export function isParameter(node: SpaceNode): node is Parameter {
  if (!isRecord(node) || !Object.hasOwn(node, 'type') || typeof node.type !== 'string') return false
  return node.type !== 'group' && node.type !== 'derived'
}

/** Whether a node of a parsed space is a parameter or a derived value, or has one below it. */
export function hasParameter(node: SpaceNode): boolean {
  if (isGroup(node)) return hasParameter(node.space)
  if (isParameter(node) || isDerived(node)) return true
  return typeof node === 'object' && node !== null && Object.values(node).some(hasParameter)
}

/** Refuses options that would be lost without a trace, or would replace what the arguments before them say. */
function checkTail(name: string, options: unknown, said: readonly string[]): void {
  if (!isRecord(options))
    throw new TypeError(`options of ${name}: must be an object, got ${shown(options)}; write { default: … }`)
  const again = said.find((option) => Object.hasOwn(options, option))
  if (again !== undefined) throw new RangeError(`option '${again}': is an argument of ${name} already; leave it out`)
}
