/** Samplers by name. */

import { bayesian } from './bayesian.ts'
import { grid } from './grid.ts'
import { random } from './random.ts'
import { SAMPLER_NAMES } from './sampler.ts'
import type { Sampler } from './sampler.ts'
import { sobol } from './sobol.ts'

/** The sampler of a name; `auto`, the default, is Bayesian. A study made with a sampler of one's own needs it given again. */
export function samplerNamed(name: string): Sampler {
  if (name === 'auto' || name === 'bayesian') return bayesian()
  if (name === 'sobol') return sobol()
  if (name === 'random') return random()
  if (name === 'grid') return grid()
  throw new RangeError(`sampler '${name}': known are ${SAMPLER_NAMES.join(', ')}; one of your own is given as a value`)
}
