/** Why a trial's config was tried, and what came of it. */

import type { Config, TrialRecord } from '../trial.ts'
import type { Explanation } from '../sampler/explanation.ts'
import { nearestTrials } from '../sampler/nearest.ts'
import type { Slot } from '../store/memory/slot.ts'
import { finishedRecords, recordOf } from './records.ts'
import type { StudyParts } from './records.ts'
import { retake } from './replay.ts'
import type { Replay } from './replay.ts'

export interface Why<C = Config> {
  readonly trial: TrialRecord<C>
  /** Who proposed it: a sampler's name, or `queue`. */
  readonly origin: string
  /** Null where the suggestion was not computed again to the same end; `reason` says why. */
  readonly explanation: Explanation | null
  readonly verdict: Replay['verdict']
  readonly reason: string | null
  /** The nearest trials that had ended when a model chose; of any other config, that have ended by now. */
  readonly nearest: readonly Near[]
}

export interface Near {
  readonly number: number | null
  readonly id: string
  readonly state: TrialRecord['state']
  readonly value: number | null
  /** Over all parameters: a number's difference as a share of its range, on its own scale; 1 where a choice differs. */
  readonly distance: number
}

const NEAREST = 3

/** Computes a suggestion again, and asks what it was made of. Memory must be up to date. */
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
    nearest: nearest.map(({ trial: { number, id, state, value }, distance }) => ({
      number,
      id,
      state,
      value,
      distance,
    })),
  }
}
