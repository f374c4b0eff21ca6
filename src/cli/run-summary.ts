/** The end of a run: its exit status, and what a person or a program is told. */

import { commandOn } from '../report/command-text.ts'
import { shortDuration, shortNumber } from '../report/number-text.ts'
import { bestLine, noBestText, trialsLine, trialsText } from '../report/status-text.ts'
import { allowedCount } from '../space/where.ts'
import { briefText } from '../space/words.ts'
import type { ClosingLook } from '../study/closing-look.ts'
import type { ReachedEnd } from '../study/ends.ts'
import type { Ends } from '../study/records.ts'
import type { Study } from '../study/study.ts'
import type { Config } from '../trial.ts'
import { continuingLine } from './continuing.ts'
import type { ContinuedEnds } from './continuing.ts'
import { EXIT_STATUS } from './failure.ts'
import type { LoopResult } from './run-loop.ts'
import { painter, printJson, say } from './screen.ts'
import { SIGNAL_STATUS } from './signals.ts'
import type { EndingSignal } from './signals.ts'

export interface FinishedRun extends LoopResult {
  readonly study: Study<Config>
  /** The ends that were asked for; `trials` is infinite if there is none. */
  readonly ends: { readonly trials: number } & Ends
  /** The words after `anthill run`. */
  readonly words: readonly string[]
  readonly ending: EndingSignal | null
  readonly isDrained: boolean
  readonly failuresInARow: number
  readonly tookMs: number
}

/** The rule that ended a run. */
type Rule = 'trials' | 'hours' | 'target' | 'space' | 'nothing' | 'failures' | 'stop' | 'signal'

/** Why a run ended. */
interface Reason {
  readonly status: number
  readonly rule: Rule
  readonly lines: readonly string[]
}

/** How long the last look at the study may take. A run that was told to end must do so soon. */
const LOOK_MS = 10_000
const LOOK_AFTER_SIGNAL_MS = 500

/** Says on standard error how the run ended, with `isJson` also on standard output. Returns the exit status. */
export async function summarizeRun(run: FinishedRun, isJson: boolean): Promise<number> {
  const { study } = run
  const look = await study.closingLook(run.ending === null ? LOOK_MS : LOOK_AFTER_SIGNAL_MS)
  const { best, unfinished } = look
  const { status, rule, lines } = reasonOf(run, look)
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
  // No other end continues a run that has no config left, or a value that is good enough.
  if (rule !== 'space' && rule !== 'target') say(`continue ${continuingLine(run.words, endsAfter(run.ends, rule))}`)
  if (isJson) {
    printJson({
      status,
      stoppedBy: rule,
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

/** The ends of the line that continues a run: the one that has ended it is twice as far. */
function endsAfter({ trials, maxHours }: FinishedRun['ends'], rule: Rule): ContinuedEnds {
  return {
    trials: rule === 'trials' || rule === 'nothing' ? 2 * trials : trials,
    maxHours: rule === 'hours' && maxHours !== undefined ? 2 * maxHours : maxHours,
  }
}

function reasonOf(run: FinishedRun, { endedBelowCeiling: ended }: ClosingLook): Reason {
  const { study, ends } = run
  const { trials } = ends
  if (run.ending !== null)
    return {
      status: SIGNAL_STATUS[run.ending],
      rule: 'signal',
      lines: [`stopped  by ${run.ending}; the next worker goes on with what was running`],
    }
  if (run.hasGivenUp) {
    const look = commandOn('log', study.directory, String(run.lastFailed), '--stderr')
    const again = commandOn('retry', study.directory, '--failed')
    return {
      status: EXIT_STATUS.tooManyFailures,
      rule: 'failures',
      lines: [
        `stopped  ${run.failuresInARow} trials in a row failed in this process; see: ${look}`,
        `retry    once the cause is mended, try the failed trials again: ${again}`,
      ],
    }
  }
  if (run.isDrained || study.stopped) {
    const why = run.isDrained ? 'by USR1 or USR2' : 'by anthill stop'
    const of = Number.isFinite(trials) ? `${ended} of ${trials}` : ended
    const line = `stopped  ${why}: ${of} trials have ended`
    if (ended < trials) return { status: EXIT_STATUS.stopped, rule: 'stop', lines: [line] }
  }
  if (study.reached !== undefined) return endReached(study.reached, ends)
  const configs = ended < trials ? allowedCount(study.space, study.where) : Infinity
  // If configs are measured more than once, even a space of fewer configs than trials may be enough.
  if (configs < trials) {
    const plural = configs === 1 ? '' : 's'
    const which = study.where.length === 0 ? '' : ' that meet its conditions'
    const line = `done     the space has ${configs} config${plural}${which}, and all of them have been tried`
    return { status: EXIT_STATUS.done, rule: 'space', lines: [line] }
  }
  const didNothing = Object.values(run.counts).every((count) => count === 0)
  if (didNothing && study.unreachable.length > 0)
    return {
      status: EXIT_STATUS.failed,
      rule: 'nothing',
      lines: ['stopped  nothing but what could not be reached was left to start'],
    }
  const rule = ended < trials ? 'nothing' : 'trials'
  return { status: EXIT_STATUS.done, rule, lines: didNothing ? ['done     nothing was left to start'] : [] }
}

/** The words for an end that depends on what the trials say. */
function endReached(reached: ReachedEnd, { maxHours, target }: Ends): Reason {
  const line =
    reached === 'target'
      ? `done     the best trial is at least as good as the target ${target}`
      : `done     the trials have taken ${maxHours} hours together`
  return { status: EXIT_STATUS.done, rule: reached, lines: [line] }
}
