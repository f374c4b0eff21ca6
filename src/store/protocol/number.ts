/**
 * Which number to try next. A wrong guess costs one create that loses; a right one is the lowest free number, so that
 * numbers follow time.
 *
 * A process whose sampler reads the record knows from the logs what is taken. One that does not spares itself the logs
 * of all others and feels its way along the slot files instead: they are taken from the bottom up, so a few looks at
 * doubling distances find the first free one, however many workers there are. Where trials are so short that many ask
 * at once, each takes every n-th number, n being the workers at work, and what is left over goes to whoever comes
 * first.
 */

import { listIfThere, slotExists } from './folder.ts'
import type { Folder } from './folder.ts'
import { freeNumber } from '../memory/knowledge.ts'
import { SLOTS_PER_FOLDER, slotFolderOf, slotOfName, slotFolder } from '../../paths.ts'

/** What this process's last asks were like: a slow proposal, and for how many more asks a lost race is remembered. */
export interface ClaimPace {
  isSlow: boolean
  contention: number
}

/** How a process takes its numbers. */
export interface Manner {
  readonly pace: ClaimPace
  /** Whether memory holds what others do. */
  readonly readsRecord: boolean
}

/** After a lost race this many asks go by the worker's own rank, not for the lowest number. */
const CONTENTION_LASTS = 32

/** The number to try after `losses` lost races in this ask; undefined when all below the ceiling are taken. */
export async function chooseNumber(
  folder: Folder,
  { pace, readsRecord }: Manner,
  losses: number,
): Promise<number | undefined> {
  const { known, ceiling } = folder
  const rank =
    losses > 0 ? Math.floor(Math.random() * Math.min(4 ** losses, 256)) : pace.contention > 0 ? rankOf(folder) : 0
  if (readsRecord || folder.others.size === 0) return freeNumber(known, ceiling, askedByOthers(folder), rank)
  const ownLane = losses === 0 && pace.contention > 0
  const number = ownLane ? await nextInLane(folder, rank) : await nextBeyond(folder, rank)
  return number ?? (await leftOver(folder, rank))
}

/** Looks at single numbers, before a folder of a thousand is listed. */
const MOST_LOOKS = 8

/** Remembers a race that was lost over a number, and sees which numbers around it are taken as well. */
export async function rememberLoss(
  folder: Folder,
  { pace, readsRecord }: Manner,
  number: number,
  losses: number,
): Promise<void> {
  pace.contention = CONTENTION_LASTS
  if (readsRecord && losses === 1) await seeTaken(folder, number)
}

/** One that memory takes for free, and that is: found by a few looks at most, else by listing them all. */
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

/** The first free one of every n-th number, from where this process was last. */
async function nextInLane(folder: Folder, lane: number): Promise<number | undefined> {
  const lanes = 1 + folder.others.size
  let n = Math.max(folder.frontier, folder.known.firstFree)
  n += (lane - (n % lanes) + lanes) % lanes
  while (n < folder.ceiling && (await isTaken(folder, n))) n += lanes
  folder.frontier = Math.min(n, folder.ceiling)
  return n < folder.ceiling ? n : undefined
}

/**
 * The `rank`-th number that looks free behind those that are taken, which doubling steps and then halves find the end
 * of.
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

/** Marks what stands in the slot folder of a number as taken. */
async function seeTaken(folder: Folder, number: number): Promise<void> {
  for (const name of await listIfThere(folder, slotFolder(folder.root, slotFolderOf(number)))) {
    const taken = slotOfName(name)
    if (taken !== undefined && !folder.known.slots.has(taken)) folder.known.seen.add(taken)
  }
}

/** This worker's place among those at work: where many ask at once, each takes another of the free numbers. */
export function rankOf(folder: Folder): number {
  let rank = 0
  for (const [worker, other] of folder.others) if (!other.isGone && worker < folder.me.worker) rank++
  return rank
}

function askedByOthers(folder: Folder): Set<number> {
  const asked = new Set<number>()
  for (const [worker, other] of folder.others) {
    if (other.asks !== null && !other.isGone && folder.signs.get(worker)?.sign !== 'silent') asked.add(other.asks)
  }
  return asked
}
