/**
 * What to do about a call that the file system refused, for an error that no `StudyError` wraps: one about a file of the
 * user's own, such as a `--space` file or a program's log.
 */

import { errorCode } from '../store/disk/file-system.ts'
import { remedyFor } from '../store/disk/io-error.ts'

/** The remedy for an error of Node's that names a path; undefined for any other error, or where trying again is all. */
export function remedyOf(error: unknown): string | undefined {
  const { path } = (error ?? {}) as { path?: unknown }
  return typeof path === 'string' ? remedyFor(errorCode(error), path) : undefined
}
