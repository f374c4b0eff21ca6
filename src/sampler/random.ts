/** Random search. Each trial number has a random stream of its own. */

import { randomStream } from '../numerics/random.ts'
import { dimension } from '../space/encoding.ts'
import { checkOptions } from '../space/options.ts'
import type { Sampler } from './sampler.ts'
import { beginsWithDefaults, firstUntried } from './untried.ts'

/**
 * Independent draws: uniform, log-uniform or weighted, as each parameter says.
 *
 * @param options  there are none: the seed belongs to the study
 * @throws RangeError for any option
 */
export function random(options: object = {}): Sampler {
  checkOptions('random', options, {})
  return {
    name: 'random',
    readsRecord: false,
    suggest: (question) => {
      const { space, seed, number, draw } = question
      const d = dimension(space)
      const stream = randomStream('random search', seed, number, draw)
      const config = firstUntried(question, () => Float64Array.from({ length: d }, stream.next))
      return config === undefined ? undefined : { config }
    },
    explain: (question) => ({ by: beginsWithDefaults(question) ? 'defaults' : 'random' }),
  }
}
