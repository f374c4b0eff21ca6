/**
 * A space as a list of its parameters, in the order of their coordinates.
 *
 * The name of a parameter is its path in the config, joined by dots: `optimizer.lr` or `conv.filters.2`. The selector
 * of a branch comes before the parameters that it chooses between. Two alternatives of a branch may each have a
 * parameter of the same name. They are never active together, so a name is unique in every config, though not in the
 * list.
 */

import type { Config, Json } from '../trial.ts'
import type { Parameter, Space, SpaceNode } from './parameter.ts'
import { fieldsOf, hasParameter, isDerived, isGroup, isParameter } from './parameter.ts'

// Samplers flatten the space once for each trial of each suggestion. Only frozen spaces (those from parseSpace) are
// remembered: they cannot change afterwards.
const KNOWN_SURVEYS = new WeakMap<Space, Survey>()

export interface Condition {
  /** The name of the selector of a branch. */
  readonly name: string
  readonly value: string
}

export interface Leaf {
  readonly name: string
  /** Where the config has its value. */
  readonly path: readonly (string | number)[]
  readonly parameter: Parameter
  /** The parameter is active if all of these selectors have these values. */
  readonly when: readonly Condition[]
}

/** A part of a space without parameters; it is not within a larger one. */
export interface Constant {
  readonly name: string
  readonly path: readonly (string | number)[]
  readonly value: Json
  readonly when: readonly Condition[]
}

/** A value that follows from others. */
export interface DerivedLeaf {
  readonly name: string
  readonly path: readonly (string | number)[]
  readonly of: string
  readonly when: readonly Condition[]
  /** How many leaves come before it. */
  readonly index: number
}

export interface Survey {
  readonly leaves: readonly Leaf[]
  readonly derived: readonly DerivedLeaf[]
  readonly constants: readonly Constant[]
}

type Path = readonly (string | number)[]

/** Every parameter, derived value and constant of a space. */
export function survey(space: Space): Survey {
  const known = KNOWN_SURVEYS.get(space)
  if (known !== undefined) return known
  const leaves: Leaf[] = []
  const derived: DerivedLeaf[] = []
  const constants: Constant[] = []
  const visit = (node: SpaceNode, path: Path, when: readonly Condition[]): void => {
    if (!hasParameter(node)) {
      constants.push({ name: path.join('.'), path, value: plain(node), when })
    } else if (isGroup(node)) {
      visitFields(node.space, path, when)
    } else if (isDerived(node)) {
      derived.push({ name: path.join('.'), path, of: node.of, when, index: leaves.length })
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
  const result = { leaves, derived, constants }
  if (Object.isFrozen(space)) KNOWN_SURVEYS.set(space, result)
  return result
}

/** Every parameter of a space, one for each coordinate of a point. */
export function flatten(space: Space): readonly Leaf[] {
  return survey(space).leaves
}

/** A unique name for each leaf. Where two branches have one of the same name, it has its branch: `lr (kind=sgd)`. */
export function leafLabels(space: Space): string[] {
  const leaves = flatten(space)
  return leaves.map(({ name, when }) => {
    const isShared = leaves.filter((leaf) => leaf.name === name).length > 1
    return isShared ? `${name} (${when.map((condition) => `${condition.name}=${condition.value}`).join(', ')})` : name
  })
}

/** The values of a config's active parameters (selectors of branches too) by name, in the order of `flatten`. */
export function activeValues(space: Space, config: Config): Map<string, Json> {
  const values = new Map<string, Json>()
  for (const leaf of flatten(space)) {
    if (isActive(leaf, values)) values.set(leaf.name, valueAt(config, leaf))
  }
  return values
}

/** Whether a leaf is active, given the values of the selectors before it. */
export function isActive(leaf: Pick<Leaf, 'when'>, values: ReadonlyMap<string, Json>): boolean {
  return leaf.when.every(({ name, value }) => values.get(name) === value)
}

/**
 * The value of an active leaf in a config.
 *
 * @throws RangeError if the config has none
 */
export function valueAt(config: Config, leaf: Pick<Leaf, 'name' | 'path'>): Json {
  let value: unknown = config
  for (const key of leaf.path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) {
      throw new RangeError(`parameter '${leaf.name}': the config has no value for it; add one`)
    }
    value = (value as Record<string | number, unknown>)[key]
  }
  return value as Json
}

/** A part of a space without parameters, as a config has it: groups are unwrapped. */
export function plain(node: SpaceNode): Json {
  if (isGroup(node)) return plain(node.space)
  if (Array.isArray(node)) return node.map(plain)
  if (typeof node !== 'object' || node === null) return node as Json
  return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, plain(child)]))
}
