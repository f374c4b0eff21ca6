/**
 * The best trial: a chain of strict improvements, and the `best_instance` link as its projection.
 *
 * Each generation is created exclusively, so no better value is ever lost to a race; the link is renamed only to the
 * top of the chain and looked at again afterwards. Workers publish whatever is best in memory, not only their own.
 * All of it is a hint: what a full disk refuses here is made up for by the next improvement, or the next to open.
 */

import { StudyError } from '../errors.ts'
import { readBest } from './documents.ts'
import type { BestDocument } from './documents.ts'
import { create, freshToken, poke, readText } from './folder.ts'
import type { Folder } from './folder.ts'
import { isAbsent } from './file-system.ts'
import { bestFolder, bestLink, bestPath } from './paths.ts'

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
  const { known } = folder
  let top = await readTop(folder)
  let hasPublished = false
  for (;;) {
    const best = known.best
    const worth = best === null ? undefined : known.worth(best.final!.values)
    if (best === null || worth === undefined || !isStrictlyBetter(worth, best.number, top)) break
    const created = await create(folder, bestPath(folder.root, folder.bestGeneration + 1), (token) => ({ slot: best.number, id: best.id, worth, token }))
    hasPublished ||= created.verdict === 'won'
    top = await readTop(folder) ?? top
  }
  if (top === undefined) return
  if (hasPublished || isFresh) await moveLink(folder)
  else if (await readLink(folder) !== top.id) await moveLink(folder)
}

/** The chain orders by worth (lower is better), then by number. */
function isStrictlyBetter(worth: number, number: number, top: BestDocument | undefined): boolean {
  return top === undefined || worth < top.worth || (worth === top.worth && number < top.slot)
}

/** The top of the chain from the last generation known on; undefined while there is none. A chain deleted begins anew. */
async function readTop(folder: Folder): Promise<BestDocument | undefined> {
  const read = (g: number): Promise<string | undefined> => readText(folder, bestPath(folder.root, g))
  let generation = folder.bestGeneration
  let last = generation > 0 ? await read(generation) : undefined
  if (last === undefined) generation = 0
  for (let next = await read(generation + 1); next !== undefined; next = await read(generation + 1)) {
    last = next
    generation++
  }
  folder.bestGeneration = generation
  for (let g = generation; last !== undefined; last = --g > 0 ? await read(g) : undefined) {
    const top = readBest(last)
    if (top !== undefined) return top
  }
  return undefined
}

async function moveLink(folder: Folder): Promise<void> {
  const { files, root } = folder
  for (;;) {
    const top = await readTop(folder)
    if (top === undefined) return
    const temporary = `${root}/.best_instance.${freshToken(folder.me)}`
    try {
      await files.symlink(top.id, temporary)
    } catch {
      return // no symlinks here (or no room): `best` answers from the chain
    }
    await poke(folder, bestFolder(root))
    const fresh = await readTop(folder) ?? top
    if (fresh.id !== top.id || await readLink(folder) === top.id) {
      await files.unlink(temporary).catch(() => undefined)
      if (fresh.id === top.id) return
      continue
    }
    await files.rename(temporary, bestLink(root)).catch(() => files.unlink(temporary).catch(() => undefined))
    if ((await readTop(folder))?.id === top.id) return
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
