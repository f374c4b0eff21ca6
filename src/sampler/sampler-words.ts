/** A sampler as a command line or a file writes it: its name, then options (`option-words.ts` of space/). */

import { didYouMean } from '../space/nearest-name.ts'
import { parseTable } from '../space/option-values.ts'
import type { Table } from '../space/option-values.ts'
import { optionsOfWords, splitName } from '../space/option-words.ts'
import { isRecord, refusal } from '../space/options.ts'
import type { Json } from '../trial.ts'
import { SAMPLER_OPTIONS } from './options.ts'
import { SAMPLER_NAMES, isSamplerName } from './sampler.ts'
import type { SamplerName } from './sampler.ts'

/** A sampler by name, with options that passed the gate. */
export interface NamedSampler {
  readonly name: SamplerName
  readonly options: { readonly [option: string]: Json }
}

/**
 * The sampler of a text.
 *
 * @throws RangeError or TypeError for a name or an option that makes no sense
 */
export function samplerFromWords(text: string): NamedSampler {
  const { name, words } = splitName(text)
  return named(name, optionsOfWords(words, tableOf(name)))
}

/**
 * The sampler of an object, as a file has it: options, and `kind` for its name; `auto` if there is none.
 *
 * @throws RangeError or TypeError for what makes no sense
 */
export function samplerFromObject(value: unknown): NamedSampler {
  if (!isRecord(value)) throw refusal('sampler', 'an object of options', value)
  const { kind = 'auto', ...options } = value
  return named(String(kind), options)
}

/** @throws RangeError for an unknown name, or an option that the sampler does not have */
function named(name: string, options: unknown): NamedSampler {
  const parsed = parseTable(tableOf(name), options, `sampler '${name}'`)
  return { name: name as SamplerName, options: parsed as NamedSampler['options'] }
}

function tableOf(name: string): Table {
  if (isSamplerName(name)) return SAMPLER_OPTIONS[name]
  const remedy = didYouMean(name, SAMPLER_NAMES)
  throw new RangeError(`must be one of ${SAMPLER_NAMES.join(', ')}, got '${name}'${remedy}`)
}
