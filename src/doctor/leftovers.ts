/**
 * Finds the temporary files of processes that were killed: names that begin with a dot, in the places where anthill
 * creates them. The files of a trial's program are never among them.
 */

import { statSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  amendFolder,
  bestFolder,
  clockProbePath,
  indexFolder,
  isTemporaryBestLink,
  isTemporaryFace,
  isTrialId,
  logFolder,
  slotsFolder,
  studyMetaFolder,
  trialMetaFolder,
  workersFolder,
} from '../paths.ts'
import { allNamesIn } from './study-files.ts'

/**
 * A temporary file of this age is a leftover. Each lives only as long as one creation takes, so a day leaves no doubt.
 */
const OLD_MS = 24 * 3_600_000

/** The present time by the file server's clock, taken from a file made now; undefined if none can be made. */
export function serverNowMs(root: string): number | undefined {
  const path = clockProbePath(studyMetaFolder(root), `${process.pid}.${process.hrtime.bigint().toString(36)}`)
  try {
    writeFileSync(path, '')
    const { mtimeMs } = statSync(path)
    unlinkSync(path)
    return mtimeMs
  } catch {
    return undefined
  }
}

/** The paths of the leftovers in a study, older than OLD_MS by the file server's clock. */
export async function findLeftovers(root: string): Promise<string[]> {
  const meta = studyMetaFolder(root)
  const slots = slotsFolder(root)
  const places = [
    meta,
    slots,
    ...allNamesIn(slots).map((name) => join(slots, name)),
    ...[amendFolder, bestFolder, indexFolder, logFolder, workersFolder].map((folderOf) => folderOf(root)),
  ]
  const found = places.flatMap((place) =>
    allNamesIn(place)
      .filter((name) => name.startsWith('.'))
      .map((name) => join(place, name)),
  )
  for (const name of allNamesIn(root)) {
    if (isTemporaryBestLink(name)) found.push(join(root, name))
    if (!isTrialId(name)) continue
    // A trial's directory belongs to its program. The only dotted names of ours in it are faces that end in our token.
    found.push(
      ...allNamesIn(join(root, name))
        .filter(isTemporaryFace)
        .map((file) => join(root, name, file)),
    )
    const own = trialMetaFolder(root, name)
    found.push(
      ...allNamesIn(own)
        .filter((file) => file.startsWith('.'))
        .map((file) => join(own, file)),
    )
  }
  if (found.length === 0) return []
  const nowMs = serverNowMs(root)
  return nowMs === undefined
    ? []
    : found.filter((path) => nowMs - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? nowMs) > OLD_MS)
}
