/** Earlier studies, as a program gives them. */

import { isRecord, refusal } from '../space/options.ts'
import type { Space, Where } from '../space/parameter.ts'
import { parseAllowed } from '../space/where.ts'
import type { Objectives, TrialRecord } from '../trial.ts'
import type { Earlier } from './sampler.ts'

/** What the trials must be about. */
interface Sought {
  readonly space: Space
  readonly where?: Where | undefined
  readonly objectives: Objectives
}

/** The states of a trial that has ended, and whether it has the value of each objective. */
const ENDS: Readonly<Record<string, boolean>> = { complete: true, pruned: false, failed: false }

/**
 * Earlier studies, checked. Trials that have not ended are left out.
 *
 * @throws TypeError for what is not of their form; RangeError or TypeError for a config that is not one of the space,
 *   and for a complete trial without a finite value of each objective
 */
export function parseEarlier(sought: Sought, given: unknown): readonly Earlier[] | undefined {
  if (given === undefined) return undefined
  const isOne = (one: unknown): boolean => isRecord(one) && typeof one.from === 'string' && Array.isArray(one.trials)
  if (!Array.isArray(given) || !given.every(isOne))
    throw refusal("option 'earlier'", 'a list of { from, trials }, where trials are records', given)
  return (given as readonly Earlier[]).map(({ from, trials }) => ({
    from,
    trials: trials.flatMap((trial: unknown, k) => parseTrial(sought, `option 'earlier': '${from}', trial ${k}`, trial)),
  }))
}

function parseTrial({ space, where, objectives }: Sought, subject: string, given: unknown): TrialRecord[] {
  const isTrial =
    isRecord(given) && typeof given.state === 'string' && isRecord(given.values) && isRecord(given.outputs)
  if (!isTrial) throw refusal(subject, 'a record with a config, state, values and outputs, as trials() has', given)
  const trial = given as unknown as TrialRecord
  if (!Object.hasOwn(ENDS, trial.state)) return []
  const wrong = Object.keys(objectives).find(
    (name) => ENDS[trial.state] === true && !Number.isFinite(trial.values[name]),
  )
  if (wrong !== undefined) throw refusal(`${subject}: objective '${wrong}'`, 'a finite number', trial.values[wrong])
  try {
    const value = trial.values[Object.keys(objectives)[0]!] ?? null
    return [{ ...trial, config: parseAllowed(space, where, trial.config), value }]
  } catch (error) {
    const words = `${subject}: ${(error as Error).message}`
    throw error instanceof TypeError ? new TypeError(words) : new RangeError(words)
  }
}
