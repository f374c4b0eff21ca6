/**
 * The points of a design or a grid in a space with conditions: those that do not meet them are skipped, so that trial k
 * has the (k + 1)-th point that does. Where a design ends, the Sobol sequence goes on.
 */

import type { Config } from '../trial.ts'
import { randomStream } from '../numerics/random.ts'
import { sobolPoint } from '../numerics/sobol.ts'
import { axesOf, bent, likeliest, snapped } from '../space/axes.ts'
import type { Axes } from '../space/axes.ts'
import { LARGEST_WALK } from '../space/finite.ts'
import type { Design } from './design.ts'
import type { Question } from './sampler.ts'
import { configAtPlace, randomPlace } from './untried.ts'
import type { Where } from '../space/parameter.ts'
import { conditionWords } from '../space/where.ts'

/** Points looked at for the first trial, and more for each later one. Beyond them a trial has a random point. */
const LOOKS = { first: 3000, each: 300 }

/** The likeliest values are tried with at most this many combinations of choices about which nothing is believed. */
const MOST_LIKELY = 8

/** The indexes of the points that meet some conditions, as far as they are known; by design and seed. */
const KNOWN = new WeakMap<Where, Map<string, Skipped>>()

/** A point or config of a design, and whether the design has ended before it. */
export interface Placed {
  readonly place: Float64Array | Config
  readonly isBeyond: boolean
  /** Which point of the design it is, if it is not that of the trial's number. */
  readonly index?: number
}

interface Skipped {
  readonly indexes: number[]
  looked: number
}

/** Point k of a design, bent as the beliefs of the space say. */
export function placeAt(
  { pointOf, believedEvery }: Design,
  axes: Axes,
  k: number,
  seed: number,
  size: number | undefined,
): Pick<Placed, 'place' | 'isBeyond'> {
  const place = pointOf(k, { space: axes.space, seed, size })
  const inCube = place ?? sobolPoint(k, axes.list.length, seed)
  const isBeyond = place === undefined
  if (!axes.hasBeliefs || !(inCube instanceof Float64Array)) return { place: inCube, isBeyond }
  if (believedEvery === undefined) return { place: bent(axes, inCube), isBeyond }
  if (k % believedEvery > 0) return { place: inCube, isBeyond }
  return { place: k === 0 ? likeliest(axes, inCube) : believedPoint(axes, k / believedEvery, seed), isBeyond }
}

/**
 * Point i among those that follow what is believed, after the first one: the likeliest values again with other choices,
 * where nothing is believed about some; else a point that is drawn as the beliefs say.
 */
function believedPoint(axes: Axes, i: number, seed: number): Float64Array {
  const cubeAt = (j: number): Float64Array => sobolPoint(j, axes.list.length, seed)
  const hasOtherChoices = (a: Float64Array, b: Float64Array): boolean =>
    axes.list.some((axis, k) => axis.kind === 'category' && snapped(axis, a[k]!) !== snapped(axis, b[k]!))
  const likely = likeliest(axes, cubeAt(i))
  const earlier = Array.from({ length: Math.min(i, MOST_LIKELY) }, (_, j) => likeliest(axes, cubeAt(j)))
  const isNew = i < MOST_LIKELY && earlier.every((other) => hasOtherChoices(likely, other))
  return isNew ? likely : bent(axes, cubeAt(i))
}

/** The place of a question's number. */
export function placeWithin(design: Design, question: Question, where: Where, size: number | undefined): Placed {
  const { space, seed, number } = question
  const axes = axesOf(space)
  const known = knownOf(where, JSON.stringify([design.name, design.options, seed, size, design.believedEvery]))
  const indexed = (k: number): Placed => ({ ...placeAt(design, axes, k, seed, size), index: k })
  const most = LOOKS.first + LOOKS.each * number
  for (; known.indexes.length <= number && known.looked < most; known.looked++) {
    const { place } = indexed(known.looked)
    if (where.isAllowed(configAtPlace(space, place))) known.indexes.push(known.looked)
  }
  const index = known.indexes[number]
  if (index !== undefined && index < most) return indexed(index)
  return { place: randomPlace(question, randomStream('beyond the design', seed, number)), isBeyond: true }
}

/**
 * The config of a trial among those of a grid: the one at its number, else the first after it that is not out, and once
 * around; undefined if all are out.
 *
 * @param key   what makes this grid another one than the others of the same space
 * @param grid  how many configs it has, and the k-th
 * @throws RangeError if none of them meets the conditions
 */
export function nextWithin(
  where: Where,
  key: string,
  number: number,
  grid: { readonly count: number; readonly at: (k: number) => Config },
  isOut: (config: Config) => boolean,
): Config | undefined {
  const known = knownOf(where, key)
  const most = Math.min(grid.count, LARGEST_WALK)
  const findNext = (): boolean => {
    while (known.looked < most) {
      const k = known.looked++
      if (!where.isAllowed(grid.at(k))) continue
      known.indexes.push(k)
      return true
    }
    return false
  }
  while (known.indexes.length <= number && findNext());
  if (known.indexes.length === 0) {
    throw new RangeError(
      `sampler 'grid': none of the first ${most} combinations meets ${conditionWords(where)}; ` +
        'use more points, or another sampler',
    )
  }
  let i = number % known.indexes.length
  for (let tries = 0; tries < known.indexes.length; tries++) {
    const config = grid.at(known.indexes[i]!)
    if (!isOut(config)) return config
    i++
    if (i === known.indexes.length && !findNext()) i = 0
  }
  return undefined
}

function knownOf(where: Where, key: string): Skipped {
  let byKey = KNOWN.get(where)
  if (byKey === undefined) KNOWN.set(where, (byKey = new Map()))
  let known = byKey.get(key)
  if (known === undefined) byKey.set(key, (known = { indexes: [], looked: 0 }))
  return known
}
