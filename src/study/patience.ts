/**
 * What to do when the file system refuses: wait and try again, or tell a person the remedy.
 *
 * Hours of work must not be lost to a full disk. So the end of a trial stays in memory and is tried again, soon at
 * first, then every 15 seconds, until it is written, the patience is used up, or a signal aborts. The worker's
 * heartbeat goes on meanwhile, because it overwrites bytes that it already has.
 */

import { setTimeout } from 'node:timers/promises'
import { StudyError } from '../errors.ts'
import { UntrustedError } from '../store/disk/door.ts'
import { errorCode } from '../store/disk/file-system.ts'
import { kindOfError, remedyFor } from '../store/disk/io-error.ts'
import type { Said } from '../trial.ts'

/** How long the end of a trial is tried again by default, in ms. @internal */
export const DEFAULT_PATIENCE_MS = 600_000

/** The first wait between two tries, which doubles up to the longest. */
const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 15_000

/** How a trial ends: with its values (a number for a single objective), without any, or pruned. */
export type Outcome = { readonly values: number | Said } | { readonly failed: string } | { readonly pruned: true }

/** The end of a trial that cannot be written yet. */
export interface Waiting {
  /** The trial's id. */
  readonly id: string
  /** The trial's number. */
  readonly number: number
  /** The end that waits to be written. */
  readonly outcome: Outcome
  /** What the file system said, and what to do about it. */
  readonly error: StudyError
  /** How long it will be tried again, in ms. */
  readonly patienceMs: number
}

/** How a study waits for a file system that refuses. @internal */
export interface Patience {
  readonly patienceMs: number
  /** Called once per wait, when it begins. */
  readonly onWait?: ((waiting: Waiting) => void) | undefined
  /** Ends every wait. */
  readonly over: AbortSignal
}

/**
 * Whether an error may pass: a full disk, a quota, a mount that is read-only or does not answer, permissions that
 * somebody can correct. What is wrong with a path itself does not pass, and a directory that is gone stays away.
 *
 * @internal
 */
export function mayPass(error: unknown): error is StudyError {
  if (!(error instanceof StudyError) || error.code !== 'INPUT_OUTPUT') return false
  const code = errorCode(error.cause)
  return code !== '' && kindOfError(code) !== 'name' && !(error.cause instanceof UntrustedError)
}

/**
 * Calls `write` again and again while its error may pass.
 *
 * @param patienceMs  how long, in ms
 * @param signals     each of them ends the wait
 * @param onWait      called once, when the wait begins
 * @throws the first error when the wait ends, because that one says what went wrong; at once, an error that cannot pass
 *
 * @internal
 */
export async function withPatience<T>(
  write: () => Promise<T>,
  patienceMs: number,
  signals: readonly (AbortSignal | undefined)[],
  onWait: (error: StudyError) => void,
): Promise<T> {
  const endMs = performance.now() + patienceMs
  const given = signals.filter((signal) => signal !== undefined)
  let signal: AbortSignal | undefined
  let first: StudyError | undefined
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    try {
      return await write()
    } catch (error) {
      if (!mayPass(error)) throw error
      if (performance.now() >= endMs || given.some(({ aborted }) => aborted)) throw first ?? error
      if (first === undefined) onWait(error)
      first ??= error
    }
    signal ??= given.length > 1 ? AbortSignal.any(given) : given[0]
    await wait(Math.max(0, Math.min(waitMs, endMs - performance.now())), signal)
  }
}

/**
 * Waits for `ms` milliseconds, or until the signal aborts. It does not throw then: look at the signal afterwards.
 *
 * @internal
 */
export async function wait(ms: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
    if (signal?.aborted !== true) throw error
  })
}

/**
 * The remedy for an error of Node's own that names a path, such as one about a `--space` file or a program's log. No
 * `StudyError` wraps these. Undefined for any other error, and when there is nothing to do but to try again.
 *
 * @internal
 */
export function remedyOf(error: unknown): string | undefined {
  const { path } = (error ?? {}) as { path?: unknown }
  return typeof path === 'string' ? remedyFor(errorCode(error), path) : undefined
}
