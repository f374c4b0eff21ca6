/** Samplers by name. */

import type { Json } from '../trial.ts'
import { bayesian } from './bayesian.ts'
import { breed } from './breed.ts'
import { cma } from './cma.ts'
import { evolve } from './evolve.ts'
import { grid } from './grid.ts'
import { local } from './local.ts'
import { isSamplerName, refuseSamplerName } from './sampler.ts'
import type { Sampler, SamplerName } from './sampler.ts'
import { halton, hammersley, kLatinHypercube, latinHypercube, random, sobol } from './sequence.ts'

const SAMPLERS: Readonly<Record<SamplerName, (options: object) => Sampler>> = {
  auto: bayesian,
  bayesian,
  sobol,
  random,
  halton,
  hammersley,
  lhs: latinHypercube,
  'k-lhs': kLatinHypercube,
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
  return isSamplerName(name) ? SAMPLERS[name](options as object) : refuseSamplerName(name)
}
