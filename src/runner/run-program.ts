/** Runs the program of one attempt, from its command line to its end and answer. It knows nothing about a study. */

import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs'
import { programLogPath } from '../paths.ts'
import type { Space } from '../space/parameter.ts'
import type { Goals, Said } from '../trial.ts'
import { readAnswer, readLeftValue, valueMark } from './answer.ts'
import type { ProgramAnswer } from './answer-order.ts'
import type { AttemptFacts } from './attempt.ts'
import { startChild } from './child.ts'
import type { Child, ChildEnd } from './child.ts'
import { environmentOf, markOf } from './environment.ts'
import type { Followed } from './follow-curve.ts'
import type { Guardian } from './guardian.ts'
import { lastLines } from './log-tail.ts'
import type { Metrics } from './metric.ts'
import { fillCommand } from './placeholders.ts'
import { programPath } from './program.ts'
import type { Reducers } from './reduce.ts'
import type { Program } from './program.ts'

/** How many of the last lines of a failed program are kept. */
const LAST_LINES = 20

/** How programs are run, and how their answers are read. */
export interface ProgramSettings {
  readonly space: Space
  readonly goals: Goals
  readonly metrics?: Metrics | undefined
  /** How several matches of a metric become one value. */
  readonly reducers?: Reducers | undefined
  /** A run that takes longer than this is ended, and its attempt fails. */
  readonly timeoutMs?: number | undefined
  /** The time from TERM to KILL. */
  readonly graceMs: number
  readonly guardian?: Guardian | undefined
  /** Ends a wait for a host that cannot start programs at present, and a search for an answer that takes long. */
  readonly over?: AbortSignal | undefined
}

/** The same for a trial of a study, which may be stopped. */
export interface TrialSettings extends ProgramSettings {
  /** When it aborts, the program gets TERM, and KILL after the grace; the trial is handed back. */
  readonly stop?: AbortSignal | undefined
  /** When it aborts, the program gets KILL at once. */
  readonly kill?: AbortSignal | undefined
  /** Finds intermediate values in the output (`--curve`). */
  readonly curve?: RegExp | undefined
  /** How often the program is run; the trial's values are the means. Default 1. */
  readonly runs?: number | undefined
  /** Says what the user should know while a program runs. */
  readonly say?: ((line: string) => void) | undefined
}

export interface ProgramEnd extends ChildEnd {
  /** The program's answer; undefined unless the program ended by itself with status 0. */
  readonly answer: ProgramAnswer | undefined
  /** Without a value: the last lines of its standard error, or of its standard output if it wrote no errors. */
  readonly lastWords: readonly string[]
  /** What came of following its output, if it was followed. */
  readonly followed?: Followed | undefined
  /** What it wrote into `value.json` although it did not end so. */
  readonly leftValue?: Said | undefined
}

/** The files with an attempt's output. */
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
 * @param started  called with the program as soon as it runs, and awaited before the program's end; if it throws, the
 *   program is killed and the error is thrown again
 * @param follow   begins to follow its output; `finish` is called after its end, while its output is still open
 * @throws StartError if the program cannot be started; HostError if the host is at fault
 */
export async function runProgram(
  facts: AttemptFacts,
  program: Program,
  settings: ProgramSettings,
  started: (child: Child) => void | Promise<void>,
  follow?: (child: Child) => { readonly finish: () => Promise<Followed> },
): Promise<ProgramEnd> {
  const { space, goals, metrics, reducers, timeoutMs, graceMs, guardian, over } = settings
  const { directory } = facts
  const markBefore = valueMark(directory)
  const [name, ...args] = fillCommand(program, space, facts)
  const logs = logPaths(facts)
  const place = openSync(directory, constants.O_RDONLY)
  let logFiles: readonly number[] = []
  try {
    const child = await startChild({
      program: programPath(name!, program),
      args,
      directory,
      environment: environmentOf(space, facts, process.env, guardian?.token),
      isMarked: markOf(facts, guardian?.token),
      wasFound: program.files?.includes(name!) === true,
      ...logs,
      isLaterRun: (facts.run ?? 1) > 1,
      timeoutMs,
      graceMs,
      over,
    })
    const { stdout, stderr, begins } = child
    logFiles = [stdout, stderr]
    guardian?.add(child.group)
    let end: ChildEnd
    let followed: Followed | undefined
    const following = follow?.(child)
    try {
      await started(child)
    } catch (error) {
      child.kill('interrupted')
      throw error
    } finally {
      end = await child.ended
      followed = await following?.finish()
      if (end.isGone) guardian?.remove(child.group)
    }
    const isWell = end.cause === null && end.code === 0
    const order = {
      directory: whereIs(place, directory),
      ...logs,
      stdout,
      stderr,
      begins,
      goals,
      metrics,
      reducers,
      markBefore,
      over,
    }
    const answer = isWell ? await readAnswer(order) : undefined
    if (answer !== undefined && 'values' in answer) return { ...end, followed, answer, lastWords: [] }
    const complaints = lastLines(stderr, LAST_LINES, begins.stderr)
    const lastWords = complaints.length > 0 ? complaints : lastLines(stdout, LAST_LINES, begins.stdout)
    return { ...end, followed, answer, lastWords, leftValue: isWell ? undefined : readLeftValue(order) }
  } finally {
    for (const file of [place, ...logFiles]) closeSync(file)
  }
}

/** A path of an open directory: the one that it had, or one through the descriptor if it was moved or unmounted. */
function whereIs(place: number, path: string): string {
  const before = fstatSync(place, { bigint: true })
  try {
    const now = statSync(path, { bigint: true })
    if (now.dev === before.dev && now.ino === before.ino) return path
  } catch {
    // It is not there any more.
  }
  return `/proc/self/fd/${place}`
}
