/** Why a trial's config was tried, and what came out of it. */

import type { Config } from '../trial.ts'
import type { Why } from '../sampler/explanation.ts'
import { nearestTrials } from '../space/neighbors.ts'
import type { Slot } from '../store/memory/slot.ts'
import { finishedRecords, recordOf } from './records.ts'
import type { StudyParts } from './records.ts'
import { retake } from './replay.ts'

/** How many of the nearest trials are shown. */
const NEAREST = 3

/** Computes a suggestion again, and asks the sampler how it chose. Memory must be up to date. */
export async function whyOf<C>(parts: StudyParts, slot: Slot): Promise<Why<C>> {
  const { space, objectives, folder, finished } = parts
  const { replay, sampler, question } = await retake<C>(parts, slot)
  const trial = recordOf<C>(slot, space, objectives)
  const explanation = replay.verdict === 'same' ? (sampler?.explain?.(question!) ?? null) : null
  const known =
    explanation?.by === 'model' ? question!.trials : finishedRecords(finished, folder.known, space, objectives)
  const nearest = nearestTrials(
    space,
    trial.config as Config,
    known.filter((other) => other.id !== slot.id),
    NEAREST,
  )
  return {
    trial,
    origin: replay.origin,
    explanation,
    verdict: replay.verdict,
    reason: replay.reason,
    nearest,
  }
}
