/**
 * Brings a folder's knowledge up to date: first from the index and the logs, which are cheap hints, then from the
 * truth, which fills the holes.
 *
 * After `refreshAll` memory has every slot and every final value that existed when it began, whatever happened to the
 * hints. `refresh` is the cheap step before each ask. It reads the logs that grew and the next amendment, and checks
 * that the index still exists that memory was loaded from: otherwise logs may be gone that it never read.
 */

import { readAmendments } from './amend.ts'
import type { Folder } from './folder.ts'
import type { Peer } from './peers.ts'
import { listIfThere, readText, slotExists } from './folder.ts'
import { addPeer, removePeer } from './peers.ts'
import { HIGHEST_SLOT, isSlotNumber } from '../disk/bounds.ts'
import { isIndexStanding, loadIndex } from './index-file.ts'
import { lockIn } from '../memory/damage.ts'
import {
  forgetSlot,
  isEndOf,
  learnFailed,
  learnLock,
  learnReport,
  learnSlot,
  learnValue,
  passTaken,
} from '../memory/knowledge.ts'
import { livenessOf } from './liveness.ts'
import { readEvents } from './log.ts'
import type { LogEvent } from './log.ts'
import * as paths from '../../paths.ts'
import { readSlotAt, readTruth } from './truth.ts'
import { ifReachable, trialPlace } from './unreachable.ts'

/** `log/` is listed once in this time. In between, new workers become known by the races they win. */
const LIST_EVERY_MS = 60_000

/** If its index is removed meanwhile, opening begins again, this many times at most: indexes are made less often. */
const ROUNDS = 8

/** Reads what others logged since the last look, and later amendments. */
export async function refresh(folder: Folder, nowMs: number): Promise<void> {
  await refreshLogs(folder, nowMs)
  await readAmendments(folder)
}

/**
 * Reads what others logged since the last look; reads everything if the index that memory was loaded from is gone.
 *
 * @param options.isListed  also lists `log/` to find new workers
 */
export async function refreshLogs(
  folder: Folder,
  nowMs: number,
  options: { readonly isListed?: boolean } = {},
): Promise<void> {
  if (options.isListed === true) folder.logs.listedMs = -Infinity
  await readLogs(folder, nowMs)
  if (!(await isIndexStanding(folder))) await refreshAll(folder, nowMs)
}

/** Reads everything: the newest index, logs, amendments, then every missing slot and every unfinished trial. */
export async function refreshAll(folder: Folder, nowMs: number): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    await loadIndex(folder)
    folder.logs.listedMs = -Infinity
    await readLogs(folder, nowMs)
    if (await isIndexStanding(folder)) break
  }
  await readAmendments(folder)
  await readSlots(folder)
  await readUnfinished(folder)
}

async function readLogs(folder: Folder, nowMs: number): Promise<void> {
  folder.logs.refreshedMs = nowMs
  const isListed = nowMs - folder.logs.listedMs >= LIST_EVERY_MS
  if (isListed) {
    folder.logs.listedMs = nowMs
    const place = paths.logFolder(folder.root)
    for (const name of (await ifReachable(folder, place, () => listIfThere(folder, place))) ?? []) {
      const worker = paths.workerOfLog(name)
      if (worker !== undefined) addPeer(folder, worker)
    }
  }
  for (const [worker, peer] of [...folder.others]) {
    if (isListed || !peer.isGone) await readLog(folder, worker, peer)
    if (isListed && folder.others.has(worker)) await doubt(folder, worker, peer, nowMs)
  }
}

async function readLog(folder: Folder, worker: string, peer: Peer): Promise<void> {
  const { tail } = peer
  do {
    const from = tail.offset
    for (const event of await readEvents(folder.files, tail)) apply(folder, worker, event)
    folder.index.uncovered += tail.offset - from
  } while (tail.hasMore)
}

/**
 * Checks whether a worker is gone if it has logged nothing since the last listing. The logs of workers that are gone
 * are not read at each ask.
 */
async function doubt(folder: Folder, worker: string, peer: Peer, nowMs: number): Promise<void> {
  const isQuiet = peer.listedOffset === peer.tail.offset
  peer.listedOffset = peer.tail.offset
  peer.isGone = isQuiet && (await livenessOf(folder, worker, peer.identity, nowMs).catch(() => 'unsure')) === 'gone'
}

/** Fills the holes: reads every slot file that memory does not have. Skips the folders whose numbers are all known. */
export async function readSlots(folder: Folder): Promise<void> {
  const { known } = folder
  const { SLOTS_PER_FOLDER } = paths
  passTaken(known)
  for (let index = paths.slotFolderOf(known.firstFree); ; index++) {
    const first = index * SLOTS_PER_FOLDER
    if (known.highest >= first + SLOTS_PER_FOLDER && !hasHole(folder, first, first + SLOTS_PER_FOLDER)) continue
    const seen = await seeSlots(folder, index)
    if (seen === 'some') continue
    // A number far above the others may come from a file that lies, and a folder that cannot be read says nothing: all
    // later ones may be alike. Then only folders that exist are looked at.
    if (seen === 'unreachable' || known.highest >= first)
      for (const later of await slotFoldersFrom(folder, index)) await seeSlots(folder, later)
    break
  }
  for (const number of [...known.seen])
    await ifReachable(folder, trialPlace(number), () => readSlotFile(folder, number))
  for (const number of [...known.nameless]) {
    const { epoch = 1 } = known.slots.get(number) ?? {}
    await ifReachable(folder, trialPlace(number), () => readSlotFile(folder, number, epoch))
  }
}

/**
 * Forgets every number below the ceiling that only hints know: it has neither a slot file nor a claim. A process must
 * not end because all numbers are taken before it has looked. Costs one listing for a thousand numbers, and nothing if
 * memory has not grown since the last time.
 *
 * @returns whether there was one
 */
export async function forgetHearsay(folder: Folder): Promise<boolean> {
  const { known, root, ceiling, mine } = folder
  if (folder.confirmed === known.slots.size) return false
  let index = -1
  let taken: ReadonlySet<number | undefined> | undefined
  let isAny = false
  for (const number of known.slots.numbers()) {
    if (number >= ceiling) break
    if (paths.slotFolderOf(number) !== index) {
      index = paths.slotFolderOf(number)
      const place = paths.slotFolder(root, index)
      const names = await ifReachable(folder, place, () => listIfThere(folder, place))
      taken = names === undefined ? undefined : new Set(names.map(paths.slotOfName))
    }
    if (taken === undefined || taken.has(number) || mine.has(number)) continue
    if ((await ifReachable(folder, trialPlace(number), () => hasSlotOrClaim(folder, number))) !== false) continue
    forgetSlot(known, number)
    folder.frontier = Math.min(folder.frontier, number)
    isAny = true
  }
  folder.confirmed = known.slots.size
  return isAny
}

async function hasSlotOrClaim(folder: Folder, number: number): Promise<boolean> {
  if (await slotExists(folder, number)) return true
  const id = folder.known.slots.idOf(number) ?? ''
  const text = id === '' ? undefined : await readText(folder, paths.lockPath(folder.root, id, 1))
  return text !== undefined && lockIn(text, id, 1)?.slot === number
}

/** Notes the numbers in one folder of slots. `none`: the folder is absent or empty. */
async function seeSlots(folder: Folder, index: number): Promise<'some' | 'none' | 'unreachable'> {
  const { known, root } = folder
  const place = paths.slotFolder(root, index)
  const names = await ifReachable(folder, place, () => listIfThere(folder, place))
  for (const name of names ?? []) {
    const number = paths.slotOfName(name)
    if (isSlotNumber(number) && paths.slotFolderOf(number) === index && !known.slots.has(number)) known.seen.add(number)
  }
  return names === undefined ? 'unreachable' : names.length > 0 ? 'some' : 'none'
}

/** The folders of slots from one on, by the names that exist. */
async function slotFoldersFrom(folder: Folder, index: number): Promise<number[]> {
  const names = await listIfThere(folder, paths.slotsFolder(folder.root))
  const indexes = names.filter((name) => /^\d{3,6}$/.test(name)).map(Number)
  return indexes.filter((later) => later > index && later <= paths.slotFolderOf(HIGHEST_SLOT)).sort((a, b) => a - b)
}

function hasHole({ known }: Folder, first: number, end: number): boolean {
  for (let n = first; n < end; n++) if (!known.slots.has(n)) return true
  return false
}

/** Reads the directory of every trial that is not final in memory, except for this process's own. */
export async function readUnfinished(folder: Folder): Promise<void> {
  for (const number of [...folder.known.unfinished]) {
    const slot = folder.known.slots.live(number)
    if (slot !== undefined && !folder.mine.has(number))
      await ifReachable(folder, trialPlace(number), () => readTruth(folder, slot))
  }
}

async function readSlotFile(folder: Folder, number: number, epoch = 1): Promise<void> {
  const slot = await readSlotAt(folder, number, epoch)
  if (slot === undefined) return
  learnSlot(folder.known, slot)
  addPeer(folder, slot.worker)
}

function apply(folder: Folder, worker: string, event: LogEvent): void {
  const { mine } = folder
  const peer = folder.others.get(worker)
  if (event.identity !== undefined && peer !== undefined) {
    peer.identity = event.identity
    peer.trials = event.trials ?? null
  }
  if (event.ask !== undefined && peer !== undefined) peer.asks = event.ask
  if (event.slot !== undefined && peer !== undefined) peer.asks = null
  if (!mine.has(numberOf(event))) applyToTrial(folder, worker, event)
  if (event.left === true) removePeer(folder, worker)
}

/** What a log says of a trial. It counts for nothing if this process runs the trial, which then asks the truth. */
function applyToTrial({ known }: Folder, worker: string, event: LogEvent): void {
  if (event.slot !== undefined) learnSlot(known, event.slot)
  if (event.lock !== undefined) learnLock(known, event.lock)
  if (event.release !== undefined) {
    const slot = known.slots.live(event.release)
    if (slot !== undefined && slot.worker === worker) slot.isReleased = true
  }
  if (event.report !== undefined) learnReport(known, worker, event.report)
  // If the event is about a later epoch than memory knows, it is skipped: it would end the wrong trial. The truth has
  // it.
  const isOf = (d: { readonly slot: number }): boolean => known.slots.idOf(d.slot) === event.id
  if (event.failed !== undefined && isOf(event.failed)) learnFailed(known, event.failed)
  if (event.value !== undefined && isOf(event.value) && isEndOf(known.order, event.value))
    learnValue(known, event.value)
}

const numberOf = ({ slot, lock, release, report, failed, value }: LogEvent): number =>
  (slot ?? lock ?? report ?? failed ?? value)?.slot ?? release ?? -1
