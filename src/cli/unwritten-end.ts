/** A trial's end that cannot be written: what a person is told while it waits, and how it is committed later. */

import { shortDuration } from '../report/number-text.ts'
import { shellWord } from '../space/words.ts'
import type { LiveTrial } from '../study/live-trial.ts'
import type { Outcome, Waiting } from '../study/patience.ts'
import type { Config } from '../trial.ts'
import { startedAs } from './continuing.ts'
import { UnwrittenEnd } from './failure.ts'
import { printable } from './screen.ts'

/** The word in between, when a wait begins: the value itself too, should this process not live to write it. */
export function waitingLine({ number, outcome, error, patienceMs }: Waiting): string {
  return `waiting  trial ${number} ${endWords(outcome)}, which is kept and tried again for ${shortDuration(patienceMs)}: ${printable(error.message)}`
}

/** In place of the error of a trial whose end was given up, after saying how to commit it later; any other error is passed on. */
export function unwrittenEnd(
  error: unknown,
  trial: LiveTrial<Config>,
  directory: string,
  say: (line: string) => void,
): unknown {
  if (trial.unwritten === undefined) return error
  const line = tellLine(directory, trial.number, trial.unwritten)
  const ended = `trial ${trial.number} ${endWords(trial.unwritten)}`
  // Said at once: other trials of this run may still take hours, and only one error ends it.
  say(`kept     ${printable(ended)}; commit it later: ${line}`)
  return new UnwrittenEnd(`${ended}, which could not be written: ${(error as Error).message}`, line, error)
}

/** The command that commits the end of a trial from outside. */
export function tellLine(
  directory: string,
  number: number,
  outcome: Outcome,
  command: readonly string[] = startedAs(),
): string {
  return [...command, 'tell', '-s', directory, String(number), ...wordsOf(outcome)].map(shellWord).join(' ')
}

function wordsOf(outcome: Outcome): string[] {
  if ('failed' in outcome) return ['--failed', firstLine(outcome.failed)]
  if ('pruned' in outcome) return ['--pruned']
  if (typeof outcome.values === 'number') return [String(outcome.values)]
  return Object.entries(outcome.values).map(([name, value]) => `${name}=${value}`)
}

function endWords(outcome: Outcome): string {
  return 'failed' in outcome
    ? `failed (${firstLine(outcome.failed)})`
    : 'pruned' in outcome
      ? 'was given up early'
      : `ended with ${wordsOf(outcome).join(' ')}`
}

const firstLine = (text: string): string => text.split('\n', 1)[0]!
