/**
 * Scrambled Sobol points by trial number. Any number of workers cover the space evenly without communicating.
 */

import { randomStream } from '../numerics/random.ts'
import type { Random } from '../numerics/random.ts'
import { sobolPoint } from '../numerics/sobol.ts'
import { decode, dimension } from '../space/encoding.ts'
import { checkOptions } from '../space/options.ts'
import type { Explanation, Fallback } from './explanation.ts'
import type { Question, Sampler, Suggestion } from './sampler.ts'
import { beginsWithDefaults, firstUntried } from './untried.ts'

/**
 * Point k of the sequence for trial k; a random point in its place if that config was tried.
 *
 * @param options  there are none: the seed belongs to the study
 * @throws RangeError for any option
 */
export function sobol(options: object = {}): Sampler {
  checkOptions('sobol', options, {})
  return { name: 'sobol', readsRecord: false, suggest: suggestSobol, explain: (question) => explainSobol(question) }
}

/** The point of the sequence for the question's number; undefined if nothing is left to try. */
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

/**
 * Which point of the sequence the question's number has.
 *
 * @param because  why a sampler with models leaves this number to the sequence
 */
export function explainSobol(question: Question, because?: Fallback): Explanation {
  if (beginsWithDefaults(question)) return { by: 'defaults' }
  const { space, number, seed, draw, isTried } = question
  const isStandIn = draw > 0 || isTried(decode(space, sobolPoint(number, dimension(space), seed)))
  return { by: 'sobol', index: number, isStandIn, ...(because === undefined ? {} : { because }) }
}
