/**
 * Errors as a person or a program wants to see them: one line on standard error, the next command to try, and an exit
 * status that scripts may rely on (`anthill help exit`).
 */

import type { StudyErrorCode } from '../errors.ts'
import { didYouMean } from '../space/nearest-name.ts'
import { remedyOf } from '../study/patience.ts'
import { printJson, say } from './screen.ts'

export const EXIT_STATUS = {
  done: 0,
  failed: 1,
  usage: 2,
  tooManyFailures: 3,
  nothing: 4,
  unchanged: 5,
  stopped: 75,
} as const

const STATUS_BY_CODE: Readonly<Record<StudyErrorCode, number>> = {
  NO_STUDY: EXIT_STATUS.nothing,
  NO_TRIAL: EXIT_STATUS.nothing,
  NO_RESULT: EXIT_STATUS.nothing,
  NOT_A_STUDY: EXIT_STATUS.usage,
  SPACE_MISMATCH: EXIT_STATUS.usage,
  OBJECTIVE_MISMATCH: EXIT_STATUS.usage,
  UNKNOWN_FORMAT: EXIT_STATUS.failed,
  DAMAGED: EXIT_STATUS.failed,
  UNSUITABLE_FILE_SYSTEM: EXIT_STATUS.failed,
  INPUT_OUTPUT: EXIT_STATUS.failed,
}

/** The command to try next. `VERB` stands for the verb that failed. */
const NEXT_BY_CODE: Partial<Record<StudyErrorCode, string>> = {
  NO_STUDY: 'anthill VERB --help',
  NO_TRIAL: 'anthill ls',
  NO_RESULT: 'anthill status',
  NOT_A_STUDY: 'anthill VERB --help',
  SPACE_MISMATCH: 'anthill help space',
  DAMAGED: 'anthill doctor',
  UNSUITABLE_FILE_SYSTEM: 'anthill doctor',
}

/** An error with one of these sentences of the JavaScript engine is a bug of ours, not a mistake of the caller. */
const SENTENCES_OF_THE_ENGINE = new RegExp(
  '^Cannot (read|set|convert|destructure)|is not (a function|iterable|a constructor)' +
    '|^Maximum call stack|^Invalid (typed )?(array|string) length',
)

/** A wrong command line. `next` is the command that helps. */
export class UsageError extends Error {
  readonly next: string | undefined

  constructor(message: string, next?: string) {
    super(message)
    this.name = 'UsageError'
    this.next = next
  }
}

/** An error with a command to try next that is better than the one of its code. */
export const withNext = <E extends Error>(error: E, next: string | undefined): E => Object.assign(error, { next })

/** What was asked for does not exist: exit status 4. */
export class NothingThere extends Error {
  readonly next: string | undefined

  constructor(message: string, next?: string) {
    super(message)
    this.name = 'NothingThere'
    this.next = next
  }
}

/** The file system refused the end of a trial for too long: exit status 1. `next` is the command to commit it later. */
export class UnwrittenEnd extends Error {
  readonly next: string

  constructor(message: string, next: string, cause: unknown) {
    super(message, { cause })
    this.name = 'UnwrittenEnd'
    this.next = next
  }
}

/** What the caller of the command learns of an error. */
interface Verdict {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly next: string | undefined
}

/** Writes an error to standard error, as one line of JSON after `--json`, and returns the exit status. */
export function reportFailure(error: unknown, words: readonly string[]): number {
  const { status, code, message, next } = judge(error, words[0])
  const end = words.indexOf('--')
  const own = end < 0 ? words : words.slice(0, end)
  if (isForShell(own)) process.stdout.write(`(exit ${status})\n`)
  if (own.includes('--json')) {
    printJson({ error: message, code, status, ...(next === undefined ? {} : { next }) }, process.stderr)
  } else {
    say(`anthill: ${message}`)
    if (next !== undefined) say(`  try: ${next}`)
  }
  if (process.env['ANTHILL_DEBUG'] && error instanceof Error) say(String(error.stack))
  return status
}

/**
 * Whether a shell evaluates the output: `eval "$(anthill ask --format sh)" && …`. Without any output `eval` would be 0,
 * and a loop would never end.
 */
function isForShell([verb, ...words]: readonly string[]): boolean {
  const formats: Readonly<Record<string, string>> = { ask: 'sh', best: 'env' }
  const format = verb !== undefined && Object.hasOwn(formats, verb) ? formats[verb]! : undefined
  return words.some((word, k) => word === `--format=${format}` || (word === '--format' && words[k + 1] === format))
}

/** What an error of a verb means to the caller of the command. */
export function judge(error: unknown, verb = 'run'): Verdict {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof UsageError) return { status: EXIT_STATUS.usage, code: 'USAGE', message, next: error.next }
  if (error instanceof NothingThere) return { status: EXIT_STATUS.nothing, code: 'NOTHING', message, next: error.next }
  if (error instanceof UnwrittenEnd)
    return { status: EXIT_STATUS.failed, code: 'INPUT_OUTPUT', message, next: error.next }
  const { code, syscall } = (error ?? {}) as { code?: unknown; syscall?: unknown }
  const isStudyError = error instanceof Error && error.name === 'StudyError'
  if (isStudyError && typeof code === 'string' && Object.hasOwn(STATUS_BY_CODE, code)) {
    const known = code as StudyErrorCode
    const { next = NEXT_BY_CODE[known]?.replace('VERB', verb) } = error as { next?: string }
    return { status: STATUS_BY_CODE[known], code, message, next }
  }
  if (syscall === 'uv_cwd') {
    const gone = 'the directory that this command was started in is gone; change into one that exists'
    return { status: EXIT_STATUS.failed, code: String(code), message: gone, next: undefined }
  }
  const isMisuse = error instanceof TypeError || error instanceof RangeError
  if (isMisuse && !SENTENCES_OF_THE_ENGINE.test(message)) {
    return { status: EXIT_STATUS.usage, code: 'USAGE', message, next: undefined }
  }
  const remedy = remedyOf(error)
  return {
    status: EXIT_STATUS.failed,
    code: typeof code === 'string' ? code : 'FAILED',
    next: undefined,
    message: remedy === undefined ? message : `${message}; ${remedy}`,
  }
}

/** The error for a first word that is not a verb. */
export function unknownVerb(word: string, verbs: readonly string[]): UsageError {
  if (word.startsWith('-')) {
    const remedy = `the verb comes first, as in anthill run ${word}`
    return new UsageError(`unknown option '${word}' before the verb; ${remedy}`, 'anthill help')
  }
  return new UsageError(`unknown verb '${word}'${didYouMean(word, verbs)}`, 'anthill help')
}
