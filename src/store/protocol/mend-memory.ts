/**
 * What to do when something in memory turns out to be wrong in the middle of a piece of work.
 *
 * Opening a study checks only the heads of the lines of an index, and no configs of trials that have ended: all of it
 * would take several times as long. Work that comes upon a wrong one is stopped by an error, memory is put right from
 * the truth, and the work is done again.
 */

import { UnsoundLine } from '../memory/slot-table.ts'
import { UnsoundConfig, forgetUnsound } from '../memory/soundness.ts'
import type { Folder } from './folder.ts'
import { readSlots, readUnfinished } from './refresh.ts'

/** This often at most: everything is checked at once, so a second time is due only if hints arrived meanwhile. */
const MOST_MENDS = 8

/** Does a piece of work, and does it again if memory had to be put right. */
export async function soundly<T>(folder: Folder, work: () => Promise<T>): Promise<T> {
  for (let mends = 0; ; mends++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof UnsoundLine || error instanceof UnsoundConfig) || mends === MOST_MENDS) throw error
      await mendMemory(folder)
    }
  }
}

/** Checks all of memory, and reads from the truth what did not pass. */
export async function mendMemory(folder: Folder): Promise<void> {
  forgetUnsound(folder.known)
  folder.frontier = 0
  await readSlots(folder)
  await readUnfinished(folder)
}
