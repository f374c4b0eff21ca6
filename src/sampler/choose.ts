/** Samplers by name. */

import type { Json } from '../trial.ts'
import { didYouMean } from '../space/nearest-name.ts'
import { bayesian } from './bayesian.ts'
import { breed } from './breed.ts'
import { cma } from './cma.ts'
import { evolve } from './evolve.ts'
import { grid } from './grid.ts'
import { local } from './local.ts'
import { random } from './random.ts'
import { SAMPLER_NAMES, isSamplerName } from './sampler.ts'
import type { Sampler, SamplerName } from './sampler.ts'
import { sobol } from './sobol.ts'

const SAMPLERS: Readonly<Record<SamplerName, (options: object) => Sampler>> = {
  auto: bayesian,
  bayesian,
  sobol,
  random,
  grid,
  local,
  evolve,
  breed,
  cma,
}

/**
 * The sampler of a name; `auto`, the default, is Bayesian.
 *
 * @param options  the `options` of a sampler of that name
 * @throws RangeError for an unknown name, or for options that make no sense
 */
export function samplerNamed(name: string, options: Json = {}): Sampler {
  if (isSamplerName(name)) return SAMPLERS[name](options as object)
  throw new RangeError(
    `sampler '${name}': must be one of ${SAMPLER_NAMES.join(', ')}, or a sampler object` +
      didYouMean(name, SAMPLER_NAMES),
  )
}
