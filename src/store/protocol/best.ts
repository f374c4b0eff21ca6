/**
 * The best trial: a chain of strict improvements, and the link `best_instance`, which follows its top.
 *
 * Each generation is created exclusively, so a better value is never lost in a race. The link is renamed only to the
 * top of the chain, and looked at again afterwards. Workers publish the best trial that they know of, not only their
 * own. Chain and link are hints: if a full disk refuses them here, the next improvement or the next worker to open the
 * study makes up for it.
 */

import { StudyError } from '../../errors.ts'
import { readBest, readValue } from '../disk/documents.ts'
import type { BestDocument } from '../disk/documents.ts'
import { kindOf, lookAt } from '../disk/door.ts'
import { create, freshToken, isMade, poke, readIfMade, readText, readTextFresh } from './folder.ts'
import type { Folder } from './folder.ts'
import { errorCode, isAbsent } from '../disk/file-system.ts'
import { valueIn } from '../memory/damage.ts'
import { isSound, rankedIn } from '../memory/knowledge.ts'
import type { Ranked } from '../memory/knowledge.ts'
import type { Slot } from '../memory/slot.ts'
import { correctEnd } from '../memory/soundness.ts'
import { bestFolder, bestLink, bestPath, isTrialId, temporaryPath, valuePath } from '../../paths.ts'

/** An entry of the chain is looked for in this many rounds of its trial: where a folder is a link, all look damaged. */
const MOST_ROUNDS = 20

/** Gives up after this many renames that others undid: they are then putting the link right themselves. */
const MOST_MOVES = 16

/** Puts this many false ends right at once. If there are more, the chain stays as it is until they are removed. */
const MOST_CORRECTIONS = 8

/**
 * Publishes the best trial that memory knows if the chain does not have it, and puts the link right.
 *
 * @param isFresh  look past caches, as before leaving; otherwise one `readlink` is enough
 */
export async function publishBest(folder: Folder, isFresh: boolean): Promise<void> {
  try {
    await publish(folder, isFresh)
  } catch (error) {
    if (!(error instanceof StudyError)) throw error
  }
}

async function publish(folder: Folder, isFresh: boolean): Promise<void> {
  // The chain only improves: a trial that does not beat the top seen last does not beat the current one either.
  let top = isFresh || folder.bestChain.top === null ? await readTop(folder) : folder.bestChain.top
  let hasPublished = false
  // A log may report a value whose record was lost, by a disk that had not written what it said it had.
  const unrecorded = new Set<number>()
  for (let corrections = 0; corrections < MOST_CORRECTIONS;) {
    if (!beats(folder, top, unrecorded)) break
    top = await readTop(folder)
    const best = bestBut(folder, unrecorded)
    if (best === null || !beats(folder, top, unrecorded)) break
    const { number, id, final } = best
    const worth = folder.known.order.worthOf(final!.values)!
    const text = await readText(folder, valuePath(folder.root, id, final!.round))
    const record = text === undefined ? undefined : valueIn(text, best, final!.round, folder.known.order)
    if (record?.status !== 'complete' || folder.known.order.worthOf(record.values) !== worth) {
      if (record === undefined) unrecorded.add(number)
      else correctEnd(folder.known, number, record)
      corrections++
      continue
    }
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
  if (hasPublished || isFresh) return await moveLink(folder)
  const isBehind = (await readLink(folder)) !== top.id && folder.bestChain.obstacle === null
  if (isBehind && (await readLink(folder)) !== (await readTop(folder))?.id) await moveLink(folder)
}

/** Whether the best trial that memory knows, but for some, belongs on top of the chain. */
function beats(folder: Folder, top: BestDocument | null, but: ReadonlySet<number>): boolean {
  const best = bestBut(folder, but)
  return best !== null && folder.known.order.isBetter(rankedIn(folder.known, best), top && ranked(top))
}

/** The best trial that memory knows, but for some. */
function bestBut({ known }: Folder, but: ReadonlySet<number>): Slot | null {
  if (but.size === 0) return known.best
  let best: Slot | null = null
  for (const number of known.slots.numbers()) {
    const slot = but.has(number) || !known.slots.isSettled(number) ? undefined : known.slots.get(number)
    if (slot === undefined || !known.order.isBetter(rankedIn(known, slot), best && rankedIn(known, best))) continue
    if (isSound(known, slot)) best = slot
  }
  return best
}

const ranked = ({ worth, slot }: BestDocument): Ranked => ({ worth, number: slot })

/**
 * Reads on from the last generation known. Gives the best trial in the chain, null if there is none. If the chain was
 * deleted, it is read from the beginning. Skips generations that are damaged, that do not improve on the earlier ones
 * (their writer had seen a chain that was since deleted), or that no trial bears out.
 */
async function readTop(folder: Folder): Promise<BestDocument | null> {
  // Several trials of one process may end at the same time, so each of them reads on by itself.
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
    const isBetter = next !== undefined && order.isBetter(ranked(next), top && ranked(top))
    if (isBetter && (isRemembered(folder, next) || (await isRecorded(folder, next)))) top = next
  }
  folder.bestChain = { ...folder.bestChain, generation, top }
  return top
}

/** Whether memory has a trial that is worth what an entry of the chain says. */
export function isRemembered({ known }: Folder, entry: BestDocument): boolean {
  try {
    const slot = known.slots.idOf(entry.slot) === entry.id ? known.slots.get(entry.slot) : undefined
    return slot !== undefined && rankedIn(known, slot).worth === entry.worth
  } catch {
    return false // its line in an index does not pass
  }
}

/**
 * The same by the terminal records themselves: the chain is a hint, and an entry that lies would keep all others out. A
 * damaged record is an end without a value, and the next round may have one.
 */
export async function isRecorded(folder: Folder, { slot, id, worth }: BestDocument): Promise<boolean> {
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const text = await readTextFresh(folder, valuePath(folder.root, id, round))
    if (text === undefined) return false
    const value = readValue(text)
    if (value?.slot === slot && value.status === 'complete') return folder.known.order.worthOf(value.values) === worth
  }
  return false
}

async function moveLink(folder: Folder): Promise<void> {
  const { files, root } = folder
  for (let moves = 0; moves < MOST_MOVES; moves++) {
    const top = await readTop(folder)
    if (top === null) return
    const temporary = temporaryPath(bestLink(root), freshToken(folder.me))
    try {
      await files.symlink(top.id, temporary)
    } catch {
      return // no symlinks here, or no room: the command `best` answers from the chain
    }
    await poke(folder, bestFolder(root))
    const fresh = (await readTop(folder)) ?? top
    if (fresh.id !== top.id || (await readLink(folder)) === top.id) {
      await files.unlink(temporary).catch(() => undefined)
      if (fresh.id === top.id) return
      continue
    }
    if (folder.bestChain.obstacle !== null) {
      await files.unlink(temporary).catch(() => undefined)
      return
    }
    try {
      await files.rename(temporary, bestLink(root))
    } catch {
      await files.unlink(temporary).catch(() => undefined)
      return
    }
    // A slow process may have renamed an older link over ours, and been killed before it could look again.
    if ((await readTop(folder))?.id === top.id && (await readLink(folder)) === top.id) return
  }
}

/**
 * Where the link leads; undefined if it is absent, and '' if something else has its name. What is not a link to a trial
 * is not ours, so it is left alone and noted: `anthill doctor --fix` moves it aside.
 */
async function readLink(folder: Folder): Promise<string | undefined> {
  const note = (obstacle: string | null): void => {
    if (obstacle !== folder.bestChain.obstacle) folder.bestChain = { ...folder.bestChain, obstacle }
  }
  try {
    const target = await folder.files.readlink(bestLink(folder.root))
    note(isTrialId(target) ? null : `is a link to '${target}', which is not a trial here`)
    return target
  } catch (error) {
    const stats = errorCode(error) === 'EINVAL' ? lookAt(bestLink(folder.root)) : undefined
    note(stats === undefined ? null : `is ${kindOf(stats)} where a link must be`)
    return isAbsent(error) ? undefined : ''
  }
}

/** One sentence about what stands in the place of the link, undefined if nothing does. */
export function obstacleNotice({ root, bestChain: { obstacle } }: Folder): string | undefined {
  if (obstacle === null) return undefined
  const stale = 'it does not follow the best trial, and its contents may be old'
  return `'${bestLink(root)}' ${obstacle}: ${stale}; move it aside with 'anthill doctor --fix'`
}
