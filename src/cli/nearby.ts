/** Studies near a directory that is none itself: around it, where somebody stands in a study, or below it. */

import { lstatSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { META_NAME, isTrialId, studyPath } from '../paths.ts'

/** How far below a directory studies are looked for, and how many directories are read at most. */
const DEEPEST = 3
const MOST_READ = 2000

/** Whether a directory holds a study. */
function isStudy(directory: string): boolean {
  const path = studyPath(directory)
  // A folder stands for the file where there are no hard links.
  return [path, `${path}.d`].some((place) => {
    try {
      return lstatSync(place, { throwIfNoEntry: false }) !== undefined
    } catch {
      return false
    }
  })
}

/**
 * The study that a directory belongs to: itself, or the one above if it lies in a trial's directory or in `.anthill`.
 * Not any directory above: somebody else may have put a study there.
 */
export function studyAround(directory: string): string | undefined {
  if (isStudy(directory)) return directory
  for (let at = directory; dirname(at) !== at; at = dirname(at)) {
    const above = dirname(at)
    if ((isTrialId(basename(at)) || basename(at) === META_NAME) && isStudy(above)) return above
  }
  return undefined
}

/** The studies below a directory, in the order of their names. No link is followed. */
export function studiesBelow(directory: string): string[] {
  const found: string[] = []
  let level = [directory]
  let left = MOST_READ
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth++) {
    const next: string[] = []
    for (const place of level) {
      if (left-- <= 0) break
      for (const name of foldersIn(place)) {
        const path = join(place, name)
        if (isStudy(path)) found.push(path)
        else next.push(path)
      }
    }
    level = next
  }
  return found.sort()
}

function foldersIn(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort()
  } catch {
    return []
  }
}
