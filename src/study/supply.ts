/**
 * Where the next trial comes from: first what a dead worker left, then the queue, then the sampler. It is also how a
 * process finds out that nothing is left to do.
 *
 * A study has one `Supply` and calls `nextClaim` on it, one call at a time. Each pass of the loop in `nextClaim`:
 *
 *   1. reads the amendments and, when due, the logs; writes an index when one is due
 *   2. `carryOn`: takes over an attempt that memory says is open
 *      `goOn`, with a fidelity: goes on with a trial that rests among the best of its rung (`rungs.ts`)
 *   3. `claimNext` (store): takes the next free number, with a queued config or the sampler's
 *   4. `lookAround`: looks on disk at each unfinished trial of the other workers, and takes over what it can
 *   5. ends without a claim if every owner is alive, or if the caller does not want to wait
 *   6. waits a little
 *
 * Where a fidelity leaves no trial complete, step 5 goes on with the best that rests. If the hours of a study are used
 * up before, nothing else is done: steps 2 and 3 are left out, and step 4 takes over trials on their way up alone. So a
 * study goes over its hours by what runs, and by what one trial takes up to the top.
 *
 * Steps 2 to 4 end the loop when they claim a trial.
 */

import { readAmendments, readAmendmentsFresh } from '../store/protocol/amend.ts'
import { lookAfter } from '../store/protocol/attempts.ts'
import type { Claim, Held } from '../store/protocol/attempts.ts'
import { publishBest } from '../store/protocol/best.ts'
import { claimNext, claimSlot } from '../store/protocol/claim.ts'
import type { Propose } from '../store/protocol/claim.ts'
import type { Folder } from '../store/protocol/folder.ts'
import { beatPeriodMs } from '../store/life/heartbeat.ts'
import { isEarlierRunOf } from '../store/life/identity.ts'
import { indexIfDue } from '../store/protocol/index-maker.ts'
import { nextQueued } from '../store/memory/changes.ts'
import { lastAttempt } from '../store/memory/knowledge.ts'
import { isResting } from '../store/memory/slot.ts'
import type { Slot } from '../store/memory/slot.ts'
import { mustStand } from '../store/protocol/definition-file.ts'
import { ownerIn, ownerOf, silenceToBeGone } from '../store/protocol/liveness.ts'
import type { Manner } from '../store/protocol/number.ts'
import { readAfresh } from '../store/protocol/truth.ts'
import { forgetHearsay, readSlots, refreshLogs } from '../store/protocol/refresh.ts'
import { ifReachable, trialPlace } from '../store/protocol/unreachable.ts'
import { hasEnds, reachedEnd } from './ends.ts'
import type { ReachedEnd } from './ends.ts'
import type { Sampler } from '../sampler/sampler.ts'
import { needsRecord, proposer } from './proposal.ts'
import type { Proposing } from './proposal.ts'
import { wait } from './patience.ts'
import { noneFinished } from './records.ts'
import { chosenToGoOn, hasRested, lacksTop, ladderOf, restingRepeat } from './rungs.ts'

/**
 * Bounds on the wait between two looks at what others still run. The first waits are short because most trials end
 * soon; the wait grows because some take hours.
 */
const SHORTEST_WAIT_MS = 2
const LONGEST_WAIT_MS = 500

/** What a study draws its trials from. @internal */
export interface Supply extends Proposing, Manner {
  /** Whether this process has asked before. At the first ask, memory is as complete as opening the study left it. */
  hasAsked: boolean
  /** How many amendments there were at opening. Only later requests to stop are meant for this process. */
  readonly amendmentsAtOpen: number
  /** False until the sampler is loaded, at the first ask. */
  readsRecord: boolean
}

/** A trial that another worker is running. */
export interface Unfinished {
  readonly number: number
  readonly id: string
  /** Name of the worker. */
  readonly worker: string
}

/** A trial whose worker has not been seen alive. It is taken over once the worker has been silent for long enough. */
export interface Silent extends Unfinished {
  /** For how long this process has seen no sign of life. */
  readonly silentMs: number
  /** When the trial is taken over if the worker stays silent. */
  readonly takenOverInMs: number
}

/** What `nextClaim` gives. @internal */
export interface Supplied {
  /** Undefined when nothing is left for this process. */
  readonly claim: Claim | undefined
  /** Without a claim: what other workers still run. */
  readonly unfinished: readonly Unfinished[]
  /** Whether there is no claim because somebody asked all workers to stop. */
  readonly isStopped: boolean
  /** The end that kept this process from claiming a trial; undefined if another reason did, or if it has one. */
  readonly reached?: ReachedEnd | undefined
}

interface ClaimWishes {
  /** Set for a claim without a process behind it. */
  readonly held: Held | undefined
  /** Whether to wait until every owner of an unfinished trial has been seen alive, or is gone. At most one lease. */
  readonly mayWait: boolean
  /** Whether the sampler is not asked. */
  readonly isQueueOnly?: boolean
  /** Each of them ends the loop. */
  readonly signals: readonly AbortSignal[]
  /** Told before each wait what it is for, and an empty list when the waiting is over. */
  readonly onSilence: (silent: readonly Silent[]) => void
}

/** The supply of a study that was just opened. @internal */
export function newSupply(parts: Pick<Supply, 'folder' | 'space' | 'where' | 'goals' | 'sampler' | 'ends'>): Supply {
  return {
    ...parts,
    objectives: parts.goals.objectives,
    ladder: ladderOf(parts.space, parts.folder.study),
    suggested: undefined,
    hasAsked: false,
    finished: noneFinished(),
    readsRecord: false,
    pace: { isSlow: false, contention: 0 },
    amendmentsAtOpen: parts.folder.known.amendments,
  }
}

/** Whether what this process takes depends on the trials of others. */
const isOfRecord = ({ space, ends, ladder }: Supply, sampler: Sampler): boolean =>
  needsRecord(sampler, space) || hasEnds(ends) || ladder !== undefined

/** Claims the next trial. @internal */
export async function nextClaim(supply: Supply, wishes: ClaimWishes): Promise<Supplied> {
  try {
    return await search(supply, wishes)
  } finally {
    wishes.onSilence([])
  }
}

async function search(supply: Supply, wishes: ClaimWishes): Promise<Supplied> {
  const { held, mayWait, isQueueOnly = false, signals, onSilence } = wishes
  const { folder } = supply
  const { known } = folder
  const sampler = await supply.sampler.load()
  if (!supply.hasAsked) supply.readsRecord = isOfRecord(supply, sampler)
  const propose: Propose = isQueueOnly ? () => undefined : proposer(supply, sampler)
  let signal: AbortSignal | undefined
  let waitMs = SHORTEST_WAIT_MS
  const pause = async (): Promise<void> => {
    // Where the study is gone, so are all heartbeats: their workers would be waited for in vain.
    await mustStand(folder)
    onSilence(silentOnes(folder))
    // Made at the first wait: most asks never wait, and in Node 20 each combined signal costs its sources some memory.
    signal ??= signals.length === 1 ? signals[0] : AbortSignal.any([...signals])
    await wait(waitMs, signal)
    waitMs = Math.min(1.5 * waitMs, LONGEST_WAIT_MS, beatPeriodMs(folder.study.leaseMs) / 2)
  }
  let exhaustedAt = -1
  let hasWaited = false
  while (!signals.some(({ aborted }) => aborted)) {
    await readAmendments(folder)
    // A process that does not need the record reads it too: once a heartbeat, for what the dead left behind, and while
    // there is a queue to share.
    const isDue =
      supply.readsRecord ||
      nextQueued(known) !== undefined ||
      performance.now() - folder.logs.refreshedMs >= beatPeriodMs(folder.study.leaseMs)
    if (isDue) await refreshLogs(folder, performance.now())
    await indexIfDue(folder, performance.now())
    if (known.latestStop > supply.amendmentsAtOpen) return { claim: undefined, unfinished: [], isStopped: true }
    const reached = reachedEnd(supply)
    const isSpent = reached === 'hours' && lacksTop(supply) && !isQueueOnly
    if (reached !== undefined && !isSpent)
      return { claim: undefined, unfinished: knownOpen(folder), isStopped: false, reached }
    if (!isSpent) {
      const left = await carryOn(folder, propose, held, isDue || !supply.hasAsked)
      supply.hasAsked = true
      if (left !== undefined) return { claim: left, unfinished: [], isStopped: false }
      const risen = await goOn(supply, held, () => (isQueueOnly ? restingRepeat(supply) : chosenToGoOn(supply, false)))
      if (risen !== undefined) return { claim: risen, unfinished: [], isStopped: false }
    }
    if (mayWait && (await isWatchingEarlierRun(folder))) {
      await pause()
      continue
    }
    // A space in which no untried config was found is not searched again while nothing has changed.
    if (!isSpent && (exhaustedAt !== known.slots.size || nextQueued(known) !== undefined)) {
      const ticket = await claimNext(folder, propose, supply, () => performance.now(), held)
      if (typeof ticket !== 'string') return { claim: ticket, unfinished: [], isStopped: false }
      if (ticket === 'exhausted') exhaustedAt = known.slots.size
    }
    // From here on memory must be complete. The log of an unknown worker tells in one file what would otherwise take
    // one read per trial.
    if (!isDue || !hasWaited) await refreshLogs(folder, performance.now(), { isListed: true })
    await readSlots(folder)
    const around = await lookAround(folder, propose, held, isSpent ? hasRested : undefined)
    if (around.claim !== undefined) return { claim: around.claim, unfinished: [], isStopped: false }
    if (around.areAllAlive || !mayWait) {
      // What still runs may turn out to be the best.
      const isOver = around.unfinished.length === 0 && folder.mine.size === 0 && !isQueueOnly
      const last = isOver ? await goOn(supply, held, () => chosenToGoOn(supply, true)) : undefined
      if (last !== undefined) return { claim: last, unfinished: [], isStopped: false }
      const before = known.amendments
      await readAmendmentsFresh(folder)
      if (known.amendments !== before || (await forgetHearsay(folder))) continue
      if (folder.registration !== null) {
        await publishBest(folder, true)
        await indexIfDue(folder, performance.now(), { isLeaving: true })
      }
      return { claim: undefined, unfinished: around.unfinished, isStopped: false, reached }
    }
    hasWaited = true
    await pause()
  }
  return { claim: undefined, unfinished: [], isStopped: false }
}

/**
 * The unfinished trials of other workers: first those of an earlier run of this same scheduler task, then by number.
 *
 * @internal
 */
export function unfinishedSlots(folder: Folder, isWanted: (slot: Slot) => boolean = () => true): Slot[] {
  const { known, mine } = folder
  const rank = (slot: Slot): number => (isOfEarlierRun(folder, slot) ? 0 : 1)
  const slots = [...known.unfinished].filter((n) => !mine.has(n)).map((n) => known.slots.get(n)!)
  return slots.filter(isWanted).sort((a, b) => rank(a) - rank(b) || a.number - b.number)
}

/** What other workers run, as far as memory says. */
const knownOpen = (folder: Folder): Unfinished[] =>
  unfinishedSlots(folder).map((slot) => ({ number: slot.number, id: slot.id, worker: ownerIn(folder, slot).worker }))

/**
 * Takes over a trial that memory says is open: one whose last attempt ended without a final record, or one that this
 * worker itself or an earlier run of its scheduler task left.
 *
 * @param isFresh  whether memory is up to date; if so, the trials of all other owners that are gone are open too
 */
async function carryOn(
  folder: Folder,
  propose: Propose,
  held: Held | undefined,
  isFresh: boolean,
): Promise<Claim | undefined> {
  const isAtHand = (slot: Slot): boolean => {
    if (isResting(slot)) return false
    if (folder.unreachable.size > 0 && folder.unreachable.has(trialPlace(slot.number))) return false
    if (isFresh) return true
    const last = lastAttempt(slot)
    if (last?.failed != null || (last?.worker ?? slot.worker) === folder.me.worker) return true
    return isOfEarlierRun(folder, slot)
  }
  for (const slot of unfinishedSlots(folder, isAtHand)) {
    const found = await ifReachable(folder, trialPlace(slot.number), async () => {
      const isOpen = lastAttempt(slot)?.failed != null || (await ownerOf(folder, slot, performance.now())) === 'gone'
      return isOpen ? await lookAt(folder, slot, propose, held) : undefined
    })
    if (found !== undefined && 'lock' in found) return found
  }
  return undefined
}

/**
 * Goes on with a resting trial, at the next rung of the study's fidelity.
 *
 * @param choose  gives the number of the trial
 */
async function goOn(
  { folder }: Supply,
  held: Held | undefined,
  choose: () => number | undefined,
): Promise<Claim | undefined> {
  for (const tried = new Set<number>(); ;) {
    const number = choose()
    if (number === undefined || tried.has(number)) return undefined
    tried.add(number)
    const look = await ifReachable(folder, trialPlace(number), () =>
      lookAfter(folder, number, performance.now(), held, true),
    )
    if (look?.outcome === 'mine') return look.claim
  }
}

/** The unfinished trials of other workers whose next sign of life this process waits for. */
function silentOnes(folder: Folder): Silent[] {
  const { me, watch, signs, study } = folder
  return unfinishedSlots(folder).flatMap((slot) => {
    const { worker, identity, held } = ownerIn(folder, slot)
    const seen = watch.get(worker)
    if (held !== undefined || seen === undefined || signs.get(worker)?.sign === 'moved') return []
    const takenOverInMs = Math.max(0, silenceToBeGone(me, identity, study.leaseMs) - seen.quietMs)
    return [{ number: slot.number, id: slot.id, worker, silentMs: seen.quietMs, takenOverInMs }]
  })
}

/**
 * Whether an earlier run of this same scheduler task has left a trial, and it is not known yet whether it goes on with
 * it. The answer comes within two beats. This trial is worth the wait: its files are there, and nobody else may take it
 * before the lease is over.
 */
async function isWatchingEarlierRun(folder: Folder): Promise<boolean> {
  if (folder.me.job === '') return false
  for (const slot of unfinishedSlots(folder, (slot) => isOfEarlierRun(folder, slot)))
    if ((await ownerOf(folder, slot, performance.now())) === 'unsure') return true
  return false
}

/** Whether an unfinished trial belongs to an earlier run of this same scheduler task. */
function isOfEarlierRun(folder: Folder, slot: Slot): boolean {
  const { me } = folder
  if (me.job === '') return false
  const { identity } = ownerIn(folder, slot)
  return identity !== null && isEarlierRunOf(me, identity)
}

/**
 * Looks on disk at each unfinished trial of other workers, and stops at the first one that it can claim.
 *
 * @param mayClaim  which of them may be claimed; the others are listed while somebody runs them
 */
async function lookAround(
  folder: Folder,
  propose: Propose,
  held: Held | undefined,
  mayClaim: (slot: Slot) => boolean = () => true,
): Promise<{ claim: Claim | undefined; areAllAlive: boolean; unfinished: Unfinished[] }> {
  const unfinished: Unfinished[] = []
  let areAllAlive = true
  for (const slot of unfinishedSlots(folder)) {
    if (isResting(slot) && (await isSurelyResting(folder, slot))) continue
    const place = trialPlace(slot.number)
    const look = async (): Promise<Awaited<ReturnType<typeof lookAt>>> => {
      if (mayClaim(slot)) return await lookAt(folder, slot, propose, held)
      const liveness = lastAttempt(slot)?.failed == null ? await ownerOf(folder, slot, performance.now()) : 'gone'
      return liveness === 'gone' ? undefined : { liveness }
    }
    const found = await ifReachable(folder, place, look)
    if (found === undefined && !folder.unreachable.has(place)) continue
    if (found !== undefined && 'lock' in found) {
      folder.unreachable.delete(place) // somebody has mended it
      return { claim: found, areAllAlive, unfinished }
    }
    if (found !== undefined && found.liveness !== 'alive') areAllAlive = false
    const now = folder.known.slots.get(slot.number) ?? slot
    unfinished.push({ number: now.number, id: now.id, worker: lastAttempt(now)?.worker ?? now.worker })
  }
  return { claim: undefined, areAllAlive, unfinished }
}

/** Whether a trial rests by its own files: a log that says so may lie, and then its owner may be gone. */
async function isSurelyResting(folder: Folder, { number }: Slot): Promise<boolean> {
  const slot = folder.known.slots.get(number)!
  if (folder.resting.get(number) === slot.attempts.length) return true
  await ifReachable(folder, trialPlace(number), () => readAfresh(folder, number))
  const now = folder.known.slots.get(number)
  if (now === undefined || !isResting(now)) return false
  folder.resting.set(number, now.attempts.length)
  return true
}

/** Looks at one trial. Gives the claim, or how alive its owner is, or undefined when the trial has ended. */
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
