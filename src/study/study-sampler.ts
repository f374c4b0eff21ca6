/**
 * Which sampler a process of a study asks, and with which options.
 *
 * The study keeps the sampler that it was created with. A process that says nothing uses that one. Another one is
 * allowed; then the slots of its trials say which it was. A slot without options has those of the study.
 */

import type { Json } from '../trial.ts'
import type { Sampler, SamplerName } from '../sampler/sampler.ts'
import { sameJson } from '../space/levels.ts'
import { isRecord } from '../space/options.ts'
import type { StudyDocument } from '../store/disk/documents.ts'

/** The study's own sampler. @internal */
export type Kept = Pick<StudyDocument, 'sampler' | 'samplerOptions'>

/** What the definition of a new study says about its sampler. @internal */
export function samplerFields(sampler: SamplerName | Sampler = 'auto'): Kept {
  if (typeof sampler === 'string') return { sampler }
  const { name, options } = sampler
  return {
    sampler: name,
    ...(isRecord(options) ? { samplerOptions: options as NonNullable<Kept['samplerOptions']> } : {}),
  }
}

/** The sentence for a process whose sampler is not the study's; undefined if it is. @internal */
export function samplerNotice(
  study: Kept,
  sampler: Pick<Sampler, 'name'> & { readonly options?: Json | undefined },
): string | undefined {
  const { sampler: name, samplerOptions = {} } = study
  if (isSame(name, sampler.name) && optionsToKeep(study, sampler) === undefined) return undefined
  const mine = described(sampler.name, sampler.options ?? {})
  return `this process suggests with ${mine}, the study with ${described(name, samplerOptions)}; both go on`
}

/**
 * The options that a slot must have: those of the sampler that suggested, if they are not what the study says.
 *
 * @internal
 */
export function optionsToKeep(
  study: Kept,
  { name, options = {} }: Pick<Sampler, 'name'> & { readonly options?: Json | undefined },
): Json | undefined {
  return sameJson(options, optionsOf(study, name)) ? undefined : options
}

/** The options of a suggestion whose slot has none. @internal */
export function optionsOf({ sampler, samplerOptions = {} }: Kept, origin: string): Json {
  return isSame(sampler, origin) ? samplerOptions : {}
}

/** `auto` stands for `bayesian`. */
function isSame(name: string, other: string): boolean {
  const own = (word: string): string => (word === 'auto' ? 'bayesian' : word)
  return own(name) === own(other)
}

function described(name: string, options: Json): string {
  const isBare = isRecord(options) && Object.keys(options).length === 0
  return `sampler '${name}'${isBare ? '' : ` and options ${JSON.stringify(options)}`}`
}
