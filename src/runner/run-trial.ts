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

import { existsSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { StudyError } from '../errors.ts'
import { lockPath, metaFolderIn, valuePath } from '../paths.ts'
import { split } from '../space/objectives.ts'
import { refuseLinks } from '../store/disk/door.ts'
import type { Ending } from '../study/live-trial.ts'
import type { ToldEnd } from '../study/told-end.ts'
import type { FailureReason, Said } from '../trial.ts'
import { allRuns } from './all-runs.ts'
import { quotedPairs } from './answer.ts'
import type { TrialAtWork } from './attempt.ts'
import type { Program } from './program.ts'
import type { TrialSettings } from './run-program.ts'
import { toTake } from './verdict.ts'
import type { Verdict } from './verdict.ts'

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
    ;[verdict, left, lastWords] = await allRuns(trial, program, settings)
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
