/**
 * Steering a study: enqueue a config, retry a trial, tell an end, ask all workers to stop.
 *
 * None of these runs a trial. Each appends an amendment, or writes the end of an attempt that is already there. `Study`
 * calls them when memory is up to date and nobody else uses it.
 */

import { StudyError } from '../errors.ts'
import type { Config, Objectives, Said, TrialRecord, TrialState } from '../trial.ts'
import { namedValues } from '../space/objectives.ts'
import { TEXT, checkOptions, isRecord } from '../space/options.ts'
import { shown } from '../space/shown.ts'
import { firstFree, trialId } from '../store/disk/trial-id.ts'
import { lastAttempt } from '../store/memory/knowledge.ts'
import { isResting } from '../store/memory/slot.ts'
import type { Attempt, Slot } from '../store/memory/slot.ts'
import { amend, readHearsay } from '../store/protocol/amend.ts'
import { claimAttempt, endAttempt, verdictIfUsedUp } from '../store/protocol/attempts.ts'
import { commit } from '../store/protocol/commit.ts'
import { ownerOf } from '../store/protocol/liveness.ts'
import type { Folder } from '../store/protocol/folder.ts'
import { readAfresh, readTruth } from '../store/protocol/truth.ts'
import type { Ending } from './live-trial.ts'
import type { Outcome } from './patience.ts'
import { recordOf, recordsOf, stateOf } from './records.ts'
import type { StudyParts } from './records.ts'
import { endStretch, stretchOf } from './rungs.ts'

/** How long a `tell` holds the attempt that it has just claimed. If it dies meanwhile, others go on after that. */
const TELL_MS = 60_000

/** What became of a config that was enqueued. */
export interface Enqueued<C = Config> {
  /** The id of its trial. */
  readonly id: string
  /**
   * `queued` for a config that waits to be tried. Any other state: a trial has this config already, and is in that
   * state.
   */
  readonly state: TrialState
  /** That trial; null while the config is queued. */
  readonly trial: TrialRecord<C> | null
}

/**
 * Puts a config at the end of the queue, unless it is there or has a trial. A failed trial is retried.
 *
 * @param text       the config's bytes
 * @param isRepeated whether to measure the config again if it has a trial
 *
 * @internal
 */
export async function enqueue<C>(parts: StudyParts, text: string, isRepeated: boolean): Promise<Enqueued<C>> {
  const { folder, space, objectives } = parts
  const { known } = folder
  await readHearsay(folder)
  const isKnown = (id: string): boolean => known.slotOfId.has(id) || known.queue.some((q) => q.id === id)
  const repeat = isRepeated ? firstFree(text, isKnown) : 0
  const id = trialId(text, repeat)
  const number = known.slotOfId.get(id)
  const slot = number === undefined ? undefined : await readSurely(folder, number)
  if (slot?.id === id) {
    const now = stateOf(slot) === 'failed' ? await reopen(folder, slot) : slot
    return { id, state: stateOf(now), trial: recordOf<C>(now, space, objectives) }
  }
  if (!isKnown(id)) await amend(folder, { enqueue: [{ id, config: text, repeat }] })
  return { id, state: 'queued', trial: null }
}

/**
 * Opens a failed trial for another attempt, or gives up a held claim.
 *
 * @throws RangeError for a trial that has a value or is running
 *
 * @internal
 */
export async function retry<C>({ folder, space, objectives }: StudyParts, told: Slot): Promise<TrialRecord<C>> {
  const slot = await surely(folder, told)
  const state = stateOf(slot)
  switch (state) {
    case 'complete':
    case 'pruned':
      throw new RangeError(
        `trial ${slot.number}: is ${state}, and its value stands; to measure the config again, enqueue it with the ` +
          `option 'repeat' (anthill add --repeat)`,
      )
    case 'failed':
      return recordOf<C>(await reopen(folder, slot), space, objectives)
    case 'running': {
      const last = lastAttempt(slot)
      if (last?.lock?.held == null) throw runningElsewhere(slot, last)
      await endAttempt(folder, slot, last.attempt, 'interrupted', 'given up by retry', [])
      return recordOf<C>(slot, space, objectives)
    }
    case 'interrupted':
    case 'paused':
    case 'queued':
      return recordOf<C>(slot, space, objectives)
  }
  return state satisfies never
}

/**
 * Opens every failed trial for another attempt and, if `isHeldToo`, gives up every held claim. Each failed trial costs
 * one amendment, and memory is brought up to date only once.
 *
 * @internal
 */
export async function retryAll<C>(parts: StudyParts, isHeldToo: boolean): Promise<TrialRecord<C>[]> {
  const { known } = parts.folder
  const wanted = recordsOf<C>(known, parts.space, parts.objectives).flatMap(({ number }) => {
    const slot = number === null ? undefined : known.slots.get(number)
    if (slot === undefined) return []
    const isHeld = stateOf(slot) === 'running' && lastAttempt(slot)?.lock?.held != null
    return stateOf(slot) === 'failed' || (isHeldToo && isHeld) ? [slot] : []
  })
  const retried: TrialRecord<C>[] = []
  for (const slot of wanted) retried.push(await retry<C>(parts, slot))
  return retried
}

/**
 * The values of an outcome by the names of the objectives; empty for an outcome without values.
 *
 * @throws TypeError or RangeError for what is not exactly one outcome, or for wrong values
 *
 * @internal
 */
export function valuesOf(objectives: Objectives, outcome: Outcome): Said {
  const remedy = "write { values: … }, { failed: 'why' } or { pruned: true }"
  const given: unknown = outcome
  if (!isRecord(given)) throw new TypeError(`outcome: must be an object, got ${shown(outcome)}; ${remedy}`)
  checkOptions(
    'an outcome',
    outcome,
    {
      values: null,
      failed: TEXT,
      pruned: { must: 'true', holds: (pruned) => pruned === true },
    },
    'field',
  )
  const said = Object.keys(given).filter((name) => given[name] !== undefined)
  const isOne = said.length === 1 || (said.length === 2 && given.pruned !== undefined && given.values !== undefined)
  if (!isOne) throw new RangeError(`outcome: must say how the trial ended, got ${shown(outcome)}; ${remedy}`)
  return 'values' in outcome && outcome.values !== undefined ? namedValues(objectives, outcome.values) : {}
}

/**
 * Ends the latest attempt of a trial, in the name of the worker that claimed it.
 *
 * @param values  the checked values of the outcome, from `valuesOf`
 * @throws RangeError for a trial that nobody has claimed, and for a failure of an attempt that a live worker runs
 *
 * @internal
 */
export async function tell(
  { folder, ladder }: Pick<StudyParts, 'folder' | 'ladder'>,
  told: Slot,
  outcome: Outcome,
  values: Said,
): Promise<Ending> {
  const slot = await surely(folder, told)
  if (slot.final !== null) return 'superseded'
  const last = await attemptToEnd(folder, slot)
  if (slot.final !== null) return 'superseded'
  if (isResting(slot)) return 'superseded'
  if (last?.lock == null) throw new RangeError(`trial ${slot.number}: was never started; ask for it first`)
  if ('failed' in outcome) {
    if (await isAtWork(folder, slot, last)) throw runningElsewhere(slot, last)
    const ending = await endAttempt(folder, slot, last.attempt, 'exception', outcome.failed, last.curve)
    await verdictIfUsedUp(folder, slot)
    return ending
  }
  const status = 'pruned' in outcome ? 'pruned' : 'complete'
  const claim = { slot, lock: last.lock }
  const stretch = ladder === undefined || status === 'pruned' ? undefined : stretchOf(ladder, slot, last.attempt)
  return stretch === undefined
    ? await commit(folder, claim, status, values, last.curve)
    : await endStretch(folder, claim, stretch, values, [...stretch.curve, ...last.curve])
}

/**
 * Whether a worker runs an attempt, so that only the worker knows whether it fails. The program of the attempt itself
 * may say so too: it is known by its environment.
 */
async function isAtWork(folder: Folder, slot: Slot, { attempt, lock }: Attempt): Promise<boolean> {
  if (lock?.held != null || folder.mine.has(slot.number)) return false
  const { ANTHILL_TRIAL_ID: id, ANTHILL_ATTEMPT: own } = process.env
  if (id === slot.id && own === String(attempt)) return false
  return (await ownerOf(folder, slot, performance.now())) !== 'gone'
}

function runningElsewhere(slot: Slot, last: Attempt | undefined): RangeError {
  const worker = last?.worker ?? slot.worker
  const remedy = 'wait for its end (if the worker dies, another one takes the trial over)'
  return new RangeError(`trial ${slot.number}: is running on worker '${worker}'; ${remedy}`)
}

/**
 * The attempt that a `tell` ends: the latest one. After a `retry` nobody may have begun one of the new round yet. Then
 * this process claims it, since a record of the earlier round would come too late.
 */
async function attemptToEnd(folder: Folder, slot: Slot): Promise<Attempt | undefined> {
  for (;;) {
    const last = lastAttempt(slot)
    const isOfThisRound = last === undefined || last.attempt > slot.roundAfter
    if (isOfThisRound || slot.final !== null) return last
    await claimAttempt(folder, slot, last.attempt + 1, { ttlMs: TELL_MS })
    folder.mine.delete(slot.number) // held: it is anybody's to end
  }
}

/** Asks every worker that is at work now to start nothing more. @internal */
export async function requestStop(folder: Folder): Promise<void> {
  await amend(folder, { stop: true })
}

/**
 * A trial as the write-once files have it, undefined if only logs and indexes know it: these may lie, and what ends a
 * trial or starts it again must not rest on them.
 */
async function readSurely(folder: Folder, number: number): Promise<Slot | undefined> {
  await readAfresh(folder, number)
  return folder.known.slots.get(number)
}

async function surely(folder: Folder, { number }: Slot): Promise<Slot> {
  const slot = await readSurely(folder, number)
  if (slot !== undefined && !slot.isClosed) return slot
  throw new StudyError('NO_TRIAL', `trial ${number}: has no file that says so; nothing was done`)
}

async function reopen(folder: Folder, slot: Slot): Promise<Slot> {
  // It names the attempt whose record failed, not a later one seen meanwhile: two requests for the same round are
  // equal.
  await amend(folder, { retry: { slot: slot.number, after: slot.final!.attempt } })
  await readTruth(folder, slot)
  return folder.known.slots.get(slot.number)!
}
