/**
 * A call that the file system refused, as an error for people: the path, the system's words, and what to do.
 *
 * The kinds of errors are told apart here only; what a program's host lacks has advice of its own
 * (runner/host-error.ts). Only a passing error is answered by trying again.
 */

import { StudyError } from '../../errors.ts'
import { accessWords } from './access.ts'
import { UntrustedError, isRefused } from './door.ts'
import { errorCode } from './file-system.ts'
import { wrongNameWords } from './wrong-name.ts'

/**
 * What an error is about.
 *
 *   passing  the file system does not answer, or is busy: the same call may succeed later
 *   space    something is used up until somebody frees it: disk, quota, memory, open files
 *   rights   this user may not do that until somebody allows it
 *   name     the path or the call itself is wrong: the same line fails in the same way, however often it is started
 *   unknown  any other
 */
export type ErrorKind = 'passing' | 'space' | 'rights' | 'name' | 'unknown'

const KINDS: Readonly<Record<Exclude<ErrorKind, 'unknown'>, string>> = {
  passing:
    'EAGAIN EBUSY ECONNABORTED ECONNREFUSED ECONNRESET EDEADLK EHOSTDOWN EHOSTUNREACH EINTR EIO ENETDOWN ENETRESET ' +
    'ENETUNREACH ENODEV ENOLCK ENOLINK ENOTCONN EREMOTEIO ESHUTDOWN ESTALE ETIMEDOUT ETIME ETXTBSY EWOULDBLOCK',
  space: 'ENOSPC EDQUOT EFBIG EMFILE ENFILE ENOMEM ENOBUFS',
  rights: 'EACCES EPERM EROFS',
  name:
    'ENOENT ENOTDIR EISDIR ELOOP ENAMETOOLONG EINVAL EILSEQ EEXIST ENOTEMPTY EMLINK EXDEV ENXIO EOVERFLOW ' +
    'ENOSYS ENOTSUP EOPNOTSUPP ERR_INVALID_ARG_VALUE',
}

const KIND_OF: ReadonlyMap<string, ErrorKind> = new Map(
  Object.entries(KINDS).flatMap(([kind, codes]) => codes.split(' ').map((code) => [code, kind as ErrorKind] as const)),
)

/** Codes of errors that belong to one place. */
const OF_ONE_PLACE: ReadonlySet<string> = new Set('EACCES EPERM EIO EISDIR ELOOP ENXIO ENOTDIR ENAMETOOLONG'.split(' '))

const DENIED = 'permission was denied'
const UNABLE = 'the file system cannot do this; use another directory'

/** What to do about an error. The others have the advice of their kind. */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full, or has no inodes left (df -h, df -i); free some space, then start the same line again',
  EDQUOT: 'your quota is used up (quota -s); free some space or files, then start the same line again',
  EMFILE: "this process has too many files open; raise 'ulimit -n', or run fewer trials at once",
  ENFILE: 'this host has too many files open; end some of its processes, then start the same line again',
  EFBIG: "the file would be longer than is allowed here; raise 'ulimit -f', then start the same line again",
  ENOMEM: 'this host has no memory left; end some of its processes, then start the same line again',
  EIO: 'its disk or file system is faulty; if the same line fails again, run anthill doctor on the study',
  EROFS: 'the file system is mounted read-only; mount it writable, or use another directory',
  EACCES: DENIED,
  EPERM: DENIED,
  ENOENT: 'the directory is gone; if the study was moved or removed, start again where it is now',
  ENOTDIR: 'a file stands where a directory must be; use another path',
  EISDIR: 'a directory stands where a file must be; move it away, or use another path',
  ELOOP: 'its links lead back to themselves, or there are too many of them; use another directory',
  ENAMETOOLONG: 'the path is too long for the system; use a directory with a shorter path',
  EINVAL: 'the file system does not take this name or this call; use another directory',
  EILSEQ: 'the file system does not take the characters of this name; use another directory',
  EMLINK: 'this file or directory has as many names as the file system allows; use another directory',
  ENOSYS: UNABLE,
  ENOTSUP: UNABLE,
  EOPNOTSUPP: UNABLE,
}

const OF_KIND: Readonly<Record<ErrorKind, string>> = {
  passing: 'nothing was lost, so start the same line again when the file system answers',
  space: 'something is used up on this host; free some of it, then start the same line again',
  rights: 'this user may not do that; use another directory',
  name: 'something is wrong with this path, and the same line would fail again; use another directory',
  unknown: 'nothing was lost; look at the file system before you start the same line again',
}

/** What kind of error a code of the system names. */
export const kindOfError = (code: string): ErrorKind => KIND_OF.get(code) ?? 'unknown'

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
  const kind = kindOfError(code)
  const remedy = (kind === 'name' ? wrongNameWords(path) : undefined) ?? REMEDIES[code]
  if (remedy === DENIED)
    return `${DENIED}: ${accessWords(path) ?? 'look at the owner, group and mode of the study directory'}`
  return remedy ?? (kind === 'passing' || kind === 'unknown' ? undefined : OF_KIND[kind])
}

/** The error for a failed call on `path`. A StudyError is passed on as it is. */
export function ioError(path: string, cause: unknown, act: 'written' | 'read' = 'written'): StudyError {
  if (cause instanceof StudyError) return cause
  if (cause instanceof UntrustedError) return new StudyError('INPUT_OUTPUT', cause.message, { cause })
  const code = errorCode(cause)
  const words = cause instanceof Error ? cause.message : String(cause)
  const remedy = remedyFor(code, path) ?? OF_KIND[kindOfError(code)]
  return new StudyError('INPUT_OUTPUT', `'${path}' could not be ${act} (${code || words}); ${remedy}`, { cause })
}
