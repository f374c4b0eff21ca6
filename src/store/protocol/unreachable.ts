/**
 * One trial, folder or file that this process cannot read or write says nothing about the others. It is passed over and
 * named, and work goes on with what is left.
 *
 * That is so for errors that belong to one place (`isOfOnePlace` of disk/io-error.ts). All others concern every trial,
 * and stop the process.
 */

import { isOfOnePlace } from '../disk/io-error.ts'
import type { Folder } from './folder.ts'

/** A process that cannot reach this many trials in a row stops: then it is probably not the trials. */
export const MOST_IN_A_ROW = 3

/** Does some work at one place; undefined if it cannot be reached, which `folder.unreachable` then says. */
export function ifReachable<T>(folder: Folder, place: string, work: () => Promise<T>): Promise<T | undefined> {
  return work().catch((error: unknown) => {
    if (!isOfOnePlace(error)) throw error
    folder.unreachable.set(place, error instanceof Error ? error.message : String(error))
    return undefined
  })
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
