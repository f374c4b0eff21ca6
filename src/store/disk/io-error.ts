/** A call that the file system refused, as an error for people: the path, the system's words, and what to do. */

import { StudyError } from '../../errors.ts'
import { accessWords } from './access.ts'
import { UntrustedError, isRefused } from './door.ts'
import { errorCode } from './file-system.ts'

const DENIED = 'permission was denied'

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full, or has no inodes left (df -h, df -i); free some space, then start the same line again',
  EDQUOT: 'your quota is used up (quota -s); free some space or files, then start the same line again',
  EROFS: 'the file system is mounted read-only; mount it writable, or use another directory',
  EACCES: DENIED,
  EPERM: DENIED,
  ENOENT: 'the directory is gone; if the study was moved or removed, start again where it is now',
  ENOTDIR: 'a file stands where a directory must be; use another directory',
  EMFILE: "this process has too many files open; raise 'ulimit -n', or run fewer trials at once",
  ENFILE: 'this host has too many files open; end some of its processes, then start the same line again',
}

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

/**
 * Whether an error concerns one file or one trial: a permission, a loop of links, a sick block of the disk. A full
 * disk, a quota, too many open files or a study that is gone concern all of them, and so does a folder that all files
 * of a kind are in, such as `slots/`.
 */
export function isOfOnePlace(error: unknown): boolean {
  const cause: unknown = error instanceof StudyError ? error.cause : error
  return isRefused(cause) || (!(cause instanceof UntrustedError) && OF_ONE_PLACE.has(errorCode(cause)))
}

/** What to do about an error of the file system, by its name; undefined if all one can do is try again. */
export function remedyFor(code: string, path: string): string | undefined {
  const remedy = REMEDIES[code]
  return remedy === DENIED
    ? `${DENIED}: ${accessWords(path) ?? 'look at the owner, group and mode of the study directory'}`
    : remedy
}

/** The error for a failed call on `path`. A StudyError is passed on as it is. */
export function ioError(path: string, cause: unknown, act: 'written' | 'read' = 'written'): StudyError {
  if (cause instanceof StudyError) return cause
  if (cause instanceof UntrustedError) return new StudyError('INPUT_OUTPUT', cause.message, { cause })
  const code = errorCode(cause)
  const words = cause instanceof Error ? cause.message : String(cause)
  const remedy = remedyFor(code, path) ?? 'nothing was lost, so start the same line again when the file system answers'
  return new StudyError('INPUT_OUTPUT', `'${path}' could not be ${act} (${code || words}); ${remedy}`, { cause })
}
