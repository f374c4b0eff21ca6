/** Reading the directories and files of a study. */

import { readdirSync } from 'node:fs'
import { lookAt } from '../store/disk/door.ts'
import { readOnce } from '../store/disk/create-once.ts'
import type { StudyDocument } from '../store/disk/documents.ts'
import { isAbsent, readFileFrom, realFileSystem } from '../store/disk/file-system.ts'
import { readDefinition } from '../store/protocol/definition-file.ts'
import { openFolder } from '../store/protocol/folder.ts'
import type { Folder } from '../store/protocol/folder.ts'
import { mendMemory } from '../store/protocol/mend-memory.ts'
import { refreshAll } from '../store/protocol/refresh.ts'
import { isConfigOf } from '../space/canonical.ts'
import { orderOf } from '../space/goals.ts'
import { readDefined } from '../study/definition.ts'

/** The definition of a study; undefined if there is none that can be read. */
export const definitionOf = (root: string): Promise<StudyDocument | undefined> =>
  readDefinition(realFileSystem, root).catch(() => undefined)

/** Opens a study with a memory of all that is on disk now; undefined if there is no study. */
export async function openFresh(root: string, isReadOnly: boolean): Promise<Folder | undefined> {
  const study = await readDefinition(realFileSystem, root)
  if (study === undefined) return undefined
  const { space, goals } = readDefined(root, study)
  const check = { ...orderOf(goals), isConfig: isConfigOf(space) }
  const folder = openFolder(realFileSystem, root, study, { isReadOnly, ceiling: Infinity }, check)
  await refreshAll(folder, performance.now())
  await mendMemory(folder)
  return folder
}

/** The names in a directory, and why they could not be read. */
export interface Listing {
  readonly names: readonly string[]
  readonly problem?: string
}

/** All names in a directory, temporary ones too; none if it does not exist or cannot be read. */
export function listingOf(directory: string): Listing {
  try {
    return { names: readdirSync(directory).sort() }
  } catch (error) {
    return isAbsent(error) ? { names: [] } : { names: [], problem: (error as Error).message }
  }
}

/** The names in a directory that are not temporary, sorted; none if it does not exist or cannot be read. */
export function namesIn(directory: string): string[] {
  return listingOf(directory).names.filter((name) => !name.startsWith('.'))
}

/** Whether a path is a folder, and not a link to one. */
export const isFolder = (path: string): boolean => lookAt(path)?.isDirectory() === true

/** Whether something other than a folder has the name of one. */
export const isInTheWay = (path: string): boolean => !isFolder(path) && lookAt(path) !== undefined

/**
 * The bytes of a file, or about `most` of them from `offset`; undefined if it does not exist (any more).
 *
 * @throws an error that `isRefused` if it is not a regular file, or longer than its kind may be
 */
export const bytesOf = (path: string, offset = 0, most?: number): Promise<Buffer | undefined> =>
  readFileFrom(realFileSystem, path, offset, most)

/** The text of a write-once file; undefined while it is absent. */
export async function textOf({ files, primitive }: Folder, path: string): Promise<string | undefined> {
  return await readOnce(files, primitive, path)
}

/** The numbers that `numberOf` finds in names, each once, ascending. */
export function numbersIn(names: readonly string[], numberOf: (name: string) => number | undefined): number[] {
  const numbers = new Set(names.map(numberOf).filter((number) => number !== undefined))
  return [...numbers].sort((a, b) => a - b)
}

/** What lies between two neighbors of ascending numbers, and before the first: [first missing, last missing]. */
export function gapsIn(numbers: readonly number[]): [number, number][] {
  return numbers.flatMap((number, k): [number, number][] => {
    const before = k === 0 ? 0 : numbers[k - 1]!
    return number > before + 1 ? [[before + 1, number - 1]] : []
  })
}
