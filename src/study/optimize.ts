/** The loop that most programs want: ask, run, tell, until nothing is left. */

import type { Best, Config } from '../trial.ts'
import type { LiveTrial } from './live-trial.ts'

/**
 * What is optimised. It returns the trial's value (or one for each objective), or nothing if it ended the trial itself.
 * An error or a value that is not finite makes the trial fail; the loop goes on.
 */
export type Objective<C> = (trial: LiveTrial<C>) => ObjectiveResult | Promise<ObjectiveResult>

type ObjectiveResult = number | Readonly<Record<string, number>> | void

/** Where the trials come from: a study. */
interface Source<C> {
  ask(options: { readonly signal?: AbortSignal | undefined }): Promise<LiveTrial<C> | undefined>
  best(): Promise<Best<C> | undefined>
}

/** A program that has never worked is not tried more often than this. */
const FAILURES_BEFORE_FIRST_VALUE = 3

/** Runs the loop; throws the objective's own error when its first three trials in a row fail and no trial ever had a value. */
export async function optimize<C = Config>(
  study: Source<C>,
  objective: Objective<C>,
  signal: AbortSignal | undefined,
): Promise<Best<C> | undefined> {
  let failures = 0
  let hasValue = false
  while (signal?.aborted !== true) {
    const trial = await study.ask({ signal })
    if (trial === undefined) break
    const error = await runOne(trial, objective)
    // Signals and timers get their turn even when the objective never waits.
    await new Promise((resolve) => setImmediate(resolve))
    if (error === undefined) {
      hasValue = true
    } else if (!hasValue && ++failures >= FAILURES_BEFORE_FIRST_VALUE && (await study.best()) === undefined) {
      throw error
    }
  }
  return await study.best()
}

/** Gives the error of a trial that failed. */
async function runOne<C>(trial: LiveTrial<C>, objective: Objective<C>): Promise<unknown> {
  let answer: ObjectiveResult
  try {
    answer = await objective(trial)
    if (trial.isEnded) return undefined
    if (answer === undefined)
      throw new TypeError(`the objective gave no value for trial ${trial.number}; return a number, or end the trial`)
  } catch (error) {
    if (trial.signal.aborted) {
      if (!trial.isEnded) await trial.handBack()
      return undefined
    }
    if (!trial.isEnded) await trial.fail(error)
    return error
  }
  try {
    await trial.complete(answer)
    return undefined
  } catch (error) {
    if (!(error instanceof RangeError) && !(error instanceof TypeError)) throw error
    await trial.fail(error, 'no-answer')
    return error
  }
}
