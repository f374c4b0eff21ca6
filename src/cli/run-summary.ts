/** The end of a run: its exit status, and what a person or a program is told. */

import { shortNumber } from '../report/number-text.ts'
import { bestLine } from '../report/status-text.ts'
import { configCount } from '../space/finite.ts'
import { briefText } from '../space/words.ts'
import type { Study } from '../study/study.ts'
import type { Config } from '../trial.ts'
import { continuingLine } from './continuing.ts'
import { EXIT_STATUS } from './failure.ts'
import { commandOn } from './positionals.ts'
import type { LoopResult } from './run-loop.ts'
import { painter, printJson, printable, say } from './screen.ts'
import { SIGNAL_STATUS } from './signals.ts'
import type { EndingSignal } from './signals.ts'

export interface FinishedRun extends LoopResult {
  readonly study: Study<Config>
  /** The total that was asked for. */
  readonly trials: number
  /** The words after `anthill run`. */
  readonly words: readonly string[]
  readonly ending: EndingSignal | null
  readonly isDrained: boolean
  readonly failuresInARow: number
}

/** Why a run ended. */
interface Reason {
  readonly status: number
  readonly lines: readonly string[]
  /** Whether no config is left, so that a larger total would not continue the run. */
  readonly isUsedUp?: boolean
}

/** Says on standard error how the run ended, with `isJson` also on standard output. Returns the exit status. */
export async function summarizeRun(run: FinishedRun, isJson: boolean): Promise<number> {
  const { study } = run
  const best = await study.best()
  const { status, lines, isUsedUp = false } = await reasonOf(run)
  for (const line of lines) say(line)
  if (best === undefined) say('best     none yet')
  else {
    const paint = painter(process.stderr)
    say(`best     ${paint('green', shortNumber(best.value))}${best.number === null ? '' : ` (trial ${best.number})`}`)
    say(`config   ${printable(briefText(study.space, best.config))}`)
    say(`path     ${best.directory}`)
  }
  for (const { number, worker } of study.unfinished) say(`running  trial ${number}, by ${worker}`)
  for (const words of study.unreachable) say(`passed   ${printable(words)}`)
  const total = status === EXIT_STATUS.done ? 2 * run.trials : run.trials
  if (!isUsedUp) say(`continue ${continuingLine(run.words, total)}`)
  if (isJson) {
    const bestOrNull = best === undefined ? null : bestLine(best)
    printJson({ status, ended: run.counts, unfinished: study.unfinished, best: bestOrNull })
  }
  return status
}

async function reasonOf(run: FinishedRun): Promise<Reason> {
  const { study, trials } = run
  if (run.ending !== null)
    return { status: SIGNAL_STATUS[run.ending], lines: [`stopped  by ${run.ending}; running trials are handed back`] }
  if (run.hasGivenUp) {
    const look = commandOn('log', study.directory, String(run.lastFailed), '--stderr')
    const again = commandOn('retry', study.directory, '--failed')
    return {
      status: EXIT_STATUS.tooManyFailures,
      lines: [
        `stopped  ${run.failuresInARow} trials in a row failed in this process; see: ${look}`,
        `retry    once the cause is mended, try the failed trials again: ${again}`,
      ],
    }
  }
  if (run.isDrained || study.stopped) {
    const ended = await countEnded(study, trials)
    const why = run.isDrained ? 'by USR1 or USR2' : 'by anthill stop'
    const line = `stopped  ${why}: ${ended} of ${trials} trials have ended`
    if (ended < trials) return { status: EXIT_STATUS.stopped, lines: [line] }
  }
  const configs = configCount(study.space)
  // If configs are measured more than once, even a space of fewer configs than trials may be enough.
  if (configs < trials && (await countEnded(study, trials)) < trials) {
    const line = `done     the space has ${configs} config${configs === 1 ? '' : 's'}, and all of them have been tried`
    return { status: EXIT_STATUS.done, lines: [line], isUsedUp: true }
  }
  const didNothing = Object.values(run.counts).every((count) => count === 0)
  if (didNothing && study.unreachable.length > 0)
    return { status: EXIT_STATUS.failed, lines: ['stopped  nothing but what could not be reached was left to start'] }
  return { status: EXIT_STATUS.done, lines: didNothing ? ['done     nothing was left to start'] : [] }
}

/** How many of the first `trials` numbers have ended. */
async function countEnded(study: Study<Config>, trials: number): Promise<number> {
  const records = await study.trials()
  return records.filter(
    ({ number, state }) =>
      number !== null && number < trials && (state === 'complete' || state === 'failed' || state === 'pruned'),
  ).length
}
