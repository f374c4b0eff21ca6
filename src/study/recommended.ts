/** The trial that a study recommends, as people and programs read it. */

import type { Best, Config } from '../trial.ts'
import { recommend } from '../sampler/recommend.ts'
import type { Recommendation } from '../sampler/recommend.ts'
import { trialDirectory } from '../paths.ts'
import { finishedRecords } from './records.ts'
import type { Scene } from './replay.ts'

/** As `Best`, where `value` is what was measured; and what the model says of it. */
export type Recommended<C = Config> = Best<C> & Omit<Recommendation, 'trial'>

/** Undefined before the first value. Memory must be up to date. */
export function recommendedOf<C>({ folder, space, objectives, finished }: Scene): Recommended<C> | undefined {
  const found = recommend(space, finishedRecords(finished, folder.known, space, objectives), objectives)
  if (found === undefined) return undefined
  const {
    trial: { id, number, value, values, config },
    ...model
  } = found
  return {
    id,
    number,
    value: value!,
    values,
    config: config as C,
    directory: trialDirectory(folder.root, id),
    ...model,
  }
}
