/** Reading the directories and files of a study. */

import { readFileSync, readdirSync } from 'node:fs'
import type { Objectives } from '../trial.ts'
import { orderOf } from '../space/objectives.ts'
import { readOnce } from '../store/disk/create-once.ts'
import { isAbsent, realFileSystem } from '../store/disk/file-system.ts'
import { readDefinition } from '../store/protocol/definition-file.ts'
import { openFolder } from '../store/protocol/folder.ts'
import type { Folder } from '../store/protocol/folder.ts'
import { refreshAll } from '../store/protocol/refresh.ts'

/** Opens a study with a memory of all that is on disk now; undefined if there is no study. */
export async function openFresh(root: string, isReadOnly: boolean): Promise<Folder | undefined> {
  const study = await readDefinition(realFileSystem, root)
  if (study === undefined) return undefined
  const order = orderOf(study.objectives as unknown as Objectives)
  const folder = openFolder(realFileSystem, root, study, { isReadOnly, ceiling: Infinity }, order)
  await refreshAll(folder, performance.now())
  return folder
}

/** The names in a directory that are not temporary, sorted; none if the directory does not exist. */
export function namesIn(directory: string): string[] {
  return allNamesIn(directory)
    .filter((name) => !name.startsWith('.'))
    .sort()
}

/** All names in a directory, temporary ones too; none if the directory does not exist. */
export function allNamesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
}

/** The bytes of a file; undefined if it does not exist, or no longer. */
export function bytesOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

/** The text of a write-once file; undefined while it is absent. */
export async function textOf({ files, primitive }: Folder, path: string): Promise<string | undefined> {
  return await readOnce(files, primitive, path)
}

/** The highest number that the pattern's first group matches in any of the names; 0 if there is none. */
export function highest(names: readonly string[], pattern: RegExp): number {
  return names.reduce((most, name) => Math.max(most, Number(pattern.exec(name)?.[1] ?? 0)), 0)
}
