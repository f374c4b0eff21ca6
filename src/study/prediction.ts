/** What the model whose turn it is predicts of a config, by all that a study knows. */

import type { Config } from '../trial.ts'
import type { Interval } from '../sampler/explanation.ts'
import { freeNumber } from '../store/memory/knowledge.ts'
import { budgetOf } from '../store/protocol/index-maker.ts'
import { questionOf } from './proposal.ts'
import { finishedRecords } from './records.ts'
import type { StudyParts } from './records.ts'

const NONE: ReadonlySet<number> = new Set()

/**
 * The prediction of the model that would suggest the next trial. Memory must be up to date.
 *
 * @param config  one of the study's space
 * @returns undefined while there are too few values for a model, and if the sampler has none
 *
 * @internal
 */
export async function predictionOf(parts: StudyParts, config: Config): Promise<Interval | undefined> {
  const { folder, space, objectives, finished } = parts
  const sampler = await parts.sampler.load()
  const number = freeNumber(folder.known, Infinity, NONE, 0)!
  const look = (): ReturnType<typeof finishedRecords> => finishedRecords(finished, folder.known, space, objectives)
  const budget = (): number | undefined => budgetOf(folder) ?? undefined
  return sampler.predict?.(questionOf(parts, number, 0, look, budget), config)
}
