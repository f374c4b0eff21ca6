/**
 * The sampler of a process, loaded when it is first asked. The models are a third of the modules of a process, and most
 * commands suggest nothing.
 */

import type { Json } from '../trial.ts'
import { isSamplerName, refuseSamplerName } from '../sampler/sampler.ts'
import type { Sampler } from '../sampler/sampler.ts'
import type { Kept } from './study-sampler.ts'

export interface SamplerSource {
  readonly name: string
  /** What the sampler is made with, if anything. */
  readonly options?: Json | undefined
  /** Whether it is a user's own sampler that this process was not given: to ask it is an error. */
  readonly isAbsent: boolean
  /** The sampler itself, if this process was given one: it may have parts that no definition has. */
  readonly given?: Sampler
  readonly load: () => Promise<Sampler>
}

/**
 * The sampler that was asked for, else the study's. One that this process cannot make is an error only when it
 * suggests: what a dead worker left, and what is queued, can be tried without it.
 *
 * @param study  what the definition says
 * @param asked  a sampler, or the name of one of anthill's
 */
export function samplerSource(study: Kept, asked?: Sampler | string): SamplerSource {
  if (typeof asked === 'object') {
    return { name: asked.name, options: asked.options, isAbsent: false, given: asked, load: async () => asked }
  }
  const name = asked ?? study.sampler
  const options = asked === undefined ? study.samplerOptions : undefined
  const isAbsent = !isSamplerName(name)
  let loaded: Promise<Sampler> | undefined
  const load = async (): Promise<Sampler> => {
    if (isAbsent) return refusing(name, () => refuseSamplerName(name))
    return await namedSampler(name, options).catch((error: unknown) => refusing(name, () => throwAgain(error)))
  }
  return { name, options, isAbsent, load: () => (loaded ??= load()) }
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

/** A sampler that answers with an error. */
function refusing(name: string, refuse: () => never): Sampler {
  return { name, suggest: refuse, predict: refuse }
}

function throwAgain(error: unknown): never {
  throw error
}
