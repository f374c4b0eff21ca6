/**
 * Asks the pruner about a running trial. What it compares with comes from memory: the records of the trials that have
 * ended, and what the logs say of those that run. Both are hints here, since a verdict changes only the own trial.
 */

import type { OtherCurve, Pruner, Verdict } from '../pruner/pruner.ts'
import { areMet } from '../space/constraints.ts'
import { shown } from '../space/shown.ts'
import { UnsoundLine } from '../store/memory/slot-table.ts'
import { UnsoundConfig } from '../store/memory/soundness.ts'
import { refreshLogs } from '../store/protocol/refresh.ts'
import type { Config, Curve, TrialRecord } from '../trial.ts'
import { finishedRecords, recordOf, unfinishedTrials } from './records.ts'
import type { StudyParts } from './records.ts'
import type { PrunerSource } from './study-pruner.ts'
import type { Turns } from './turns.ts'

/** The logs of the others are read for a verdict at most this often. */
const LOOK_EVERY_MS = 1000

/** Gives the verdict on a trial of this process; undefined if it may go on. @internal */
export type Judge = (number: number, curve: Curve) => Promise<Verdict | undefined>

/**
 * The judge of a study. It throws a TypeError if a pruner of a user gives what is not a verdict.
 *
 * @internal
 */
export function judgeOf(parts: StudyParts, source: PrunerSource, turns: Turns): Judge {
  const { folder, goals } = parts
  const [direction] = Object.values(goals.objectives)
  return async (number, curve) => {
    const pruner = await source.load()
    if (pruner === undefined || curve.length === 0) return undefined
    const nowMs = performance.now()
    // An ask that waits for other workers reads the logs itself.
    if (folder.others.size > 0 && nowMs - folder.logs.refreshedMs >= LOOK_EVERY_MS)
      await turns.ifFree(() => refreshLogs(folder, nowMs)).catch(() => undefined)
    try {
      const others = othersOf(parts, number)
      return checked(pruner, pruner.stops({ curve, others, direction: direction!, number }))
    } catch (error) {
      // Memory is put right at the next call that reads the study.
      if (error instanceof UnsoundLine || error instanceof UnsoundConfig) return undefined
      throw error
    }
  }
}

/** The curves of all other trials. */
function othersOf({ folder, space, objectives, goals, finished }: StudyParts, number: number): OtherCurve[] {
  const { known } = folder
  const running = unfinishedTrials(known).filter((slot) => slot.number !== number)
  const records = [
    ...finishedRecords(finished, known, space, objectives),
    ...running.map((slot) => recordOf<Config>(slot, space, objectives)),
  ]
  const { constraints } = goals
  if (constraints === undefined) return records
  const counts = (trial: TrialRecord): boolean => trial.state !== 'complete' || areMet(constraints, trial)
  return records.map((trial) => {
    if (counts(trial)) return trial
    const { curve, state } = trial
    return { number: trial.number, curve, state, value: null }
  })
}

/** @throws TypeError for what is not a verdict: a pruner of a user may give anything */
function checked({ name }: Pruner, verdict: Verdict | undefined): Verdict | undefined {
  if (verdict === undefined) return undefined
  const { because, predicted } = (verdict ?? {}) as Partial<Verdict>
  const { low = NaN, middle = NaN, high = NaN } = predicted ?? { low: 0, middle: 0, high: 0 }
  if (typeof because === 'string' && low <= middle && middle <= high && Number.isFinite(high - low)) return verdict
  throw new TypeError(`pruner '${name}': must give undefined, or { because, predicted? }, got ${shown(verdict)}`)
}
