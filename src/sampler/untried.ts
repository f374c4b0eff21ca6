/** From points to a config that nobody has tried: a few draws, then every config of a finite space. */

import type { Config } from '../trial.ts'
import { randomStream } from '../numerics/random.ts'
import { declaresDefault, defaultConfig } from '../space/defaults.ts'
import { decode } from '../space/encoding.ts'
import { configAt, configCount } from '../space/finite.ts'
import type { Space } from '../space/parameter.ts'
import type { Question } from './sampler.ts'

/** More draws than this in vain mean a space that is nearly used up. */
const DRAWS = 64

/** A space of more configs than this is not walked to its end: it is never used up either. */
export const LARGEST_WALK = 2_000_000

/**
 * The first untried config among those of `pointOf(0)`, `pointOf(1)`, …; then of all, from a place that depends on the
 * number. Trial 0 begins with the defaults where the space declares any.
 *
 * @param pointOf  the k-th point of the unit cube to look at
 */
export function firstUntried(question: Question, pointOf: (k: number) => Float64Array): Config | undefined {
  const { space, isTried, number, seed, draw } = question
  if (beginsWithDefaults(question)) {
    const config = defaultConfig(space, pointOf(0))
    if (!isTried(config)) return config
  }
  for (let k = 0; k < DRAWS; k++) {
    const config = decode(space, pointOf(k))
    if (!isTried(config)) return config
  }
  const count = configCount(space)
  return count <= LARGEST_WALK
    ? walk(space, isTried, count, randomStream('walk', seed, number, draw).integer(count))
    : undefined
}

export function beginsWithDefaults({ space, number, draw }: Pick<Question, 'space' | 'number' | 'draw'>): boolean {
  return number === 0 && draw === 0 && declaresDefault(space)
}

/** The first untried config of a finite space of `count` from `start` on, once around. */
export function walk(space: Space, isTried: Question['isTried'], count: number, start: number): Config | undefined {
  for (let i = 0; i < count; i++) {
    const config = configAt(space, (start + i) % count)
    if (!isTried(config)) return config
  }
  return undefined
}
