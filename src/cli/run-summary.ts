/** How a run ended: its exit status, and what a person or a program is told of it. */

import { configCount } from '../space/finite.ts'
import { briefText } from '../space/words.ts'
import { shortNumber } from '../report/number-text.ts'
import { bestLine } from '../report/status-text.ts'
import type { Study } from '../study/study.ts'
import type { Config } from '../trial.ts'
import { continuingLine } from './continuing.ts'
import { exitStatus } from './failure.ts'
import type { LoopResult } from './run-loop.ts'
import { answer, painter, printable, say } from './screen.ts'
import { signalStatus } from './signals.ts'
import type { EndingSignal } from './signals.ts'
import { commandOn } from './which-study.ts'

export interface RunEnd extends LoopResult {
  readonly study: Study<Config>
  readonly trials: number
  /** The words after `anthill run`. */
  readonly words: readonly string[]
  readonly ending: EndingSignal | null
  readonly isDrained: boolean
  /** How many failures in a row made the run give up. */
  readonly failures: number
}

/** Tells how the run ended, on standard error, with `json` also on standard output; gives the exit status. */
export async function concludeRun(end: RunEnd, json: boolean): Promise<number> {
  const { study } = end
  const best = await study.best()
  const reason = await reasonOf(end)
  const status = reason.status
  for (const line of reason.words) say(line)
  if (best === undefined) say('best     none yet')
  else {
    const paint = painter(process.stderr)
    say(`best     ${paint('green', shortNumber(best.value))}${best.number === null ? '' : ` (trial ${best.number})`}`)
    say(`config   ${printable(briefText(study.space, best.config))}`)
    say(`lies in  ${best.directory}`)
  }
  for (const { number, worker } of study.unfinished) say(`running  trial ${number}, by ${worker}`)
  if (!reason.isUsedUp)
    say(`go on    ${continuingLine(end.words, status === exitStatus.done ? 2 * end.trials : end.trials)}`)
  if (json)
    answer({
      status,
      ended: end.counts,
      unfinished: study.unfinished,
      best: best === undefined ? null : bestLine(best),
    })
  return status
}

interface Reason {
  readonly status: number
  readonly words: readonly string[]
  /** The space has no configuration left: no larger total would go on. */
  readonly isUsedUp?: boolean
}

async function reasonOf(end: RunEnd): Promise<Reason> {
  const { study, trials } = end
  if (end.ending !== null)
    return { status: signalStatus[end.ending], words: [`stopped  by ${end.ending}; what ran is handed back`] }
  if (end.isGivenUp) {
    const look = commandOn('log', study.directory, String(end.lastFailed), '--stderr')
    return {
      status: exitStatus.tooManyFailures,
      words: [`stopped  ${end.failures} trials in a row failed before any succeeded; look: ${look}`],
    }
  }
  if (end.isDrained || study.stopped) {
    const ended = await countEnded(study, trials)
    const why = end.isDrained ? 'by a signal to start nothing more' : 'by anthill stop'
    if (ended < trials)
      return { status: exitStatus.stopped, words: [`stopped  ${why}: ${ended} of ${trials} trials have ended`] }
  }
  const configs = configCount(study.space)
  // Where configs are repeated, there may be as many trials as were asked for even so.
  if (configs < trials && (await countEnded(study, trials)) < trials) {
    const size = `${configs} configuration${configs === 1 ? '' : 's'}`
    return {
      status: exitStatus.done,
      words: [`done     the space has ${size}, and nothing else is left to try`],
      isUsedUp: true,
    }
  }
  const didNothing = Object.values(end.counts).every((count) => count === 0)
  return { status: exitStatus.done, words: didNothing ? ['done     nothing was left to start'] : [] }
}

/** How many of the first `trials` numbers have ended. */
async function countEnded(study: RunEnd['study'], trials: number): Promise<number> {
  return (await study.trials()).filter(
    ({ number, state }) =>
      number !== null && number < trials && (state === 'complete' || state === 'failed' || state === 'pruned'),
  ).length
}
