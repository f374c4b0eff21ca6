/**
 * Runs the program of a trial to its end, and judges it. With `--runs K` that is done K times in the trial's directory,
 * one run after the other, each with a seed of its own; the values of the trial are then the means. The first run that
 * is not complete ends the attempt; another attempt begins with the first run again. Only the first run is followed:
 * its curve is the trial's.
 */

import { renameSync } from 'node:fs'
import { answerPath, reportsPath, runAnswerPath } from '../paths.ts'
import { distrust, refuseLinks } from '../store/disk/door.ts'
import { meanOfRuns, seedOfRun } from '../study/runs.ts'
import type { Said } from '../trial.ts'
import type { AttemptFacts, TrialAtWork } from './attempt.ts'
import { StartError } from './child.ts'
import type { Child } from './child.ts'
import { followCurve } from './follow-curve.ts'
import { HostError } from './host-error.ts'
import { endLeftovers } from './leftovers.ts'
import type { Program } from './program.ts'
import { runProgram } from './run-program.ts'
import type { ProgramEnd, TrialSettings } from './run-program.ts'
import { SUPERSEDED, isOver, verdictAfter } from './verdict.ts'
import type { Verdict } from './verdict.ts'

/** A verdict, what the program left running, and what it said last. */
export type Judgment = readonly [Verdict, left: readonly string[], lastWords: readonly string[]]

/**
 * Runs the program as often as the settings say.
 *
 * @throws HostError if this host cannot run the program at present; the file system's error if no log can be opened
 */
export async function allRuns(trial: TrialAtWork, program: Program, settings: TrialSettings): Promise<Judgment> {
  const { goals, graceMs, runs = 1 } = settings
  if (trial.attempt > 1) await endLeftovers(trial, graceMs, settings)
  if (runs === 1) return await oneRun(trial, trial, program, settings)
  const answers: Said[] = []
  const allLeft: string[] = []
  for (let run = 1; run <= runs; run++) {
    const [verdict, left, lastWords] = await oneRun(trial, factsOf(trial, run), program, settings)
    allLeft.push(...left)
    if (verdict.state === 'complete') answers.push(verdict.values)
    else if (verdict.state === 'superseded' || verdict.state === 'interrupted') return [verdict, allLeft, lastWords]
    else return [{ ...verdict, detail: `run ${run} of ${runs}: ${verdict.detail}` }, allLeft, lastWords]
  }
  const values = meanOfRuns(goals.objectives, answers)
  const tooLarge = Object.keys(goals.objectives).find((name) => !Number.isFinite(values[name]))
  if (tooLarge === undefined) return [{ state: 'complete', values }, allLeft, []]
  const detail = `the values of '${tooLarge}' are too large for the mean of ${runs} runs`
  return [{ state: 'failed', reason: 'no-answer', detail }, allLeft, []]
}

const factsOf = (
  { id, number, attempt, config, directory, fidelity, seed }: TrialAtWork,
  run: number,
): AttemptFacts => ({
  id,
  number,
  attempt,
  config,
  directory,
  fidelity,
  seed: seedOfRun(seed, run),
  run,
})

async function oneRun(
  trial: TrialAtWork,
  facts: AttemptFacts,
  program: Program,
  settings: TrialSettings,
): Promise<Judgment> {
  const { stop, kill } = settings
  if (trial.signal.aborted && facts.run !== undefined) return [SUPERSEDED, [], []]
  if (isOver(settings)) return [{ state: 'interrupted', detail: 'stopped before its program was started' }, [], []]
  let end: ProgramEnd
  let stopListening = (): void => undefined
  try {
    end = await runProgram(
      facts,
      program,
      { ...settings, over: stop },
      (child) => {
        stopListening = listen([
          [trial.signal, () => child.end('superseded')],
          [stop, () => child.end('interrupted')],
          [kill, () => child.kill('interrupted')],
        ])
      },
      facts.run === undefined || facts.run === 1 ? followed(trial, settings) : undefined,
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
  const verdict = await verdictAfter(end, trial, program, settings)
  const isFile = end.answer !== undefined && 'source' in end.answer && end.answer.source === 'value.json'
  if (facts.run !== undefined && verdict.state === 'complete' && isFile) setAside(trial.directory, facts.run)
  return [verdict, end.left, end.lastWords]
}

/** Renames the answer of a run, so that the next run finds none. */
function setAside(directory: string, run: number): void {
  try {
    const path = answerPath(directory)
    refuseLinks(path, true)
    renameSync(path, runAnswerPath(directory, run))
  } catch {
    // It is for people and programs only: the next answer is told from this one by its mark.
  }
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
