/** Random search. Each trial number has a random stream of its own. */

import { randomStream } from '../numerics/random.ts'
import { dimension } from '../space/encoding.ts'
import type { Sampler } from './sampler.ts'
import { beginsWithDefaults, firstUntried } from './untried.ts'

/** Independent draws: uniform, log-uniform or weighted, as each parameter says. */
export function random(): Sampler {
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
