/** Work on the memory of a study, one piece after the other: memory has one reader and writer at a time. */

import type { Folder } from '../store/protocol/folder.ts'
import { soundly } from '../store/protocol/mend-memory.ts'
import { readSlots, readUnfinished, refresh } from '../store/protocol/refresh.ts'

/** How the calls of a study wait for one another. @internal */
export interface Turns {
  /** Does some work when its turn comes. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>
  /** Reads the logs, the slots and the state on disk of each unfinished trial; then does the work, in the same turn. */
  readonly upToDate: <T>(work: () => T | Promise<T>) => Promise<T>
  /** Does some work if nobody has the turn or waits for it; otherwise it is left undone. */
  readonly ifFree: (work: () => Promise<void>) => Promise<void>
}

/**
 * @param isClosing  whether memory stays as it is, since the study is being closed
 *
 * @internal
 */
export function turnsOf(folder: Folder, isClosing: () => boolean): Turns {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    const soundWork = (): Promise<T> => soundly(folder, work)
    waiting++
    const turn = last.then(soundWork, soundWork)
    last = turn.catch(() => undefined)
    return await turn.finally(() => waiting--)
  }
  const upToDate = async <T>(work: () => T | Promise<T>): Promise<T> =>
    await inTurn(async () => {
      if (!isClosing()) {
        await refresh(folder, performance.now())
        await readSlots(folder)
        await readUnfinished(folder)
      }
      return await work()
    })
  const ifFree = async (work: () => Promise<void>): Promise<void> => {
    if (waiting === 0) await inTurn(work)
  }
  return { inTurn, upToDate, ifFree }
}
