/** From points or configs to an untried config: a few draws, then every config of a finite space. */

import type { Config } from '../trial.ts'
import { randomStream } from '../numerics/random.ts'
import { declaresDefault, defaultConfig } from '../space/defaults.ts'
import { decode, encode } from '../space/encoding.ts'
import { configAt, configCount } from '../space/finite.ts'
import type { Space } from '../space/parameter.ts'
import type { Question } from './sampler.ts'

/** After this many draws of tried configs the space counts as nearly used up. */
const DRAWS = 64

/** A space of more configs than this is not walked. No study uses it up either. */
export const LARGEST_WALK = 2_000_000

/**
 * The first untried config among those of `placeOf(0)`, `placeOf(1)`, …; then among all configs, from one that depends
 * on the trial's number. Trial 0 tries the defaults, if the space declares any. Undefined if nothing is left.
 *
 * @param placeOf  the k-th config to try, or its point of the unit cube
 */
export function firstUntried(question: Question, placeOf: (k: number) => Float64Array | Config): Config | undefined {
  const { space, isTried, number, seed, draw } = question
  if (beginsWithDefaults(question)) {
    const place = placeOf(0)
    const config = defaultConfig(space, place instanceof Float64Array ? place : encode(space, place))
    if (!isTried(config)) return config
  }
  for (let k = 0; k < DRAWS; k++) {
    const config = configAtPlace(space, placeOf(k))
    if (!isTried(config)) return config
  }
  const count = configCount(space)
  return count <= LARGEST_WALK
    ? walk(space, isTried, count, randomStream('walk', seed, number, draw).integer(count))
    : undefined
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
 * The first untried config of a finite space, from config `start` on and once around; undefined if all were tried.
 *
 * @param count  number of configs in the space
 */
export function walk(space: Space, isTried: Question['isTried'], count: number, start: number): Config | undefined {
  for (let i = 0; i < count; i++) {
    const config = configAt(space, (start + i) % count)
    if (!isTried(config)) return config
  }
  return undefined
}
