/** Every combination once, in order: for small spaces and for tables. */

import { decodeValue } from '../space/encoding.ts'
import { configCount } from '../space/finite.ts'
import { levelCount } from '../space/levels.ts'
import { isGroup, isParameter } from '../space/parameter.ts'
import type { Parameter, Space, SpaceNode } from '../space/parameter.ts'
import { parseTable } from './option-values.ts'
import { GRID_OPTIONS, withDefaults } from './options.ts'
import type { Sampler } from './sampler.ts'
import { walk } from './untried.ts'

/**
 * The n-th combination for trial n; the last parameter varies fastest. A float without step or digits has `points`
 * values from its lower to its upper bound, evenly spaced on its own scale.
 *
 * @throws RangeError if `points` is not a whole number of at least 2
 */
export function grid(options: { readonly points?: number } = {}): Sampler {
  const given: typeof options = parseTable(GRID_OPTIONS, options, 'grid')
  const { points } = withDefaults(given, GRID_OPTIONS)
  return {
    name: 'grid',
    ...(given.points === undefined ? {} : { options: { points } }),
    readsRecord: false,
    suggest: ({ space, isTried, number }) => {
      const { table, count } = tableOf(space, points)
      const config = walk(table, isTried, count, number % count)
      return config === undefined ? undefined : { config }
    },
    explain: ({ space, number }) => {
      const { count } = tableOf(space, points)
      return { by: 'grid', place: number % count, of: count }
    },
  }
}

/** The space of the grid's combinations, and how many there are. */
function tableOf(space: Space, points: number): { table: Space; count: number } {
  const table = onGrid(space, points) as Space
  const count = configCount(table)
  if (count === Infinity)
    throw new RangeError(
      `sampler 'grid': must have at most 2^53 combinations in this space; use fewer points, or another sampler`,
    )
  return { table, count }
}

/** The same structure, with a list of values in place of each parameter that has infinitely many. */
function onGrid(node: SpaceNode, points: number): SpaceNode {
  if (isGroup(node)) return { ...node, space: onGrid(node.space, points) as Space }
  if (isParameter(node)) {
    if (node.type === 'branch')
      return { ...node, branches: onGrid(node.branches as Space, points) as typeof node.branches }
    return levelCount(node) === Infinity
      ? ({ type: 'choice', values: gridValues(node, points) } as unknown as SpaceNode)
      : node
  }
  if (Array.isArray(node)) return node.map((child: SpaceNode) => onGrid(child, points))
  if (typeof node === 'object' && node !== null) {
    return Object.fromEntries(Object.entries(node as Space).map(([key, child]) => [key, onGrid(child, points)]))
  }
  return node
}

/** The values of a float on the grid; two that are rounded to the same one count once. */
function gridValues(parameter: Parameter, points: number): unknown[] {
  return [...new Set(Array.from({ length: points }, (_, i) => decodeValue(parameter, i / (points - 1))))]
}
