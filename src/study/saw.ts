/**
 * What a suggestion saw of the record. It is kept in the slot file, so that the suggestion can be computed again from
 * the folder alone.
 *
 * Terminal records and slot files never change. So it is enough to write down which of them a process knew: ranges of
 * numbers, some dozen bytes for 10,000 trials.
 */

import type { Config, Json, Objectives, TrialRecord } from '../trial.ts'
import { readConfig } from '../space/canonical.ts'
import type { Earlier } from '../sampler/sampler.ts'
import type { Space } from '../space/parameter.ts'
import { failedIn, valueIn } from '../store/memory/damage.ts'
import { timesOf } from '../store/memory/observed.ts'
import { readHearsay } from '../store/protocol/amend.ts'
import { readText } from '../store/protocol/folder.ts'
import type { Folder } from '../store/protocol/folder.ts'
import { isConfig } from '../store/memory/knowledge.ts'
import type { Knowledge } from '../store/memory/knowledge.ts'
import { failedPath, valuePath } from '../paths.ts'
import type { Slot } from '../store/memory/slot.ts'
import { readSlotAt } from '../store/protocol/truth.ts'
import { earlierIn } from './earlier.ts'
import { importedRecord } from './imported.ts'
import { numbersOf, rangesOf, rangesText, readRanges, without } from './ranges.ts'
import { recordOf, unfinishedTrials } from './records.ts'
import type { Finished } from './records.ts'
import { restedRecord } from './rungs.ts'
import type { Rested } from './rungs.ts'

/** As the slot file has it. Empty fields are left out. */
export interface Saw {
  /** Every trial with a smaller number had ended, except for `open` and `unseen`. */
  readonly below: number
  /** Numbers that were being tried: `7,12-15`. */
  readonly open?: string
  /** Numbers that this process did not know yet, or that are not trials. */
  readonly unseen?: string
  /**
   * [number, round]: for each trial that was retried, the round whose terminal record counted. Round 1 for all others.
   */
  readonly rounds?: readonly (readonly [number: number, round: number])[]
  /** [number, epoch]: for each open number whose config was not its first one. Epoch 1 for all others. */
  readonly epochs?: readonly (readonly [number: number, epoch: number])[]
  /** [number, attempt]: for each open number that had rested at a rung, the attempt whose note counted. */
  readonly rested?: readonly (readonly [number: number, attempt: number])[]
  /** [number, epoch] of the slot whose `basis` the sampler was given. */
  readonly basis?: readonly [number: number, epoch: number]
  /** Ids that counted as tried although none of these trials has them: duplicates of a trial that was not known yet. */
  readonly tried?: readonly string[]
  /** How many results from elsewhere there were. */
  readonly observed?: number
  /** The number of trials at which the study was to end, and the hours of trials, if the sampler has asked. */
  readonly budget?: number
  readonly hours?: number
}

/** What a sampler sees now. `finished` must be up to date. */
export function sawOf(known: Knowledge, finished: Finished, rested: readonly Rested[] = []): Saw {
  const trials = unfinishedTrials(known)
  const open = rangesOf(trials.map((slot) => slot.number))
  const below = Math.max(finished.numbers.at(-1) ?? -1, open.at(-1) ?? -1) + 1
  const unseen = without(below, finished.numbers, open)
  const epochs = trials.filter((slot) => slot.epoch > 1).map((slot) => [slot.number, slot.epoch] as const)
  return {
    below,
    ...(open.length > 0 ? { open: rangesText(open) } : {}),
    ...(unseen.length > 0 ? { unseen: rangesText(unseen) } : {}),
    ...(finished.rounds.length > 0 ? { rounds: [...finished.rounds].sort((a, b) => a[0] - b[0]) } : {}),
    ...(epochs.length > 0 ? { epochs: epochs.sort((a, b) => a[0] - b[0]) } : {}),
    ...(rested.length > 0 ? { rested: rested.map(({ record, attempt }) => [record.number!, attempt] as const) } : {}),
    ...(known.latestBasis === null ? {} : { basis: [known.latestBasis.slot, known.latestBasis.epoch] }),
    ...strays(known, finished, trials),
    ...(finished.learned === 0 ? {} : { observed: finished.learned }),
  }
}

/** Ids that belong to none of these trials. Only looked for if there are more ids than trials. */
function strays(known: Knowledge, finished: Finished, open: readonly Slot[]): Pick<Saw, 'tried'> {
  const own = finished.records.length - finished.imported
  if (known.slotOfId.size === own + open.length) return {}
  const trials = new Set([...finished.records.filter(({ number }) => number !== null), ...open].map(({ id }) => id))
  const tried = [...known.slotOfId.keys()].filter((id) => !trials.has(id)).sort()
  return tried.length === 0 ? {} : { tried }
}

/** Reads the `saw` of a slot file; undefined for anything that is not of this form. */
export function readSaw(json: Json | undefined): Saw | undefined {
  const d = json as Partial<Saw> | null | undefined
  if (d === null || typeof d !== 'object' || Array.isArray(d) || !isCount(d.below)) return undefined
  const {
    open = '',
    unseen = '',
    rounds = [],
    epochs = [],
    rested = [],
    basis = [0, 0],
    tried = [],
    observed = 0,
    budget = 0,
    hours = 0,
  }: Partial<Record<keyof Saw, unknown>> = d
  return areRanges(open) &&
    areRanges(unseen) &&
    arePairs(rounds) &&
    arePairs(epochs) &&
    arePairs(rested) &&
    arePairs([basis]) &&
    isCount(observed) &&
    Array.isArray(tried) &&
    tried.every((id) => typeof id === 'string') &&
    isCount(budget) &&
    Number.isFinite(hours) &&
    (hours as number) >= 0
    ? (d as Saw)
    : undefined
}

const areRanges = (text: unknown): boolean => typeof text === 'string' && readRanges(text) !== undefined
const arePairs = (list: unknown): boolean =>
  Array.isArray(list) && list.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(isCount))
const isCount = (v: unknown): v is number => Number.isSafeInteger(v) && (v as number) >= 0

/** What a sampler was asked with. */
export interface SeenRecord {
  readonly trials: readonly TrialRecord[]
  readonly pending: readonly Config[]
  readonly earlier: readonly Earlier[]
  /** Ids of the configs that had been tried or were being tried. */
  readonly tried: ReadonlySet<string>
  /** How often each config had been measured elsewhere, by id. */
  readonly elsewhere: ReadonlyMap<string, number>
  readonly basis: Json | undefined
}

/**
 * The record as a suggestion saw it. Every slot must be in memory.
 *
 * @returns the reason, as a text, if something that the suggestion saw is missing
 */
export async function seenRecord(
  folder: Folder,
  saw: Saw,
  space: Space,
  objectives: Objectives,
): Promise<SeenRecord | string> {
  const open = readRanges(saw.open ?? '')!
  const unseen = readRanges(saw.unseen ?? '')!
  const rounds = new Map(saw.rounds)
  const epochs = new Map(saw.epochs)
  const rested = new Map(saw.rested)
  const { observed = 0 } = saw
  // An index may have told less than the amendments say.
  if (observed > folder.known.observed.results.length) await readHearsay(folder)
  const results = folder.known.observed.results.slice(0, observed)
  if (results.length < observed) return 'a result from elsewhere, which the sampler saw, is missing'
  const own = results.filter(({ task }) => task === undefined)
  const trials: TrialRecord[] = own.map((result) => importedRecord(result, space, objectives))
  const earlier = earlierIn(results, space, objectives)
  const elsewhere = timesOf(own)
  const pending: Config[] = []
  const tried = new Set(saw.tried)
  for (const number of numbersOf(without(saw.below, open, unseen))) {
    const slot = await inRound(folder, number, rounds.get(number) ?? 1)
    if (slot === undefined) return `the end of trial ${number}, which the sampler saw, is missing`
    trials.push(recordOf(slot, space, objectives))
    tried.add(slot.id)
  }
  for (const number of numbersOf(open)) {
    const slot = await inEpoch(folder, number, epochs.get(number) ?? 1)
    if (slot === undefined) return `the config of trial ${number}, which the sampler saw running, is missing`
    if (!isConfig(folder.known, slot.config)) return `the config of trial ${number} is not one of the space`
    tried.add(slot.id)
    const attempt = rested.get(number)
    const record = attempt === undefined ? undefined : await asRested(folder, number, attempt, space, objectives)
    if (attempt === undefined) pending.push(readConfig(space, slot.config))
    else if (record === undefined) return `the value of trial ${number} at a rung, which the sampler saw, is missing`
    else trials.push(record)
  }
  if (saw.basis === undefined) return { trials, pending, earlier, tried, elsewhere, basis: undefined }
  const [number, epoch] = saw.basis
  const basis = (await readSlotAt(folder, number, epoch))?.basis
  return basis === undefined
    ? `what the model had learned from earlier trials, in the slot file of trial ${number}, is missing`
    : { trials, pending, earlier, tried, elsewhere, basis }
}

/** A trial as it ended in a round; undefined if that record is missing. */
async function inRound(folder: Folder, number: number, round: number): Promise<Slot | undefined> {
  const slot = folder.known.slots.get(number)
  if (slot === undefined || slot.isClosed) return undefined
  if (slot.final?.round === round) return slot
  const text = await readText(folder, valuePath(folder.root, slot.id, round))
  return text === undefined ? undefined : { ...slot, final: valueIn(text, slot, round, folder.known.order) }
}

/** A trial as it rested after an attempt; undefined if the note of that is missing. */
async function asRested(
  folder: Folder,
  number: number,
  attempt: number,
  space: Space,
  objectives: Objectives,
): Promise<TrialRecord | undefined> {
  const slot = folder.known.slots.get(number)
  if (slot === undefined || slot.isClosed) return undefined
  const text = await readText(folder, failedPath(folder.root, slot.id, attempt))
  const note = text === undefined ? undefined : failedIn(text, slot, attempt)
  return note?.reason === 'paused' ? restedRecord(slot, note, space, objectives) : undefined
}

/** The id and the config that a number had in an epoch; undefined if that slot file is missing. */
async function inEpoch(
  folder: Folder,
  number: number,
  epoch: number,
): Promise<{ readonly id: string; readonly config: string } | undefined> {
  const slot = folder.known.slots.get(number)
  if (slot?.epoch === epoch && !slot.isClosed) return slot
  const document = await readSlotAt(folder, number, epoch)
  return document?.closed === undefined ? document : undefined
}
