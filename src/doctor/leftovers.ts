/**
 * Finds the temporary files of processes that were killed: exactly the names that anthill makes for a moment, in the
 * places where it makes them. The files of people and of a trial's program are never among them, and no link is
 * followed.
 */

import { join } from 'node:path'
import {
  amendFolder,
  bestFolder,
  clockProbePath,
  indexFolder,
  isSlotFolder,
  isTemporary,
  isTrialId,
  logFolder,
  placeOf,
  removableAt,
  slotsFolder,
  studyMetaFolder,
  trialDirectory,
  trialMetaFolder,
  workersFolder,
} from '../paths.ts'
import { lookAt } from '../store/disk/door.ts'
import { realFileSystem, writeFile } from '../store/disk/file-system.ts'
import { mayRemove } from '../store/disk/removal.ts'
import { isFolder, listingOf } from './study-files.ts'

/**
 * A temporary file of this age is a leftover. Each lives only as long as one creation takes, so a day leaves no doubt.
 */
const OLD_MS = 24 * 3_600_000

/** The present time by the file server's clock, taken from a file made now; undefined if none can be made. */
export async function serverNowMs(root: string): Promise<number | undefined> {
  const path = clockProbePath(studyMetaFolder(root), `${process.pid}.${process.hrtime.bigint().toString(36)}`)
  try {
    await writeFile(realFileSystem, path, Buffer.alloc(0), { flags: 'wx' })
    const nowMs = await realFileSystem.modifiedMs(path)
    await realFileSystem.unlink(path)
    return nowMs
  } catch {
    return undefined
  }
}

/** The paths of the leftovers in a study: older than OLD_MS by the file server's clock, and this user's. */
export async function findLeftovers(root: string): Promise<string[]> {
  const slots = slotsFolder(root)
  const places = [
    root,
    studyMetaFolder(root),
    slots,
    ...listingOf(slots)
      .names.filter(isSlotFolder)
      .map((name) => join(slots, name)),
    ...[amendFolder, bestFolder, indexFolder, logFolder, workersFolder].map((folderOf) => folderOf(root)),
    ...listingOf(root)
      .names.filter(isTrialId)
      .flatMap((id) => [trialDirectory(root, id), trialMetaFolder(root, id)]),
  ]
  const found = places
    .filter((folder) => folder === root || isFolder(folder))
    .flatMap((folder) => listingOf(folder).names.map((name) => ({ path: join(folder, name), name })))
    .filter(({ path, name }) => {
      const place = name.startsWith('.') ? placeOf(root, path) : undefined
      return place !== undefined && isTemporary(place, name)
    })
  if (found.length === 0) return []
  const nowMs = await serverNowMs(root)
  if (nowMs === undefined) return []
  return found
    .map(({ path }) => path)
    .filter((path) => nowMs - (lookAt(path)?.mtimeMs ?? nowMs) > OLD_MS && mayRemove(path, removableAt(root, path)))
}
