/** Scrambled Sobol by trial number: even cover of the space by any number of workers, without a word between them. */

import { randomStream } from '../numerics/random.ts'
import { sobolPoint } from '../numerics/sobol.ts'
import { dimension } from '../space/encoding.ts'
import type { Sampler } from './sampler.ts'
import { firstUntried } from './untried.ts'

/** Point k of the sequence for trial k; random points in its place where that config was tried. */
export function sobol(): Sampler {
  return {
    name: 'sobol',
    suggest: (question) => {
      const { space, seed, number, draw } = question
      const d = dimension(space)
      const random = randomStream('sobol, once more', seed, number, draw)
      const config = firstUntried(question, (k) => draw === 0 && k === 0 ? sobolPoint(number, d, seed) : Float64Array.from({ length: d }, random.next))
      return config === undefined ? undefined : { config }
    },
  }
}
