/**
 * What an expression may name in a space: its parameters and the constants that every config has; and the values of
 * these names in a config, or at a model point.
 *
 *   x   d   a model point, see `axes.ts`
 */

import type { Config } from '../trial.ts'
import type { Axes, Axis } from './axes.ts'
import { decodeValue } from './encoding.ts'
import type { Expression } from './expression/expression.ts'
import { NUMBER, TEXT, kindOf } from './expression/kinds.ts'
import type { Kinds, Value } from './expression/kinds.ts'
import { survey } from './flatten.ts'
import { levelAt, listedValues } from './levels.ts'
import type { Parameter, Space } from './parameter.ts'

type Path = readonly (string | number)[]

/** What a name stands for. */
export interface Name {
  /** Undefined for what an expression cannot take: a list or an object. */
  readonly kinds: Kinds | undefined
  /** Where a config may have it: one place, or one in each of several branches. */
  readonly paths: readonly Path[]
  /** The axes of the parameter; none for a constant. */
  readonly axes: readonly number[]
  readonly constant?: Value
}

/** Thrown where an expression asks for a parameter that is not active. */
export const INACTIVE = { inactive: true } as const

/** The names of each frozen space, which cannot change afterwards. */
const KNOWN_NAMES = new WeakMap<Space, ReadonlyMap<string, Name>>()

/** Everything that an expression may name. */
export function namesIn(space: Space): ReadonlyMap<string, Name> {
  const known = KNOWN_NAMES.get(space)
  if (known !== undefined) return known
  const names = new Map<string, Name>()
  const { leaves, constants } = survey(space)
  for (const { path, value, when } of constants) {
    if (when.length === 0) addConstants(path, value, names)
  }
  for (const [index, { name, path, parameter }] of leaves.entries()) {
    const other = names.get(name)
    const own = kindsOf(parameter)
    names.set(name, {
      kinds: other === undefined ? own : own === undefined || other.kinds === undefined ? undefined : own | other.kinds,
      paths: [...(other?.paths ?? []), path],
      axes: [...(other?.axes ?? []), index],
    })
  }
  if (Object.isFrozen(space)) KNOWN_NAMES.set(space, names)
  return names
}

/** The kinds of everything that an expression may name. */
export function kindsIn(space: Space): ReadonlyMap<string, Kinds | undefined> {
  return new Map([...namesIn(space)].map(([name, { kinds }]) => [name, kinds]))
}

/** The value of an expression in a config. Throws `INACTIVE` or a `Failure`. */
export function inConfig(expression: Expression, space: Space): (config: Config) => Value {
  const names = namesIn(space)
  const pathsOf = expression.names.map((name) => names.get(name)!.paths)
  return (config) =>
    expression.evaluate((index) => {
      for (const path of pathsOf[index]!) {
        const value = valueIn(config, path)
        if (value !== undefined) return value as Value
      }
      throw INACTIVE
    })
}

/** The value of an expression at a model point. Throws `INACTIVE` or a `Failure`. */
export function atPoint(expression: Expression, axes: Axes): (x: Float64Array) => Value {
  const names = namesIn(axes.space)
  let x: Float64Array = new Float64Array(0)
  const readers = expression.names.map((name): (() => Value) => {
    const { constant, axes: indexes } = names.get(name)!
    if (constant !== undefined) return () => constant
    const list = indexes.map((k) => ({ k, axis: axes.list[k]! }))
    const [only] = list
    if (only !== undefined && list.length === 1 && only.axis.when.length === 0)
      return () => valueOn(only.axis, x[only.k]!)
    return () => {
      for (const { k, axis } of list) if (!Number.isNaN(x[k]!)) return valueOn(axis, x[k]!)
      throw INACTIVE
    }
  })
  const lookup = (index: number): Value => readers[index]!()
  return (point) => {
    x = point
    return expression.evaluate(lookup)
  }
}

/** The axes that an expression depends on, with the selectors that switch them on. */
export function axesNamed(expression: Expression, { space, list }: Axes): Set<number> {
  const found = new Set<number>()
  const add = (k: number): void => {
    if (found.has(k)) return
    found.add(k)
    for (const [selector] of list[k]!.when) add(selector)
  }
  for (const name of expression.names) namesIn(space).get(name)!.axes.forEach(add)
  return found
}

/** What the names of an expression stand for in a config, for a message: `layers = 8, width = 1024`. */
export function namedValues(expression: Expression, space: Space, config: Config): string {
  return expression.names
    .map((name) => {
      const [value] = namesIn(space)
        .get(name)!
        .paths.flatMap((path) => valueIn(config, path) ?? [])
      return value === undefined ? `${name} inactive` : `${name} = ${JSON.stringify(value)}`
    })
    .join(', ')
}

function addConstants(path: Path, value: unknown, names: Map<string, Name>): void {
  const kinds = kindOf(value)
  if (kinds !== undefined) {
    names.set(path.join('.'), { kinds, paths: [path], axes: [], constant: value as Value })
    return
  }
  for (const [key, child] of Object.entries(value as object)) addConstants([...path, key], child, names)
}

function kindsOf(parameter: Parameter): Kinds | undefined {
  if (parameter.type === 'branch') return TEXT
  const values = listedValues(parameter)
  if (values === undefined) return NUMBER
  const kinds = values.map(kindOf)
  return kinds.reduce<Kinds | undefined>(
    (all, kind) => (all === undefined || kind === undefined ? undefined : all | kind),
    0,
  )
}

function valueOn({ kind, parameter }: Axis, u: number): Value {
  return (kind === 'category' ? levelAt(parameter, u) : decodeValue(parameter, u)) as Value
}

function valueIn(config: Config, path: Path): unknown {
  let value: unknown = config
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string | number, unknown>)[key]
  }
  return value
}
