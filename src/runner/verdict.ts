/** What the end of a program means for its trial; the table is in the header of `run-trial.ts`. */

import { dirname } from 'node:path'
import { shellWord } from '../space/words.ts'
import { wait } from '../study/patience.ts'
import type { FailureReason, Said } from '../trial.ts'
import { quotedPairs } from './answer.ts'
import type { TrialAtWork } from './attempt.ts'
import { isDiskFull } from './disk-space.ts'
import { exitWords, statusText } from './exit-words.ts'
import { HostError, lackingLine } from './host-error.ts'
import { missingFile } from './program.ts'
import type { Program } from './program.ts'
import type { ProgramEnd, TrialSettings } from './run-program.ts'

/**
 * How long to wait for a signal of our own after a program has ended without a value. A scheduler signals a whole job
 * at once, but this process may hear it up to 85 ms after the program, which may have ended with any status.
 */
const SETTLE_MS = 250

/** How long to wait after a program that the host let down, so that others may end before the next one starts. */
const HOST_PAUSE_MS = 1000

/** The verdict on an attempt that another worker has taken over. */
export const SUPERSEDED: Verdict = { state: 'superseded', detail: 'taken over by another worker' }

/** How an attempt ended, before that is written. */
export type Verdict =
  | { readonly state: 'complete'; readonly values: Said }
  | { readonly state: 'pruned'; readonly values: Said; readonly detail: string }
  | { readonly state: 'failed'; readonly reason: FailureReason; readonly detail: string }
  | { readonly state: 'interrupted' | 'superseded'; readonly detail: string; readonly isHostFault?: boolean }

/** How to take a value that was not recorded. A failure is final, so the value needs a round of its own. */
export function toTake({ directory, number }: TrialAtWork, values: Said): string {
  const study = `-s ${shellWord(dirname(directory))} ${number}`
  return `to take it: anthill retry ${study} && anthill tell ${study} ${quotedPairs(values)}`
}

/**
 * The verdict on a program that has ended.
 *
 * @throws HostError if this host cannot run the program at present
 */
export async function verdictAfter(
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

/** Whether this worker is being stopped. */
export function isOver({ stop, kill }: TrialSettings): boolean {
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
