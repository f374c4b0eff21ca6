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
import { shown } from './shown.ts'

export interface FloatParameter {
  readonly type: 'float'
  readonly low: number
  readonly high: number
  /** Search on a logarithmic scale; `low` must be above 0. */
  readonly log?: boolean
  /** Only `low`, `low + step`, `low + 2 step`, … */
  readonly step?: number
  /** Suggest numbers with this many significant digits. */
  readonly digits?: number
  readonly default?: number
}

export interface IntParameter {
  readonly type: 'int'
  readonly low: number
  readonly high: number
  readonly log?: boolean
  readonly step?: number
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

/** A number between two bounds, both included. */
export function float(
  low: number,
  high: number,
  options: Omit<FloatParameter, 'type' | 'low' | 'high'> = {},
): FloatParameter {
  checkTail('float', options, ['type', 'low', 'high'])
  return { type: 'float', low, high, ...options }
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
  options: { readonly default?: NoInfer<V> } = {},
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
