/** Runs the program of a trial to its end, and judges it. */

import { reportsPath } from '../paths.ts'
import { distrust } from '../store/disk/door.ts'
import type { TrialAtWork } from './attempt.ts'
import { StartError } from './child.ts'
import type { Child } from './child.ts'
import { followCurve } from './follow-curve.ts'
import { HostError } from './host-error.ts'
import { endLeftovers } from './leftovers.ts'
import type { Program } from './program.ts'
import { runProgram } from './run-program.ts'
import type { ProgramEnd, TrialSettings } from './run-program.ts'
import { isOver, verdictAfter } from './verdict.ts'
import type { Verdict } from './verdict.ts'

/** A verdict, what the program left running, and what it said last. */
export type Judgment = readonly [Verdict, left: readonly string[], lastWords: readonly string[]]

export async function runsOf(trial: TrialAtWork, program: Program, settings: TrialSettings): Promise<Judgment> {
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

function listen(pairs: readonly (readonly [AbortSignal | undefined, () => void])[]): () => void {
  for (const [signal, act] of pairs) {
    if (signal?.aborted === true) act()
    else signal?.addEventListener('abort', act, { once: true })
  }
  return () => {
    for (const [signal, act] of pairs) signal?.removeEventListener('abort', act)
  }
}
