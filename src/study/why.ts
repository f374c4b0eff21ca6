/** Why a trial's config was tried, and what came out of it. */

import type { Config, TrialRecord } from '../trial.ts'
import type { Explanation } from '../sampler/explanation.ts'
import { nearestTrials } from '../sampler/nearest.ts'
import type { Slot } from '../store/memory/slot.ts'
import { finishedRecords, recordOf } from './records.ts'
import type { StudyParts } from './records.ts'
import { retake } from './replay.ts'
import type { Replay } from './replay.ts'

/** How many of the nearest trials are shown. */
const NEAREST = 3

/** Why a trial's config was tried. */
export interface Why<C = Config> {
  readonly trial: TrialRecord<C>
  /** Who proposed the config: a sampler's name, or `queue`. */
  readonly origin: string
  /** How the sampler chose. Null unless the verdict is `same`, and for a sampler that explains nothing. */
  readonly explanation: Explanation | null
  /** What came of computing the suggestion again. */
  readonly verdict: Replay['verdict']
  /** Why the suggestion could not be computed again; null if it could. */
  readonly reason: string | null
  /**
   * The nearest of the trials that the model knew; if no model chose, the nearest that have ended by now. At most
   * three.
   */
  readonly nearest: readonly Near[]
}

/** A trial near another one. */
export interface Near {
  readonly number: number | null
  readonly id: string
  readonly state: TrialRecord['state']
  /** The value of the first objective; null without one. */
  readonly value: number | null
  /**
   * The sum over all parameters. A number counts with its difference as a share of the range, on the parameter's own
   * scale; a choice that differs counts 1.
   */
  readonly distance: number
}

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
    nearest: nearest.map(({ trial: { number, id, state, value }, distance }) => ({
      number,
      id,
      state,
      value,
      distance,
    })),
  }
}
