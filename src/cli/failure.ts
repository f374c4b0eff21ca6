/**
 * What went wrong, as a person or a program wants to hear it: one line on standard error with the next command to try,
 * and an exit status that scripts may rely on (`anthill help exit`).
 */

import { nearestName } from '../space/nearest-name.ts'
import type { StudyErrorCode } from '../errors.ts'
import { remedyOf } from '../study/patience.ts'
import { printable } from './screen.ts'

export const exitStatus = { done: 0, failed: 1, usage: 2, tooManyFailures: 3, nothing: 4, stopped: 75 } as const

/** A wrong command line. `next` is the command that helps. */
export class UsageError extends Error {
  readonly next: string | undefined

  constructor(message: string, next?: string) {
    super(message)
    this.name = 'UsageError'
    this.next = next
  }
}

/** Nothing there of the kind that was asked for: exit status 4. */
export class NothingThere extends Error {
  readonly next: string | undefined

  constructor(message: string, next?: string) {
    super(message)
    this.name = 'NothingThere'
    this.next = next
  }
}

/** A trial's end that the file system refused for too long: exit status 1. `next` is the line that commits it later. */
export class UnwrittenEnd extends Error {
  readonly next: string

  constructor(message: string, next: string, cause: unknown) {
    super(message, { cause })
    this.name = 'UnwrittenEnd'
    this.next = next
  }
}

const statusOf: Readonly<Record<StudyErrorCode, number>> = {
  NO_STUDY: exitStatus.nothing,
  NO_TRIAL: exitStatus.nothing,
  NO_RESULT: exitStatus.nothing,
  NOT_A_STUDY: exitStatus.usage,
  SPACE_MISMATCH: exitStatus.usage,
  OBJECTIVE_MISMATCH: exitStatus.usage,
  UNKNOWN_FORMAT: exitStatus.failed,
  DAMAGED: exitStatus.failed,
  UNSUITABLE_FILE_SYSTEM: exitStatus.failed,
  INPUT_OUTPUT: exitStatus.failed,
}

/** `VERB` stands for the one that was asked for. */
const nextOf: Partial<Record<StudyErrorCode, string>> = {
  NO_STUDY: 'anthill VERB --help',
  NO_TRIAL: 'anthill ls',
  NO_RESULT: 'anthill status',
  NOT_A_STUDY: 'anthill VERB --help',
  SPACE_MISMATCH: 'anthill help space',
  DAMAGED: 'anthill doctor',
  UNSUITABLE_FILE_SYSTEM: 'anthill doctor',
}

interface Verdict {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly next: string | undefined
}

/** What an error means to the caller of a verb of the command. */
export function judge(error: unknown, verb = 'run'): Verdict {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof UsageError) return { status: exitStatus.usage, code: 'USAGE', message, next: error.next }
  if (error instanceof NothingThere) return { status: exitStatus.nothing, code: 'NOTHING', message, next: error.next }
  if (error instanceof UnwrittenEnd)
    return { status: exitStatus.failed, code: 'INPUT_OUTPUT', message, next: error.next }
  const code = (error as { code?: unknown } | null)?.code
  if (
    error instanceof Error &&
    error.name === 'StudyError' &&
    typeof code === 'string' &&
    Object.hasOwn(statusOf, code)
  ) {
    return {
      status: statusOf[code as StudyErrorCode],
      code,
      message,
      next: nextOf[code as StudyErrorCode]?.replace('VERB', verb),
    }
  }
  if ((error as { syscall?: unknown } | null)?.syscall === 'uv_cwd') {
    return {
      status: exitStatus.failed,
      code: String(code),
      message: 'the directory that this command was started in is gone: change into one that exists',
      next: undefined,
    }
  }
  const misuse = error instanceof TypeError || error instanceof RangeError
  // A bug of ours is a TypeError too, with one of the engine's own sentences.
  if (misuse && !/^Cannot (read|set|convert|destructure)|is not (a function|iterable|a constructor)/.test(message)) {
    return { status: exitStatus.usage, code: 'USAGE', message, next: undefined }
  }
  const remedy = remedyOf(error)
  return {
    status: exitStatus.failed,
    code: typeof code === 'string' ? code : 'FAILED',
    next: undefined,
    message: remedy === undefined ? message : `${message}; ${remedy}`,
  }
}

/** Writes an error to standard error, as one line of JSON where `--json` was given, and gives the exit status. */
export function reportFailure(error: unknown, words: readonly string[]): number {
  const { status, code, message, next } = judge(error, words[0])
  const end = words.indexOf('--')
  const own = end < 0 ? words : words.slice(0, end)
  if (own.includes('--json')) {
    process.stderr.write(
      `${JSON.stringify({ error: message, code, status, ...(next === undefined ? {} : { next }) })}\n`,
    )
  } else {
    process.stderr.write(printable(`anthill: ${message}\n${next === undefined ? '' : `  try: ${next}\n`}`))
  }
  if (process.env['ANTHILL_DEBUG'] && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  return status
}

/** The error for a first word that is no verb. */
export function unknownVerb(word: string, verbs: readonly string[]): UsageError {
  if (word.startsWith('-')) {
    return new UsageError(
      `unknown option '${word}' before the verb: the verb comes first, as in anthill run ${word}`,
      'anthill help',
    )
  }
  const near = nearestName(word, verbs)
  return new UsageError(
    `unknown verb '${word}'${near === undefined ? '' : `: did you mean '${near}'?`}`,
    'anthill help',
  )
}
