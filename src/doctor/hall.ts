/**
 * The hall: the folder `.anthill-doctor/` in the examined directory, in which doctors work. Anybody may have made it,
 * or something else under its name, so a doctor enters it only if it is a folder of its own user. It removes what it
 * has made itself, by the names that doctors make, and looks into no link.
 */

import { doctorFolder } from '../paths.ts'
import { kindOf, lookAt } from '../store/disk/door.ts'
import { errorCode } from '../store/disk/file-system.ts'
import { mayRemove, removeFound } from '../store/disk/removal.ts'
import type { Shape } from '../store/disk/removal.ts'
import type { TestedFileSystem } from './tested-file-system.ts'

/** What a killed doctor left in the hall is removed once it is this old by the file server's clock. */
const LEFTOVER_AGE_MS = 3_600_000

/** The folders directly in the hall: those in which one process tries the calls, and the tables. */
const ALONE = /^alone-[0-9a-f]{12}$/
const TABLE = /^[A-Za-z0-9_-]+-\d+-[0-9a-f]{8}$/

/** The folders in these, as the other files of this room name them. */
const FOLDERS = anyOf(
  /here|seat|mail|winner|loser|name/,
  /race-(?:create|link|rename-dir|files|append)|ages-[ab]|(?:ready|look)\.[ab]/,
  /beat|appended|replaced|removed|link|absent|listed|poked/,
  /\.?\d+(?:\.d|\.[ab]\d+)/,
)

/** The files in any of them. */
const FILES = anyOf(
  /beat|clock-[ab]|file|\.file\.new|new|old|create|first|second|linked|flushed|content/,
  /\d+|\.\d+\.[ab]\d+|replaced|\.replaced\.[ab]|appended/,
  /[ab]\.\d+\.json|\.[ab]\.\d+\.json\.\d+|\.poke\.[A-Za-z0-9_.-]+/,
)

/** The links in any of them. */
const LINKS = /^(?:link|\.link|symbolic)$/

/** Why the hall cannot be used. */
export class HallError extends Error {
  override readonly name = 'HallError'
}

/**
 * Makes the hall, or enters the one that this user has made.
 *
 * @throws HallError if something else has its name, or it belongs to somebody else; the file system's error if it
 *   cannot be made
 */
export async function enterHall(files: TestedFileSystem, directory: string): Promise<string> {
  const hall = doctorFolder(directory)
  try {
    await files.mkdir(hall)
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
    const problem = problemWith(hall)
    if (problem !== undefined) throw new HallError(`'${hall}' ${problem}; remove it, or use another directory`)
  }
  return hall
}

/** Whether a name in the hall is that of a table of this user. */
export const isTable = (hall: string, name: string): boolean =>
  TABLE.test(name) && problemWith(`${hall}/${name}`) === undefined

function problemWith(path: string): string | undefined {
  const stats = lookAt(path)
  if (stats === undefined) return 'is gone'
  if (!stats.isDirectory()) return `is ${kindOf(stats)} where a folder of the doctor must be`
  const user = process.geteuid?.()
  return user === undefined || stats.uid === user ? undefined : `belongs to another user (uid ${stats.uid})`
}

/**
 * Removes a folder that this process has made in the hall, and what doctors put into it. Anything else stays, without
 * an error.
 */
export async function removeOwn(files: TestedFileSystem, path: string): Promise<void> {
  for (const name of await files.list(path).catch(() => [])) {
    const inner = `${path}/${name}`
    // `unlink` removes a link itself, and fails for a folder.
    if (FILES.test(name) || LINKS.test(name)) await files.unlink(inner).catch(() => undefined)
    if (FOLDERS.test(name) && !(await isLink(files, inner))) await removeOwn(files, inner)
  }
  await files.rmdir(path).catch(() => undefined)
}

const isLink = (files: TestedFileSystem, path: string): Promise<boolean> =>
  files.readlink(path).then(
    () => true,
    () => false,
  )

/** Removes what killed doctors of this user left in the hall, of a certain age. */
export async function clearHall(files: TestedFileSystem, hall: string, nowMs: number): Promise<void> {
  for (const name of await files.list(hall).catch(() => [])) {
    const path = `${hall}/${name}`
    const ageMs = nowMs - (lookAt(path)?.mtimeMs ?? nowMs)
    const shape = shapeOf(name)
    if (ageMs > LEFTOVER_AGE_MS && mayRemove(path, shape)) removeFound(path, shape)
  }
}

function shapeOf(name: string): Shape {
  return (below, kind) => {
    const last = below.slice(below.lastIndexOf('/') + 1)
    if (below === '') return kind === 'folder' && (ALONE.test(name) || TABLE.test(name))
    if (kind === 'folder') return FOLDERS.test(last)
    return (kind === 'link' ? LINKS : FILES).test(last)
  }
}

function anyOf(...names: readonly RegExp[]): RegExp {
  return new RegExp(`^(?:${names.map(({ source }) => source).join('|')})$`)
}
