/**
 * A study with a fidelity: its trials climb a ladder of rungs. Each attempt brings its trial to the next rung. There
 * the trial rests (its note says `paused`) until a worker finds it among the best of its rung and goes on with it, in
 * the same directory, so that the program continues from its own checkpoint. At the top rung the trial is complete.
 *
 * Which rung an attempt is for follows from the notes before it. Nothing else is written down.
 */

import type { Config, Said, TrialRecord } from '../trial.ts'
import { axesOf } from '../space/axes.ts'
import { fidelityOf, rungsOf } from '../space/fidelity.ts'
import type { Ladder } from '../space/fidelity.ts'
import type { Space } from '../space/parameter.ts'
import { atOneRung, lastUp, nextUp, valuesAtRungs } from '../sampler/ladder.ts'
import type { Climber } from '../sampler/ladder.ts'
import type { Earlier } from '../sampler/sampler.ts'
import type { Curve, FailedDocument, StudyDocument } from '../store/disk/documents.ts'
import { endAttempt } from '../store/protocol/attempts.ts'
import type { Claim } from '../store/protocol/attempts.ts'
import { commit } from '../store/protocol/commit.ts'
import type { Folder } from '../store/protocol/folder.ts'
import { curveThrough } from '../store/memory/curve.ts'
import { isResting, pausesOf } from '../store/memory/slot.ts'
import type { Slot } from '../store/memory/slot.ts'
import { finishedRecords, pendingConfigs, recordOf, stateOf, unfinishedTrials } from './records.ts'
import type { StudyParts } from './records.ts'

/** A model of a rung has this many results more than parameters: Falkner et al. (2018), §3.2, take one more. */
const RESULTS_BEYOND_PARAMETERS = 2

/** How far an attempt goes. */
export interface Stretch {
  readonly ladder: Ladder
  /** Its rung, as a value of the fidelity. */
  readonly to: number
  /** Whether this is the top rung, where the trial is complete. */
  readonly isTop: boolean
  /** What the trial's curve had when it last rested. */
  readonly curve: Curve
}

/** A trial that has rested, as models see it. */
export interface Rested {
  readonly record: TrialRecord
  /** The attempt after which it rested last. */
  readonly attempt: number
  readonly slot: Slot
}

/** What a sampler sees of a study. */
export interface Seen {
  readonly trials: readonly TrialRecord[]
  readonly pending: readonly Config[]
  readonly earlier: readonly Earlier[]
  readonly rested: readonly Rested[]
}

/** The ladder of a study; undefined if it has no fidelity. @internal */
export function ladderOf(space: Space, { fidelity }: Pick<StudyDocument, 'fidelity'>): Ladder | undefined {
  if (fidelity === undefined) return undefined
  const parsed = fidelityOf(fidelity, space)
  return { ...parsed, rungs: rungsOf(parsed) }
}

/** How far an attempt of a trial goes. @internal */
export function stretchOf(ladder: Ladder, slot: Slot, attempt: number): Stretch {
  const { rungs } = ladder
  const rung = Math.min(pausesOf(slot, attempt), rungs.length - 1)
  return { ladder, to: rungs[rung]!, isTop: rung === rungs.length - 1, curve: lastRest(slot, attempt)?.curve ?? [] }
}

/** The curve of an attempt that has reached its rung, with the value there. */
function curveTo({ ladder, to }: Stretch, curve: Curve, said: Said): Curve {
  return curveThrough([...curve, [to, firstOf(said)]], new Set(ladder.rungs))
}

/** Ends an attempt that has reached its rung: at the top its trial is complete, below it rests. @internal */
export async function endStretch(
  folder: Folder,
  claim: Claim,
  stretch: Stretch,
  said: Said,
  points: Curve,
): Promise<'committed' | 'superseded'> {
  const curve = curveTo(stretch, points, said)
  if (stretch.isTop) return await commit(folder, claim, 'complete', said, curve)
  const { slot, lock } = claim
  const ending = await endAttempt(folder, slot, lock.attempt, 'paused', restWords(stretch, said), curve)
  folder.mine.delete(slot.number)
  return ending
}

/** What the note of a trial that rests says. */
const restWords = ({ ladder, to }: Stretch, said: Said): string => `${firstOf(said)} at ${ladder.name} ${to}`

/** The value of the only objective. */
const firstOf = (said: Said): number => Object.values(said)[0] as number

/**
 * The trial to go on with at its next rung; undefined if there is none. Memory must be up to date.
 *
 * @param isLast  whether nothing else is left to do
 *
 * @internal
 */
export function chosenToGoOn(parts: StudyParts, isLast: boolean): number | undefined {
  const { ladder, folder, finished, space, objectives } = parts
  if (ladder === undefined) return undefined
  const [direction] = Object.values(objectives)
  const climbers: Climber[] = finishedRecords(finished, folder.known, space, objectives).map((record) => ({
    number: record.number!,
    values: valuesAtRungs(record, ladder.rungs, direction!),
    state: 'ended',
  }))
  for (const { record, slot } of restedTrials(parts)) {
    const reached = ladder.rungs.slice(0, pausesOf(slot, Infinity))
    const values = valuesAtRungs(record, reached, direction!)
    climbers.push({ number: slot.number, values, state: waitOf(slot) })
  }
  const choose = isLast ? lastUp : nextUp
  return choose(climbers, ladder.rungs.length, ladder.factor)
}

/** How a trial waits that has not ended. */
function waitOf(slot: Slot): Climber['state'] {
  if (isResting(slot)) return 'resting'
  return stateOf(slot) === 'interrupted' ? 'interrupted' : 'running'
}

/** Whether a trial has come to a rung in its present round. @internal */
export const hasRested = (slot: Slot): boolean => lastRest(slot) !== undefined

/** Whether the trials have a ladder and none of them has come to its top. @internal */
export const lacksTop = ({ ladder, folder: { known } }: StudyParts): boolean =>
  ladder !== undefined && known.slots.ended.complete === 0

/** The first repeat that rests: a race goes on with it at once. Undefined if none does. @internal */
export function restingRepeat({ ladder, folder: { known } }: StudyParts): number | undefined {
  if (ladder === undefined) return undefined
  const numbers = unfinishedTrials(known).flatMap((slot) => (slot.repeat > 0 && isResting(slot) ? slot.number : []))
  return numbers.length === 0 ? undefined : Math.min(...numbers)
}

/** The trials that have not ended but have rested, by number. */
function restedTrials({ ladder, folder: { known }, space, objectives }: StudyParts): Rested[] {
  if (ladder === undefined) return []
  const slots = unfinishedTrials(known).sort((a, b) => a.number - b.number)
  return slots.flatMap((slot) => {
    const rest = lastRest(slot)
    if (rest === undefined) return []
    return [{ record: restedRecord(slot, rest, space, objectives), attempt: rest.attempt, slot }]
  })
}

/** A trial as it was when it rested, by the note of that. @internal */
export function restedRecord(
  slot: Slot,
  rest: FailedDocument,
  space: Space,
  objectives: StudyParts['objectives'],
): TrialRecord {
  const { attempt, worker } = rest
  const attempts: Slot['attempts'] = []
  // Its times are those of the note, so that the record is the same for every process, whatever it knows of claims.
  attempts[attempt] = { attempt, worker, lock: null, failed: rest, curve: [] }
  return recordOf({ ...slot, final: null, attempts }, space, objectives)
}

/** What a sampler sees of a study now. Memory must be up to date. @internal */
export function seenNow(parts: StudyParts): Seen {
  const { folder, space, objectives, finished } = parts
  const records = finishedRecords(finished, folder.known, space, objectives)
  const rested = restedTrials(parts)
  const all = rested.length === 0 ? records : [...records, ...rested.map(({ record }) => record)]
  return {
    trials: seenByModel(parts, all),
    earlier: finished.earlier,
    rested,
    get pending() {
      return pendingConfigs(folder.known, space, new Set(rested.map(({ record }) => record.number!)))
    },
  }
}

/** What a model sees of trials on different rungs. Without a ladder, all of them as they are. @internal */
export function seenByModel(
  { ladder, space, objectives }: Pick<StudyParts, 'ladder' | 'space' | 'objectives'>,
  trials: readonly TrialRecord[],
): readonly TrialRecord[] {
  if (ladder === undefined) return trials
  return atOneRung(trials, ladder.rungs, objectives, axesOf(space).list.length + RESULTS_BEYOND_PARAMETERS)
}

/** The last note by which a trial rested in its present round, before an attempt. */
function lastRest({ attempts, roundAfter }: Slot, before = Infinity): FailedDocument | undefined {
  const notes = attempts.map((one, k) => (k > roundAfter && k < before ? one?.failed : undefined))
  return notes.findLast((note) => note?.reason === 'paused') ?? undefined
}
