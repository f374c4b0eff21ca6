/** Results from elsewhere, as records: trials without a number, a directory and times. */

import { IMPORTED } from '../trial.ts'
import type { Config, Goals, Objectives, TrialRecord } from '../trial.ts'
import { readConfig } from '../space/canonical.ts'
import { worthOf } from '../space/goals.ts'
import { split } from '../space/objectives.ts'
import type { Space } from '../space/parameter.ts'
import type { ObservedResult } from '../store/disk/documents.ts'
import type { Knowledge } from '../store/memory/knowledge.ts'

/** The record of a result from elsewhere. */
export function importedRecord<C = Config>(
  { id, config, status, values: said, from }: ObservedResult,
  space: Space,
  objectives: Objectives,
): TrialRecord<C> {
  const { values, outputs } = split(objectives, said)
  let parsed: C | undefined
  return {
    id,
    number: null,
    state: status,
    get config() {
      return (parsed ??= readConfig(space, config) as C)
    },
    origin: `${IMPORTED}${from}`,
    repeat: 0,
    value: values[Object.keys(objectives)[0]!] ?? null,
    values,
    outputs,
    curve: [],
    attempt: 0,
    worker: null,
    started: null,
    ended: null,
    reason: null,
    detail: null,
  }
}

/** Every result from elsewhere that belongs to the study, in the order of import. */
export function importedRecords<C>(known: Knowledge, space: Space, objectives: Objectives): TrialRecord<C>[] {
  const own = known.observed.results.filter(({ task }) => task === undefined)
  return own.map((result) => importedRecord<C>(result, space, objectives))
}

/** The best result from elsewhere if it is better than the best trial; undefined otherwise. */
export function betterImported<C>(known: Knowledge, space: Space, goals: Goals): TrialRecord<C> | undefined {
  const worth = worthOf(goals)
  let best = known.best === null ? Infinity : (worth(known.best.final!.values) ?? Infinity)
  let found: ObservedResult | undefined
  for (const result of known.observed.results) {
    const its = result.task === undefined && result.status === 'complete' ? worth(result.values) : undefined
    if (its === undefined || its >= best) continue
    best = its
    found = result
  }
  return found && importedRecord<C>(found, space, goals.objectives)
}

/**
 * Gives the function that samplers ask whether a config was measured, or is being measured: here or elsewhere.
 *
 * @param idOf      the id of a repeat of a config
 * @param isTaken   whether a trial of the study has this id
 * @param elsewhere how often each config was measured elsewhere, by id
 */
export function triedBy(
  idOf: (config: Config, repeat: number) => string,
  isTaken: (id: string) => boolean,
  elsewhere: ReadonlyMap<string, number>,
): (config: Config, times?: number) => boolean {
  return (config, times = 1) => {
    const here = times - (elsewhere.size === 0 ? 0 : (elsewhere.get(idOf(config, 0)) ?? 0))
    return here < 1 || isTaken(idOf(config, here - 1))
  }
}
