/**
 * The configs of a finite space: how many there are, and the i-th of them.
 */

import type { Config, Json } from '../trial.ts'
import { fillDerivedInPlace } from './derive.ts'
import { levelAt, levelCount } from './levels.ts'
import type { BranchParameter, Space, SpaceNode } from './parameter.ts'
import { fieldsOf, isDerived, isGroup, isParameter } from './parameter.ts'

/** A space of more configs than this is not walked. No study uses it up either. */
export const LARGEST_WALK = 2_000_000

/**
 * The number of configs of a space. It is Infinity if a parameter has infinitely many values (see `levelCount`), and
 * above 2^53 - 1, where doubles can no longer count.
 */
export function configCount(space: Space): number {
  const count = nodeCount(space, true)
  return count > Number.MAX_SAFE_INTEGER ? Infinity : count
}

/**
 * The config with an index from 0 to `configCount` - 1; the last parameter varies fastest.
 *
 * @throws RangeError if the space is not finite, or the index is out of range
 */
export function configAt(space: Space, index: number): Config {
  const count = configCount(space)
  if (count === Infinity) throw new RangeError(`space: has too many configs to count; give every float a step`)
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    throw new RangeError(`index: must be a whole number from 0 to ${count - 1}, got ${index}`)
  }
  return fillDerivedInPlace(space, fieldsAt(fieldsOf(space), index))
}

// `isSpace`: the keys of a space are names, even if one of them is `type`.
function nodeCount(node: SpaceNode, isSpace = false): number {
  if (isGroup(node)) return nodeCount(node.space, true)
  if (!isSpace && isDerived(node)) return 1
  if (!isSpace && isParameter(node)) {
    if (node.type !== 'branch') return levelCount(node)
    return Object.values(node.branches).reduce((sum, fields) => sum + nodeCount(fields, true), 0)
  }
  if (typeof node !== 'object' || node === null) return 1
  return Object.values(node).reduce((product, child) => product * nodeCount(child), 1)
}

function nodeAt(node: SpaceNode, index: number): Json {
  if (isGroup(node)) return fieldsAt(node.space, index)
  if (isDerived(node)) return null
  if (isParameter(node)) return node.type === 'branch' ? branchAt(node, index) : levelAt(node, index)
  if (Array.isArray(node)) return childrenAt(node, index)
  if (typeof node === 'object' && node !== null) return fieldsAt(node as Space, index)
  return node
}

function fieldsAt(fields: Space, index: number): Config {
  const values = childrenAt(Object.values(fields), index)
  return Object.fromEntries(Object.keys(fields).map((key, i) => [key, values[i]!]))
}

function childrenAt(children: readonly SpaceNode[], index: number): Json[] {
  const values = new Array<Json>(children.length)
  let rest = index
  for (let i = children.length - 1; i >= 0; i -= 1) {
    const count = nodeCount(children[i]!)
    values[i] = nodeAt(children[i]!, rest % count)
    rest = Math.floor(rest / count)
  }
  return values
}

function branchAt(parameter: BranchParameter, index: number): Config {
  let rest = index
  for (const [name, fields] of Object.entries(parameter.branches)) {
    const count = nodeCount(fields, true)
    if (rest < count) return { [parameter.key]: name, ...fieldsAt(fieldsOf(fields), rest) }
    rest -= count
  }
  throw new RangeError(`index: must be within the branches of '${parameter.key}', got ${index}`)
}
