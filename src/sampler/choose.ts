/** Samplers by name. */

import type { Json } from '../trial.ts'
import { bayesian } from './bayesian.ts'
import { grid } from './grid.ts'
import { random } from './random.ts'
import { SAMPLER_NAMES } from './sampler.ts'
import type { Sampler } from './sampler.ts'
import { sobol } from './sobol.ts'

/**
 * The sampler of a name; `auto`, the default, is Bayesian. A study made with a sampler of one's own needs it given again.
 *
 * @param options  the `options` of a sampler of that name
 */
export function samplerNamed(name: string, options: Json = {}): Sampler {
  if (name === 'auto' || name === 'bayesian') return bayesian(options as object)
  if (name === 'sobol') return sobol()
  if (name === 'random') return random()
  if (name === 'grid') return grid(options as object)
  throw new RangeError(`sampler '${name}': known are ${SAMPLER_NAMES.join(', ')}; one of your own is given as a value`)
}
