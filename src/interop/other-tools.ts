/**
 * The samplers of other tools: who comes from one of them gives its words, and gets ours. The words of other tools are
 * in this room only; a study keeps what they became.
 */

import { samplerNamed } from '../sampler/choose.ts'
import { samplerFromObject } from '../sampler/sampler-words.ts'
import type { NamedSampler } from '../sampler/sampler-words.ts'
import type { Sampler } from '../sampler/sampler.ts'
import { didYouMean } from '../space/nearest-name.ts'
import { isRecord, refusal } from '../space/options.ts'
import { fromHyperEngine } from './hyperengine-words.ts'
import { fromHyperMapper } from './hypermapper-words.ts'
import { fromMipego } from './mipego-words.ts'
import { fromDeepHyper, fromSkopt } from './skopt-words.ts'

/** Another tool whose options are understood. */
export type OtherTool = 'deephyper' | 'hyperengine' | 'hypermapper' | 'mipego' | 'skopt'

const TRANSLATIONS: Readonly<Record<OtherTool, (options: Readonly<Record<string, unknown>>) => object>> = {
  deephyper: fromDeepHyper,
  hyperengine: fromHyperEngine,
  hypermapper: fromHyperMapper,
  mipego: fromMipego,
  skopt: fromSkopt,
}

/** Whether it is the name of another tool whose options are understood. @internal */
export const isOtherTool = (name: string): name is OtherTool => Object.hasOwn(TRANSLATIONS, name)

/**
 * The sampler that another tool has with these options: its defaults too, as far as anthill has them.
 *
 * @param tool     `deephyper`, `hyperengine`, `hypermapper`, `mipego` or `skopt`
 * @param options  by the names of that tool: `{ acq_func: 'UCB', kappa: 1.96 }`; of HyperMapper, a whole scenario
 * @throws RangeError or TypeError that names an option without a counterpart here, and says what to do
 */
export function samplerFrom(tool: OtherTool, options: object = {}): Sampler {
  const { name, options: own } = translated(tool, options)
  return samplerNamed(name, own)
}

/** The same as a name with options, as a study keeps it. @internal */
export function translated(tool: string, options: unknown): NamedSampler {
  if (!isRecord(options)) throw refusal(`options of ${tool}`, 'an object', options)
  if (isOtherTool(tool)) return samplerFromObject(TRANSLATIONS[tool](options))
  const names = Object.keys(TRANSLATIONS)
  throw new RangeError(`must be one of ${names.join(', ')}, got '${tool}'${didYouMean(tool, names)}`)
}
