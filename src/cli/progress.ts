/**
 * How a run goes on, on standard error: one line that is refreshed in a terminal, one plain line per finished trial
 * elsewhere. The first failure shows what its program said last.
 */

import { shortDuration, shortNumber } from '../report/number-text.ts'
import type { StudyCounts } from '../report/status-text.ts'
import type { TrialOutcome } from '../runner/run-trial.ts'
import { painter, printable } from './screen.ts'

/** How one trial of this process ended, with its parameters in brief. */
export type Ending = TrialOutcome & { readonly config: string }

export interface Progress {
  ended(ending: Ending): void
  /** A word in between, which must not be lost in the refreshed line. */
  say(line: string): void
  /** Takes the refreshed line away. */
  close(): void
}

const periodMs = 1000

/** Shows progress on a stream. `counts` is asked about once a second in a terminal, never elsewhere. */
export function showProgress(stream: NodeJS.WriteStream, counts: () => Promise<StudyCounts>): Progress {
  const live = stream.isTTY === true && process.env['TERM'] !== 'dumb'
  const paint = painter(stream)
  let failed = false
  let shown = false
  const clear = (): void => {
    if (shown) stream.write('\r\x1b[K')
    shown = false
  }
  const say = (line: string): void => {
    clear()
    stream.write(`${line}\n`)
  }
  const stopLine = live
    ? refresh(counts, (text) => {
        stream.write(`\r\x1b[K${[...text].slice(0, (stream.columns || 80) - 1).join('')}`)
        shown = true
      })
    : () => {}
  return {
    ended: (ending) => {
      const first = ending.state === 'failed' && !failed
      if (ending.state === 'failed') failed = true
      // In a terminal the refreshed line tells the count; a trial gets a line of its own when it failed for the first time.
      if (!live || first) say(endingLine(ending, paint))
      if (!first) return
      for (const line of ending.lastWords) say(paint('dim', `  | ${printable(line)}`))
    },
    say,
    close: () => {
      stopLine()
      clear()
    },
  }
}

/** One plain line for a finished trial. */
export function endingLine(ending: Ending, paint: ReturnType<typeof painter> = (_style, text) => text): string {
  const colour = ending.state === 'failed' ? 'red' : ending.state === 'complete' ? 'green' : 'yellow'
  const result =
    ending.value !== null
      ? shortNumber(ending.value)
      : ending.detail === null
        ? ''
        : printable(ending.detail.split('\n', 1)[0]!)
  const parts = [
    `trial ${ending.number}`,
    paint(colour, ending.state),
    result,
    shortDuration(ending.tookMs),
    printable(ending.config),
  ]
  return parts.filter((part) => part !== '').join('  ')
}

/** The refreshed line, of counts over all processes. `first` and `sinceMs` are where the speed is measured from. */
export function countsLine(counts: StudyCounts, first: StudyCounts, sinceMs: number): string {
  const ended = endedCount(counts)
  const parts = [`${ended}${counts.budget === null ? '' : `/${counts.budget}`} ended`]
  if (counts.trials.running > 0) parts.push(`${counts.trials.running} running`)
  if (counts.trials.failed > 0) parts.push(`${counts.trials.failed} failed`)
  if (counts.best !== null) parts.push(`best ${shortNumber(counts.best.value)} (${counts.best.id.slice(0, 8)})`)
  const gained = ended - endedCount(first)
  if (counts.budget !== null && gained > 0 && counts.budget > ended) {
    parts.push(`about ${shortDuration(((counts.budget - ended) * sinceMs) / gained)} left`)
  }
  return parts.join('   ')
}

const endedCount = ({ trials }: StudyCounts): number => trials.complete + trials.failed + trials.pruned

// The next look begins a period after the last one ended, so that a slow file system is not asked all the time.
function refresh(counts: () => Promise<StudyCounts>, show: (text: string) => void): () => void {
  const start = performance.now()
  let first: StudyCounts | undefined
  let timer: NodeJS.Timeout | undefined
  let open = true
  const look = async (): Promise<void> => {
    try {
      const now = await counts()
      first ??= now
      if (open) show(countsLine(now, first, performance.now() - start))
    } catch {
      // The run itself meets the same error, and reports it.
    }
    if (open) timer = setTimeout(look, periodMs).unref()
  }
  timer = setTimeout(look, periodMs).unref()
  return () => {
    open = false
    clearTimeout(timer)
  }
}
