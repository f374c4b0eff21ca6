/** One number of a study, and what became of it. */

import type { FailedDocument, LockDocument, ValueDocument } from '../disk/documents.ts'

export interface Attempt {
  readonly attempt: number
  readonly worker: string
  readonly lock: LockDocument | null
  failed: FailedDocument | null
  /** Intermediate values that logs told of, while the attempt runs. */
  curve: [number, number | null][]
}

export interface Slot {
  readonly number: number
  epoch: number
  isClosed: boolean
  id: string
  config: string
  repeat: number
  origin: string
  /**
   * Who made the slot (this epoch of it), and when; of a trial that is final, whose value it is, and when that attempt
   * began.
   */
  worker: string
  time: string
  /** Whether `lock.1` is known to name this slot. */
  isClaimed: boolean
  /** By attempt number; [0] is unused. Of a trial that is final they are let go. */
  attempts: (Attempt | undefined)[]
  /** 1, and one more for each retry of a trial that had failed for good. */
  round: number
  /** The attempt after which the round began. */
  roundAfter: number
  final: ValueDocument | null
  /** Whether a log said that its worker gave the number up. */
  isReleased: boolean
}
