/** What this process knows of one number of a study, and of the trial that it became. */

import { msBetween } from '../../trial.ts'
import type { FailedDocument, LockDocument, ValueDocument } from '../disk/documents.ts'

export interface Attempt {
  readonly attempt: number
  readonly worker: string
  /** Null while we only know of the attempt from its note or from a log, and for a damaged lock. */
  readonly lock: LockDocument | null
  failed: FailedDocument | null
  /** While the attempt runs: the intermediate values in its worker's log. */
  curve: [number, number | null][]
}

export interface Slot {
  readonly number: number
  epoch: number
  /** Whether the number is used up without a trial. */
  isClosed: boolean
  id: string
  config: string
  repeat: number
  origin: string
  /**
   * While unfinished: who created this epoch's slot file, and when. Once final: whose value counts, and when that
   * attempt began.
   */
  worker: string
  time: string
  /** Whether `lock.1` is known to name this slot. */
  isClaimed: boolean
  /** By attempt number; [0] is unused. A final trial loses them when its object becomes a line. */
  attempts: (Attempt | undefined)[]
  /** 1, plus one for each retry of a trial that had failed. */
  round: number
  /** The last attempt of the previous round. */
  roundAfter: number
  final: ValueDocument | null
  /** Whether the worker's log says that it gave the number up. */
  isReleased: boolean
}

/** Whether a trial rests at a rung: only a process that has chosen it goes on with it. */
export const isResting = ({ final, attempts }: Slot): boolean =>
  final === null && attempts.at(-1)?.failed?.reason === 'paused'

/** How often a trial has paused in its present round, before an attempt: the rung of that attempt, from 0. */
export const pausesOf = ({ attempts, roundAfter }: Slot, attempt: number): number =>
  attempts.filter((one, k) => k > roundAfter && k < attempt && one?.failed?.reason === 'paused').length

/**
 * How long the attempts of a trial before one of them worked, in ms, in all rounds and by their notes. One that was
 * lost counts nothing, since nobody knows when it ended.
 */
export function earlierMsOf({ attempts }: Pick<Slot, 'attempts'>, before = Infinity): number {
  let sum = 0
  for (const [k, one] of attempts.entries()) {
    const note = one?.failed
    const ms = k >= before || note?.started === undefined ? 0 : msBetween(note.started, note.time)
    if (ms > 0) sum += ms
  }
  return sum
}

/** The same as a field of a document, if there is anything to say. */
export function earlierFieldOf(slot: Slot, before: number): { readonly earlierMs?: number } {
  const earlierMs = earlierMsOf(slot, before)
  return earlierMs > 0 ? { earlierMs } : {}
}
