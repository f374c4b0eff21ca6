/**
 * Builds a config: the structure of a space with a value in the place of each active parameter, and those that follow
 * from them.
 */

import type { Config, Json } from '../trial.ts'
import { fillDerivedInPlace } from './derive.ts'
import type { Leaf } from './flatten.ts'
import { flatten } from './flatten.ts'
import type { Space, SpaceNode } from './parameter.ts'
import { fieldsOf, isDerived, isGroup, isParameter } from './parameter.ts'

/** The value of an active leaf. It is called once for each, in the order of `flatten`, with the leaf's index there. */
type Choose = (leaf: Leaf, index: number) => Json

/** The config whose active parameters have the values that `choose` returns. */
export function assemble(space: Space, choose: Choose): Config {
  return fillDerivedInPlace(space, assembleBare(space, choose))
}

/** The same config, with null in the place of each derived value. */
export function assembleBare(space: Space, choose: Choose): Config {
  const leaves = flatten(space)
  let next = 0
  const build = (node: SpaceNode, active: boolean): Json => {
    if (isGroup(node)) return buildFields(node.space, active)
    if (isDerived(node)) return null
    if (isParameter(node)) {
      const index = next
      next += 1
      const value = active ? choose(leaves[index]!, index) : null
      if (node.type !== 'branch') return value
      let config: Config = { [node.key]: value }
      for (const [name, fields] of Object.entries(node.branches)) {
        const chosen = active && name === value
        const built = buildFields(fieldsOf(fields), chosen)
        if (chosen) config = { ...config, ...built }
      }
      return config
    }
    if (Array.isArray(node)) return node.map((child) => build(child, active))
    if (typeof node === 'object' && node !== null) return buildFields(node as Space, active)
    return node
  }
  const buildFields = (fields: Space, active: boolean): Config =>
    Object.fromEntries(Object.entries(fields).map(([key, child]) => [key, build(child, active)]))
  return buildFields(fieldsOf(space), true)
}
