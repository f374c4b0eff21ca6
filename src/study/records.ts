/** What people and samplers read of a study: one record per trial, made from what the store knows. */

import { StudyError } from '../errors.ts'
import type { Best, Config, FailureReason, Goals, Objectives, Prediction, TrialRecord, TrialState } from '../trial.ts'
import { readConfig } from '../space/canonical.ts'
import { split } from '../space/objectives.ts'
import type { Ladder } from '../space/fidelity.ts'
import type { Space, Where } from '../space/parameter.ts'
import { shown } from '../space/shown.ts'
import type { Recommendation } from '../sampler/recommend.ts'
import type { Earlier } from '../sampler/sampler.ts'
import type { Predicted, QueuedConfig } from '../store/disk/documents.ts'
import { isSound, lastAttempt } from '../store/memory/knowledge.ts'
import type { Knowledge } from '../store/memory/knowledge.ts'
import { earlierMsOf, isResting } from '../store/memory/slot.ts'
import type { Observed } from '../store/memory/observed.ts'
import type { Slot } from '../store/memory/slot.ts'
import { UnsoundConfig, passOver, passOverIfUnsound } from '../store/memory/soundness.ts'
import type { Folder } from '../store/protocol/folder.ts'
import { trialDirectory } from '../paths.ts'
import { earlierIn } from './earlier.ts'
import { importedRecord } from './imported.ts'
import { addInPlace } from './ranges.ts'
import type { Ranges } from './ranges.ts'
import type { SamplerSource } from './sampler-source.ts'

/** The ends that a process was given. */
export interface Ends {
  /** Hours of trials, summed over all of them. */
  readonly maxHours?: number | undefined
  /** A value of the first objective: the best trial is good enough if it is at least as good. */
  readonly target?: number | undefined
}

/** What the functions of this room need of an open study. @internal */
export interface StudyParts {
  readonly folder: Folder
  readonly space: Space
  /** The conditions of the space, if there are any. */
  readonly where?: Where | undefined
  readonly goals: Goals
  /** Those of the goals. */
  readonly objectives: Objectives
  readonly sampler: SamplerSource
  /** The rungs of the study's fidelity, if it has one. */
  readonly ladder?: Ladder | undefined
  /** Where this process starts no more, beside the ceiling on trials. */
  readonly ends: Ends
  /** The records of the trials that have ended, as far as a sampler has asked for them. */
  readonly finished: Finished
}

/**
 * The records of the trials that have ended, in the order in which this process learned of them. The list only grows,
 * so a sampler that asks for 10,000 trials pays only for the records that are new. After a `retry` it is built anew.
 *
 * @internal
 */
export interface Finished {
  records: TrialRecord[]
  /** The results from elsewhere that were read, how many of them there are, and how many are records of this study. */
  observed: Observed | undefined
  learned: number
  imported: number
  /** What earlier studies taught: the rest of them. */
  earlier: readonly Earlier[]
  /** The trials' numbers. */
  numbers: Ranges
  /** [number, round] of each trial whose record comes from a later round than its first. */
  rounds: [number: number, round: number][]
  /** How many entries of the store's list of settled trials have been read. */
  read: number
  /** The store's count of reopened trials when the list was begun. */
  reopened: number
}

/** The best complete trial; undefined before one meets the constraints. @internal */
export function bestOf<C>({ folder: { known, root }, space, objectives }: StudyParts): Best<C> | undefined {
  if (known.best === null) return undefined
  const { id, number, value, values, outputs, config } = recordOf<C>(known.best, space, objectives)
  return { id, number, value: value!, values, outputs, config, directory: trialDirectory(root, id) }
}

/** The recommended trial. `value` is what was measured; the other fields are what the model says about it. */
export type Recommended<C = Config> = Best<C> & Omit<Recommendation, 'trial'>

/** @internal */
export const noneFinished = (): Finished => ({
  records: [],
  observed: undefined,
  learned: 0,
  imported: 0,
  earlier: [],
  numbers: [],
  rounds: [],
  read: 0,
  reopened: 0,
})

/** All trials by number, then the queued configs. @internal */
export function recordsOf<C>(known: Knowledge, space: Space, objectives: Objectives): TrialRecord<C>[] {
  const records: TrialRecord<C>[] = []
  for (const number of known.slots.numbers()) {
    const slot = known.slots.get(number)!
    if (!isTrial(known, slot)) continue
    const config = configOf<C>(slot, space)
    if (config === undefined) passOver(known, number)
    else records.push(recordOf(slot, space, objectives, config))
  }
  for (const queued of waiting(known)) {
    records.push({
      id: queued.id,
      number: null,
      state: 'queued',
      config: readConfig(space, queued.config) as C,
      origin: 'queue',
      repeat: queued.repeat,
      value: null,
      values: {},
      outputs: {},
      curve: [],
      attempt: 0,
      worker: null,
      started: null,
      ended: null,
      reason: null,
      detail: null,
    })
  }
  return records
}

/** The config of a trial, undefined if it is not one of the space. */
function configOf<C>(slot: Slot, space: Space): C | undefined {
  try {
    return readConfig(space, slot.config) as C
  } catch {
    return undefined
  }
}

/**
 * The record of one trial.
 *
 * @param known  the trial's config, if the caller has it
 *
 * @internal
 */
export function recordOf<C>(slot: Slot, space: Space, objectives: Objectives, known?: C): TrialRecord<C> {
  const { final } = slot
  const last = lastAttempt(slot)
  const ended = final ?? last?.failed ?? null
  const { values, outputs } = split(objectives, final?.values ?? {})
  const earlierMs =
    final === null ? (last?.failed?.earlierMs ?? earlierMsOf(slot, last?.attempt)) : (final.earlierMs ?? 0)
  let config = known
  return {
    id: slot.id,
    number: slot.number,
    state: stateOf(slot),
    // Parsed at the first access: a caller that counts trials or plots their values avoids most of their cost.
    get config() {
      config ??= configOf<C>(slot, space)
      if (config === undefined) throw new UnsoundConfig(slot.number)
      return config
    },
    origin: slot.origin,
    repeat: slot.repeat,
    value: values[Object.keys(objectives)[0]!] ?? null,
    values,
    outputs,
    curve: (ended?.curve ?? last?.curve ?? []).map(([step, value]) => [step, value ?? NaN] as const),
    attempt: final?.attempt ?? last?.attempt ?? 0,
    worker: final?.worker ?? last?.worker ?? slot.worker,
    started: final?.started ?? last?.failed?.started ?? last?.lock?.time ?? slot.time,
    ended: ended?.time ?? null,
    reason: isResting(slot) ? null : ((ended?.reason as FailureReason | undefined) ?? null),
    detail: ended?.detail ?? null,
    ...(final?.predicted === undefined ? {} : { predicted: predictionIn(final.predicted) }),
    ...(earlierMs > 0 ? { earlierMs } : {}),
  }
}

const predictionIn = ([low, middle, high]: Predicted): Prediction => ({ low, middle, high })

/** The state of a trial. After an attempt without a final record, the trial waits for the next worker. @internal */
export function stateOf(slot: Slot): TrialState {
  if (slot.final !== null) return slot.final.status
  if (isResting(slot)) return 'paused'
  return lastAttempt(slot)?.failed == null ? 'running' : 'interrupted'
}

/** The number of trials in each state. It does not read the trials that have ended. @internal */
export function countStates(known: Knowledge): Readonly<Record<TrialState, number>> {
  const counts = { ...known.slots.ended, running: 0, interrupted: 0, paused: 0, queued: waiting(known).length }
  for (const slot of unfinishedTrials(known)) counts[stateOf(slot) as 'running' | 'interrupted' | 'paused']++
  return counts
}

/**
 * The trial with this number, or with an id that begins with these digits.
 *
 * @throws StudyError `NO_TRIAL` when there is none, or when several ids begin with it
 *
 * @internal
 */
export function findTrial({ known, root }: Folder, which: string | number): Slot {
  if (typeof which !== 'number' && typeof which !== 'string')
    throw new TypeError(`trial: must be a number, or the first digits of an id, got ${shown(which)}`)
  const number = typeof which === 'number' ? which : /^\d{1,9}$/.test(which) ? Number(which) : undefined
  const byNumber = number === undefined ? undefined : known.slots.get(number)
  if (byNumber !== undefined && !byNumber.isClosed) return sound(known, byNumber)
  if (byNumber !== undefined && known.unsound.has(byNumber.number)) throw unsoundTrial(byNumber.number)
  const prefix = String(which)
  const ids = /^[0-9a-f]{1,20}$/.test(prefix) ? [...known.slotOfId.keys()].filter((id) => id.startsWith(prefix)) : []
  const [id] = ids
  if (id === undefined) throw new StudyError('NO_TRIAL', `no trial '${prefix}' in '${root}'`)
  if (ids.length > 1)
    throw new StudyError('NO_TRIAL', `'${prefix}' begins the ids of ${ids.length} trials; give more digits`)
  return sound(known, known.slots.get(known.slotOfId.get(id)!)!)
}

/** @throws StudyError `DAMAGED` if the trial's config is not one of the space */
function sound(known: Knowledge, slot: Slot): Slot {
  if (isSound(known, slot)) return slot
  passOver(known, slot.number)
  throw unsoundTrial(slot.number)
}

const unsoundTrial = (number: number): StudyError =>
  new StudyError(
    'DAMAGED',
    `trial ${number}: its config is not one of the study's space, so it is passed over; its files are left as they are`,
  )

/** Brings the list up to date and returns it. It is the same array as long as nothing is retried. @internal */
export function finishedRecords(
  finished: Finished,
  known: Knowledge,
  space: Space,
  objectives: Objectives,
): readonly TrialRecord[] {
  const { slots, observed } = known
  if (finished.reopened !== slots.reopened || finished.observed !== observed)
    Object.assign(finished, noneFinished(), { reopened: slots.reopened, observed })
  const fresh = observed.results.slice(finished.learned)
  if (fresh.some(({ task }) => task !== undefined)) finished.earlier = earlierIn(observed.results, space, objectives)
  for (; finished.learned < observed.results.length; finished.learned++) {
    const result = observed.results[finished.learned]!
    if (result.task !== undefined) continue
    finished.records.push(importedRecord(result, space, objectives))
    finished.imported++
  }
  const once = finished.read === 0 && slots.reopened > 0 ? new Set<number>() : undefined
  for (; finished.read < slots.settled.length; finished.read++) {
    const number = slots.settled[finished.read]!
    const slot = once?.has(number) === true || !slots.isSettled(number) ? undefined : slots.get(number)
    if (slot === undefined || slot.isClosed) continue
    once?.add(number)
    finished.records.push(recordOf(slot, space, objectives))
    addInPlace(finished.numbers, number)
    if (slot.final!.round > 1) finished.rounds.push([number, slot.final!.round])
  }
  return finished.records
}

/** The configs that are being tried, but for some by number, and the queued ones. @internal */
export function pendingConfigs(known: Knowledge, space: Space, but: ReadonlySet<number>): TrialRecord['config'][] {
  const running = unfinishedTrials(known).filter(({ number }) => !but.has(number))
  return [...running, ...waiting(known)].map(({ config }) => readConfig(space, config))
}

/** The trials that have a number but no final record yet. @internal */
export function unfinishedTrials(known: Knowledge): Slot[] {
  for (const n of [...known.unfinished]) passOverIfUnsound(known, known.slots.get(n)!)
  return [...known.unfinished].map((n) => known.slots.get(n)!).filter((slot) => isTrial(known, slot))
}

/** The trial to use, see `recommend`. Memory must be up to date. @internal */
export async function recommendedOf<C>(parts: StudyParts): Promise<Recommended<C> | undefined> {
  const { folder, space, objectives, goals, finished, sampler } = parts
  const { mayBeNoisy, recommend } = await import('../sampler/recommend.ts')
  // A result from elsewhere has no directory.
  const records = finishedRecords(finished, folder.known, space, objectives).filter(({ number }) => number !== null)
  const found = recommend(space, records, goals, mayBeNoisy(sampler.options))
  if (found === undefined) return undefined
  const { trial, ...model } = found
  return {
    id: trial.id,
    number: trial.number,
    value: trial.value!,
    values: { ...trial.values },
    outputs: { ...trial.outputs },
    config: structuredClone(trial.config) as C,
    directory: trialDirectory(folder.root, trial.id),
    ...model,
  }
}

const isTrial = (known: Knowledge, slot: Slot): boolean => !slot.isClosed && known.slotOfId.get(slot.id) === slot.number

const waiting = (known: Knowledge): QueuedConfig[] => known.queue.filter((queued) => !known.slotOfId.has(queued.id))
