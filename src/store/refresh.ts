/**
 * Bringing a folder's knowledge up to date: logs first (cheap hints), then, when it opens, the holes from the truth.
 *
 * After `refreshAll` memory holds every slot and every final value that existed when it began, whatever happened to
 * the logs. `refresh` is the cheap step before each ask: the logs that grew, and the next amendment.
 */

import { readAmendments } from './amend.ts'
import { slotIn } from './damage.ts'
import type { Folder } from './folder.ts'
import { listIfThere, meet, readText } from './folder.ts'
import { learnFailed, learnLock, learnReport, learnSlot, learnValue } from './knowledge.ts'
import { readEvents } from './log.ts'
import type { LogEvent } from './log.ts'
import * as paths from './paths.ts'
import { readTruth } from './truth.ts'

/** `log/` is listed this often; in between, new workers become known by the races they win. */
const LIST_EVERY_MS = 60_000

/** What others logged since the last look, and later amendments. */
export async function refresh(folder: Folder, nowMs: number): Promise<void> {
  await refreshLogs(folder, nowMs)
  await readAmendments(folder)
}

/** What others logged since the last look. */
export async function refreshLogs(folder: Folder, nowMs: number): Promise<void> {
  folder.refreshedMs = nowMs
  if (nowMs - folder.listedMs >= LIST_EVERY_MS) {
    folder.listedMs = nowMs
    for (const name of await listIfThere(folder, paths.logFolder(folder.root))) {
      const worker = paths.workerOfLog(name)
      if (worker !== undefined) meet(folder, worker)
    }
  }
  for (const [worker, other] of folder.others) {
    if (other.hasLeft) continue
    for (const event of await readEvents(folder.files, other.tail)) apply(folder, worker, event)
  }
}

/** Everything: logs, every slot and every unfinished trial as they stand on disk, amendments. */
export async function refreshAll(folder: Folder, nowMs: number): Promise<void> {
  folder.listedMs = -Infinity
  await refresh(folder, nowMs)
  await readSlots(folder)
  await readUnfinished(folder)
}

/** Fills the holes: every slot file that memory does not have. */
export async function readSlots(folder: Folder): Promise<void> {
  const { known } = folder
  for (let index = paths.slotFolderOf(known.firstFree); ; index++) {
    const names = await listIfThere(folder, paths.slotsFolder(folder.root, index))
    if (names.length === 0 && known.highest < index * paths.SLOTS_PER_FOLDER) break
    for (const name of names) {
      const number = paths.slotOfName(name)
      if (number !== undefined && !known.slots.has(number)) known.seen.add(number)
    }
  }
  for (const number of [...known.seen]) await readSlotFile(folder, number)
}

/** Every trial that is not final in memory, as its own directory has it. */
export async function readUnfinished(folder: Folder): Promise<void> {
  for (const number of [...folder.known.unfinished]) {
    const slot = folder.known.slots.get(number)
    if (slot !== undefined && !folder.mine.has(number)) await readTruth(folder, slot)
  }
}

async function readSlotFile(folder: Folder, number: number): Promise<void> {
  const text = await readText(folder, paths.slotPath(folder.root, number, 1))
  if (text === undefined) return
  const slot = slotIn(text, number, 1)
  learnSlot(folder.known, slot)
  meet(folder, slot.worker)
}

function apply(folder: Folder, worker: string, event: LogEvent): void {
  const { known } = folder
  const other = folder.others.get(worker)!
  if (event.identity !== undefined) {
    other.identity = event.identity
    other.trials = event.trials ?? null
  }
  if (event.ask !== undefined) other.asks = event.ask
  if (event.slot !== undefined) {
    other.asks = null
    if (event.slot.closed !== undefined || paths.isTrialId(event.slot.id)) learnSlot(known, event.slot)
  }
  if (event.lock !== undefined && paths.isTrialId(event.lock.id)) learnLock(known, event.lock)
  if (event.release !== undefined) {
    const slot = known.slots.get(event.release)
    if (slot !== undefined && slot.worker === worker) slot.released = true
  }
  if (event.report !== undefined) learnReport(known, worker, event.report)
  // Of a later epoch than memory has, it would be taken for the end of another trial: the truth will tell.
  const isOf = (d: { readonly slot: number }): boolean => known.slots.get(d.slot)?.id === event.id
  if (event.failed !== undefined && isOf(event.failed)) learnFailed(known, event.failed)
  if (event.value !== undefined && isOf(event.value)) learnValue(known, event.value)
  if (event.left === true) other.hasLeft = true
}
