/** The loop that most programs want: ask for a trial, run the objective, tell its value, until nothing is left. */

import { StudyError } from '../errors.ts'
import type { Best, Config, Said } from '../trial.ts'
import { SIGNAL, checkOptions } from '../space/options.ts'
import { shown } from '../space/shown.ts'
import type { LiveTrial } from './live-trial.ts'

/** When the first trials fail, this many in a row, and no trial has a value yet, the program itself is at fault. */
const FAILURES_BEFORE_FIRST_VALUE = 3

/**
 * The function to optimize.
 *
 * It returns the trial's value, or a value for each objective by name, or nothing if it ended the trial itself. An
 * error, or a value that is not finite, makes the trial fail, and the loop goes on. If the error comes after
 * `trial.signal` aborted, the trial is handed back instead.
 */
export type Objective<C> = (trial: LiveTrial<C>) => ObjectiveResult | Promise<ObjectiveResult>

type ObjectiveResult = number | Said | void

/** What the loop needs of a study. */
interface Source<C> {
  ask(options: { readonly signal?: AbortSignal | undefined }): Promise<LiveTrial<C> | undefined>
  best(): Promise<Best<C> | undefined>
}

/** @throws TypeError or RangeError for arguments of `Study.optimize` that make no sense */
export function checkOptimize(objective: unknown, options: unknown): void {
  checkOptions('optimize', options, { signal: SIGNAL })
  if (typeof objective !== 'function')
    throw new TypeError(`objective: must be a function of a trial, got ${shown(objective)}`)
}

/**
 * Runs the loop.
 *
 * @throws the objective's own error when its first three trials fail and no trial of the study has a value
 */
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
    const failure = await runOne(trial, objective)
    // Lets signals and timers run even if the objective never waits.
    await new Promise((resolve) => setImmediate(resolve))
    if (failure === undefined) {
      hasValue = true
    } else if (!hasValue && ++failures >= FAILURES_BEFORE_FIRST_VALUE && (await study.best()) === undefined) {
      throw failure.error
    }
  }
  return await study.best()
}

/** Why a trial failed. It is an object of its own, since an objective may even throw undefined. */
interface Failure {
  readonly error: unknown
}

/** Runs one trial to its end. Gives the error if it failed. @internal */
export async function runOne<C>(trial: LiveTrial<C>, objective: Objective<C>): Promise<Failure | undefined> {
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
    return { error }
  }
  try {
    await trial.complete(answer)
    return undefined
  } catch (error) {
    // The file system's errors are StudyErrors. Any other comes from the answer, which may even throw when it is read.
    if (error instanceof StudyError || trial.isEnded) throw error
    await trial.fail(error, 'no-answer')
    return { error }
  }
}
