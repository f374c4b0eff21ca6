/** The end of a trial: its terminal record. The first writer creates it, and no other counts. */

import type { Claim } from './attempts.ts'
import { publishBest } from './best.ts'
import { valueIn } from '../memory/damage.ts'
import type { Curve, Predicted, ValueDocument } from '../disk/documents.ts'
import { showValues } from './face.ts'
import { create } from './folder.ts'
import { note } from './registration.ts'
import type { Folder } from './folder.ts'
import { thinnedCurve } from '../memory/curve.ts'
import { learnValue } from '../memory/knowledge.ts'
import { earlierFieldOf } from '../memory/slot.ts'
import { valuePath } from '../../paths.ts'
import type { Said } from '../../trial.ts'

/** The longest reason that is kept, in characters. */
const LONGEST_DETAIL = 4000

/** Why a trial was pruned, in words, and where its curve was expected to end. */
export interface PrunedBecause {
  readonly detail: string
  readonly predicted?: Predicted
}

/**
 * Commits the values of an attempt. Gives 'superseded' if the trial has another attempt's record, which memory has now.
 *
 * @param status   `pruned` may have no values; `failed` only if there will be no other attempt
 * @param because  of a pruned trial, if its reason is known
 */
export async function commit(
  folder: Folder,
  claim: Claim,
  status: ValueDocument['status'],
  values: Said,
  curve: Curve,
  because?: PrunedBecause,
): Promise<'committed' | 'superseded'> {
  const { slot, lock } = claim
  let mine: ValueDocument | undefined
  const created = await create(folder, valuePath(folder.root, slot.id, lock.round), (token, time) => {
    mine = {
      slot: slot.number,
      attempt: lock.attempt,
      round: lock.round,
      status,
      values,
      curve: thinnedCurve(curve),
      ...(because === undefined ? {} : { ...because, detail: because.detail.slice(0, LONGEST_DETAIL) }),
      worker: folder.me.worker,
      token,
      started: lock.time,
      ...earlierFieldOf(slot, lock.attempt),
      time,
    }
    return mine
  })
  folder.mine.delete(slot.number)
  const value = created.verdict === 'won' ? mine! : valueIn(created.text, slot, lock.round, folder.known.order)
  learnValue(folder.known, value)
  if (created.verdict === 'lost' && !isOurs(folder, value, mine!)) return 'superseded'
  if (Object.keys(values).length > 0) await showValues(folder, slot.id, values)
  await note(folder, { value, id: slot.id })
  if (status === 'complete') await publishBest(folder, false)
  return 'committed'
}

/** Whether the record is the one we meant to write: an earlier create had won, and we could not see its outcome. */
function isOurs(folder: Folder, value: ValueDocument, mine: ValueDocument): boolean {
  return (
    value.worker === folder.me.worker &&
    value.attempt === mine.attempt &&
    value.status === mine.status &&
    JSON.stringify(value.values) === JSON.stringify(mine.values)
  )
}
