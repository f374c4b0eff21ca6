/** How each maximizer of `maximizer-options.ts` is made. */

import { breed } from '../acquisition/breed.ts'
import { cma } from '../acquisition/cma.ts'
import { evolve } from '../acquisition/evolve.ts'
import { local } from '../acquisition/local.ts'
import { climbing } from '../acquisition/maximize.ts'
import type { Maximizer } from '../acquisition/maximize.ts'
import { sampling, tweaks } from '../acquisition/sampling.ts'
import type { MaximizerChoice, MaximizerName } from './maximizer-choice.ts'
import { MAXIMIZERS } from './maximizer-options.ts'
import { withDefaults } from '../space/option-values.ts'
import { ownMaximizer } from './own-model.ts'

type Settings<N extends MaximizerName> = {
  readonly [K in keyof (typeof MAXIMIZERS)[N]['options']]: N extends 'climb' ? number | undefined : number
}

const MAKERS: { readonly [N in MaximizerName]: (settings: Settings<N>) => Maximizer } = {
  climb: climbing,
  sampling,
  tweaks,
  local,
  evolve,
  breed,
  cma,
}

/** The maximizer of a choice that has passed the gate. */
export function maximizerOf(choice: MaximizerChoice): Maximizer {
  if (typeof choice === 'object' && 'maximize' in choice) return ownMaximizer(choice)
  const { kind, ...given } = typeof choice === 'string' ? { kind: choice } : choice
  return (MAKERS[kind] as (settings: object) => Maximizer)(withDefaults(given, MAXIMIZERS[kind].options))
}
