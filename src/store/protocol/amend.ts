/** The chain of later changes: write-once files 000001, 000002, … Anybody may append the next one. */

import { create, listIfThere, poke, readIfMade } from './folder.ts'
import type { Folder } from './folder.ts'
import { readAmend } from '../disk/documents.ts'
import type { AmendDocument } from '../disk/documents.ts'
import { ifReachable } from './unreachable.ts'
import { learnAmendment } from '../memory/knowledge.ts'
import { amendFolder, amendPath, numberOfAmendment } from '../../paths.ts'

/** Reads on from the last amendment known. A damaged one counts as read: its number is taken, and it says nothing. */
export async function readAmendments(folder: Folder): Promise<void> {
  for (;;) {
    const next = folder.known.amendments + 1
    const path = amendPath(folder.root, next)
    const look = async (): Promise<{ text: string | undefined }> => ({ text: await readIfMade(folder, path) })
    const found = await ifReachable(folder, path, look)
    // What this process may not read says nothing to it; others can read it, so it makes no index that hides it.
    if (found === undefined) folder.index.isBlind = true
    // Where the whole folder cannot be read, every number looks like that: only one that exists is passed over.
    if (found === undefined ? !(await isListed(folder, next)) : found.text === undefined) return
    learnAmendment(folder.known, next, readAmend(found?.text ?? ''))
  }
}

/** Whether the folder of amendments shows this number. */
async function isListed(folder: Folder, number: number): Promise<boolean> {
  const names = await listIfThere(folder, amendFolder(folder.root)).catch(() => [])
  return names.some((name) => numberOfAmendment(name) === number)
}

/** Reads to the end of the chain as it is now, not as a cache remembers it. */
export async function readAmendmentsFresh(folder: Folder): Promise<void> {
  if (!folder.isReadOnly) await poke(folder, amendFolder(folder.root))
  await readAmendments(folder)
}

/** Appends one change, behind whatever others append at the same time. */
export async function amend(folder: Folder, change: Pick<AmendDocument, 'enqueue' | 'retry' | 'stop'>): Promise<void> {
  for (;;) {
    await readAmendments(folder)
    const next = folder.known.amendments + 1
    const created = await create(folder, amendPath(folder.root, next), (token, time) => ({
      ...change,
      by: folder.me.worker,
      token,
      time,
    }))
    if (created.verdict === 'won') {
      await readAmendments(folder)
      return
    }
  }
}
