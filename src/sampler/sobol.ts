/** Scrambled Sobol by trial number: even cover of the space by any number of workers, without a word between them. */

import { randomStream } from '../numerics/random.ts'
import type { Random } from '../numerics/random.ts'
import { sobolPoint } from '../numerics/sobol.ts'
import { decode, dimension } from '../space/encoding.ts'
import type { Explanation, Fallback } from './explanation.ts'
import type { Question, Sampler, Suggestion } from './sampler.ts'
import { beginsWithDefaults, firstUntried } from './untried.ts'

/** Point k of the sequence for trial k; random points in its place where that config was tried. */
export function sobol(): Sampler {
  return { name: 'sobol', readsRecord: false, suggest: suggestSobol, explain: (question) => explainSobol(question) }
}

export function suggestSobol(question: Question): Suggestion | undefined {
  const { space, seed, number, draw } = question
  const d = dimension(space)
  let random: Random | undefined
  const config = firstUntried(question, (k) => {
    if (draw === 0 && k === 0) return sobolPoint(number, d, seed)
    random ??= randomStream('sobol, once more', seed, number, draw)
    return Float64Array.from({ length: d }, random.next)
  })
  return config === undefined ? undefined : { config }
}

/** @param because  why another sampler leaves the number to the sequence */
export function explainSobol(question: Question, because?: Fallback): Explanation {
  if (beginsWithDefaults(question)) return { by: 'defaults' }
  const { space, number, seed, draw, isTried } = question
  const isStandIn = draw > 0 || isTried(decode(space, sobolPoint(number, dimension(space), seed)))
  return { by: 'sobol', index: number, isStandIn, ...(because === undefined ? {} : { because }) }
}
