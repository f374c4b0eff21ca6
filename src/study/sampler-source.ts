/**
 * The sampler of a study, loaded when it is first asked. The models are a third of the modules of a process, and most
 * commands suggest nothing.
 */

import type { Json } from '../trial.ts'
import { isSamplerName, refuseSamplerName } from '../sampler/sampler.ts'
import type { Sampler } from '../sampler/sampler.ts'

export interface SamplerSource {
  readonly name: string
  /** Whether it is a user's own sampler that this process was not given: to ask it is an error. */
  readonly isAbsent: boolean
  readonly load: () => Promise<Sampler>
}

/**
 * The sampler that a process was given, else the study's.
 *
 * @param given  a sampler, or the name of one of anthill's
 * @param name   what the study's definition says
 */
export function samplerSource(given: Sampler | string | undefined, name: string): SamplerSource {
  if (typeof given === 'object') return { name: given.name, isAbsent: false, load: async () => given }
  const wanted = given ?? name
  if (!isSamplerName(wanted)) return { name: wanted, isAbsent: true, load: async () => absentSampler(wanted) }
  let loaded: Promise<Sampler> | undefined
  return { name: wanted, isAbsent: false, load: () => (loaded ??= namedSampler(wanted)) }
}

/**
 * One of anthill's samplers.
 *
 * @throws RangeError for an unknown name, or for options that make no sense
 */
export async function namedSampler(name: string, options?: Json): Promise<Sampler> {
  const { samplerNamed } = await import('../sampler/choose.ts')
  return samplerNamed(name, options)
}

/** What a dead worker left, and what is queued, can be tried without it. */
const absentSampler = (name: string): Sampler => ({ name, suggest: () => refuseSamplerName(name) })
