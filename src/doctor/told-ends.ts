/**
 * Compares what hints tell of the ends of trials with the terminal records. A line of a log or an index may have a
 * right checksum and still be false: somebody wrote it so, or the disk lost the record that it tells of. Workers that
 * have read the line believe it, and those that have not do not.
 */

import { hash } from 'node:crypto'
import { relative } from 'node:path'
import { readValue } from '../store/disk/documents.ts'
import type { ValueDocument } from '../store/disk/documents.ts'
import type { Folder } from '../store/protocol/folder.ts'
import { valuePath } from '../paths.ts'
import { textOf } from './study-files.ts'

/** The end of a trial, as its terminal record and the hints have it. */
type End = Omit<ValueDocument, 'token'>

/** The ends that the terminal records of a study have: a digest of each, by trial and round. */
export type Ends = Map<string, string>

/** Remembers the end that a terminal record has. */
export function rememberEnd(ends: Ends, id: string, record: End): void {
  ends.set(keyOf(id, record), digestOf(record))
}

/** What is wrong with an end that a hint tells of: the hint contradicts the record, or there is no record. */
export type Untold = 'contradicted' | 'missing'

/** Compares an end that a hint tells of with the terminal record. A damaged record contradicts nothing. */
export async function untold(folder: Folder, ends: Ends, id: string, told: End): Promise<Untold | undefined> {
  const known = ends.get(keyOf(id, told))
  if (known !== undefined) return known === digestOf(told) ? undefined : 'contradicted'
  // The trial may have ended after its record was looked for.
  const text = await textOf(folder, valuePath(folder.root, id, told.round)).catch(() => '')
  if (text === undefined) return 'missing'
  const record = readValue(text)
  return record === undefined || digestOf(record) === digestOf(told) ? undefined : 'contradicted'
}

/** Where the record of an end would be, relative to the study. */
export const recordOf = (root: string, id: string, { round }: End): string => relative(root, valuePath(root, id, round))

const keyOf = (id: string, { round }: End): string => `${id} ${round}`

function digestOf({ slot, attempt, round, status, values, curve, worker, started, time, ...why }: End): string {
  const { reason = '', detail = '' } = why
  const said = [slot, attempt, round, status, values, curve, worker, started, time, reason, detail]
  return hash('sha256', JSON.stringify(said), 'base64')
}
