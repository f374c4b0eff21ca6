/**
 * Repairs what the protocol allows anybody to repair: derived files are made again or removed, and missing truth files
 * are created with the content that every reader assumes already. An existing truth file is never removed, replaced or
 * moved, however damaged: its name counts as taken, and other processes have read it as such.
 */

import { randomBytes } from 'node:crypto'
import { readlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import { endAttempt } from '../store/protocol/attempts.ts'
import { publishBest } from '../store/protocol/best.ts'
import { lookAt } from '../store/disk/door.ts'
import { realFileSystem } from '../store/disk/file-system.ts'
import { removeFound } from '../store/disk/removal.ts'
import { create } from '../store/protocol/folder.ts'
import type { Folder } from '../store/protocol/folder.ts'
import {
  amendPath,
  asidePath,
  bestFolder,
  bestLink,
  generationOfBest,
  isTrialId,
  removableAt,
  slotPath,
} from '../paths.ts'
import type { Mend } from './finding.ts'
import type { StudyCheck } from './study-check.ts'
import { namesIn, openFresh } from './study-files.ts'

/** Repairs what a check has found; gives one sentence for each thing that was done or could not be done. */
export async function mend(root: string, { damages, leftovers }: StudyCheck): Promise<string[]> {
  const folder = (await openFresh(root, false))!
  const mends = damages.flatMap((damage) => (damage.mend === undefined ? [] : [damage.mend]))
  const said: string[] = []
  const attempt = async (what: string, act: () => Promise<string> | string): Promise<void> => {
    try {
      said.push(await act())
    } catch (error) {
      said.push(`${what}: not repaired (${(error as Error).message})`)
    }
  }
  for (const one of mends) await attempt(one.kind, () => mendTruth(folder, one))
  for (const one of mends) {
    if (one.kind === 'remove') await attempt(relative(root, one.path), () => remove(root, one.path))
    if (one.kind === 'aside') await attempt(relative(root, one.path), () => moveAside(root, one.path))
  }
  // Where something else had the name of the chain's folder, there is no chain any more.
  const isChainWrong = mends.some(
    (one) => one.kind === 'chain' || (one.kind === 'aside' && one.path === bestFolder(root)),
  )
  if (isChainWrong || mends.some(({ kind }) => kind === 'link')) {
    await attempt('best_instance', () => mendBest(root, isChainWrong))
  }
  if (leftovers.length > 0) await attempt('leftovers', () => removeLeftovers(root, leftovers))
  return said.filter((sentence) => sentence !== '')
}

/**
 * Creates a missing truth file, as any worker would. If somebody else creates it at the same time, one of the two wins,
 * and a file that exists after all stays.
 *
 * @returns '' for a repair of another kind
 */
async function mendTruth(folder: Folder, one: Mend): Promise<string> {
  const { root } = folder
  switch (one.kind) {
    case 'note':
      return await writeNote(folder, one)
    case 'amendment':
      return await createMissing(folder, amendPath(root, one.number), (token, time) => ({
        enqueue: [],
        by: folder.me.worker,
        token,
        time,
      }))
    case 'slot': {
      const { slot, epoch, id, config, repeat, identity } = one.lock
      // The claim tells who made it, but not what proposed the config.
      return await createMissing(folder, slotPath(root, slot, epoch), (token, time) => ({
        slot,
        epoch,
        id,
        config,
        repeat,
        origin: 'doctor',
        worker: identity.worker,
        token,
        time,
      }))
    }
    case 'chain':
    case 'link':
    case 'remove':
    case 'aside':
      return ''
  }
}

async function writeNote(
  folder: Folder,
  { slot: number, id, attempt }: Extract<Mend, { kind: 'note' }>,
): Promise<string> {
  const slot = folder.known.slots.get(number)
  if (slot === undefined || slot.id !== id)
    return `trial ${number}: not repaired: its slot does not name this claim's config`
  await endAttempt(folder, slot, attempt, 'lost', 'its note is gone', [])
  return `trial ${number}: attempt ${attempt} is noted as lost`
}

async function createMissing(
  folder: Folder,
  path: string,
  write: (token: string, time: string) => object,
): Promise<string> {
  const created = await create(folder, path, write)
  return `'${relative(folder.root, path)}' ${created.verdict === 'won' ? 'was created again' : 'exists after all'}`
}

/** Derives the link from the truth again. A wrong chain is removed first, from its end, and derived again too. */
async function mendBest(root: string, isChainWrong: boolean): Promise<string> {
  if (isChainWrong) {
    const generations = namesIn(bestFolder(root)).filter((name) => generationOfBest(name) !== undefined)
    for (const name of generations.reverse()) {
      const path = join(bestFolder(root), name)
      // What is not ours to remove is moved: it must not stand in the chain.
      try {
        removeFound(path, removableAt(root, path))
      } catch {
        await moveAside(root, path)
      }
    }
  }
  const inTheWay = lookAt(bestLink(root))
  let moved = ''
  if (inTheWay !== undefined && !inTheWay.isSymbolicLink()) {
    moved = `; what had that name is now '${relative(root, await putAside(bestLink(root)))}'`
  } else if (inTheWay !== undefined && !isTrialId(readlinkSync(bestLink(root)))) {
    removeFound(bestLink(root), removableAt(root, bestLink(root))) // workers leave it alone, since it is not theirs
  }
  const folder = (await openFresh(root, false))!
  await publishBest(folder, true)
  const best = folder.known.best
  if (best === null) {
    if (lookAt(bestLink(root))?.isSymbolicLink() === true)
      removeFound(bestLink(root), removableAt(root, bestLink(root)))
    return `'best_instance': no trial has a value yet${moved}`
  }
  const chain = isChainWrong ? ', and its chain was derived again' : ''
  return `'best_instance' points to trial ${best.number}${chain}${moved}`
}

function remove(root: string, path: string): string {
  removeFound(path, removableAt(root, path))
  return `'${relative(root, path)}' removed: nobody needs it`
}

async function moveAside(root: string, path: string): Promise<string> {
  return `'${relative(root, path)}' is not a file of this study, and is now '${relative(root, await putAside(path))}'`
}

/** Renames what has that name, whatever it is; gives its new path, which nobody reads. */
async function putAside(path: string): Promise<string> {
  const aside = asidePath(path, `${Date.now().toString(36)}${randomBytes(3).toString('hex')}`)
  await realFileSystem.rename(path, aside)
  return aside
}

function removeLeftovers(root: string, paths: readonly string[]): string {
  const removed = paths.filter((path) => removeFound(path, removableAt(root, path))).length
  return `${removed} temporary ${removed === 1 ? 'file' : 'files'} older than a day removed`
}
