/** From points to an untried config: a few draws, then every config of a finite space. */

import type { Config } from '../trial.ts'
import { randomStream } from '../numerics/random.ts'
import { declaresDefault, defaultConfig } from '../space/defaults.ts'
import { decode } from '../space/encoding.ts'
import { configAt, configCount } from '../space/finite.ts'
import type { Space } from '../space/parameter.ts'
import type { Question } from './sampler.ts'

/** After this many draws of tried configs the space counts as nearly used up. */
const DRAWS = 64

/** A space of more configs than this is not walked. No study uses it up either. */
export const LARGEST_WALK = 2_000_000

/**
 * The first untried config among those of `pointOf(0)`, `pointOf(1)`, …; then among all configs, from one that depends
 * on the trial's number. Trial 0 tries the defaults, if the space declares any. Undefined if nothing is left.
 *
 * @param pointOf  the k-th point of the unit cube to try
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
