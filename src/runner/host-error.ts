/**
 * What a host lacks: processes, memory, open files, a mount. The config is innocent of it, so it never fails a trial:
 * the trial is handed back, and the worker waits or stops.
 */

import { kindOfError } from '../store/disk/io-error.ts'
import type { ErrorKind } from '../store/disk/io-error.ts'
import { wait } from '../study/patience.ts'

/** How long to try again: other programs may end meanwhile, and an automounter may come back. */
const PATIENCE_MS = 10_000

/** The first wait between two tries, which doubles. */
const FIRST_WAIT_MS = 100

/** Kinds of errors that say what the host lacks, whatever was to be started: processes, memory, files, a mount. */
const LACKING_KINDS: ReadonlySet<ErrorKind> = new Set(['passing', 'space'])

/** Last words of programs for which the host had no process, open file or mount. */
const LACKING_WORDS = new RegExp(
  [
    'resource temporarily unavailable',
    'cannot fork',
    "can't start new thread",
    'too many open files',
    'stale (nfs )?file handle',
    'transport endpoint is not connected',
    '\\bE(AGAIN|MFILE|NFILE|STALE)\\b',
  ].join('|'),
  'i',
)

/** How many of a program's last lines are searched for such words: the last ones name the cause of its end. */
const LACKING_LINES = 5

/** What to do about what the host lacks. */
const REMEDIES: Readonly<Record<string, string>> = {
  EAGAIN: "too many processes of this user run here: give fewer --jobs, or raise 'ulimit -u'",
  ENOMEM: 'memory is used up here: give fewer --jobs, or ask the scheduler for more',
  EMFILE: "too many files are open: give fewer --jobs, or raise 'ulimit -n'",
  ENFILE: 'too many files are open on this host: give fewer --jobs, or wait',
  ENOENT: 'see whether it still exists here and its file system is mounted, and the interpreter of its first line',
  EACCES: "see whether it is still executable ('chmod +x'), and whether its file system is mounted noexec",
}

/** Errors of a command line, which a config may have filled. */
const SPEAKS_OF_CONFIG: ReadonlySet<string> = new Set(['E2BIG', 'ERR_INVALID_ARG_VALUE', 'ENAMETOOLONG'])

/** This host cannot run programs at present. */
export class HostError extends Error {
  override readonly name = 'HostError'
}

/**
 * Whether the host is at fault that a program could not be started.
 *
 * @param code      the system's error code
 * @param wasFound  whether the program was there when the run began, so that its absence says nothing about a config
 */
export function isHostCaused(code: string, wasFound: boolean): boolean {
  return wasFound ? !SPEAKS_OF_CONFIG.has(code) : LACKING_KINDS.has(kindOfError(code))
}

/** The line among a failed program's last ones that says that the host lacked something; undefined if none does. */
export function lackingLine(lines: readonly string[]): string | undefined {
  return lines.slice(-LACKING_LINES).findLast((line) => LACKING_WORDS.test(line))
}

/** What to do about what the host lacks; '' if there is nothing special to do. */
export function hostRemedy(code: string): string {
  return REMEDIES[code] === undefined ? '' : `; ${REMEDIES[code]}`
}

/**
 * Tries something again and again while the host is at fault that it fails.
 *
 * @throws HostError if it still fails after a while, or when the signal aborts
 */
export async function patiently<T>(attempt: () => T | Promise<T>, over: AbortSignal | undefined): Promise<T> {
  const endMs = performance.now() + PATIENCE_MS
  for (let waitMs = FIRST_WAIT_MS; ; waitMs *= 2) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof HostError) || performance.now() + waitMs > endMs || over?.aborted === true) throw error
    }
    await wait(waitMs, over)
  }
}
