/**
 * The best trial: a chain of strict improvements, and the `best_instance` link as its projection.
 *
 * Each generation is created exclusively, so no better value is ever lost to a race; the link is renamed only to the
 * top of the chain and looked at again afterwards. Workers publish whatever is best in memory, not only their own.
 * All of it is a hint: what a full disk refuses here is made up for by the next improvement, or the next to open.
 */

import { StudyError } from '../../errors.ts'
import { readBest, readValue } from '../disk/documents.ts'
import type { BestDocument } from '../disk/documents.ts'
import { create, freshToken, isMade, poke, readIfMade, readText } from './folder.ts'
import type { Folder } from './folder.ts'
import { isAbsent } from '../disk/file-system.ts'
import { rankedIn } from '../memory/knowledge.ts'
import type { Ranked } from '../memory/knowledge.ts'
import { bestFolder, bestLink, bestPath, valuePath, temporaryPath } from '../../paths.ts'

/**
 * Publishes the best of memory when the chain does not have it, and sees to the link.
 *
 * @param isFresh  look past caches, as before leaving and when a study is opened; else one `readlink` is enough
 */
export async function publishBest(folder: Folder, isFresh: boolean): Promise<void> {
  try {
    await publish(folder, isFresh)
  } catch (error) {
    if (!(error instanceof StudyError)) throw error
  }
}

async function publish(folder: Folder, isFresh: boolean): Promise<void> {
  // The chain only improves: what does not beat the top that was seen last does not beat today's.
  let top = isFresh || folder.bestChain.top === null ? await readTop(folder) : folder.bestChain.top
  let hasPublished = false
  while (beats(folder, top)) {
    top = await readTop(folder)
    if (!beats(folder, top)) break
    const { number, id, final } = folder.known.best!
    // A log may tell of a value whose record a lying disk has lost.
    if (readValue((await readText(folder, valuePath(folder.root, id, final!.round))) ?? '')?.status !== 'complete')
      break
    const worth = folder.known.order.worthOf(final!.values)!
    const created = await create(folder, bestPath(folder.root, folder.bestChain.generation + 1), (token) => ({
      slot: number,
      id,
      worth,
      token,
    }))
    hasPublished ||= created.verdict === 'won'
    top = await readTop(folder)
  }
  if (top === null) return
  if (hasPublished || isFresh) await moveLink(folder)
  else if ((await readLink(folder)) !== top.id && (await readLink(folder)) !== (await readTop(folder))?.id)
    await moveLink(folder)
}

/** Whether the best of memory belongs on top of the chain: by worth (lower is better), then by number. */
function beats({ known }: Folder, top: BestDocument | null): boolean {
  return known.best !== null && known.order.isBetter(rankedIn(known, known.best), top && ranked(top))
}

const ranked = ({ worth, slot }: BestDocument): Ranked => ({ worth, number: slot })

/**
 * Reads on from the last generation known; gives the top, null while there is none. A chain deleted begins anew; passed
 * over is a generation that is damaged, or no improvement: made by somebody who knew the chain as it was before it was
 * deleted.
 */
async function readTop(folder: Folder): Promise<BestDocument | null> {
  // Several trials of one process may end at the same time: each reads on for itself.
  let { generation, top } = folder.bestChain
  const { order } = folder.known
  if (generation > 0 && !(await isMade(folder, bestPath(folder.root, generation)))) {
    generation = 0
    top = null
  }
  for (;;) {
    const text = await readIfMade(folder, bestPath(folder.root, generation + 1))
    if (text === undefined) break
    generation++
    const next = readBest(text)
    if (next !== undefined && order.isBetter(ranked(next), top && ranked(top))) top = next
  }
  folder.bestChain = { generation, top }
  return top
}

/** Where every rename is followed by another's, somebody else sees to the link. */
const MOST_MOVES = 16

async function moveLink(folder: Folder): Promise<void> {
  const { files, root } = folder
  for (let moves = 0; moves < MOST_MOVES; moves++) {
    const top = await readTop(folder)
    if (top === null) return
    const temporary = temporaryPath(bestLink(root), freshToken(folder.me))
    try {
      await files.symlink(top.id, temporary)
    } catch {
      return // no symlinks here (or no room): `best` answers from the chain
    }
    await poke(folder, bestFolder(root))
    const fresh = (await readTop(folder)) ?? top
    if (fresh.id !== top.id || (await readLink(folder)) === top.id) {
      await files.unlink(temporary).catch(() => undefined)
      if (fresh.id === top.id) return
      continue
    }
    try {
      await files.rename(temporary, bestLink(root))
    } catch {
      await files.unlink(temporary).catch(() => undefined)
      return
    }
    // Somebody slow may have renamed an older one over it, and been killed since.
    if ((await readTop(folder))?.id === top.id && (await readLink(folder)) === top.id) return
  }
}

async function readLink(folder: Folder): Promise<string | undefined> {
  try {
    return await folder.files.readlink(bestLink(folder.root))
  } catch (error) {
    if (isAbsent(error)) return undefined
    return ''
  }
}
