/** One attempt's program from its command line to its end and its answer; knows nothing of a study. */

import { programLogPath } from '../paths.ts'
import type { Space } from '../space/parameter.ts'
import type { Objectives } from '../trial.ts'
import { readAnswer, valueMark } from './answer.ts'
import type { ProgramAnswer } from './answer.ts'
import type { AttemptFacts } from './attempt.ts'
import { startChild } from './child.ts'
import type { Child, ChildEnd } from './child.ts'
import { environmentOf } from './environment.ts'
import type { Guardian } from './guardian.ts'
import type { Metrics } from './metric.ts'
import { fillCommand } from './placeholders.ts'
import { programPath } from './program.ts'
import type { Program } from './program.ts'

/** How programs are run and read. */
export interface ProgramSettings {
  readonly space: Space
  readonly objectives: Objectives
  readonly metrics?: Metrics | undefined
  /** An attempt that takes longer is ended and has failed. */
  readonly timeoutMs?: number | undefined
  /** From TERM to KILL. */
  readonly graceMs: number
  readonly guardian?: Guardian | undefined
}

export interface ProgramEnd extends ChildEnd {
  /** What the program answered; undefined unless it ended by itself with status 0. */
  readonly answer: ProgramAnswer | undefined
}

/** Where an attempt's output lies. */
export function logPaths({ directory, attempt }: AttemptFacts): {
  readonly stdoutPath: string
  readonly stderrPath: string
} {
  return {
    stdoutPath: programLogPath(directory, 'stdout', attempt),
    stderrPath: programLogPath(directory, 'stderr', attempt),
  }
}

/**
 * Runs a program to its end.
 *
 * @param started  called with the program as soon as it runs, and awaited before its end is; if it throws, the program
 *   is killed and the error thrown on
 */
export async function runProgram(
  attempt: AttemptFacts,
  program: Program,
  settings: ProgramSettings,
  started: (child: Child) => void | Promise<void>,
): Promise<ProgramEnd> {
  const { space, objectives, metrics, timeoutMs, graceMs, guardian } = settings
  const markBefore = valueMark(attempt.directory)
  const [name, ...args] = fillCommand(program.argv, space, attempt)
  const logs = logPaths(attempt)
  const child = await startChild({
    program: programPath(name!, program),
    args,
    directory: attempt.directory,
    environment: environmentOf(space, attempt, process.env, guardian?.token),
    ...logs,
    timeoutMs,
    graceMs,
  })
  guardian?.add(child.group)
  let end: ChildEnd
  try {
    await started(child)
  } catch (error) {
    child.kill('interrupted')
    throw error
  } finally {
    end = await child.ended
    if (end.isGone) guardian?.remove(child.group)
  }
  const isWell = end.cause === null && end.code === 0
  return {
    ...end,
    answer: isWell ? readAnswer({ directory: attempt.directory, ...logs, objectives, metrics, markBefore }) : undefined,
  }
}
