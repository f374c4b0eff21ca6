/**
 * Which number to try next: the lowest free one, so that numbers follow time. A wrong guess costs one create that
 * loses. Only numbers below the ceiling are tried, and each slot is created once: so there are never more trials than
 * the ceiling says, and an ask ends with `full` (claim.ts) once all of them are taken.
 *
 * A process whose sampler reads the record knows from the logs which numbers are taken. A process whose sampler does
 * not read it skips the other logs and searches the slot files instead. Numbers are taken from the bottom up, so a few
 * looks at doubling distances find the first free one, however many workers there are. If trials are so short that
 * many workers ask at once, each of the n workers takes every n-th number; the numbers left over go to whichever worker
 * comes first.
 */

import { listIfThere, slotExists } from './folder.ts'
import type { Folder } from './folder.ts'
import { freeNumber } from '../memory/knowledge.ts'
import { SLOTS_PER_FOLDER, slotFolderOf, slotOfName, slotFolder } from '../../paths.ts'

/** After a lost race, the next asks try a number by the worker's own rank instead of the lowest one: this many asks. */
const CONTENTION_LASTS = 32

/** After this many looks at single numbers, whole folders of a thousand are listed. */
const MOST_LOOKS = 8

/** What this process's last asks were like: whether the proposal was slow, and how long a lost race still counts. */
export interface ClaimPace {
  isSlow: boolean
  /** For how many more asks a lost race is remembered. */
  contention: number
}

/** How a process takes its numbers. */
export interface Manner {
  readonly pace: ClaimPace
  /** Whether this process reads what others do, so that memory knows which numbers are taken. */
  readonly readsRecord: boolean
}

/** The number to try after `losses` lost races in this ask; undefined if all below the ceiling are taken. */
export async function chooseNumber(
  folder: Folder,
  { pace, readsRecord }: Manner,
  losses: number,
): Promise<number | undefined> {
  const { known, ceiling } = folder
  const isInLane = losses === 0 && pace.contention > 0
  const rank = losses > 0 ? Math.floor(Math.random() * Math.min(4 ** losses, 256)) : isInLane ? rankOf(folder) : 0
  if (readsRecord || folder.others.size === 0) return freeNumber(known, ceiling, askedByOthers(folder), rank)
  const number = isInLane ? await nextInLane(folder, rank) : await nextBeyond(folder, rank)
  return number ?? (await leftOver(folder, rank))
}

/** Remembers that a race for a number was lost, and finds out which numbers around it are taken as well. */
export async function rememberLoss(
  folder: Folder,
  { pace, readsRecord }: Manner,
  number: number,
  losses: number,
): Promise<void> {
  pace.contention = CONTENTION_LASTS
  if (readsRecord && losses === 1) await seeTaken(folder, number)
}

/** A free number that the search has passed: found by a few looks, or else by listing all folders. */
async function leftOver(folder: Folder, rank: number): Promise<number | undefined> {
  const { known, ceiling } = folder
  for (let looks = 1; ; looks++) {
    const number = freeNumber(known, ceiling, askedByOthers(folder), rank)
    if (number === undefined || !(await slotExists(folder, number))) return number
    known.seen.add(number)
    if (looks !== MOST_LOOKS) continue
    for (let first = known.firstFree; first < ceiling; first = SLOTS_PER_FOLDER * (slotFolderOf(first) + 1))
      await seeTaken(folder, first)
  }
}

/** The first free number in this worker's lane (every n-th number), from where the last search ended. */
async function nextInLane(folder: Folder, lane: number): Promise<number | undefined> {
  const lanes = 1 + folder.others.size
  let n = Math.max(folder.frontier, folder.known.firstFree)
  n += (lane - (n % lanes) + lanes) % lanes
  while (n < folder.ceiling && (await isTaken(folder, n))) n += lanes
  folder.frontier = Math.min(n, folder.ceiling)
  return n < folder.ceiling ? n : undefined
}

/**
 * The `rank`-th number that looks free behind those that are taken. Doubling steps and then halving ones find where the
 * taken numbers end.
 */
async function nextBeyond(folder: Folder, rank: number): Promise<number | undefined> {
  const { known, ceiling } = folder
  let taken = Math.max(folder.frontier, known.firstFree) - 1
  let free = taken + 1
  for (let step = 1; free < ceiling && (await isTaken(folder, free)); step *= 2) {
    taken = free
    free = Math.min(taken + step, ceiling)
  }
  while (free - taken > 1) {
    const middle = Math.floor((taken + free) / 2)
    if (await isTaken(folder, middle)) taken = middle
    else free = middle
  }
  folder.frontier = free
  return freeNumber(known, ceiling, askedByOthers(folder), rank, free)
}

async function isTaken(folder: Folder, n: number): Promise<boolean> {
  return folder.known.slots.has(n) || folder.known.seen.has(n) || (await slotExists(folder, n))
}

/** Marks as taken all numbers in the slot folder of a number. */
async function seeTaken(folder: Folder, number: number): Promise<void> {
  for (const name of await listIfThere(folder, slotFolder(folder.root, slotFolderOf(number)))) {
    const taken = slotOfName(name)
    if (taken !== undefined && !folder.known.slots.has(taken)) folder.known.seen.add(taken)
  }
}

/** This worker's place among those at work, by name: if many ask at once, each takes another free number. */
export function rankOf(folder: Folder): number {
  let rank = 0
  for (const [worker, other] of folder.others) if (!other.isGone && worker < folder.me.worker) rank++
  return rank
}

/** The numbers that slow samplers of other workers are working on. */
function askedByOthers(folder: Folder): Set<number> {
  const asked = new Set<number>()
  for (const [worker, other] of folder.others) {
    if (other.asks !== null && !other.isGone && folder.signs.get(worker)?.sign !== 'silent') asked.add(other.asks)
  }
  return asked
}
