/**
 * A grid as a design: as many combinations as there are points wanted, in random order.
 *
 *   order  number of values of each number (float, int or ordinal), evenly spaced on its own scale; a choice has all of
 *          its values, and no parameter has more than it has
 *   n      number of points
 *
 * The full layout is the largest grid of at most n combinations, all of them; points of another grid fill it up.
 * Without it the design is n random combinations of the smallest grid that has at least n.
 */

import type { Config } from '../trial.ts'
import { differentIntegers, randomStream } from '../numerics/random.ts'
import type { Random } from '../numerics/random.ts'
import { configText } from '../space/canonical.ts'
import { decode, dimension } from '../space/encoding.ts'
import { configAt, configCount } from '../space/finite.ts'
import { levelCount } from '../space/levels.ts'
import type { Space } from '../space/parameter.ts'
import { sizeIn } from './design.ts'
import type { PointOf } from './design.ts'
import type { Border, GridDesignOptions } from './design-choice.ts'
import { gridValues, isAtBorder, isNumeric, onGrid } from './grid.ts'

/** At most this many combinations are looked at for each one at the border that is wanted. */
const LOOKS = 100

/** The latest layout in each frozen space: a sampler asks for one point at a time. */
const KNOWN_LAYOUTS = new WeakMap<Space, { readonly key: string; readonly configs: readonly Config[] }>()

/** The options, with those that have a default. */
type Grid = GridDesignOptions & Required<Pick<GridDesignOptions, 'border' | 'full' | 'append'>>

/** A table of combinations; how many of them count, and whether one of them does. */
interface Table {
  readonly table: Space
  readonly total: number
  readonly count: number
}

export function gridPoints(options: Grid): PointOf {
  return (k, region) => {
    const { space, seed } = region
    const size = sizeIn(region, options.size)
    if (k >= size) return undefined
    const key = JSON.stringify([seed, size, options])
    const known = KNOWN_LAYOUTS.get(space)
    if (known?.key === key) return known.configs[k]
    const configs = layout(space, size, options, randomStream('grid', seed))
    if (Object.isFrozen(space)) KNOWN_LAYOUTS.set(space, { key, configs })
    return configs[k]
  }
}

/** All configs of the design, at most `size`. */
function layout(space: Space, size: number, { points, border, full, append }: Grid, random: Random): readonly Config[] {
  const order = points ?? (full ? largestWithin(space, size, border) : smallestOf(space, size, border))
  const configs = combinations(space, tableOf(space, order, border), size, border, random)
  if (configs.length === size) return configs
  const seen = new Set(configs.map((config) => configText(space, config)))
  // The other grid may have combinations of the first one, so it has to be larger by as many.
  const second = tableOf(space, smallestOf(space, size, append), append)
  for (const config of combinations(space, second, size, append, random)) {
    if (configs.length < size && !seen.has(configText(space, config))) configs.push(config)
  }
  return differentIntegers(configs.length, configs.length, random).map((i) => configs[i]!)
}

/** Up to `size` combinations of a table, in random order. */
function combinations(space: Space, { table, total }: Table, size: number, border: Border, random: Random): Config[] {
  const d = dimension(table)
  // Among more than can be counted, random ones are different enough.
  const looked = (count: number): readonly Config[] =>
    total === Infinity
      ? Array.from({ length: count }, () => decode(table, Float64Array.from({ length: d }, random.next)))
      : differentIntegers(count, total, random).map((i) => configAt(table, i))
  return border === 'only'
    ? looked(LOOKS * size)
        .filter((config) => isAtBorder(space, config))
        .slice(0, size)
    : [...looked(size)]
}

/** The largest order whose grid has at most `size` combinations; the smallest of all if each has more. */
function largestWithin(space: Space, size: number, border: Border): number {
  return firstOrder(size, border, (order) => tableOf(space, order + 1, border).count > size)
}

/** The smallest order whose grid has at least `size` combinations. */
function smallestOf(space: Space, size: number, border: Border): number {
  return firstOrder(size, border, (order) => tableOf(space, order, border).count >= size)
}

/** The first order up to `size` for which something holds, which then holds for all larger ones. */
function firstOrder(size: number, border: Border, holds: (order: number) => boolean): number {
  let low = border === 'exclude' ? 1 : 2
  let high = Math.max(size, low)
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}

function tableOf(space: Space, order: number, border: Border): Table {
  const table = onGrid(space, (parameter) => {
    if (!isNumeric(parameter)) return undefined
    return border !== 'exclude' && levelCount(parameter) <= order ? undefined : gridValues(parameter, order, border)
  })
  const total = configCount(table)
  if (border !== 'only') return { table, total, count: total }
  const within = onGrid(space, (parameter) =>
    isNumeric(parameter)
      ? gridValues(parameter, Math.min(order, levelCount(parameter)), 'include').slice(1, -1)
      : undefined,
  )
  const inner = configCount(within)
  return { table, total, count: total === Infinity ? Infinity : total - inner }
}
