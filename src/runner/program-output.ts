/** What a program printed, as text, and how a piece of it is quoted in a message. */

import { fstatSync, lstatSync } from 'node:fs'
import { withoutControls } from './control-sequences.ts'
import { TAIL_BYTES, readTail, tailOf } from './log-tail.ts'

/** All matches of a pattern are searched for in at most this much output. */
const MOST_IN_ALL = 2 ** 26

/** What to do about a result in the standard error. */
export const TO_STDOUT = 'print it to the standard output, as in sh -c \'"$@" 2>&1\' sh PROGRAM …'

/** Where the output of a run begins in its two files, in bytes. */
export interface Begins {
  readonly stdout: number
  readonly stderr: number
}

/** Where the output of a program is. */
export interface OutputPlace {
  readonly stdoutPath: string
  /** Where its standard error is; a result there is named in the message. */
  readonly stderrPath?: string | undefined
  /** Both of them, open to read: the program may have moved, removed or replaced the files. */
  readonly stdout?: number | undefined
  readonly stderr?: number | undefined
  /** Where the output of this run begins in the open files, in bytes; default: with them. */
  readonly begins?: Begins | undefined
}

/** The end of its standard output. */
export const outputOf = ({ stdout, stdoutPath, begins }: OutputPlace): string =>
  withoutControls(stdout === undefined ? readTail(stdoutPath) : tailOf(stdout, TAIL_BYTES, begins?.stdout))

/** The end of its standard error. */
export const errorsOf = ({ stderr, stderrPath = '', begins }: OutputPlace): string =>
  stderr === undefined && stderrPath === ''
    ? ''
    : withoutControls(stderr === undefined ? readTail(stderrPath) : tailOf(stderr, TAIL_BYTES, begins?.stderr))

/** All that a program printed; undefined if that is too much. */
export function wholeOutputOf({ stdout, stdoutPath, begins }: OutputPlace): string | undefined {
  const size = stdout === undefined ? lstatSync(stdoutPath).size : fstatSync(stdout).size
  if (size - (begins?.stdout ?? 0) > MOST_IN_ALL) return undefined
  return withoutControls(stdout === undefined ? readTail(stdoutPath, size) : tailOf(stdout, size, begins?.stdout))
}

/** A text in quotes on one line, cut where it is long. */
export function quotedLine(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return `'${line.length > 80 ? `${line.slice(0, 77)}…` : line}'`
}
