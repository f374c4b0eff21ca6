/**
 * Whether the files of a trial are still as memory has them.
 *
 * Logs and indexes tell of trials that have ended, and readers believe them, since reading every record again would
 * take too long. Somebody may have removed a trial's directory by hand since, or a hint may be wrong. Then memory has a
 * result that the truth does not have. One look tells.
 */

import { readValue } from '../disk/documents.ts'
import { trialDirectory, trialMetaFolder, valuePath } from '../../paths.ts'
import type { Slot } from '../memory/slot.ts'
import { isMade, readText } from './folder.ts'
import type { Folder } from './folder.ts'

/** How to make all readers forget what hints say. */
const FORGET = "while no worker runs, remove '.anthill/index', '.anthill/log' and '.anthill/best', which are made again"

/** What is wrong with a trial's files. */
export interface Loss {
  /** `gone`: removed; `damaged`: its terminal record is damaged; `other`: the record has another end. */
  readonly kind: 'gone' | 'damaged' | 'other'
  /** What is wrong, as the end of a sentence about the trial. */
  readonly words: string
  /** What a person can do about it. */
  readonly remedy: string
}

/** Looks at the directory and the terminal record of a trial that was begun; undefined if both are as memory says. */
export async function lossOf(folder: Folder, slot: Slot): Promise<Loss | undefined> {
  const { root, files } = folder
  const { id, final, number } = slot
  if (slot.isClosed || (final === null && !slot.isClaimed)) return undefined
  for (const place of [trialDirectory(root, id), trialMetaFolder(root, id)])
    if (!(await files.exists(place))) return gone(`its directory '${place}' is gone`)
  if (final === null) return undefined
  const path = valuePath(root, id, final.round)
  if (!(await isMade(folder, path))) return gone(`its record '${path}' is gone`)
  const record = readValue((await readText(folder, path)) ?? '')
  if (record?.slot !== number || record.round !== final.round) {
    const remedy = `'anthill retry ${number}' gives it another attempt`
    // A reader that found the record damaged has concluded this.
    return final.status === 'failed' ? undefined : { kind: 'damaged', words: `its record '${path}' is damaged`, remedy }
  }
  const { worthOf } = folder.known.order
  if (record.status === final.status && worthOf(record.values) === worthOf(final.values)) return undefined
  const words = `its record '${path}' says ${endOf(record)}, but a log or an index says ${endOf(final)}`
  return { kind: 'other', words, remedy: `the record counts; ${FORGET}` }
}

const gone = (words: string): Loss => ({
  kind: 'gone',
  words,
  remedy: `put it back from a backup; or ${FORGET}: the study then forgets this trial, and a run tries it again`,
})

function endOf({ status, values }: NonNullable<Slot['final']>): string {
  const list = Object.entries(values).map(([name, value]) => `${name} ${value}`)
  return list.length === 0 ? status : `${status} with ${list.join(', ')}`
}
