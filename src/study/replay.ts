/**
 * Computes a suggestion again, from the folder alone.
 *
 * The same record gives the same question, and the same question gives the same config, to the last bit. This holds
 * within one major version of Node only, because the results of `Math` may differ between versions.
 */

import type { Config, Json } from '../trial.ts'
import { isSamplerName } from '../sampler/sampler.ts'
import type { Question, Sampler } from '../sampler/sampler.ts'
import { partNames } from '../sampler/own-part.ts'
import { configText, readConfig } from '../space/canonical.ts'
import { sought } from '../space/goals.ts'
import { sameJson } from '../space/levels.ts'
import type { Slot } from '../store/memory/slot.ts'
import { trialId } from '../store/disk/trial-id.ts'
import { readSlotAt } from '../store/protocol/truth.ts'
import { triedBy } from './imported.ts'
import { readSaw, seenRecord } from './saw.ts'
import { optionsOf } from './study-sampler.ts'
import type { StudyParts } from './records.ts'
import { seenByModel } from './rungs.ts'
import { namedSampler } from './sampler-source.ts'

/** A trial's suggestion, computed again. */
export interface Replay<C = Config> {
  /** The trial's id. */
  readonly id: string
  /** The trial's number. */
  readonly number: number
  /** Who proposed the config: a sampler's name, or `queue`. */
  readonly origin: string
  /**
   * `same` and `different` compare the two suggestions. `queued`: the config was enqueued, not suggested. `unknown`:
   * the suggestion cannot be computed again, and `reason` says why.
   */
  readonly verdict: 'same' | 'different' | 'queued' | 'unknown'
  /** Why nothing was computed; null for `same` and `different`. */
  readonly reason: string | null
  /** The recorded config. */
  readonly config: C
  /** The config that was suggested this time; null when nothing was computed, or when nothing seemed left to try. */
  readonly again: C | null
}

/** A replay, with the question and the sampler that answered it, if it was asked. @internal */
export interface Retake<C> {
  readonly replay: Replay<C>
  readonly sampler?: Sampler
  readonly question?: Question
}

/** Computes the suggestion of a trial again. Memory must be up to date. @internal */
export async function retake<C>(parts: StudyParts, slot: Slot): Promise<Retake<C>> {
  const { folder, space, objectives } = parts
  const { id, number, epoch, config } = slot
  const document = await readSlotAt(folder, number, epoch)
  const isWhole = document?.id === id
  const origin = isWhole ? document.origin : slot.origin
  const recorded = readConfig(space, config) as C
  const replayOf = (verdict: Replay['verdict'], reason: string | null, again: Config | null = null): Replay<C> => ({
    id,
    number,
    origin,
    verdict,
    reason,
    config: recorded,
    again: again as C | null,
  })
  const unknown = (reason: string): Retake<C> => ({ replay: replayOf('unknown', reason) })
  if (origin === 'queue') return { replay: replayOf('queued', 'it came from the queue') }
  if (!isWhole) return unknown('its slot file is missing or damaged')
  const sampler = await samplerOf(parts, origin, document.options)
  if (typeof sampler === 'string') return unknown(sampler)
  const saw = readSaw(document.saw)
  const seen = saw === undefined ? undefined : await seenRecord(folder, saw, space, objectives)
  if (typeof seen === 'string') return unknown(seen)
  const trials = seen === undefined ? undefined : seenByModel(parts, seen.trials)
  let isBlind = false
  const look = <T>(part: T | undefined, none: T): T => {
    isBlind ||= part === undefined
    return part ?? none
  }
  // Without a record of what was tried then, the configs of today serve. A sampler that asks for nothing else takes the
  // first untried config of its sequence, and those before it had been tried then too.
  const tried = seen?.tried ?? new Set([...folder.known.slotOfId.keys()].filter((other) => other !== id))
  const elsewhere = seen?.elsewhere ?? new Map([...folder.known.observed.times].filter(([other]) => other !== id))
  const question: Question = {
    ...sought(parts),
    seed: folder.study.seed,
    number,
    draw: epoch - 1,
    budget: saw?.budget,
    hours: saw?.hours,
    basis: seen?.basis,
    get trials() {
      return look(trials, [])
    },
    get pending() {
      return look(seen?.pending, [])
    },
    get earlier() {
      return look(seen?.earlier, [])
    },
    isTried: triedBy(
      (other, repeat) => trialId(configText(space, other), repeat),
      (other) => tried.has(other),
      elsewhere,
    ),
  }
  const again = sampler.suggest(question)?.config ?? null
  if (isBlind) return unknown('its slot file does not say which trials the sampler saw')
  const isSame = again !== null && configText(space, again) === config
  return { replay: replayOf(isSame ? 'same' : 'different', null, again), sampler, question }
}

/** The sampler that made a suggestion; if this process does not have it, the reason as a text. */
async function samplerOf(
  { sampler, folder }: StudyParts,
  origin: string,
  options: Json | undefined,
): Promise<Sampler | string> {
  if (isSamplerName(origin)) {
    const own = options === undefined ? optionsOf(folder.study, origin) : options
    const { given } = sampler
    if (given?.name === origin && sameJson(given.options ?? {}, own)) return given
    const [part] = partNames(own)
    if (part !== undefined) return `'${part}' is not one of anthill's; replay it in a program whose sampler has it`
    const place = options === undefined ? 'of the study' : 'in its slot file'
    const unusable = `sampler '${origin}' cannot be made with the options ${place}`
    return await namedSampler(origin, own).catch(() => unusable)
  }
  const isAtHand = sampler.name === origin && !sampler.isAbsent
  return isAtHand
    ? await sampler.load()
    : `sampler '${origin}' is not one of anthill's; replay it in a program that has the sampler`
}
