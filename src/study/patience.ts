/**
 * Waiting for a file system that refuses the end of a trial: hours of work must not be lost to a full disk.
 *
 * The end stays in memory and is tried again, soon at first, then every quarter of a minute, until it is written, its
 * patience is used up, or somebody says stop. The worker's heartbeat goes on meanwhile: it rewrites bytes that it has.
 */

import { StudyError } from '../errors.ts'
import { errorCode } from '../store/disk/file-system.ts'

/** How a trial ends, or is told to have ended. */
export type Outcome =
  | { readonly values: number | Readonly<Record<string, number>> }
  | { readonly failed: string }
  | { readonly pruned: true }

/** An end that cannot be written yet. */
export interface Waiting {
  readonly id: string
  readonly number: number
  readonly outcome: Outcome
  /** What the file system said, and what to do about it. */
  readonly error: StudyError
  /** For how long it will be tried again. */
  readonly patienceMs: number
}

export interface Patience {
  readonly patienceMs: number
  /** Called once a wait, when it begins. */
  readonly onWait?: ((waiting: Waiting) => void) | undefined
  /** Ends every wait. */
  readonly over: AbortSignal
}

export const DEFAULT_PATIENCE_MS = 600_000

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 15_000

/** A directory that is gone does not come back, and is nobody's reason to wait. */
const HOPELESS: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', ''])

/** Whether an error may pass: a full disk, a quota, a mount that is read-only or does not answer, a mode that can be mended. */
export function mayPass(error: unknown): error is StudyError {
  return error instanceof StudyError && error.code === 'INPUT_OUTPUT' && !HOPELESS.has(errorCode(error.cause))
}

/**
 * Does `write` again and again while its error may pass. The first error is the one that is thrown in the end, since it
 * says what went wrong; a later one of another kind is thrown at once.
 *
 * @param began  called when the wait begins
 * @param signals  each of them ends the wait
 */
export async function withPatience<T>(
  write: () => Promise<T>,
  patienceMs: number,
  signals: readonly (AbortSignal | undefined)[],
  began: (error: StudyError) => void,
): Promise<T> {
  const endMs = performance.now() + patienceMs
  const isOver = (): boolean => performance.now() >= endMs || signals.some((signal) => signal?.aborted === true)
  let first: StudyError | undefined
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await write()
    } catch (error) {
      if (!mayPass(error)) throw error
      if (isOver()) throw first ?? error
      if (first === undefined) began(error)
      first ??= error
    }
    await pause(Math.min(pauseMs, endMs - performance.now()), signals)
  }
}

function pause(ms: number, signals: readonly (AbortSignal | undefined)[]): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      for (const signal of signals) signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    for (const signal of signals) signal?.addEventListener('abort', end, { once: true })
    if (signals.some((signal) => signal?.aborted === true)) end()
  })
}
