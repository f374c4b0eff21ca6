/**
 * The one door to the files of a study. A person who may write a study may put anything under any name: a link to
 * somebody's home, a pipe that never ends, a device. Behind this door nothing is followed, nothing
 * blocks, and nothing but a regular file is read or written.
 *
 *   reading    `openToRead`: the file is opened without following a link and without waiting, and must be regular;
 *              `openToReadAt`: the same, but its kind is for the reader to check with `mustBeRegular`
 *   new files  `openNew`: created exclusively; `openToFill`: the same, or an own file is emptied
 *   in place   `openToOverwrite`, `openToAppend`: a regular file with one name
 *   folders    `refuseLinks`: each folder of ours above a path must be a folder and not a link
 *   sizes      `limitOf` (limits.ts) bounds how many bytes a file of each kind may have
 *
 * What is refused is damaged: it counts as taken and says nothing. The check of a folder and the call after it are two
 * calls: somebody who swaps a folder in between may still win.
 */

import { closeSync, constants, fstatSync, ftruncateSync, lstatSync, openSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { constants as osConstants } from 'node:os'
import { foldersAbove } from '../../paths.ts'
import type { FolderOf } from '../../paths.ts'

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants

/** A folder that was looked at this recently is not looked at again: most calls of a trial are on the same four. */
const TRUSTED_MS = 1000

/** How many such folders are remembered. */
const MOST_TRUSTED = 100

/** When a directory and all folders of ours above it were last found to be folders, on the monotonic clock. */
const trusted = new Map<string, number>()

/** The last directory that was asked for, with its slash: most calls are in the directory of the call before. */
let lastDirectory = '\0'
let lastSeenMs = -Infinity

/** Codes by which the system refuses to open what is not a file: a link, a directory, a socket. */
const REFUSALS: ReadonlySet<string> = new Set(['ELOOP', 'EMLINK', 'EFTYPE', 'EISDIR', 'ENXIO', 'EOPNOTSUPP'])

/** What the system says when a folder is opened to be written. It lets it be opened to be read. */
const IS_FOLDER = Object.assign(new Error('EISDIR: illegal operation on a directory'), {
  code: 'EISDIR',
  errno: -osConstants.errno.EISDIR,
})

/** Something else stands where a file or a folder of ours must be. */
export class UntrustedError extends Error {
  override readonly name = 'UntrustedError'
  /** What the system says where it refuses by itself. */
  readonly code: string
  readonly errno: number | undefined
  /** What the folder or file holds: see `FolderOf`. */
  readonly extent: FolderOf['extent']

  constructor(path: string, problem: string, extent: FolderOf['extent'] = 'part', cause?: NodeJS.ErrnoException) {
    super(`'${path}' ${problem}`, { cause })
    this.code = cause?.code ?? 'UNTRUSTED'
    this.errno = cause?.errno
    this.extent = extent
  }
}

/** Whether a file was refused at the door, or cannot be one: it is damaged, and not absent. */
export function isRefused(error: unknown): boolean {
  return error instanceof UntrustedError && error.extent !== 'study'
}

/**
 * Whether a file was refused itself, or with its trial: its name is taken. A folder of slots that is refused takes no
 * number, since there would be no end of them.
 */
export function isFileRefused(error: unknown): boolean {
  return error instanceof UntrustedError && error.extent === 'part'
}

/** Opens a regular file to read it. Never waits for the other end of a pipe. */
export function openToRead(path: string): number {
  return regular(path, openToReadAt(path), false)
}

/**
 * The same, but what was opened may be anything. A protocol file is read at a position, which pipes, sockets, terminals
 * and folders refuse, and a device gives as many bytes as were asked for, or none. So a short read that gives a line is
 * from a regular file, and only after any other answer must `mustBeRegular` look.
 */
export function openToReadAt(path: string): number {
  refuseLinks(path)
  return opened(path, O_RDONLY)
}

/** Creates a file that must not exist. */
export function openNew(path: string): number {
  refuseLinks(path)
  return openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o666)
}

/**
 * Creates a file, or empties it if it exists: a network client may have repeated the call that created it. A file with
 * a second name elsewhere is refused, since it may be somebody's.
 */
export function openToFill(path: string): number {
  try {
    return openNew(path)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
  const file = regular(path, opened(path, O_WRONLY), true)
  try {
    ftruncateSync(file)
    return file
  } catch (error) {
    closeSync(file)
    throw error
  }
}

/** Opens a file to overwrite it in place; never creates it. */
export function openToOverwrite(path: string): number {
  refuseLinks(path)
  return regular(path, opened(path, O_RDWR), true)
}

/** Opens a file to append to it and to read it, and creates it if it is not there. */
export function openToAppend(path: string): number {
  refuseLinks(path, true)
  return regular(path, opened(path, O_RDWR | O_APPEND | O_CREAT), true)
}

/** Opens what has that name, without following it and without waiting. */
function opened(path: string, flags: number): number {
  try {
    return openSync(path, flags | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    // The same codes may come from the folders above the study, or from a sick disk: then the error stays what it is.
    const stats = REFUSALS.has(codeOf(error)) ? lookAt(path) : undefined
    if (stats === undefined || stats.isFile()) throw error
    throw new UntrustedError(path, `is ${kindOf(stats)} where a file must be`, 'part', error as NodeJS.ErrnoException)
  }
}

/** Gives an open file back if it is a regular one; closes it and throws if not. */
function regular(path: string, file: number, mustBeSingle: boolean): number {
  try {
    const { nlink } = mustBeRegular(path, file)
    if (mustBeSingle && nlink > 1) throw new UntrustedError(path, 'has a second name elsewhere (a hard link)')
    return file
  } catch (error) {
    closeSync(file)
    throw error
  }
}

/** @throws UntrustedError if an open file is not a regular one */
export function mustBeRegular(path: string, file: number): Stats {
  const stats = fstatSync(file)
  if (stats.isDirectory()) throw new UntrustedError(path, 'is a folder where a file must be', 'part', IS_FOLDER)
  if (!stats.isFile()) throw new UntrustedError(path, `is ${kindOf(stats)} where a file must be`)
  return stats
}

/**
 * Looks at each folder of ours above a path: it must not be a link. A folder that is absent is not refused here: the
 * call itself will say so.
 *
 * @param isFresh  look at those too that were looked at a moment ago
 * @throws UntrustedError
 */
export function refuseLinks(path: string, isFresh = false): void {
  const sinceMs = isFresh ? Infinity : performance.now() - TRUSTED_MS
  const slash = path.lastIndexOf('/')
  const isLast = slash === lastDirectory.length - 1 && path.startsWith(lastDirectory)
  if (isLast && lastSeenMs > sinceMs) return
  const directory = path.slice(0, slash)
  if (!isTrusted(directory, sinceMs)) lookAtFolders(path, directory, sinceMs)
  const seenMs = trusted.get(directory)
  if (seenMs === undefined) return
  lastDirectory = path.slice(0, slash + 1)
  lastSeenMs = seenMs
}

const isTrusted = (folder: string, sinceMs: number): boolean => (trusted.get(folder) ?? -Infinity) > sinceMs

function lookAtFolders(path: string, directory: string, sinceMs: number): void {
  const nowMs = performance.now()
  for (const { path: folder, extent } of foldersAbove(path)) {
    if (isTrusted(folder, sinceMs)) continue
    const stats = lookAt(folder)
    if (stats === undefined) return
    if (!stats.isDirectory())
      throw new UntrustedError(folder, `is ${kindOf(stats)} where a folder must be; move it away`, extent)
    trustFolder(folder, nowMs)
  }
  trustFolder(directory, nowMs)
}

/** Remembers a folder that this process has just seen or made, after those above it. */
export function trustFolder(path: string, nowMs = performance.now()): void {
  if (trusted.size >= MOST_TRUSTED) trusted.clear()
  trusted.set(path, nowMs)
}

/**
 * Forgets a folder that this process moves or removes, or that a program had to itself, and all others, which may be in
 * it.
 */
export function distrust(path: string): void {
  if (!trusted.has(path)) return
  trusted.clear()
  lastDirectory = '\0'
}

/** What stands under a name, itself and not what it leads to; undefined if nothing does, or nobody can tell. */
export function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined // the call itself gives the better error
  }
}

/** What something is, in words. */
export function kindOf(stats: Stats): string {
  if (stats.isSymbolicLink()) return 'a link'
  if (stats.isDirectory()) return 'a folder'
  if (stats.isFIFO()) return 'a pipe'
  if (stats.isSocket()) return 'a socket'
  return stats.isFile() ? 'a file' : 'a device'
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')
