/** The end of a trial that cannot be written: what a person is told during the wait, and how to commit it later. */

import { shortDuration } from '../report/number-text.ts'
import { shellWord } from '../space/words.ts'
import type { LiveTrial } from '../study/live-trial.ts'
import type { Outcome, Waiting } from '../study/patience.ts'
import type { Config } from '../trial.ts'
import { startedAs } from './continuing.ts'
import { UnwrittenEnd } from './failure.ts'

/** The line that is printed when a wait begins. It has the value too, in case this process dies meanwhile. */
export function waitingLine({ number, outcome, error, patienceMs }: Waiting): string {
  const kept = `which is kept in memory and tried again for ${shortDuration(patienceMs)}`
  return `waiting  trial ${number} ${endWords(outcome)}, ${kept}: ${error.message}`
}

/**
 * The error of a trial whose end was given up; its `next` is the command that commits the end later. Also says that
 * command at once, because other trials of this run may still take hours, and only one error ends the run. Any other
 * error is returned unchanged.
 */
export function unwrittenEnd(
  error: unknown,
  trial: LiveTrial<Config>,
  directory: string,
  say: (line: string) => void,
): unknown {
  if (trial.unwritten === undefined) return error
  const line = tellLine(directory, trial.number, trial.unwritten)
  const ended = `trial ${trial.number} ${endWords(trial.unwritten)}`
  say(`kept     ${ended}; commit it later: ${line}`)
  return new UnwrittenEnd(`${ended}, which could not be written: ${(error as Error).message}`, line, error)
}

/** The command that commits the end of a trial from outside. */
export function tellLine(
  directory: string,
  number: number,
  outcome: Outcome,
  command: readonly string[] = startedAs(),
): string {
  return [...command, 'tell', '-s', directory, String(number), ...outcomeWords(outcome)].map(shellWord).join(' ')
}

/** How a trial ended, after "trial 17". */
function endWords(outcome: Outcome): string {
  if ('failed' in outcome) return `failed (${firstLine(outcome.failed)})`
  if ('pruned' in outcome) return 'was given up early'
  return `ended with ${outcomeWords(outcome).join(' ')}`
}

/** The outcome as words of `anthill tell`. */
function outcomeWords(outcome: Outcome): string[] {
  if ('failed' in outcome) return ['--failed', firstLine(outcome.failed)]
  if ('pruned' in outcome) return ['--pruned']
  if (typeof outcome.values === 'number') return [String(outcome.values)]
  return Object.entries(outcome.values).map(([name, value]) => `${name}=${value}`)
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? ''
