/** Looking into the directories of a study. */

import { readdirSync } from 'node:fs'
import { readOnce } from '../store/disk/create-once.ts'
import type { Folder } from '../store/protocol/folder.ts'
import { isAbsent } from '../store/disk/file-system.ts'

/** The names that are not temporary, in order; none where there is no such directory. */
export function namesIn(directory: string): string[] {
  return allNamesIn(directory)
    .filter((name) => !name.startsWith('.'))
    .sort()
}

export function allNamesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
}

/** The text of a write-once file, undefined while it is absent. */
export async function textOf({ files, primitive }: Folder, path: string): Promise<string | undefined> {
  return await readOnce(files, primitive, path)
}

/** The highest number that the pattern's first group finds, 0 for none. */
export function highest(names: readonly string[], pattern: RegExp): number {
  return names.reduce((most, name) => Math.max(most, Number(pattern.exec(name)?.[1] ?? 0)), 0)
}
