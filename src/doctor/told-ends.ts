/**
 * Compares what hints tell of the ends of trials with the terminal records. A line of a log or an index may have a
 * right checksum and still be false: somebody wrote it so, or the disk lost the record that it tells of. Workers that
 * have read the line believe it, and those that have not do not.
 */

import { hash } from 'node:crypto'
import { readValue } from '../store/disk/documents.ts'
import type { ValueDocument } from '../store/disk/documents.ts'
import type { Folder } from '../store/protocol/folder.ts'
import { valuePath } from '../paths.ts'
import { textOf } from './study-files.ts'

/** The end of a trial, as its terminal record and the hints have it. */
type End = Omit<ValueDocument, 'token'>

/** What the terminal records of a study say. */
export interface Ends {
  /** A digest of each, by trial and round. */
  readonly digests: Map<string, string>
  /** The best trial. Memory may have another one: it believes the hints. */
  best: { readonly number: number; readonly worth: number } | undefined
}

export const noEnds = (): Ends => ({ digests: new Map(), best: undefined })

/** Remembers the end that a terminal record has. */
export function rememberEnd({ known }: Folder, ends: Ends, id: string, record: End): void {
  ends.digests.set(keyOf(id, record), digestOf(record))
  const { order, slots } = known
  const worth = record.status === 'complete' ? order.worthOf(record.values) : undefined
  if (worth === undefined || slots.get(record.slot)?.id !== id) return
  const trial = { number: record.slot, worth }
  if (ends.best === undefined || order.isBetter(trial, ends.best)) ends.best = trial
}

/**
 * Whether an end that a hint tells of contradicts the terminal record. A damaged record contradicts nothing, and one
 * that is gone is named by `checkKept`.
 */
export async function contradicts(folder: Folder, ends: Ends, id: string, told: End): Promise<boolean> {
  const known = ends.digests.get(keyOf(id, told))
  if (known !== undefined) return known !== digestOf(told)
  // The trial may have ended after its record was looked for.
  const text = await textOf(folder, valuePath(folder.root, id, told.round)).catch(() => undefined)
  const record = text === undefined ? undefined : readValue(text)
  return record !== undefined && digestOf(record) !== digestOf(told)
}

const keyOf = (id: string, { round }: End): string => `${id} ${round}`

function digestOf({ slot, attempt, round, status, values, curve, worker, started, time, ...why }: End): string {
  const { reason = '', detail = '', predicted = null } = why
  const said = [slot, attempt, round, status, values, curve, worker, started, time, reason, detail, predicted]
  return hash('sha256', JSON.stringify(said), 'base64')
}
