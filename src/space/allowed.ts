/**
 * Where the search of a space with conditions (`where.ts`) moves: points that meet them, at a bounded cost.
 *
 * If one point in a hundred is allowed, drawing until one is would cost a hundred times as much. So a pool of allowed
 * points is made once: by chance, or by walking a finite space, and grown by moves from allowed points. It depends on
 * the space, the conditions and the seed only. A new point lies on the way from an allowed point to a random one, and a
 * move that leaves the allowed part ends at its edge, on the way back to where it began. Only the axes that a condition
 * names are moved for that.
 *
 *   x, y   d   model points, see `axes.ts`
 */

import { randomStream } from '../numerics/random.ts'
import type { Random } from '../numerics/random.ts'
import { axesOf, pointOf, scatterInPlace, settleInPlace, snapped } from './axes.ts'
import type { Allowed, Axes } from './axes.ts'
import { defaultConfig } from './defaults.ts'
import { configAt, configCount } from './finite.ts'
import type { Space, Where } from './parameter.ts'
import { axesNamed } from './scope.ts'
import { MOST_WALKED, conditionWords, conditionsOf, pointTest } from './where.ts'

/** Allowed points of the pool. */
const POOL = 128

/** With this many found by chance, others are grown from them: to find more would take longer. */
const ENOUGH = 48

/** Random points that are looked at before the pool is grown from what was found, and before nothing seems allowed. */
const USUAL_LOOKS = 6400
const MOST_LOOKS = 200_000

/** Halvings of the way to the edge, and most draws on it. */
const HALVINGS = 6

/** The axes of a space with conditions, by seed. */
const KNOWN = new WeakMap<Where, Map<number, Axes>>()

/** What a search needs to know of a question. */
export interface Searched {
  readonly space: Space
  readonly where?: Where | undefined
  readonly seed: number
}

/**
 * The axes of a space as the search takes them: with conditions, every point that is made on them meets these.
 *
 * @throws RangeError if no point was found that meets the conditions
 */
export function searchedAxes({ space, where, seed }: Searched): Axes {
  const plain = axesOf(space)
  if (where === undefined) return plain
  let bySeed = KNOWN.get(where)
  if (bySeed === undefined) KNOWN.set(where, (bySeed = new Map()))
  let axes = bySeed.get(seed)
  if (axes === undefined) bySeed.set(seed, (axes = { ...plain, allowed: allowedIn(plain, where, seed) }))
  return axes
}

function allowedIn(axes: Axes, where: Where, seed: number): Allowed {
  const { list } = axes
  const holds = pointTest(where, axes)
  const named = [
    ...new Set(conditionsOf(axes.space, where.texts).flatMap((expression) => [...axesNamed(expression, axes)])),
  ]
  const numbers = named.filter((k) => list[k]!.kind !== 'category')
  const begin = new Float64Array(list.length)
  const end = new Float64Array(list.length)

  /** Sets the numbers of x to a share of the way from `begin` to `end`. */
  const goInPlace = (x: Float64Array, share: number): void => {
    for (const k of numbers) {
      const from = begin[k]!
      const way = end[k]! - from
      // Not where one of the two has no value.
      if (way === way) x[k] = share === 0 ? from : snapped(list[k]!, from + share * way)
    }
  }

  /**
   * Sets the way of x: from an allowed point with its categories to itself. If these do not allow the numbers of
   * `from`, x gets those of `from`.
   */
  const setWay = (x: Float64Array, from: Float64Array, random: Random): void => {
    begin.set(x)
    for (const k of numbers) if (!Number.isNaN(from[k]!) && !Number.isNaN(x[k]!)) begin[k] = from[k]!
    if (!holds(begin)) {
      for (const k of named) {
        begin[k] = from[k]!
        if (list[k]!.kind === 'category' || Number.isNaN(from[k]!) || Number.isNaN(x[k]!)) x[k] = from[k]!
      }
      settleInPlace(x, axes, random)
    }
    end.set(x)
  }

  const pullTo = (x: Float64Array, from: Float64Array, random: Random): void => {
    setWay(x, from, random)
    let low = 0
    let high = 1
    for (let step = 0; step < HALVINGS; step++) {
      const middle = (low + high) / 2
      goInPlace(x, middle)
      if (holds(x)) low = middle
      else high = middle
    }
    goInPlace(x, low)
  }

  /** Anywhere on the way from `from` to x: as often near its end as the room there wants. */
  const drawBetween = (x: Float64Array, from: Float64Array, random: Random): void => {
    setWay(x, from, random)
    let share = 1
    for (let draw = 0; draw < HALVINGS; draw++) {
      share *= random.next() ** (1 / Math.max(numbers.length, 1))
      goInPlace(x, share)
      if (holds(x)) return
    }
    goInPlace(x, 0)
  }

  const pool = poolOf(axes, where, holds, seed, drawBetween)
  const randomOf = (random: Random): Float64Array => pool[random.integer(pool.length)]!
  return {
    holds,
    pullInPlace: (x, random, from) => {
      if (!holds(x)) pullTo(x, from !== undefined && holds(from) ? from : randomOf(random), random)
    },
    drawInPlace: (x, random, isBelieved) => {
      drawPlainly(x, axes, random, isBelieved)
      if (!holds(x)) drawBetween(x, randomOf(random), random)
    },
  }
}

/** Allowed points: those found by chance, then others between them and random ones. */
function poolOf(
  axes: Axes,
  where: Where,
  holds: Allowed['holds'],
  seed: number,
  drawBetween: (x: Float64Array, from: Float64Array, random: Random) => void,
): readonly Float64Array[] {
  const random = randomStream('where', seed)
  const d = axes.list.length
  const pool = [defaultConfig(axes.space)].filter(where.isAllowed).map((config) => pointOf(axes, config))
  const x = new Float64Array(d)
  for (let look = 0; look < MOST_LOOKS && pool.length < ENOUGH; look++) {
    if (look >= USUAL_LOOKS && pool.length > 1) break
    drawPlainly(x, axes, random)
    if (holds(x)) pool.push(Float64Array.from(x))
  }
  if (pool.length === 0) pool.push(...walked(axes, where))
  if (pool.length === 0) throw nothingAllowed(axes.space, where)
  while (pool.length < POOL) {
    const from = pool[random.integer(pool.length)]!
    const next = new Float64Array(d)
    drawPlainly(next, axes, random)
    if (!holds(next)) drawBetween(next, from, random)
    pool.push(next)
  }
  return pool
}

/** The first allowed configs of a finite space. */
function walked(axes: Axes, { isAllowed }: Where): Float64Array[] {
  const { space } = axes
  const count = configCount(space)
  const found: Float64Array[] = []
  for (let i = 0; count <= MOST_WALKED && i < count && found.length < ENOUGH; i++) {
    const config = configAt(space, i)
    if (isAllowed(config)) found.push(pointOf(axes, config))
  }
  return found
}

function drawPlainly(x: Float64Array, axes: Axes, random: Random, isBelieved = false): void {
  scatterInPlace(x, axes, random, isBelieved)
  settleInPlace(x, axes, random)
}

function nothingAllowed(space: Space, where: Where): RangeError {
  const count = configCount(space)
  const looked = count <= MOST_WALKED ? `none of the ${count} configs meets` : `no config was found that meets`
  const remedy = 'relax a condition, or give the parameters defaults that meet all of them'
  return new RangeError(`where: ${looked} ${conditionWords(where)}; ${remedy}`)
}
