/**
 * Where the next trial comes from: what a dead worker left, else the queue, else the sampler; and how a process finds
 * out that nothing is left to come.
 */

import type { Config, Json, Objectives, TrialRecord } from '../trial.ts'
import { configText } from '../space/canonical.ts'
import { configCount } from '../space/finite.ts'
import type { Space } from '../space/parameter.ts'
import { parseConfig } from '../space/validate.ts'
import { SAMPLER_NAMES } from '../sampler/sampler.ts'
import type { Sampler, Suggestion } from '../sampler/sampler.ts'
import { LARGEST_WALK } from '../sampler/untried.ts'
import { readAmendments, readAmendmentsFresh } from '../store/protocol/amend.ts'
import { lookAfter } from '../store/protocol/attempts.ts'
import type { Claim, Held } from '../store/protocol/attempts.ts'
import { publishBest } from '../store/protocol/best.ts'
import { claimNext, claimSlot } from '../store/protocol/claim.ts'
import type { Proposal, Propose } from '../store/protocol/claim.ts'
import type { Folder } from '../store/protocol/folder.ts'
import { beatPeriodMs } from '../store/life/heartbeat.ts'
import { isEarlierRunOf } from '../store/life/identity.ts'
import { indexIfDue } from '../store/protocol/index-maker.ts'
import { lastAttempt, nextQueued } from '../store/memory/knowledge.ts'
import type { Slot } from '../store/memory/slot.ts'
import { ownerOf } from '../store/protocol/liveness.ts'
import type { Manner } from '../store/protocol/number.ts'
import { readSlots, refreshLogs } from '../store/protocol/refresh.ts'
import { firstFree, trialId } from '../store/disk/trial-id.ts'
import { finishedRecords, pendingConfigs } from './records.ts'
import type { Finished } from './records.ts'
import { sawOf } from './saw.ts'

/** A config as it was suggested, with its bytes and its id. */
export interface Written {
  readonly config: Config
  readonly text: string
  readonly id: string
}

/** What a study draws its trials from. */
export interface Supply extends Manner {
  readonly folder: Folder
  readonly space: Space
  readonly objectives: Objectives
  readonly sampler: Sampler
  /** The record of what has ended, for a sampler that reads it. */
  readonly finished: Finished
  /** Whether this process has asked before; at its first ask, memory is still as whole as opening the study left it. */
  hasAsked: boolean
  /** The last suggestion of this process, which spares it to read its own bytes again. */
  suggested: Written | undefined
  /** Requests to stop that were there before this process; only later ones are meant for it. */
  readonly stopsAtOpen: number
}

/** A trial that others are running. */
export interface Unfinished {
  readonly number: number
  readonly id: string
  readonly worker: string
}

export interface Supplied {
  /** Undefined when nothing is left for this process. */
  readonly claim: Claim | undefined
  readonly unfinished: readonly Unfinished[]
  readonly isStopped: boolean
}

interface Wishes {
  readonly held: Held | undefined
  /** Whether to wait until each unfinished trial's owner was seen to move, or is gone: one lease at most. */
  readonly mayWait: boolean
  readonly isOver: () => boolean
  readonly signals: readonly AbortSignal[]
}

/** Between two looks at what others still run: most of it ends soon, some of it in hours. */
const SHORTEST_WAIT_MS = 2
const LONGEST_WAIT_MS = 500

/** Whether a suggestion depends on the trials of others: their values, or, in a space that may be used up, their configs. */
export function needsRecord(sampler: Sampler, space: Space): boolean {
  return sampler.readsRecord !== false || configCount(space) <= LARGEST_WALK
}

/** Claims the next trial. */
export async function nextClaim(supply: Supply, wishes: Wishes): Promise<Supplied> {
  const { folder } = supply
  const propose = proposer(supply)
  const { known } = folder
  let waitMs = SHORTEST_WAIT_MS
  let exhaustedAt = -1
  let hasWaited = false
  while (!wishes.isOver()) {
    await readAmendments(folder)
    // Who needs no record still looks at it as often as hearts beat, for what the dead left behind, and while a queue
    // is to be shared.
    const isDue =
      supply.readsRecord ||
      nextQueued(known) !== undefined ||
      performance.now() - folder.logs.refreshedMs >= beatPeriodMs(folder.study.leaseMs)
    if (isDue) await refreshLogs(folder, performance.now())
    await indexIfDue(folder, performance.now())
    if (known.stops > supply.stopsAtOpen) return { claim: undefined, unfinished: [], isStopped: true }
    const left = await carryOn(folder, propose, wishes.held, isDue || !supply.hasAsked)
    supply.hasAsked = true
    if (left !== undefined) return { claim: left, unfinished: [], isStopped: false }
    // Found without an untried config, a space is not walked again at each look while nothing has changed.
    if (exhaustedAt !== known.slots.size || nextQueued(known) !== undefined) {
      const ticket = await claimNext(folder, propose, supply, () => performance.now(), wishes.held)
      if (typeof ticket !== 'string') return { claim: ticket, unfinished: [], isStopped: false }
      if (ticket === 'exhausted') exhaustedAt = known.slots.size
    }
    // Memory is to become whole: the log of a worker not met yet tells in one file what its trials would in many.
    if (!isDue || !hasWaited) await refreshLogs(folder, performance.now(), { isListed: true })
    await readSlots(folder)
    const around = await lookAround(folder, propose, wishes.held)
    if (around.claim !== undefined) return { claim: around.claim, unfinished: [], isStopped: false }
    if (around.areAllAlive || !wishes.mayWait) {
      const before = known.amendments
      await readAmendmentsFresh(folder)
      if (known.amendments !== before) continue
      if (folder.registration !== null) {
        await publishBest(folder, true)
        await indexIfDue(folder, performance.now(), { isLeaving: true })
      }
      return { claim: undefined, unfinished: around.unfinished, isStopped: false }
    }
    hasWaited = true
    await sleep(waitMs, wishes.signals)
    waitMs = Math.min(1.5 * waitMs, LONGEST_WAIT_MS, beatPeriodMs(folder.study.leaseMs) / 2)
  }
  return { claim: undefined, unfinished: [], isStopped: false }
}

/** Unfinished trials of others, those of this task's own earlier run first, then by number. */
export function unfinishedSlots(folder: Folder, isWanted: (slot: Slot) => boolean = () => true): Slot[] {
  const { known, mine, me } = folder
  const rank = (slot: Slot): number => {
    const identity = lastAttempt(slot)?.lock?.identity
    return identity !== undefined && isEarlierRunOf(me, identity) ? 0 : 1
  }
  const slots = [...known.unfinished].filter((n) => !mine.has(n)).map((n) => known.slots.get(n)!)
  return slots.filter(isWanted).sort((a, b) => rank(a) - rank(b) || a.number - b.number)
}

/**
 * What memory says is to be carried on: attempts that ended without a verdict, this worker's own leftovers, and, where
 * memory is fresh, what owners left that are gone.
 */
async function carryOn(
  folder: Folder,
  propose: Propose,
  held: Held | undefined,
  isFresh: boolean,
): Promise<Claim | undefined> {
  const isAtHand = (slot: Slot): boolean => {
    const last = lastAttempt(slot)
    return last?.failed != null || (last?.worker ?? slot.worker) === folder.me.worker
  }
  for (const slot of unfinishedSlots(folder, isFresh ? undefined : isAtHand)) {
    const isOpen = lastAttempt(slot)?.failed != null || (await ownerOf(folder, slot, performance.now())) === 'gone'
    const found = isOpen ? await lookAt(folder, slot, propose, held) : undefined
    if (found !== undefined && 'lock' in found) return found
  }
  return undefined
}

/** Looks at each unfinished trial of others until it is final, its owner is alive, or it is ours. */
async function lookAround(
  folder: Folder,
  propose: Propose,
  held: Held | undefined,
): Promise<{ claim: Claim | undefined; areAllAlive: boolean; unfinished: Unfinished[] }> {
  const unfinished: Unfinished[] = []
  let areAllAlive = true
  for (const slot of unfinishedSlots(folder)) {
    const found = await lookAt(folder, slot, propose, held)
    if (found === undefined) continue
    if ('lock' in found) return { claim: found, areAllAlive, unfinished }
    if (found.liveness !== 'alive') areAllAlive = false
    const now = folder.known.slots.get(slot.number)!
    unfinished.push({ number: now.number, id: now.id, worker: lastAttempt(now)?.worker ?? now.worker })
  }
  return { claim: undefined, areAllAlive, unfinished }
}

async function lookAt(
  folder: Folder,
  slot: Slot,
  propose: Propose,
  held: Held | undefined,
): Promise<Claim | { liveness: string } | undefined> {
  const look = await lookAfter(folder, slot.number, performance.now(), held)
  if (look.outcome === 'mine') return look.claim
  if (look.outcome === 'others') return { liveness: look.liveness }
  if (look.outcome === 'duplicate') return await claimSlot(folder, folder.known.slots.get(slot.number)!, propose, held)
  return undefined
}

/**
 * The sampler's config for a number, as bytes with their hash; records are made only for a sampler that looks at them, and
 * what it saw of them goes with its config.
 */
function proposer(supply: Supply): Propose {
  const { folder, space, objectives, sampler } = supply
  const { known, study } = folder
  return (number, draw): Proposal | undefined => {
    const written = (config: Config): Written => {
      if (supply.suggested?.config === config) return supply.suggested
      const text = configText(space, config)
      return (supply.suggested = { config, text, id: trialId(text) })
    }
    let saw: Json | undefined
    const look = (): readonly TrialRecord[] => {
      const records = finishedRecords(supply.finished, known, space, objectives)
      saw ??= sawOf(known, supply.finished) as unknown as Json
      return records
    }
    const suggestion = sampler.suggest({
      space,
      objectives,
      seed: study.seed,
      number,
      draw,
      get basis() {
        return (look(), known.latestBasis?.basis)
      },
      get trials() {
        return look()
      },
      get pending() {
        return (look(), pendingConfigs(known, space))
      },
      isTried: (tried, times = 1) =>
        known.slotOfId.has(times === 1 ? written(tried).id : trialId(written(tried).text, times - 1)),
    })
    if (suggestion === undefined) return undefined
    if (!SAMPLER_NAMES.some((name) => name === sampler.name)) checkOwn(sampler, suggestion, space)
    const { text, id } = written(suggestion.config)
    const same = known.slotOfId.get(id)
    if (same !== undefined && suggestion.again !== true) {
      throw new RangeError(
        `sampler '${sampler.name}': suggested for trial ${number} the config of trial ${same}; ` +
          `suggest one for which 'isTried' is false, undefined where none is left, or say that it is to be measured 'again'`,
      )
    }
    const repeat = same === undefined ? 0 : firstFree(text, (other) => known.slotOfId.has(other))
    const { basis } = suggestion
    const { options } = sampler
    return {
      id: repeat === 0 ? id : trialId(text, repeat),
      config: text,
      repeat,
      origin: sampler.name,
      ...(options === undefined ? {} : { options }),
      // As others will read it.
      ...(basis === undefined ? {} : { basis: JSON.parse(JSON.stringify(basis)) as Json }),
      ...(saw === undefined ? {} : { saw }),
    }
  }
}

/** Whether what somebody's own sampler suggests is a config of the space: it would be tried as it is, and stay for ever. */
function checkOwn({ name }: Sampler, { config }: Suggestion, space: Space): void {
  try {
    parseConfig(space, config)
  } catch (error) {
    throw new RangeError(`sampler '${name}': suggested no config of the space: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

function sleep(ms: number, signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      for (const signal of signals) signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    for (const signal of signals) signal.addEventListener('abort', end, { once: true })
  })
}
