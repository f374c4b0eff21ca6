/** Every combination once, in order: for small spaces and for tables. */

import type { Config } from '../trial.ts'
import { decodeValue } from '../space/encoding.ts'
import { configAt, configCount } from '../space/finite.ts'
import { activeValues, flatten, isActive } from '../space/flatten.ts'
import type { Leaf } from '../space/flatten.ts'
import { levelCount, sameJson } from '../space/levels.ts'
import { isGroup, isParameter } from '../space/parameter.ts'
import type { Parameter, Space, SpaceNode } from '../space/parameter.ts'
import type { Border } from './design-choice.ts'
import { keptOptions, parseTable, withDefaults } from '../space/option-values.ts'
import { GRID_OPTIONS } from './options.ts'
import type { Sampler } from './sampler.ts'
import { nextWithin } from './skipping.ts'
import { walk } from './untried.ts'

/** The values that a parameter has on a grid; undefined for all of its own. @internal */
export type ValuesOf = (parameter: Parameter) => readonly unknown[] | undefined

export interface GridOptions {
  /** How many values a float has that has neither step nor digits; default 5. */
  readonly points?: number
  /**
   * Whether the values of such a float include its bounds: `include`, the default, or `exclude`. `only`: configs in
   * which at least one number is at a bound.
   */
  readonly border?: Border
}

/**
 * The n-th combination for trial n; the last parameter varies fastest. A float without step or digits has `points`
 * values, evenly spaced on its own scale.
 *
 * @throws RangeError for options that make no sense
 */
export function grid(options: GridOptions = {}): Sampler {
  const given: GridOptions = parseTable(GRID_OPTIONS, options, 'grid')
  const { points, border } = withDefaults(given, GRID_OPTIONS)
  const valuesOf: ValuesOf = (parameter) =>
    levelCount(parameter) === Infinity ? gridValues(parameter, points, border) : undefined
  return {
    name: 'grid',
    ...keptOptions(given),
    readsRecord: false,
    suggest: ({ space, where, isTried, number }) => {
      const { table, count } = tableOf(space, valuesOf)
      const isOut = (config: Config): boolean => isTried(config) || (border === 'only' && !isAtBorder(space, config))
      const config =
        where === undefined
          ? walk(table, isOut, count, number % count)
          : nextWithin(where, JSON.stringify(given), number, { count, at: (k) => configAt(table, k) }, isOut)
      return config === undefined ? undefined : { config }
    },
    explain: ({ space, number }) => {
      const { count } = tableOf(space, valuesOf)
      return { by: 'grid', place: number % count, of: count }
    },
  }
}

/**
 * The values of a number on a grid, evenly spaced on its own scale; two that are rounded to the same one count once. A
 * single value lies in the middle.
 *
 * @internal
 */
export function gridValues(parameter: Parameter, points: number, border: Border): unknown[] {
  const at = (i: number): number =>
    border === 'exclude' ? (i + 1) / (points + 1) : points === 1 ? 0.5 : i / (points - 1)
  return [...new Set(Array.from({ length: points }, (_, i) => decodeValue(parameter, at(i))))]
}

/** The same structure, with a list of values in place of each parameter for which `valuesOf` has one. @internal */
export function onGrid(space: Space, valuesOf: ValuesOf): Space {
  // Frozen, so that what is known of it is remembered.
  return Object.freeze(nodeOnGrid(space, valuesOf) as Space)
}

/** Whether a config has a number at a bound, or no number at all. @internal */
export function isAtBorder(space: Space, config: Config): boolean {
  const values = activeValues(space, config)
  const numbers = flatten(space).filter((leaf) => isNumeric(leaf.parameter) && isActive(leaf, values))
  const isAtEnd = ({ name, parameter }: Leaf): boolean =>
    [0, 1].some((u) => sameJson(values.get(name)!, decodeValue(parameter, u)))
  return numbers.length === 0 || numbers.some(isAtEnd)
}

/** Whether the values of a parameter have an order, and so bounds. @internal */
export function isNumeric({ type }: Parameter): boolean {
  switch (type) {
    case 'float':
    case 'int':
    case 'ordinal':
      return true
    case 'choice':
    case 'bool':
    case 'branch':
      return false
  }
  return type satisfies never
}

/** The space of the grid's combinations, and how many there are. */
function tableOf(space: Space, valuesOf: ValuesOf): { table: Space; count: number } {
  const table = onGrid(space, valuesOf)
  const count = configCount(table)
  if (count === Infinity)
    throw new RangeError(
      `sampler 'grid': must have at most 2^53 combinations in this space; use fewer points, or another sampler`,
    )
  return { table, count }
}

function nodeOnGrid(node: SpaceNode, valuesOf: ValuesOf): SpaceNode {
  if (isGroup(node)) return { ...node, space: nodeOnGrid(node.space, valuesOf) as Space }
  if (isParameter(node)) {
    if (node.type === 'branch')
      return { ...node, branches: nodeOnGrid(node.branches as Space, valuesOf) as typeof node.branches }
    const values = valuesOf(node)
    return values === undefined ? node : ({ type: 'choice', values } as unknown as SpaceNode)
  }
  if (Array.isArray(node)) return node.map((child: SpaceNode) => nodeOnGrid(child, valuesOf))
  if (typeof node === 'object' && node !== null) {
    return Object.fromEntries(Object.entries(node as Space).map(([key, child]) => [key, nodeOnGrid(child, valuesOf)]))
  }
  return node
}
