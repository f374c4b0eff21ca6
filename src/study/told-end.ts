/** The end of an attempt that somebody told from outside: a person, or the program itself by `anthill tell`. */

import type { FailureReason, Said } from '../trial.ts'
import { NOBODY } from '../store/memory/damage.ts'
import type { Claim } from '../store/protocol/attempts.ts'
import type { Folder } from '../store/protocol/folder.ts'
import { readTruth } from '../store/protocol/truth.ts'

/** The end of an attempt that was told from outside, as the record has it. */
export interface ToldEnd {
  readonly state: 'complete' | 'pruned' | 'failed' | 'paused'
  readonly values: Said
  readonly reason: FailureReason | null
  readonly detail: string | null
}

/** The told end of this very attempt. Undefined if there is none, or if another attempt counts. @internal */
export async function toldEndOf(folder: Folder, { slot: claimed, lock }: Claim): Promise<ToldEnd | undefined> {
  await readTruth(folder, claimed)
  const slot = folder.known.slots.get(claimed.number)
  const end = slot?.final ?? slot?.attempts[lock.attempt]?.failed
  if (end == null || end.attempt !== lock.attempt) return undefined
  // A damaged record is an end too, for everybody who reads it.
  const isDamaged = 'status' in end && end.worker === NOBODY
  if (!isDamaged && (end.reason === 'lost' || end.reason === 'interrupted')) return undefined
  const { reason = null, detail = null } = end
  if (reason === 'paused') return { state: reason, values: {}, reason: null, detail }
  return 'status' in end
    ? { state: end.status, values: end.values, reason, detail }
    : { state: 'failed', values: {}, reason, detail }
}
