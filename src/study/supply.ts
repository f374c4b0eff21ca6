/**
 * Where the next trial comes from: what a dead worker left, else the queue, else the sampler; and how a process finds
 * out that nothing is left to come.
 */

import type { Config, Objectives, TrialRecord } from '../trial.ts'
import { configText } from '../space/canonical.ts'
import type { Space } from '../space/parameter.ts'
import type { Sampler } from '../sampler/sampler.ts'
import { readAmendmentsFresh } from '../store/amend.ts'
import { lookAfter } from '../store/attempts.ts'
import type { Claim, Held } from '../store/attempts.ts'
import { publishBest } from '../store/best.ts'
import { claimNext, claimSlot } from '../store/claim.ts'
import type { Pace, Proposal, Propose } from '../store/claim.ts'
import type { Folder } from '../store/folder.ts'
import { beatPeriodMs } from '../store/heartbeat.ts'
import { isEarlierRunOf } from '../store/identity.ts'
import { lastAttempt } from '../store/knowledge.ts'
import type { Slot } from '../store/knowledge.ts'
import { ownerOf } from '../store/liveness.ts'
import { readSlots, refresh } from '../store/refresh.ts'
import { trialId } from '../store/trial-id.ts'
import { recordsOf } from './records.ts'

/** What a study draws its trials from. */
export interface Supply {
  readonly folder: Folder
  readonly space: Space
  readonly objectives: Objectives
  readonly sampler: Sampler
  readonly pace: Pace
  /** Requests to stop that were there before this process; only later ones are meant for it. */
  readonly stopsAtOpen: number
}

/** A trial that others are running. */
export interface Unfinished { readonly number: number; readonly id: string; readonly worker: string }

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
  readonly signal: AbortSignal | undefined
}

/** Between two looks at what others still run: most of it ends soon, some of it in hours. */
const SHORTEST_WAIT_MS = 2
const LONGEST_WAIT_MS = 500

/** Claims the next trial. */
export async function nextClaim(supply: Supply, wishes: Wishes): Promise<Supplied> {
  const { folder } = supply
  const propose = proposer(supply)
  let waitMs = SHORTEST_WAIT_MS
  while (!wishes.isOver()) {
    await refresh(folder, performance.now())
    if (folder.known.stops > supply.stopsAtOpen) return { claim: undefined, unfinished: [], isStopped: true }
    const claim = await carryOn(folder, propose, wishes.held) ?? await takeNext(supply, propose, wishes.held)
    if (claim !== undefined) return { claim, unfinished: [], isStopped: false }
    const before = folder.known.amendments
    await readAmendmentsFresh(folder)
    await readSlots(folder)
    if (folder.known.amendments !== before) continue
    const around = await lookAround(folder, propose, wishes.held)
    if (around.claim !== undefined || around.areAllAlive || !wishes.mayWait) {
      if (around.claim === undefined && folder.registration !== null) await publishBest(folder, true)
      return { claim: around.claim, unfinished: around.unfinished, isStopped: false }
    }
    await sleep(waitMs, wishes.signal)
    waitMs = Math.min(1.5 * waitMs, LONGEST_WAIT_MS, beatPeriodMs(folder.study.leaseMs) / 2)
  }
  return { claim: undefined, unfinished: [], isStopped: false }
}

/** Unfinished trials of others, those of this task's own earlier run first, then by number. */
export function unfinishedSlots(folder: Folder): Slot[] {
  const { known, mine, me } = folder
  const rank = (slot: Slot): number => {
    const identity = lastAttempt(slot)?.lock?.identity
    return identity !== undefined && isEarlierRunOf(me, identity) ? 0 : 1
  }
  const slots = [...known.unfinished].filter((n) => !mine.has(n)).map((n) => known.slots.get(n)!)
  return slots.sort((a, b) => rank(a) - rank(b) || a.number - b.number)
}

/** What memory says is to be carried on: attempts that ended without a verdict, and owners that are gone. */
async function carryOn(folder: Folder, propose: Propose, held: Held | undefined): Promise<Claim | undefined> {
  for (const slot of unfinishedSlots(folder)) {
    const isOpen = lastAttempt(slot)?.failed != null || await ownerOf(folder, slot, performance.now()) === 'gone'
    const found = isOpen ? await lookAt(folder, slot, propose, held) : undefined
    if (found !== undefined && 'lock' in found) return found
  }
  return undefined
}

async function takeNext(supply: Supply, propose: Propose, held: Held | undefined): Promise<Claim | undefined> {
  const ticket = await claimNext(supply.folder, propose, supply.pace, () => performance.now(), held)
  return typeof ticket === 'string' ? undefined : ticket
}

/** Looks at each unfinished trial of others until it is final, its owner is alive, or it is ours. */
async function lookAround(
  folder: Folder, propose: Propose, held: Held | undefined,
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

async function lookAt(folder: Folder, slot: Slot, propose: Propose, held: Held | undefined): Promise<Claim | { liveness: string } | undefined> {
  const look = await lookAfter(folder, slot.number, performance.now(), held)
  if (look.outcome === 'mine') return look.claim
  if (look.outcome === 'others') return { liveness: look.liveness }
  if (look.outcome === 'duplicate') return await claimSlot(folder, folder.known.slots.get(slot.number)!, propose, held)
  return undefined
}

/** The sampler's config for a number, as bytes with their hash; records are made only for a sampler that looks at them. */
function proposer(supply: Supply): Propose {
  const { folder, space, objectives, sampler } = supply
  const { known, study } = folder
  return (number, draw): Proposal | undefined => {
    let records: TrialRecord<Config>[] | undefined
    const all = (): TrialRecord<Config>[] => records ??= recordsOf<Config>(known, space, objectives)
    const isOver = (t: TrialRecord<Config>): boolean => t.state === 'complete' || t.state === 'failed' || t.state === 'pruned'
    const suggestion = sampler.suggest({
      space, objectives, seed: study.seed, number, draw,
      get trials() { return all().filter(isOver) },
      get pending() { return all().filter((t) => !isOver(t)).map((t) => t.config) },
      isTried: (tried) => known.slotOfId.has(trialId(configText(space, tried))),
    })
    if (suggestion === undefined) return undefined
    const text = configText(space, suggestion.config)
    return { id: trialId(text), config: text, repeat: 0, origin: sampler.name }
  }
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal?.addEventListener('abort', end, { once: true })
  })
}
