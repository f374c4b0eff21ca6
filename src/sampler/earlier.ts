/** Earlier studies, as a program gives them. */

import { isRecord, refusal } from '../space/options.ts'
import type { Space, Where } from '../space/parameter.ts'
import { parseAllowed } from '../space/where.ts'
import type { Earlier } from './sampler.ts'

/**
 * Earlier studies, checked.
 *
 * @throws TypeError for what is not of their form; RangeError or TypeError for a config that is not one of the space
 */
export function parseEarlier(space: Space, where: Where | undefined, given: unknown): readonly Earlier[] | undefined {
  if (given === undefined) return undefined
  const isOne = (one: unknown): boolean => isRecord(one) && typeof one.from === 'string' && Array.isArray(one.trials)
  if (!Array.isArray(given) || !given.every(isOne))
    throw refusal("option 'earlier'", 'a list of { from, trials }, where trials are records', given)
  return (given as readonly Earlier[]).map(({ from, trials }) => ({
    from,
    trials: trials.map((trial) => ({ ...trial, config: parseAllowed(space, where, trial.config) })),
  }))
}
