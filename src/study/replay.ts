/**
 * A suggestion computed once more, from the folder alone: same record, same question, same answer to the last bit (on the
 * same major version of Node, whose `Math` may differ from another's).
 */

import type { Config, Json } from '../trial.ts'
import { samplerNamed } from '../sampler/choose.ts'
import { SAMPLER_NAMES } from '../sampler/sampler.ts'
import type { Question, Sampler } from '../sampler/sampler.ts'
import { configText, readConfig } from '../space/canonical.ts'
import type { Slot } from '../store/memory/slot.ts'
import { trialId } from '../store/disk/trial-id.ts'
import { readSlotAt } from '../store/protocol/truth.ts'
import { readSaw, seenRecord } from './saw.ts'
import type { StudyParts } from './records.ts'

export interface Replay<C = Config> {
  readonly id: string
  readonly number: number
  /** Who proposed it: a sampler's name, or `queue`. */
  readonly origin: string
  /** `same` or `different`; `queued` of a config that somebody gave; `unknown` where it can't be computed again, for `reason`. */
  readonly verdict: 'same' | 'different' | 'queued' | 'unknown'
  readonly reason: string | null
  readonly config: C
  /** What came out this time; null when nothing was computed, or the space looked used up. */
  readonly again: C | null
}

/** A replay, with the question that was asked and who answered. */
export interface Retake<C> {
  readonly replay: Replay<C>
  readonly sampler?: Sampler
  readonly question?: Question
}

/** Computes the suggestion of a trial again. Memory must be up to date. */
export async function retake<C>(parts: StudyParts, slot: Slot): Promise<Retake<C>> {
  const { folder, space, objectives } = parts
  const { id, number, epoch, config } = slot
  const document = await readSlotAt(folder, number, epoch)
  const isWhole = document?.id === id
  const origin = isWhole ? document.origin : slot.origin
  const recorded = readConfig(space, config) as C
  const ended = (verdict: Replay['verdict'], reason: string | null, again: Config | null = null): Replay<C> => ({
    id,
    number,
    origin,
    verdict,
    reason,
    config: recorded,
    again: again as C | null,
  })
  const untaken = (reason: string): Retake<C> => ({ replay: ended('unknown', reason) })
  if (origin === 'queue') return { replay: ended('queued', 'it came from the queue') }
  if (!isWhole) return untaken('its slot file is gone, or damaged')
  const sampler = samplerOf(parts, origin, document.options)
  if (typeof sampler === 'string') return untaken(sampler)
  const saw = readSaw(document.saw)
  const seen = saw === undefined ? undefined : await seenRecord(folder, saw, space, objectives)
  if (typeof seen === 'string') return untaken(seen)
  let isBlind = false
  const look = <T>(part: T | undefined, none: T): T => {
    isBlind ||= part === undefined
    return part ?? none
  }
  // Without a record of what was tried, the others' configs of today serve: a sampler that asks for nothing else takes the first
  // untried one, and those before it were tried then as they are now.
  const tried = seen?.tried ?? new Set([...folder.known.slotOfId.keys()].filter((other) => other !== id))
  const question: Question = {
    space,
    objectives,
    seed: folder.study.seed,
    number,
    draw: epoch - 1,
    basis: seen?.basis,
    get trials() {
      return look(seen?.trials, [])
    },
    get pending() {
      return look(seen?.pending, [])
    },
    isTried: (other, times = 1) => tried.has(trialId(configText(space, other), times - 1)),
  }
  const again = sampler.suggest(question)?.config ?? null
  if (isBlind) return untaken('its slot does not say what it saw of the record')
  const isSame = again !== null && configText(space, again) === config
  return { replay: ended(isSame ? 'same' : 'different', null, again), sampler, question }
}

/** The sampler that made a suggestion; a sentence instead when it is not at hand. */
function samplerOf({ sampler }: StudyParts, origin: string, options: Json | undefined): Sampler | string {
  if (SAMPLER_NAMES.some((name) => name === origin)) {
    try {
      return samplerNamed(origin, options)
    } catch {
      return `sampler '${origin}' can't be made with the options in its slot file`
    }
  }
  const isAtHand = sampler.name === origin && !('isAbsent' in sampler)
  return isAtHand ? sampler : `sampler '${origin}' is not one of anthill's: a program that opens the study with it can`
}
