/** A file system for work that must not take long. */

import type { FileSystem } from './file-system.ts'

/** The work took too long, and was ended between two calls. */
export class TooSlowError extends Error {
  override readonly name = 'TooSlowError'
}

/**
 * The same file system up to a moment, and none after it: each later call throws. A call that is under way is not
 * ended, since nothing can end it: the calls of the real file system are synchronous.
 *
 * @param endMs  on the monotonic clock
 */
export function filesUntil(files: FileSystem, endMs: number): FileSystem {
  const guarded = Object.entries(files).map(([name, call]) => {
    const inTime = async (...args: unknown[]): Promise<unknown> => {
      // What is open must still be closed.
      if (name !== 'close' && performance.now() >= endMs) throw new TooSlowError('the file system is too slow')
      return await (call as (...given: unknown[]) => Promise<unknown>).apply(files, args)
    }
    return [name, inTime] as const
  })
  return Object.fromEntries(guarded) as unknown as FileSystem
}
