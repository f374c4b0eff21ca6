/**
 * One trial, folder or file that this process cannot read or write says nothing about the others. It is passed over and
 * named, and work goes on with what is left.
 *
 * That is so for errors that belong to one place: a permission, a loop of links, a sick block of the disk. A full disk,
 * a quota, too many open files or a study that is gone concern every trial, and stop the process as before.
 */

import { StudyError } from '../../errors.ts'
import { isRefused } from '../disk/door.ts'
import { errorCode } from '../disk/file-system.ts'
import type { Folder } from './folder.ts'

/** Codes of errors that belong to one place. */
const OF_ONE_PLACE: ReadonlySet<string> = new Set([
  'EACCES',
  'EPERM',
  'EIO',
  'EISDIR',
  'ELOOP',
  'ENXIO',
  'ENOTDIR',
  'ENAMETOOLONG',
])

/** A process that cannot reach this many trials in a row stops: then it is probably not the trials. */
export const MOST_IN_A_ROW = 3

/** Whether an error concerns one place only. */
export function isOfOnePlace(error: unknown): boolean {
  const cause: unknown = error instanceof StudyError ? error.cause : error
  return isRefused(cause) || (!isStudyWide(cause) && OF_ONE_PLACE.has(errorCode(cause)))
}

/** Does some work at one place; undefined if it cannot be reached, which `folder.unreachable` then says. */
export async function ifReachable<T>(folder: Folder, place: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!isOfOnePlace(error)) throw error
    folder.unreachable.set(place, error instanceof Error ? error.message : String(error))
    return undefined
  }
}

/** The name of a trial in `folder.unreachable`. */
export const trialPlace = (number: number): string => `trial ${number}`

/** One sentence for each place that could not be reached. A trial that has ended since is left out. */
export function unreachableWords({ unreachable, known }: Folder): string[] {
  const isOpen = (place: string): boolean => {
    const number = /^trial (\d+)$/.exec(place)?.[1]
    return number === undefined || known.unfinished.has(Number(number)) || known.seen.has(Number(number))
  }
  return [...unreachable].filter(([place]) => isOpen(place)).map(([place, words]) => `${place}: ${words}`)
}

/** A folder that all files of a kind are in, such as `slots/`, is something else. */
const isStudyWide = (cause: unknown): boolean =>
  typeof cause === 'object' && cause !== null && 'extent' in cause && cause.extent === 'study'
