/** The end of a run: its exit status, and what a person or a program is told. */

import { shortDuration, shortNumber } from '../report/number-text.ts'
import { bestLine, noBestText, trialsLine, trialsText } from '../report/status-text.ts'
import { allowedCount } from '../space/where.ts'
import { briefText } from '../space/words.ts'
import type { ClosingLook } from '../study/closing-look.ts'
import type { Study } from '../study/study.ts'
import type { Config } from '../trial.ts'
import { continuingLine } from './continuing.ts'
import { EXIT_STATUS } from './failure.ts'
import { commandOn } from './positionals.ts'
import type { LoopResult } from './run-loop.ts'
import { painter, printJson, say } from './screen.ts'
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
  readonly tookMs: number
}

/** Why a run ended. */
interface Reason {
  readonly status: number
  readonly lines: readonly string[]
  /** Whether no config is left, so that a larger total would not continue the run. */
  readonly isUsedUp?: boolean
}

/** How long the last look at the study may take. A run that was told to end must do so soon. */
const LOOK_MS = 10_000
const LOOK_AFTER_SIGNAL_MS = 500

/** Says on standard error how the run ended, with `isJson` also on standard output. Returns the exit status. */
export async function summarizeRun(run: FinishedRun, isJson: boolean): Promise<number> {
  const { study } = run
  const look = await study.closingLook(run.ending === null ? LOOK_MS : LOOK_AFTER_SIGNAL_MS)
  const { best, unfinished } = look
  const { status, lines, isUsedUp = false } = reasonOf(run, look)
  for (const line of lines) say(line)
  if (look.staleBecause !== null)
    say(`earlier  the numbers below are from an earlier look at the study: ${look.staleBecause}`)
  say(`ended    ${endedText(run)}`)
  say(`trials   ${trialsText(look)}`)
  if (best === null) say(`best     ${noBestText(study.goals, look.trials.complete)}`)
  else {
    const paint = painter(process.stderr)
    say(`best     ${paint('green', shortNumber(best.value))}${best.number === null ? '' : ` (trial ${best.number})`}`)
    say(`config   ${briefText(study.space, best.config)}`)
    say(`path     ${best.directory}`)
  }
  for (const { number, worker } of unfinished) say(`running  trial ${number}, by ${worker}`)
  for (const words of study.unreachable) say(`passed   ${words}`)
  const { obstacle } = look
  if (obstacle !== null && !study.notices.includes(obstacle)) say(`passed   ${obstacle}`)
  const total = status === EXIT_STATUS.done ? 2 * run.trials : run.trials
  if (!isUsedUp) say(`continue ${continuingLine(run.words, total)}`)
  if (isJson) {
    printJson({
      status,
      ended: run.counts,
      tookMs: Math.round(run.tookMs),
      ...trialsLine(look),
      unfinished,
      best: best === null ? null : bestLine(best),
      isFresh: look.staleBecause === null,
    })
  }
  return status
}

/** How the trials of this process ended, and how long it took. */
function endedText({ counts, tookMs }: Pick<FinishedRun, 'counts' | 'tookMs'>): string {
  const { superseded, ...states } = counts
  const parts = Object.entries(states)
    .filter(([state, count]) => count > 0 || state === 'complete')
    .map(([state, count]) => `${count} ${state}`)
  const lost = superseded === 0 ? '' : `; ${superseded} not counted, because another worker had taken over`
  return `${parts.join(', ')} by this process in ${shortDuration(tookMs)}${lost}`
}

function reasonOf(run: FinishedRun, { endedBelowCeiling: ended }: ClosingLook): Reason {
  const { study, trials } = run
  if (run.ending !== null)
    return {
      status: SIGNAL_STATUS[run.ending],
      lines: [`stopped  by ${run.ending}; the next worker goes on with what was running`],
    }
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
    const why = run.isDrained ? 'by USR1 or USR2' : 'by anthill stop'
    const line = `stopped  ${why}: ${ended} of ${trials} trials have ended`
    if (ended < trials) return { status: EXIT_STATUS.stopped, lines: [line] }
  }
  const configs = ended < trials ? allowedCount(study.space, study.where) : Infinity
  // If configs are measured more than once, even a space of fewer configs than trials may be enough.
  if (configs < trials) {
    const plural = configs === 1 ? '' : 's'
    const which = study.where.length === 0 ? '' : ' that meet its conditions'
    const line = `done     the space has ${configs} config${plural}${which}, and all of them have been tried`
    return { status: EXIT_STATUS.done, lines: [line], isUsedUp: true }
  }
  const didNothing = Object.values(run.counts).every((count) => count === 0)
  if (didNothing && study.unreachable.length > 0)
    return { status: EXIT_STATUS.failed, lines: ['stopped  nothing but what could not be reached was left to start'] }
  return { status: EXIT_STATUS.done, lines: didNothing ? ['done     nothing was left to start'] : [] }
}
