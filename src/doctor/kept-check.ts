/**
 * Finds the trials that logs or indexes tell of and whose files are gone: somebody may have removed a directory by
 * hand, or a hint may be wrong.
 */

import { lossOf } from '../store/protocol/kept.ts'
import type { Folder } from '../store/protocol/folder.ts'
import { wait } from '../study/patience.ts'
import type { Damage } from './finding.ts'

/** This many trials are named one by one; of the others, only the number is given. */
const MOST_NAMES = 20

/**
 * Looks at each trial that memory has.
 *
 * @param momentMs  how long to wait before a second look: a cache may not have a new file yet
 */
export async function checkKept(folder: Folder, momentMs: number): Promise<Damage[]> {
  const suspects = await lostAmong(folder, folder.known.slots.numbers())
  if (suspects.length === 0) return []
  await wait(momentMs)
  const lost = await lostAmong(
    folder,
    suspects.map(({ number }) => number),
  )
  const named = lost.slice(0, MOST_NAMES).map(({ words }) => ({ words }))
  const rest = lost.length - named.length
  return rest === 0 ? named : [...named, { words: `${rest} more trials: the same` }]
}

/**
 * The trials whose files are gone. A damaged record is named where the records are read, and a hint that contradicts a
 * record where the hints are.
 */
async function lostAmong(folder: Folder, numbers: Iterable<number>): Promise<{ number: number; words: string }[]> {
  const lost: { number: number; words: string }[] = []
  for (const number of numbers) {
    const slot = folder.known.slots.get(number)
    const loss = slot === undefined ? undefined : await lossOf(folder, slot).catch(() => undefined)
    if (loss?.kind !== 'gone') continue
    const end = slot!.final === null ? '' : ` (${slot!.final.status})`
    lost.push({ number, words: `trial ${number}${end}: ${loss.words}; ${loss.remedy}` })
  }
  return lost
}
