/**
 * What an expression may name in a space: parameters, constants that every config has, and values derived from others;
 * and the values of these names in a config.
 */

import type { Config } from '../trial.ts'
import type { Expression } from './expression/expression.ts'
import { NUMBER, TEXT, kindOf } from './expression/kinds.ts'
import type { Kinds, Value } from './expression/kinds.ts'
import { survey } from './flatten.ts'
import type { DerivedLeaf } from './flatten.ts'
import { listedValues } from './levels.ts'
import type { Parameter, Space } from './parameter.ts'

type Path = readonly (string | number)[]

/** What a name stands for. Several branches may each have something of the same name. */
export interface Name {
  /** Undefined for what an expression cannot take: a list or an object. */
  readonly kinds: Kinds | undefined
  /** Where a config may have it. */
  readonly paths: readonly Path[]
  /** The axes of the parameter; none for other values. */
  readonly axes: readonly number[]
  readonly constant?: Value
  readonly derived?: readonly Derivation[]
}

export type Names = ReadonlyMap<string, Name>

/** A derived value, with its expression. */
export interface Derivation extends DerivedLeaf {
  readonly expression: Expression
}

/** Thrown where an expression asks for a parameter that is not active. */
export const INACTIVE = { inactive: true } as const

/** The names of the parameters and of the constants that every config has. */
export function ownNames(space: Space): Map<string, Name> {
  const names = new Map<string, Name>()
  const { leaves, constants } = survey(space)
  for (const { path, value, when } of constants) {
    if (when.length === 0) addConstants(path, value, names)
  }
  for (const [index, { name, path, parameter }] of leaves.entries())
    addName(names, name, { kinds: kindsOf(parameter), paths: [path], axes: [index] })
  return names
}

/** Adds what a name stands for to what it stands for in other branches, of which there may be tens of thousands. */
export function addName(names: Map<string, Name>, name: string, more: Name): void {
  const other = names.get(name) as Growing | undefined
  if (other === undefined) {
    names.set(name, { ...more, paths: [...more.paths], axes: [...more.axes] })
    return
  }
  other.kinds = other.kinds === undefined || more.kinds === undefined ? undefined : other.kinds | more.kinds
  other.paths.push(...more.paths)
  other.axes.push(...more.axes)
  if (more.derived !== undefined) other.derived = [...(other.derived ?? []), ...more.derived]
  delete other.constant
}

/** A name while branches are added to it: a copy for each would take time in the square of their number. */
interface Growing {
  kinds: Kinds | undefined
  readonly paths: Path[]
  readonly axes: number[]
  constant?: Value
  derived?: readonly Derivation[]
}

/** The kinds of names. */
export function kindsOfNames(names: Names): ReadonlyMap<string, Kinds | undefined> {
  return new Map([...names].map(([name, { kinds }]) => [name, kinds]))
}

/** The value of an expression in a config. Throws `INACTIVE` or a `Failure`. */
export function inConfig(expression: Expression, names: Names): (config: Config) => Value {
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

/** What the names of an expression stand for in a config, for a message: `layers = 8, width = 1024`. */
export function valueWords(expression: Expression, names: Names, config: Config): string {
  return expression.names
    .map((name) => {
      const value = names
        .get(name)!
        .paths.map((path) => valueIn(config, path))
        .find((found) => found !== undefined)
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

function valueIn(config: Config, path: Path): unknown {
  let value: unknown = config
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string | number, unknown>)[key]
  }
  return value
}
