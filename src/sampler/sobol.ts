/** Scrambled Sobol by trial number: even cover of the space by any number of workers, without a word between them. */

import { randomStream } from '../numerics/random.ts'
import type { Random } from '../numerics/random.ts'
import { sobolPoint } from '../numerics/sobol.ts'
import { dimension } from '../space/encoding.ts'
import type { Fallback } from './explanation.ts'
import type { Question, Sampler, Suggestion } from './sampler.ts'
import { beginsWithDefaults, firstUntried } from './untried.ts'

/** Point k of the sequence for trial k; random points in its place where that config was tried. */
export function sobol(): Sampler {
  return { name: 'sobol', readsRecord: false, suggest: (question) => sobolBecause(question) }
}

/** The sequence's point for a number, with the reason why another sampler leaves it to the sequence. */
export function sobolBecause(question: Question, because?: Fallback): Suggestion | undefined {
  const { space, seed, number, draw } = question
  const d = dimension(space)
  let random: Random | undefined
  const config = firstUntried(question, (k) => {
    if (draw === 0 && k === 0) return sobolPoint(number, d, seed)
    random ??= randomStream('sobol, once more', seed, number, draw)
    return Float64Array.from({ length: d }, random.next)
  })
  if (config === undefined) return undefined
  return {
    config,
    explain: () => beginsWithDefaults(question)
      ? { by: 'defaults' }
      : { by: 'sobol', index: number, isStandIn: random !== undefined, ...(because === undefined ? {} : { because }) },
  }
}
