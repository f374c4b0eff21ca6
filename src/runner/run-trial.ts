/**
 * Runs a trial's program, and ends the trial as the program's end requires.
 *
 * | the program | the trial |
 * | --- | --- |
 * | ended with status 0 and a finite answer | is complete |
 * | ended with status 0, without a finite answer | failed, `no-answer` |
 * | ended with status 75 (EX_TEMPFAIL) or 130 | is handed back, interrupted |
 * | was ended by a signal while this worker is being stopped | is handed back, interrupted |
 * | ended with status 137, or was killed by somebody else | failed, `memory`: most often the system ran out of it |
 * | ended with another status, or by another signal | failed, `exit` or `signal` |
 * | failed with `exit` or `no-answer`, and the disk is full | is handed back, interrupted |
 * | ran longer than allowed | failed, `timeout` |
 * | ran while another worker took the trial over | is left alone: it belongs to the other worker |
 */

import type { FailureReason } from '../trial.ts'
import type { Ending } from '../study/live-trial.ts'
import { wait } from '../study/patience.ts'
import type { TrialAtWork } from './attempt.ts'
import { StartError } from './child.ts'
import { endLeftovers } from './leftovers.ts'
import { lastLines } from './log-tail.ts'
import { isDiskFull } from './disk-space.ts'
import type { Program } from './program.ts'
import { logPaths, runProgram } from './run-program.ts'
import type { ProgramEnd, ProgramSettings } from './run-program.ts'

/**
 * How long to wait for a signal of our own after a signal has ended the program. A scheduler signals a whole job at
 * once, but this process may hear it later than the program.
 */
const SETTLE_MS = 250

/** How many of the last lines of a failed program are kept. */
const LAST_LINES = 20

/** The signals and statuses with which a program ends if a scheduler or terminal signals it. */
const OUTSIDE = new Set<string | number | null>(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL', 129, 130, 137, 143])

/** The verdict on an attempt that another worker has taken over. */
const SUPERSEDED: Verdict = { state: 'superseded', detail: 'taken over by another worker' }

export interface TrialSettings extends ProgramSettings {
  /** When it aborts, the program gets TERM, and KILL after the grace; the trial is handed back. */
  readonly stop?: AbortSignal | undefined
  /** When it aborts, the program gets KILL at once. */
  readonly kill?: AbortSignal | undefined
}

/** How a trial ended in this process. */
export interface TrialOutcome {
  readonly id: string
  readonly number: number
  readonly attempt: number
  readonly state: 'complete' | 'failed' | 'interrupted' | 'superseded'
  /** The value of each objective by name; empty unless the trial is complete. */
  readonly values: Readonly<Record<string, number>>
  /** The value of the first objective; null unless the trial is complete. */
  readonly value: number | null
  readonly reason: FailureReason | null
  /** Why there is no value, in one line. */
  readonly detail: string | null
  readonly tookMs: number
  /** If it failed: the last lines of its standard error, or of its standard output if it wrote no errors. */
  readonly lastWords: readonly string[]
}

type Verdict =
  | { readonly state: 'complete'; readonly values: Readonly<Record<string, number>> }
  | { readonly state: 'failed'; readonly reason: FailureReason; readonly detail: string }
  | { readonly state: 'interrupted' | 'superseded'; readonly detail: string }

/**
 * Runs a trial's program and ends the trial. When this returns or throws, the program's process group is gone.
 *
 * @throws the file system's error if no log can be opened (the trial is handed back if that is still possible), or if
 *   the end could not be written in time (the end is then in the live trial's `unwritten`)
 */
export async function runTrial(trial: TrialAtWork, program: Program, settings: TrialSettings): Promise<TrialOutcome> {
  const startMs = performance.now()
  let verdict: Verdict
  try {
    verdict = await verdictOn(trial, program, settings)
  } catch (error) {
    await trial.handBack(`the program could not be run: ${(error as Error).message}`).catch(() => undefined)
    throw error
  }
  const lastWords = verdict.state === 'failed' ? lastWordsOf(trial) : []
  const ending = await endTrial(trial, verdict, lastWords, settings.stop)
  const state = ending === 'superseded' ? ending : verdict.state
  const values = verdict.state === 'complete' && state === 'complete' ? verdict.values : {}
  const first = Object.keys(settings.objectives)[0]
  return {
    id: trial.id,
    number: trial.number,
    attempt: trial.attempt,
    state,
    values,
    value: (first === undefined ? undefined : values[first]) ?? null,
    reason: verdict.state === 'failed' ? verdict.reason : verdict.state === 'interrupted' ? 'interrupted' : null,
    detail: 'detail' in verdict ? verdict.detail : state === 'superseded' ? 'another worker ended it first' : null,
    tookMs: performance.now() - startMs,
    lastWords,
  }
}

function lastWordsOf(trial: TrialAtWork): readonly string[] {
  const { stdoutPath, stderrPath } = logPaths(trial)
  const complaints = lastLines(stderrPath, LAST_LINES)
  return complaints.length > 0 ? complaints : lastLines(stdoutPath, LAST_LINES)
}

async function verdictOn(trial: TrialAtWork, program: Program, settings: TrialSettings): Promise<Verdict> {
  const { stop, kill, graceMs } = settings
  if (trial.attempt > 1) await endLeftovers(trial, graceMs)
  if (isOver(settings)) return { state: 'interrupted', detail: 'stopped before its program was started' }
  let end: ProgramEnd
  let stopListening = (): void => undefined
  try {
    end = await runProgram(trial, program, settings, (child) => {
      stopListening = listen([
        [trial.signal, () => child.end('superseded')],
        [stop, () => child.end('interrupted')],
        [kill, () => child.kill('interrupted')],
      ])
    })
  } catch (error) {
    if (error instanceof StartError) return { state: 'failed', reason: 'exit', detail: error.message }
    throw error
  } finally {
    stopListening()
  }
  if (end.cause === null && isFromOutside(end)) {
    await wait(SETTLE_MS)
    if (isOver(settings))
      return { state: 'interrupted', detail: `ended by ${statusText(end)} while the run was stopped` }
  }
  if (end.answer !== undefined && 'source' in end.answer && end.answer.source === 'value.json') {
    // If this worker was suspended, it may have read what the next attempt wrote into the same directory.
    await trial.check()
    if (trial.signal.aborted) return SUPERSEDED
  }
  const verdict = verdictOf(end, settings)
  // A full disk cuts off what a program prints and writes. Its failure then says nothing about the config.
  if (
    verdict.state === 'failed' &&
    (verdict.reason === 'exit' || verdict.reason === 'no-answer') &&
    isDiskFull(trial.directory)
  ) {
    return { state: 'interrupted', detail: `the disk was full when its program ended (${verdict.detail})` }
  }
  return verdict
}

function isOver({ stop, kill }: TrialSettings): boolean {
  return stop?.aborted === true || kill?.aborted === true
}

function verdictOf({ code, signal, cause, answer, isGone }: ProgramEnd, { timeoutMs }: TrialSettings): Verdict {
  if (cause === 'superseded') return SUPERSEDED
  const remains = isGone ? '' : '; some of its processes cannot be killed'
  if (cause === 'interrupted') return { state: 'interrupted', detail: `the run was stopped${remains}` }
  if (cause === 'timeout')
    return { state: 'failed', reason: 'timeout', detail: `took longer than ${(timeoutMs ?? 0) / 1000} s${remains}` }
  if (code === 0 && answer !== undefined) {
    return 'values' in answer
      ? { state: 'complete', values: answer.values }
      : { state: 'failed', reason: 'no-answer', detail: answer.problem }
  }
  const status = statusText({ code, signal })
  if (code === 75 || code === 130)
    return { state: 'interrupted', detail: `its program asked for another attempt with ${status}` }
  if (signal === 'SIGKILL' || code === 137)
    return { state: 'failed', reason: 'memory', detail: `${status}: killed, most often because memory ran out` }
  return { state: 'failed', reason: signal === null ? 'exit' : 'signal', detail: status }
}

/** Writes the end of a trial. While the file system refuses, it tries again, until a stop arrives. */
async function endTrial(
  trial: TrialAtWork,
  verdict: Verdict,
  lastWords: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Ending> {
  switch (verdict.state) {
    case 'complete':
      return await trial.complete(verdict.values, { signal })
    case 'failed':
      return await trial.fail([verdict.detail, ...lastWords].join('\n'), verdict.reason, { signal })
    case 'interrupted':
    case 'superseded':
      return await trial.handBack(verdict.detail)
  }
}

function statusText({ code, signal }: { code: number | null; signal: NodeJS.Signals | null }): string {
  return signal === null ? `exit status ${code}` : `signal ${signal.slice(3)}`
}

/** Whether an end looks as if somebody had signaled both the program and its worker. */
function isFromOutside({ code, signal }: { code: number | null; signal: NodeJS.Signals | null }): boolean {
  return OUTSIDE.has(signal ?? code)
}

function listen(pairs: readonly (readonly [AbortSignal | undefined, () => void])[]): () => void {
  for (const [signal, act] of pairs) {
    if (signal?.aborted === true) act()
    else signal?.addEventListener('abort', act, { once: true })
  }
  return () => {
    for (const [signal, act] of pairs) signal?.removeEventListener('abort', act)
  }
}
