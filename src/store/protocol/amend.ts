/** The chain of later changes: write-once files 000001, 000002, … Anybody may append the next one. */

import { create, isMade, poke, readText } from './folder.ts'
import type { Folder } from './folder.ts'
import { line, readAmend } from '../disk/documents.ts'
import type { AmendDocument } from '../disk/documents.ts'
import { forgetAmendments, learnAmendment } from '../memory/changes.ts'
import { ifReachable } from './unreachable.ts'
import { amendFolder, amendPath } from '../../paths.ts'

/** A change without its author. */
type Change = Omit<AmendDocument, 'by' | 'token' | 'time'>

/**
 * Reads on from the last amendment known. A damaged one counts as read: its number is taken, and it says nothing. Where
 * nobody can tell whether there is one, reading stops: a process that passed it over might append behind a gap.
 */
export async function readAmendments(folder: Folder): Promise<void> {
  for (;;) {
    const next = folder.known.amendments + 1
    const path = amendPath(folder.root, next)
    if ((await ifReachable(folder, path, () => isMade(folder, path))) !== true) return
    const found = await ifReachable(folder, path, async () => ({ text: await readText(folder, path) }))
    // What this process may not read says nothing to it; others can read it, so it makes no index that hides it.
    if (found === undefined) folder.index.isBlind = true
    else if (found.text === undefined) return
    learnAmendment(folder.known, next, readAmend(found?.text ?? ''))
  }
}

/**
 * Reads all amendments again if an index has told what they say: an index may lie, and nobody starts, ends or leaves
 * anything because of that.
 */
export async function readHearsay(folder: Folder): Promise<void> {
  const { known, index } = folder
  if (index.isHearsay !== true) return
  index.isHearsay = false
  forgetAmendments(known)
  await readAmendments(folder)
}

/** Reads to the end of the chain as it is now, not as a cache remembers it. */
export async function readAmendmentsFresh(folder: Folder): Promise<void> {
  if (!folder.isReadOnly) await poke(folder, amendFolder(folder.root))
  await readHearsay(folder)
  await readAmendments(folder)
}

/**
 * Appends one change, behind whatever others append at the same time.
 *
 * @param change  if it depends on what others have appended: a function, called each time that all before it is known;
 *   undefined if nothing is left to append
 */
export async function amend(folder: Folder, change: Change | (() => Change | undefined)): Promise<void> {
  for (;;) {
    await readAmendments(folder)
    const next = folder.known.amendments + 1
    const now = typeof change === 'function' ? change() : change
    if (now === undefined) return
    let mine: AmendDocument | undefined
    const created = await create(folder, amendPath(folder.root, next), (token, time) => {
      mine = { ...now, by: folder.me.worker, token, time }
      return mine
    })
    if (created.verdict === 'won') {
      // Learned at once: a read that fails would hide this process's own change from it.
      learnAmendment(folder.known, next, readAmend(line(mine!)))
      await readAmendments(folder)
      return
    }
    learnAmendment(folder.known, next, readAmend(created.text))
  }
}
