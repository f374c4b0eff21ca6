/**
 * A trial's program, and what its end means for the trial.
 *
 * | the program | the trial |
 * | --- | --- |
 * | status 0 and a finite answer | complete |
 * | status 0 without one | failed, `no-answer` |
 * | status 75 (EX_TEMPFAIL) or 130, or ended from here because of a signal | handed back, interrupted |
 * | status 137, or killed by somebody else | failed, `memory`: most often it was the system that had none left |
 * | another signal, another status | failed, `signal` or `exit` |
 * | failed for want of room: the disk is full when it ends | handed back, interrupted |
 * | ran longer than allowed | failed, `timeout` |
 * | given up by others meanwhile | nothing: it is theirs |
 */

import type { FailureReason } from '../trial.ts'
import type { Ending } from '../study/live-trial.ts'
import { wait } from '../study/wait.ts'
import type { TrialAtWork } from './attempt.ts'
import { StartError } from './child.ts'
import { endLeftovers } from './leftovers.ts'
import { lastLines } from './log-tail.ts'
import { hasNoRoom } from './disk-space.ts'
import type { Program } from './program.ts'
import { logPaths, runProgram } from './run-program.ts'
import type { ProgramEnd, ProgramSettings } from './run-program.ts'

export interface TrialSettings extends ProgramSettings {
  /** Aborted: TERM to the program, KILL after the grace, the trial is handed back. */
  readonly stop?: AbortSignal | undefined
  /** Aborted: KILL at once. */
  readonly kill?: AbortSignal | undefined
}

/** How a trial ended here. */
export interface TrialOutcome {
  readonly id: string
  readonly number: number
  readonly attempt: number
  readonly state: 'complete' | 'failed' | 'interrupted' | 'superseded'
  /** Every objective's value by name, and the first one's; none unless complete. */
  readonly values: Readonly<Record<string, number>>
  readonly value: number | null
  readonly reason: FailureReason | null
  /** Why there is no value, in one line. */
  readonly detail: string | null
  readonly tookMs: number
  /** When it failed: the last lines of its standard error, or of its output where it wrote no other. */
  readonly lastWords: readonly string[]
}

type Verdict =
  | { readonly state: 'complete'; readonly values: Readonly<Record<string, number>> }
  | { readonly state: 'failed'; readonly reason: FailureReason; readonly detail: string }
  | { readonly state: 'interrupted' | 'superseded'; readonly detail: string }

const superseded: Verdict = { state: 'superseded', detail: 'taken over by another worker' }

/** A scheduler signals a whole job at once: its word to us may come this long after the program fell. */
const SETTLE_MS = 250

const LAST_LINES = 20

/**
 * Runs a trial's program and ends the trial by what came of it. When this returns, or throws, nothing that the program
 * started is left in its process group.
 *
 * @throws what the file system says when no log can be opened (the trial is handed back where that is still possible),
 *   or when the end could not be written in time: it is `unwritten` in the live trial then
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
  const ending = await tell(trial, verdict, lastWords, settings.stop)
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
    // Whoever was suspended may have read what the next attempt wrote into the same directory.
    await trial.check()
    if (trial.signal.aborted) return superseded
  }
  const verdict = verdictOf(end, settings)
  // What it printed and wrote is cut off there: no verdict on the config.
  if (
    verdict.state === 'failed' &&
    (verdict.reason === 'exit' || verdict.reason === 'no-answer') &&
    hasNoRoom(trial.directory)
  ) {
    return { state: 'interrupted', detail: `the disk was full when its program ended (${verdict.detail})` }
  }
  return verdict
}

function isOver({ stop, kill }: TrialSettings): boolean {
  return stop?.aborted === true || kill?.aborted === true
}

function verdictOf({ code, signal, cause, answer, isGone }: ProgramEnd, { timeoutMs }: TrialSettings): Verdict {
  if (cause === 'superseded') return superseded
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
    return { state: 'interrupted', detail: `its program asked for another attempt by ${status}` }
  if (signal === 'SIGKILL' || code === 137)
    return { state: 'failed', reason: 'memory', detail: `${status}: killed, most often because memory ran out` }
  return { state: 'failed', reason: signal === null ? 'exit' : 'signal', detail: status }
}

/** While the file system refuses the end, it is tried again, until a stop arrives. */
async function tell(
  trial: TrialAtWork,
  verdict: Verdict,
  lastWords: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Ending> {
  if (verdict.state === 'complete') return await trial.complete(verdict.values, { signal })
  if (verdict.state === 'failed')
    return await trial.fail([verdict.detail, ...lastWords].join('\n'), verdict.reason, { signal })
  return await trial.handBack(verdict.detail)
}

function statusText({ code, signal }: { code: number | null; signal: NodeJS.Signals | null }): string {
  return signal === null ? `exit status ${code}` : `signal ${signal.slice(3)}`
}

const OUTSIDE = new Set<string | number | null>(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL', 129, 130, 137, 143])

/** Whether an end looks as if somebody had signalled program and worker alike. */
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
