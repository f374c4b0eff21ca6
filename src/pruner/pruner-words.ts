/** A pruner as a command line writes it: its name, then options (`option-words.ts` of space/). */

import { optionsOfWords, splitName } from '../space/option-words.ts'
import type { Json } from '../trial.ts'
import { unknownPruner } from './choose.ts'
import { PRUNER_OPTIONS, parsePruner } from './options.ts'
import { isPrunerName } from './pruner.ts'
import type { PrunerName } from './pruner.ts'

/** A pruner by name, with options that passed the gate. */
export interface NamedPruner {
  readonly name: PrunerName
  readonly options: { readonly [option: string]: Json }
}

/**
 * The pruner of a text, as in `median warmup=5`.
 *
 * @throws RangeError or TypeError for a name or an option that makes no sense
 */
export function prunerFromWords(text: string): NamedPruner {
  const { name, words } = splitName(text)
  if (!isPrunerName(name)) throw unknownPruner(name)
  const options = parsePruner(name, optionsOfWords(words, PRUNER_OPTIONS[name]))
  return { name, options: options as NamedPruner['options'] }
}
