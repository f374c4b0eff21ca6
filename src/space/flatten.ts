/**
 * A space as a list of its parameters, in the order of their coordinates.
 *
 * A parameter's name is its path in the config with dots between, `optimizer.lr` or `conv.filters.2`; a branch's selector
 * comes before what it chooses between. Two branches may have a parameter of the same name each: never both are
 * active, so that a name is unique in any one config, though not in the list.
 */

import type { Config, Json } from '../trial.ts'
import type { Parameter, Space, SpaceNode } from './parameter.ts'
import { fieldsOf, hasParameter, isGroup, isParameter } from './parameter.ts'

export interface Condition {
  /** The name of a branch's selector. */
  readonly name: string
  readonly value: string
}

export interface Leaf {
  readonly name: string
  /** Where its value is in a config. */
  readonly path: readonly (string | number)[]
  readonly parameter: Parameter
  /** The choices of branches that make it active; all must hold. */
  readonly when: readonly Condition[]
}

/** A largest part of a space in which there is nothing to choose. */
export interface Constant {
  readonly name: string
  readonly path: readonly (string | number)[]
  readonly value: Json
  readonly when: readonly Condition[]
}

export interface Survey {
  readonly leaves: readonly Leaf[]
  readonly constants: readonly Constant[]
}

type Path = readonly (string | number)[]

// Samplers flatten once for each trial of each suggestion. Only frozen spaces (what parseSpace returns) are
// remembered: they cannot change afterwards.
const remembered = new WeakMap<Space, Survey>()

/** Every parameter and every constant of a space. */
export function survey(space: Space): Survey {
  const known = remembered.get(space)
  if (known !== undefined) return known
  const leaves: Leaf[] = []
  const constants: Constant[] = []
  const visit = (node: SpaceNode, path: Path, when: readonly Condition[]): void => {
    if (!hasParameter(node)) {
      constants.push({ name: path.join('.'), path, value: plain(node), when })
    } else if (isGroup(node)) {
      visitFields(node.space, path, when)
    } else if (isParameter(node)) {
      if (node.type !== 'branch') {
        leaves.push({ name: path.join('.'), path, parameter: node, when })
        return
      }
      const selector = [...path, node.key]
      const name = selector.join('.')
      leaves.push({ name, path: selector, parameter: node, when })
      for (const [value, fields] of Object.entries(node.branches)) {
        visitFields(fieldsOf(fields), path, [...when, { name, value }])
      }
    } else if (Array.isArray(node)) {
      for (const [index, child] of node.entries()) visit(child, [...path, index], when)
    } else {
      visitFields(node as Space, path, when)
    }
  }
  const visitFields = (fields: Space, path: Path, when: readonly Condition[]): void => {
    for (const [key, child] of Object.entries(fields)) visit(child, [...path, key], when)
  }
  visitFields(fieldsOf(space), [], [])
  const result = { leaves, constants }
  if (Object.isFrozen(space)) remembered.set(space, result)
  return result
}

/** Every parameter of a space, one for each coordinate of a point. */
export function flatten(space: Space): readonly Leaf[] {
  return survey(space).leaves
}

/** The values of the parameters that are active in a config, by name, in the order of `flatten`; selectors of branches included. */
export function activeValues(space: Space, config: Config): Map<string, Json> {
  const values = new Map<string, Json>()
  for (const leaf of flatten(space)) {
    if (isActive(leaf, values)) values.set(leaf.name, valueAt(config, leaf))
  }
  return values
}

/** Whether the values of the selectors before a leaf make it active. */
export function isActive(leaf: Leaf, values: ReadonlyMap<string, Json>): boolean {
  return leaf.when.every(({ name, value }) => values.get(name) === value)
}

/** The value of an active leaf in a config. */
export function valueAt(config: Config, leaf: Leaf): Json {
  let value: unknown = config
  for (const key of leaf.path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) {
      throw new RangeError(`parameter '${leaf.name}': the config has no value for it; add one`)
    }
    value = (value as Record<string | number, unknown>)[key]
  }
  return value as Json
}

/** A parameterless part of a space as the config holds it: without the wrapping of groups. */
export function plain(node: SpaceNode): Json {
  if (isGroup(node)) return plain(node.space)
  if (Array.isArray(node)) return node.map(plain)
  if (typeof node !== 'object' || node === null) return node as Json
  return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, plain(child)]))
}
