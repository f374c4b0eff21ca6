/**
 * Runs a trial's program, and ends the trial as the program's end requires.
 *
 * | the program | the trial |
 * | --- | --- |
 * | ended with status 0 and a finite answer | is complete, or rests below the top rung of a fidelity |
 * | ended with status 0, without a finite answer | failed, `no-answer` |
 * | ended with status 75 (EX_TEMPFAIL) or 130 | is handed back, interrupted |
 * | ended without a value while this worker is being stopped | is handed back, interrupted |
 * | ended with status 137, or was killed by somebody else | failed, `memory`: most often the system ran out of it |
 * | ended with another status, or by another signal | failed, `exit` or `signal`; with `--retries` tried again first |
 * | failed with `exit` or `no-answer`, and the disk is full | is handed back, interrupted |
 * | ended in any way, and its study is not there any more | is left as it is, and StudyError is thrown |
 * | could not be started or failed because the host lacks something | is handed back, and HostError is thrown |
 * | ended with status 0 and said that it was pruned | is pruned |
 * | ran until the study's pruner said that its trial should stop | got TERM, and KILL after the grace; is pruned |
 * | ran longer than allowed | failed, `timeout` |
 * | was ended by `anthill tell`, even by itself | has that end |
 * | ran while another worker took the trial over | is left alone: it belongs to the other worker |
 */

import { split } from '../space/objectives.ts'
import { existsSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { StudyError } from '../errors.ts'
import { lockPath, metaFolderIn, reportsPath, valuePath } from '../paths.ts'
import { shellWord } from '../space/words.ts'
import { distrust, refuseLinks } from '../store/disk/door.ts'
import type { FailureReason, Said } from '../trial.ts'
import type { Ending } from '../study/live-trial.ts'
import type { ToldEnd } from '../study/told-end.ts'
import { wait } from '../study/patience.ts'
import { quotedPairs } from './answer.ts'
import type { TrialAtWork } from './attempt.ts'
import { StartError } from './child.ts'
import type { Child } from './child.ts'
import { exitWords, statusText } from './exit-words.ts'
import { followCurve } from './follow-curve.ts'
import { HostError, lackingLine } from './host-error.ts'
import { endLeftovers } from './leftovers.ts'
import { isDiskFull } from './disk-space.ts'
import { missingFile } from './program.ts'
import type { Program } from './program.ts'
import { runProgram } from './run-program.ts'
import type { ProgramEnd, ProgramSettings } from './run-program.ts'

/**
 * How long to wait for a signal of our own after a program has ended without a value. A scheduler signals a whole job
 * at once, but this process may hear it up to 85 ms after the program, which may have ended with any status.
 */
const SETTLE_MS = 250

/** How long to wait after a program that the host let down, so that others may end before the next one starts. */
const HOST_PAUSE_MS = 1000

/** The verdict on an attempt that another worker has taken over. */
const SUPERSEDED: Verdict = { state: 'superseded', detail: 'taken over by another worker' }

export interface TrialSettings extends ProgramSettings {
  /** When it aborts, the program gets TERM, and KILL after the grace; the trial is handed back. */
  readonly stop?: AbortSignal | undefined
  /** When it aborts, the program gets KILL at once. */
  readonly kill?: AbortSignal | undefined
  /** Finds intermediate values in the output (`--curve`). */
  readonly curve?: RegExp | undefined
  /** Says what the user should know while a program runs. */
  readonly say?: ((line: string) => void) | undefined
}

/** How a trial ended in this process. */
export interface TrialOutcome {
  readonly id: string
  readonly number: number
  readonly attempt: number
  readonly state: 'complete' | 'pruned' | 'failed' | 'interrupted' | 'paused' | 'superseded'
  /** The value of each objective and the outputs by name; empty unless it is complete, or was pruned with values. */
  readonly values: Said
  /** The value of the first objective; null unless there are values. */
  readonly value: number | null
  readonly reason: FailureReason | null
  /** Why there is no value, in one line. */
  readonly detail: string | null
  readonly tookMs: number
  /** If it failed: the last lines of its standard error, or of its standard output if it wrote no errors. */
  readonly lastWords: readonly string[]
  /** Whether it was handed back because this host lacked something that the program needs. */
  readonly isHostFault?: boolean
  /** Whether this attempt failed and the trial, which is `interrupted`, gets another one (`--retries`). */
  readonly isRetried?: boolean
  /** The names of processes that the program left running at its end. They were ended too. */
  readonly left?: readonly string[]
}

type Verdict =
  | { readonly state: 'complete'; readonly values: Said }
  | { readonly state: 'pruned'; readonly values: Said; readonly detail: string }
  | { readonly state: 'failed'; readonly reason: FailureReason; readonly detail: string }
  | { readonly state: 'interrupted' | 'superseded'; readonly detail: string; readonly isHostFault?: boolean }

/** A verdict, what the program left running, and what it said last. */
type Judgment = readonly [Verdict, left: readonly string[], lastWords: readonly string[]]

/**
 * Runs a trial's program and ends the trial. When this returns or throws, all processes of the program are gone, as far
 * as this process can see and end them.
 *
 * @throws HostError if this host cannot run the program at present (the trial is handed back); StudyError if the study
 *   is not there any more; the file system's error if no log can be opened (the trial is handed back if that is still
 *   possible), or if the end could not be written in time (the end is then in the live trial's `unwritten`)
 */
export async function runTrial(trial: TrialAtWork, program: Program, settings: TrialSettings): Promise<TrialOutcome> {
  const startMs = performance.now()
  const home = homeOf(trial)
  let verdict: Verdict
  let left: readonly string[]
  let lastWords: readonly string[]
  try {
    ;[verdict, left, lastWords] = await verdictOn(trial, program, settings)
  } catch (error) {
    if (isStudyGone(trial, home)) throw goneError(trial)
    await trial.handBack(`the program could not be run: ${(error as Error).message}`).catch(() => undefined)
    throw error
  }
  if (isStudyGone(trial, home)) throw goneError(trial, verdict)
  const told = verdict.state === 'complete' ? undefined : await toldEndOf(trial)
  const ending = told ?? (await endTrial(trial, verdict, lastWords, settings.stop))
  const outside = ending === 'superseded' ? await toldEndOf(trial) : ending === 'committed' ? undefined : ending
  // A failed attempt may be followed by another one, and an interrupted one may have been the last.
  const isAtRest = verdict.state === 'complete' && trial.recorded === 'paused'
  const own = verdict.state === 'complete' && !isAtRest ? verdict.state : (trial.recorded ?? verdict.state)
  const state = outside?.state ?? (ending === 'superseded' ? ending : own)
  const isRetried = state === 'interrupted' && verdict.state === 'failed'
  const counts = state === verdict.state || (isAtRest && state === 'paused')
  const values = outside?.values ?? ('values' in verdict && counts ? verdict.values : {})
  const { objectives } = settings.goals
  return {
    id: trial.id,
    number: trial.number,
    attempt: trial.attempt,
    state,
    values,
    value: split(objectives, values).values[Object.keys(objectives)[0]!] ?? null,
    reason: outside === undefined ? reasonOf(verdict) : outside.reason,
    detail: detailOf(trial, verdict, ending, outside),
    tookMs: performance.now() - startMs,
    lastWords: outside === undefined && state === 'failed' ? lastWords : [],
    left,
    isRetried,
    isHostFault: 'isHostFault' in verdict && verdict.isHostFault === true,
  }
}

function reasonOf(verdict: Verdict): FailureReason | null {
  return verdict.state === 'failed' ? verdict.reason : verdict.state === 'interrupted' ? 'interrupted' : null
}

/** Why there is no value, in one line; null if there is nothing to say. */
function detailOf(
  trial: TrialAtWork,
  verdict: Verdict,
  ending: Ending | ToldEnd,
  outside: ToldEnd | undefined,
): string | null {
  if (outside !== undefined) {
    const told = outside.detail ?? 'told by anthill tell'
    if (outside.reason !== 'lost') return told
    // Nothing could be recorded. The value may be all that is left of hours of work.
    const refusal = refusalOf(trial)
    if (verdict.state !== 'complete') return refusal ?? told
    const value = `its value was ${quotedPairs(verdict.values)}`
    return refusal === undefined ? `${told}; ${value}; ${toTake(trial, verdict.values)}` : `${refusal}; ${value}`
  }
  if (ending === 'superseded' && verdict.state !== 'superseded') return 'another end of this attempt came first'
  if (!('detail' in verdict)) return null
  if (verdict.state === 'failed' && trial.recorded === 'interrupted')
    return `${verdict.detail}; the trial gets another attempt`
  const isUsedUp = verdict.state === 'interrupted' && trial.recorded === 'failed'
  return isUsedUp ? `given up too often, ${trial.attempt} attempts: ${verdict.detail}` : verdict.detail
}

/** What stands where a folder of the trial must be; undefined if its folders are as they should be. */
function refusalOf({ directory }: TrialAtWork): string | undefined {
  try {
    refuseLinks(valuePath(dirname(directory), basename(directory), 1), true)
    return undefined
  } catch (error) {
    return `its end could not be recorded: ${(error as Error).message}`
  }
}

/** How to take a value that was not recorded. A failure is final, so the value needs a round of its own. */
function toTake({ directory, number }: TrialAtWork, values: Said): string {
  const study = `-s ${shellWord(dirname(directory))} ${number}`
  return `to take it: anthill retry ${study} && anthill tell ${study} ${quotedPairs(values)}`
}

/** The end that somebody else recorded for this attempt, if that can be read. */
async function toldEndOf(trial: TrialAtWork): Promise<ToldEnd | undefined> {
  return await trial.toldEnd?.().catch(() => undefined)
}

/** Which folder the trial's study is, as the system names it; '' if it is not there, undefined if nobody can tell. */
function homeOf({ directory }: TrialAtWork): string | undefined {
  try {
    const { dev, ino } = statSync(metaFolderIn(dirname(directory)), { bigint: true })
    return `${dev}:${ino}`
  } catch (error) {
    // After any other error, such as that of a file server that is away, the call that writes decides.
    return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '') ? '' : undefined
  }
}

/**
 * Whether the study is not at its path any more, so that nothing of this trial may be written there. Some network file
 * systems give a folder another number after a while, so a folder that has the trial's claim is still the study.
 */
function isStudyGone(trial: TrialAtWork, home: string | undefined): boolean {
  const now = homeOf(trial)
  if (now === undefined || home === undefined || now === home) return false
  if (now === '') return true
  const lock = lockPath(dirname(trial.directory), trial.id, trial.attempt)
  return !existsSync(lock) && !existsSync(`${lock}.d`)
}

/** Leaves the trial as it is, and keeps a value. A failure there would say nothing about the config. */
function goneError(trial: TrialAtWork, verdict?: Verdict): StudyError {
  const { directory, number } = trial
  trial.abandonUnwritten?.(verdict?.state === 'complete' ? { values: verdict.values } : undefined)
  const words = `study: '${dirname(directory)}' was moved away, removed, emptied or unmounted while trial ${number} ran`
  return new StudyError('INPUT_OUTPUT', `${words}; put it back and start the same line again, which takes the trial up`)
}

async function verdictOn(trial: TrialAtWork, program: Program, settings: TrialSettings): Promise<Judgment> {
  const { stop, kill, graceMs } = settings
  if (trial.attempt > 1) await endLeftovers(trial, graceMs, settings)
  if (isOver(settings)) return [{ state: 'interrupted', detail: 'stopped before its program was started' }, [], []]
  let end: ProgramEnd
  let stopListening = (): void => undefined
  try {
    end = await runProgram(
      trial,
      program,
      { ...settings, over: stop },
      (child) => {
        stopListening = listen([
          [trial.signal, () => child.end('superseded')],
          [stop, () => child.end('interrupted')],
          [kill, () => child.kill('interrupted')],
        ])
      },
      followed(trial, settings),
    )
  } catch (error) {
    if (error instanceof StartError) return [{ state: 'failed', reason: 'exit', detail: error.message }, [], []]
    if (error instanceof HostError && isOver(settings))
      return [{ state: 'interrupted', detail: 'stopped before its program could be started' }, [], []]
    throw error
  } finally {
    stopListening()
    // The program may have put a link in the place of its own directory: what is written there next looks again.
    distrust(trial.directory)
  }
  return [await verdictAfter(end, trial, program, settings), end.left, end.lastWords]
}

/** Follows the output of a trial that can hear of intermediate values. */
function followed(trial: TrialAtWork, { goals, curve, say }: TrialSettings) {
  if (trial.report === undefined) return undefined
  const { objectives } = goals
  const path = reportsPath(trial.directory, trial.attempt)
  return (child: Child) =>
    followCurve(trial, {
      stdout: child.stdout,
      reportsPath: path,
      objectives,
      pattern: curve,
      stop: () => child.end('pruned'),
      say,
    })
}

async function verdictAfter(
  end: ProgramEnd,
  trial: TrialAtWork,
  program: Program,
  settings: TrialSettings,
): Promise<Verdict> {
  const verdict = withLeftValue(verdictOf(end, settings, trial.stopReason), end, trial)
  if (end.cause === null && verdict.state === 'failed') {
    await wait(SETTLE_MS, settings.stop)
    if (isOver(settings))
      return { state: 'interrupted', detail: `ended by ${statusText(end)} while the run was stopped` }
  }
  if (end.answer !== undefined && 'source' in end.answer && end.answer.source === 'value.json') {
    // If this worker was suspended, it may have read what the next attempt wrote into the same directory.
    await trial.check()
    if (trial.signal.aborted) return SUPERSEDED
  }
  if (end.cause !== null || verdict.state !== 'failed') return verdict
  const missing = missingFile(program)
  if (missing !== undefined) {
    const remedy = 'see whether it was moved, and whether its file system is mounted here'
    throw new HostError(`'${missing}', which was there when the run began, is gone (${verdict.detail}); ${remedy}`)
  }
  const lacking = lackingLine(end.lastWords)
  if (lacking !== undefined && verdict.reason !== 'memory') {
    await wait(HOST_PAUSE_MS, settings.stop)
    const detail = `this host lacked something that its program needs: ${lacking.trim()} (${verdict.detail})`
    return { state: 'interrupted', detail, isHostFault: true }
  }
  // A full disk cuts off what a program prints and writes. Its failure then says nothing about the config.
  if ((verdict.reason === 'exit' || verdict.reason === 'no-answer') && isDiskFull(trial.directory))
    return { state: 'interrupted', detail: `the disk was full when its program ended (${verdict.detail})` }
  return verdict
}

/**
 * Names the value that a program left in `value.json` before it failed: it does not count, but a person may know that
 * it is good.
 */
function withLeftValue(verdict: Verdict, { leftValue }: ProgramEnd, trial: TrialAtWork): Verdict {
  if (verdict.state !== 'failed' || leftValue === undefined) return verdict
  const told = `before that it wrote the value ${quotedPairs(leftValue)} into value.json`
  return { ...verdict, detail: `${verdict.detail}; ${told}; ${toTake(trial, leftValue)}` }
}

function isOver({ stop, kill }: TrialSettings): boolean {
  return stop?.aborted === true || kill?.aborted === true
}

function verdictOf(end: ProgramEnd, { timeoutMs, goals }: TrialSettings, stopReason: string | undefined): Verdict {
  const { code, signal, cause, answer, isGone } = end
  if (cause === 'superseded') return SUPERSEDED
  const remains = isGone ? '' : '; some of its processes cannot be killed'
  if (cause === 'interrupted') return { state: 'interrupted', detail: `the run was stopped${remains}` }
  if (cause === 'timeout')
    return { state: 'failed', reason: 'timeout', detail: `took longer than ${(timeoutMs ?? 0) / 1000} s${remains}` }
  if (cause === 'pruned') {
    // The value so far of one of several objectives says nothing about the others.
    const [name, ...others] = Object.keys(goals.objectives)
    const last = end.followed?.last
    const values = last === undefined || others.length > 0 ? {} : { [name!]: last }
    return { state: 'pruned', values, detail: `${stopReason ?? ''}${remains}` }
  }
  if (code === 0 && answer !== undefined) {
    if ('values' in answer && answer.isPruned === true)
      return { state: 'pruned', values: answer.values, detail: 'its program said so' }
    return 'values' in answer
      ? { state: 'complete', values: answer.values }
      : { state: 'failed', reason: 'no-answer', detail: answer.problem }
  }
  if (code === 75 || code === 130)
    return { state: 'interrupted', detail: `its program asked for another attempt with ${statusText(end)}` }
  if (signal === 'SIGKILL' || code === 137)
    return {
      state: 'failed',
      reason: 'memory',
      detail: `${statusText(end)}: killed, most often because memory ran out`,
    }
  return { state: 'failed', reason: signal === null ? 'exit' : 'signal', detail: exitWords(end) }
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
    case 'pruned': {
      const values = Object.keys(verdict.values).length === 0 ? undefined : verdict.values
      return await trial.prune!(values, { signal, because: verdict.detail })
    }
    case 'failed':
      return await trial.fail([verdict.detail, ...lastWords].join('\n'), verdict.reason, { signal })
    case 'interrupted':
    case 'superseded':
      return await trial.handBack(verdict.detail)
  }
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
