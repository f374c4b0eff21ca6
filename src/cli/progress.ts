/**
 * The progress of a run, on standard error. A terminal has one line that is refreshed, and a line for each new best
 * trial. Elsewhere there is one plain line for each finished trial. The first failure also shows the last lines that
 * its program printed.
 */

import { shortDuration, shortNumber } from '../report/number-text.ts'
import { endedCount } from '../report/status-text.ts'
import type { StudyCounts } from '../report/status-text.ts'
import type { TrialOutcome } from '../runner/run-trial.ts'
import { brokenBy, unsaidBy, worthOf } from '../space/goals.ts'
import { isBetter, split } from '../space/objectives.ts'
import type { Ranked, Told } from '../space/objectives.ts'
import type { Best, Config, Goals } from '../trial.ts'
import { painter, printable, say as sayTo } from './screen.ts'

/** How one trial of this process ended, with its parameters in brief. */
export type EndedTrial = TrialOutcome & { readonly config: string }

export interface Progress {
  ended(trial: EndedTrial): void
  /** Prints a line that must not be lost in the refreshed one. */
  say(line: string): void
  /** Removes the refreshed line. */
  close(): void
}

/** What progress needs to know of the study. */
export interface ProgressFacts {
  /** Called once a second in a terminal, never elsewhere. */
  readonly counts: () => Promise<StudyCounts>
  readonly goals: Goals
  /** The parameters of a config in brief. */
  readonly brief: (config: Config) => string
  /** The best trial before this run. */
  readonly best?: BestSoFar | null
}

type Shown = Pick<Best, 'number' | 'value'>

type BestSoFar = Shown & Told

const REFRESH_MS = 1000

/** How many of the processes that a program left running are named. */
const MOST_NAMES = 3

/** The states of a trial as the record has them, and a plain word for an end that came too late for it. */
const STATE_WORDS: Readonly<Record<TrialOutcome['state'], string>> = {
  complete: 'complete',
  pruned: 'pruned',
  failed: 'failed',
  interrupted: 'interrupted',
  paused: 'paused',
  superseded: 'not counted',
}

/** Whether progress on this stream is a refreshed line. */
export const isLive = (stream: NodeJS.WriteStream): boolean => stream.isTTY === true && process.env['TERM'] !== 'dumb'

/** Shows progress on a stream. */
export function showProgress(stream: NodeJS.WriteStream, facts: ProgressFacts): Progress {
  const isRefreshed = isLive(stream)
  const paint = painter(stream)
  let hasFailed = false
  let hasLeft = false
  let hasUnsaid = false
  let isShown = false
  const clear = (): void => {
    if (isShown) stream.write('\r\x1b[K')
    isShown = false
  }
  const say = (line: string): void => {
    clear()
    sayTo(line, stream)
  }
  const show = (text: string): void => {
    stream.write(`\r\x1b[K${[...printable(text)].slice(0, (stream.columns || 80) - 1).join('')}`)
    isShown = true
  }
  const seeBest = bestWatcher(facts, say)
  const refreshed = (counts: StudyCounts, line: string): void => {
    if (counts.best !== null) seeBest(counts.best, facts.brief(counts.best.config))
    show(line)
  }
  const stopRefreshing = isRefreshed ? refresh(facts.counts, refreshed) : () => {}
  return {
    ended: (trial) => {
      const isFirstFailure = (trial.state === 'failed' || trial.isRetried === true) && !hasFailed
      if (isFirstFailure) hasFailed = true
      const said = split(facts.goals.objectives, trial.values)
      const broken = trial.state === 'complete' ? brokenBy(facts.goals, { state: trial.state, ...said }) : []
      // In a terminal the refreshed line has the counts, and only the first failure and new bests get a line.
      if (!isRefreshed || isFirstFailure) say(endedLine(trial, paint, broken))
      if (isFirstFailure) for (const line of trial.lastWords) say(paint('dim', `  | ${line}`))
      if (isRefreshed && trial.state === 'complete' && trial.value !== null)
        seeBest(
          { ...split(facts.goals.objectives, trial.values), number: trial.number, value: trial.value },
          trial.config,
        )
      const unsaid = trial.state === 'complete' && !hasUnsaid ? unsaidBy(facts.goals, said) : []
      if (unsaid.length > 0) {
        hasUnsaid = true
        say(unsaidLine(trial, unsaid))
      }
      if (hasLeft || (trial.left ?? []).length === 0) return
      hasLeft = true
      say(leftLine(trial))
    },
    say,
    close: () => {
      stopRefreshing()
      clear()
    },
  }
}

/** Says each new best trial once, whether it is this process's own or was seen in the study. */
function bestWatcher({ goals, best = null }: ProgressFacts, say: (line: string) => void) {
  const name = Object.keys(goals.objectives)[0]!
  const worth = worthOf(goals)
  const ranked = ({ number, values, outputs }: BestSoFar): Ranked => ({
    worth: worth({ ...values, ...outputs }),
    number: number ?? Infinity,
  })
  let told = best
  return (seen: BestSoFar, config: string): void => {
    if (!isBetter(ranked(seen), told && ranked(told))) return
    say(newBestLine(name, seen, told, config))
    told = seen
  }
}

/** One line about a new best trial. */
export function newBestLine(objective: string, now: Shown, before: Shown | null, config: string): string {
  const trial = ({ number }: Shown): string => (number === null ? '' : ` (trial ${number})`)
  const change =
    before === null
      ? `the first ${objective}`
      : `${objective} improved from ${shortNumber(before.value)}${trial(before)}`
  return `best     ${shortNumber(now.value)}${trial(now)}: ${change}${config === '' ? '' : `  ${config}`}`
}

/** What a trial did not say although a constraint is about it; said once, since most often no trial does. */
const unsaidLine = ({ number }: EndedTrial, names: readonly string[]): string =>
  `unsaid   trial ${number} did not say ${names.map((name) => `'${name}'`).join(', ')}, so it does not count for the ` +
  'best: print it in the JSON of the result, or find it with --metric (anthill help results); this is said once'

/** What a program left running; said once, since most often each trial does the same. */
function leftLine({ number, left = [] }: EndedTrial): string {
  const more = left.length > MOST_NAMES ? `, and ${left.length - MOST_NAMES} more` : ''
  const names = left.slice(0, MOST_NAMES).join(', ')
  return `ended    what the program of trial ${number} left running: ${names}${more}; this is said once`
}

/** One plain line for a finished trial. */
export function endedLine(
  trial: EndedTrial,
  paint: ReturnType<typeof painter> = (_style, text) => text,
  broken: readonly string[] = [],
): string {
  const color = trial.state === 'failed' ? 'red' : trial.state === 'complete' ? 'green' : 'yellow'
  const [reason = ''] = trial.detail?.split('\n', 1) ?? []
  const parts = [
    `trial ${trial.number}`,
    paint(color, STATE_WORDS[trial.state]),
    trial.value === null ? '' : shortNumber(trial.value),
    trial.value === null || trial.state === 'pruned' ? printable(reason) : '',
    broken.length === 0 ? '' : `breaks ${broken.join(', ')}`,
    shortDuration(trial.tookMs),
    printable(trial.config),
  ]
  return parts.filter((part) => part !== '').join('  ')
}

/** The refreshed line, which counts over all processes. The speed is measured from `first`, which was `sinceMs` ago. */
export function countsLine(counts: StudyCounts, first: StudyCounts, sinceMs: number): string {
  const ended = endedCount(counts.trials)
  const isWithin = counts.budget !== null && ended <= counts.budget
  const parts = [`${ended}${isWithin ? `/${counts.budget}` : ''} ended`]
  if (counts.trials.running > 0) parts.push(`${counts.trials.running} running`)
  if (counts.trials.failed > 0) parts.push(`${counts.trials.failed} failed`)
  if (counts.best !== null) parts.push(`best ${shortNumber(counts.best.value)} (${counts.best.id.slice(0, 8)})`)
  const gained = ended - endedCount(first.trials)
  if (counts.budget !== null && gained > 0 && counts.budget > ended) {
    parts.push(`about ${shortDuration(((counts.budget - ended) * sinceMs) / gained)} left`)
  }
  return parts.join('   ')
}

/**
 * Shows the counts again and again, until the function that it returns is called. Each pause begins when the last count
 * has arrived, so that a slow file system has time to rest.
 */
function refresh(counts: () => Promise<StudyCounts>, show: (counts: StudyCounts, text: string) => void): () => void {
  const start = performance.now()
  let first: StudyCounts | undefined
  let timer: NodeJS.Timeout | undefined
  let isOpen = true
  const refreshOnce = async (): Promise<void> => {
    try {
      const now = await counts()
      first ??= now
      if (isOpen) show(now, countsLine(now, first, performance.now() - start))
    } catch {
      // The run itself meets the same error, and reports it.
    }
    if (isOpen) timer = setTimeout(refreshOnce, REFRESH_MS).unref()
  }
  timer = setTimeout(refreshOnce, REFRESH_MS).unref()
  return () => {
    isOpen = false
    clearTimeout(timer)
  }
}
