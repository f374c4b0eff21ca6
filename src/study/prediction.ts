/** What the model whose turn it is predicts of a config, by all that a study knows. */

import { objectiveAmong } from '../space/objectives.ts'
import { parseConfig } from '../space/validate.ts'
import type { Interval } from '../sampler/explanation.ts'
import { freeNumber } from '../store/memory/knowledge.ts'
import { budgetOf } from '../store/protocol/index-maker.ts'
import { questionOf } from './proposal.ts'
import type { StudyParts } from './records.ts'
import { seenNow } from './rungs.ts'

const NONE: ReadonlySet<number> = new Set()

/**
 * The prediction of the model that would suggest the next trial. Memory must be up to date.
 *
 * @param objective  which value; default: the first objective's
 * @returns undefined while there are too few values for a model, and if the sampler has none
 *
 * @internal
 */
export async function predictionOf(
  parts: StudyParts,
  config: unknown,
  objective: string | undefined,
): Promise<Interval | undefined> {
  const { folder, space, objectives } = parts
  const parsed = parseConfig(space, config)
  const name = objectiveAmong(objectives, objective)
  const sampler = await parts.sampler.load()
  const number = freeNumber(folder.known, Infinity, NONE, 0)!
  const question = questionOf(
    parts,
    number,
    0,
    () => seenNow(parts),
    () => budgetOf(folder) ?? undefined,
  )
  return sampler.predict?.(question, parsed, name)
}
