/** What earlier studies teach a study: their results by study. None of them is a trial here. */

import type { Earlier } from '../sampler/sampler.ts'
import type { Space } from '../space/parameter.ts'
import type { ObservedResult } from '../store/disk/documents.ts'
import type { Objectives } from '../trial.ts'
import { importedRecord } from './imported.ts'

/** The earlier studies in some results from elsewhere, in the order in which they were learned. */
export function earlierIn(
  results: readonly ObservedResult[],
  space: Space,
  objectives: Objectives,
): readonly Earlier[] {
  const studies = new Map<string, { from: string; trials: Earlier['trials'][number][] }>()
  for (const result of results) {
    const { task, from } = result
    if (task === undefined) continue
    const study = studies.get(task) ?? { from, trials: [] }
    study.trials.push(importedRecord(result, space, objectives))
    studies.set(task, study)
  }
  return [...studies.values()]
}

/** How many earlier studies there are, and how many results of them. */
export function countEarlier(results: readonly ObservedResult[]): {
  readonly studies: number
  readonly results: number
} {
  const tasks = results.flatMap(({ task }) => task ?? [])
  return { studies: new Set(tasks).size, results: tasks.length }
}
