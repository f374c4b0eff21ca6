/** From points or configs to an untried config: a few draws, then every config of a finite space. */

import type { Config } from '../trial.ts'
import { randomPoint } from '../acquisition/moves.ts'
import { randomStream } from '../numerics/random.ts'
import type { Random } from '../numerics/random.ts'
import { searchedAxes } from '../space/allowed.ts'
import { axesOf, bent, cubeOf } from '../space/axes.ts'
import { declaresDefault, defaultConfig } from '../space/defaults.ts'
import { decode, encode } from '../space/encoding.ts'
import { LARGEST_WALK, configAt, configCount } from '../space/finite.ts'
import type { Space } from '../space/parameter.ts'
import type { Question } from './sampler.ts'

/** After this many draws of tried configs the space counts as nearly used up. */
const DRAWS = 64

/**
 * The first untried config among those of `placeOf(0)`, `placeOf(1)`, …; then among all configs, from one that depends
 * on the trial's number. Trial 0 tries the defaults, if the space declares any. Undefined if nothing is left.
 *
 * @param placeOf  the k-th config to try, or its point of the unit cube
 */
export function firstUntried(question: Question, placeOf: (k: number) => Float64Array | Config): Config | undefined {
  const { space, number, seed, draw } = question
  const isOut = outOf(question)
  if (beginsWithDefaults(question)) {
    const place = placeOf(0)
    const config = defaultConfig(space, place instanceof Float64Array ? place : encode(space, place))
    if (!isOut(config)) return config
  }
  for (let k = 0; k < DRAWS; k++) {
    const config = configAtPlace(space, placeOf(k))
    if (!isOut(config)) return config
  }
  const count = configCount(space)
  return count <= LARGEST_WALK
    ? walk(space, isOut, count, randomStream('walk', seed, number, draw).integer(count))
    : undefined
}

/** Whether a config may not be suggested: it was tried, or does not meet the conditions of the space. */
export function outOf({ isTried, where }: Pick<Question, 'isTried' | 'where'>): (config: Config) => boolean {
  return where === undefined ? isTried : (config) => !where.isAllowed(config) || isTried(config)
}

/** A random point of the unit cube, as its parameters and beliefs say; one that meets the conditions of the space. */
export function randomPlace(question: Question, random: Random): Float64Array {
  if (question.where === undefined) {
    const axes = axesOf(question.space)
    return bent(axes, Float64Array.from({ length: axes.list.length }, random.next))
  }
  const axes = searchedAxes(question)
  return cubeOf(axes, randomPoint(axes, random, axes.hasBeliefs))
}

/** The config of a place: itself, or that of a point of the unit cube. */
export function configAtPlace(space: Space, place: Float64Array | Config): Config {
  return place instanceof Float64Array ? decode(space, place) : place
}

/** Whether the question is about trial 0, and the space declares defaults for it. */
export function beginsWithDefaults({ space, number, draw }: Pick<Question, 'space' | 'number' | 'draw'>): boolean {
  return number === 0 && draw === 0 && declaresDefault(space)
}

/**
 * The first config of a finite space that may be suggested, from config `start` on and once around; undefined if none
 * may.
 *
 * @param count  number of configs in the space
 */
export function walk(
  space: Space,
  isOut: (config: Config) => boolean,
  count: number,
  start: number,
): Config | undefined {
  for (let i = 0; i < count; i++) {
    const config = configAt(space, (start + i) % count)
    if (!isOut(config)) return config
  }
  return undefined
}
