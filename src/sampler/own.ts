/**
 * What comes from a sampler that somebody may have written: the sampler itself, and what it suggests. A wrong config
 * must not pass, since a study keeps it permanently. So every suggestion is checked, whatever the sampler's name is.
 */

import type { Config } from '../trial.ts'
import { underivableWords } from '../space/derive.ts'
import { parseJson } from '../space/json.ts'
import { FLAG, checkOptions, isRecord } from '../space/options.ts'
import type { Rules } from '../space/options.ts'
import type { Space, Where } from '../space/parameter.ts'
import { shown } from '../space/shown.ts'
import { parseAllowed } from '../space/where.ts'
import { isSamplerName, refuseSamplerName } from './sampler.ts'
import type { Sampler, Suggestion } from './sampler.ts'

/** What a suggestion may have. */
const SUGGESTION: Rules = { config: null, again: FLAG, basis: null }

/** Names that stand for something else in the record of a study. */
const TAKEN = ['', 'auto', 'queue']

/**
 * Checks the option `sampler`: the name of one of anthill's, or an object.
 *
 * @throws TypeError or RangeError for anything else
 */
export function checkSampler(sampler: unknown): void {
  if (sampler === undefined) return
  if (typeof sampler === 'string') return isSamplerName(sampler) ? undefined : refuseSamplerName(sampler)
  if (typeof sampler === 'function') {
    const { name } = sampler as { readonly name: string }
    throw new TypeError(`option 'sampler': is the function '${name}' itself; call it, as in ${name || 'sampler'}()`)
  }
  if (!isRecord(sampler) || typeof sampler.name !== 'string' || typeof sampler.suggest !== 'function') {
    throw new TypeError(
      `option 'sampler': must be a name, or an object with a 'name' and a function 'suggest', got ${shown(sampler)}`,
    )
  }
  if (TAKEN.includes(sampler.name)) {
    throw new RangeError(
      `option 'sampler': the name of your own sampler must not be '', 'auto' or 'queue', got '${sampler.name}'`,
    )
  }
}

/**
 * Checks a suggestion.
 *
 * @returns its config in the order of the space: a copy, so that the sampler's own object may change later
 * @throws RangeError for what is not a suggestion, or not a config of the space, or does not meet its conditions
 */
export function checkSuggestion(
  { name }: Sampler,
  suggestion: Suggestion,
  space: Space,
  where: Where | undefined,
): Config {
  const subject = `sampler '${name}'`
  try {
    if (isRecord(suggestion) && typeof (suggestion as { then?: unknown }).then === 'function')
      throw new TypeError(`a promise; 'suggest' must return at once`)
    if (!isRecord(suggestion))
      throw new TypeError(`${shown(suggestion)}; return { config: … }, or undefined if nothing is left`)
    checkOptions(subject, suggestion, SUGGESTION, 'field')
    if (suggestion.basis !== undefined) parseJson(suggestion.basis, 'basis')
    return parseAllowed(space, where, suggestion.config)
  } catch (error) {
    const words = underivableWords(error)
    if (words !== undefined)
      throw new RangeError(`${words}; change the expression, or leave such configs out by a condition: where`, {
        cause: error,
      })
    throw new RangeError(`${subject}: suggested something that is not a config: ${(error as Error).message}`, {
      cause: error,
    })
  }
}
