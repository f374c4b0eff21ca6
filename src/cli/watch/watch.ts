/** `anthill status --watch`: a board that follows a study, or a plain line for each change where it cannot be drawn. */

import { adviceOfRecords } from '../../report/advice.ts'
import { FIRST_VIEW, listedTrials } from '../../report/board-list.ts'
import { boardLine, boardLines } from '../../report/board-text.ts'
import type { Facts } from '../../report/facts.ts'
import type { Advice } from '../../report/piece.ts'
import type { RolePainter } from '../../report/raster.ts'
import { endedCount, statusLine } from '../../report/status-text.ts'
import type { StudyCounts } from '../../report/status-text.ts'
import type { Study } from '../../study/study.ts'
import type { Config } from '../../trial.ts'
import { isAsciiTerminal, rolePainter } from '../plot/output.ts'
import { isLive } from '../progress.ts'
import { readFacts } from '../report/dossier.ts'
import { changesOf, isOver } from '../report/follow.ts'
import { printJson, printLines, printable, wordsOf } from '../screen.ts'
import { SIGNAL_STATUS } from '../signals.ts'
import type { EndingSignal } from '../signals.ts'
import { advisorOn } from './advisor.ts'
import type { Advised } from './advisor-thread.ts'
import { keysOf } from './key.ts'
import { pageOf } from './page.ts'
import { screenOn } from './screen.ts'
import { afterKey } from './view.ts'
import type { Wish } from './view.ts'

/** The pause between two looks: the first, and the longest while nothing changes. */
const FIRST_MS = 2000
const LONGEST_MS = 30_000

/** A look is followed by a pause of this many times what it took: the board takes a tenth of one processor at most. */
const REST = 9

/** The time of day and what runs move on this often. */
const TICK_MS = 1000

/** The pause after a look that took so long: short after a change, twice the last one otherwise. */
export const pauseAfter = (lastMs: number, hasChanged: boolean, tookMs: number): number =>
  Math.max(hasChanged ? FIRST_MS : Math.min(2 * lastMs, LONGEST_MS), REST * tookMs)

/** Follows a study until somebody leaves, or a signal ends it. Returns the exit status. */
export async function watchStudy(study: Study<Config>, asJson: boolean): Promise<number> {
  return asJson || !isLive(process.stdout) ? await followInLines(study, asJson) : await followOnScreen(study)
}

/** A line for each change, until the budget is reached and nobody works any more. */
async function followInLines(study: Study<Config>, asJson: boolean): Promise<number> {
  const ended = signalled()
  let told = ''
  for (let pauseMs = FIRST_MS; ;) {
    const start = performance.now()
    const counts = await study.status()
    const changes = changesOf(counts)
    const hasChanged = changes !== told
    told = changes
    if (hasChanged && asJson) printJson(statusLine(counts))
    else if (hasChanged) {
      const facts = { counts, study: { name: study.directory.split('/').at(-1)! } }
      printLines([boardLine(facts)])
    }
    if (isOver(counts) && counts.workers.live === 0) return 0
    pauseMs = pauseAfter(pauseMs, hasChanged, performance.now() - start)
    const signal = await Promise.race([ended.first, paused(pauseMs)])
    if (signal !== undefined) return SIGNAL_STATUS[signal]
  }
}

const paused = async (ms: number): Promise<undefined> =>
  await new Promise((resolve) => {
    setTimeout(() => resolve(undefined), ms)
  })

/** The first signal that ends this process. */
function signalled(): { readonly first: Promise<EndingSignal> } {
  const first = new Promise<EndingSignal>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(signal))
  })
  return { first }
}

async function followOnScreen(study: Study<Config>): Promise<number> {
  const screen = screenOn(process.stdout, process.stdin)
  const color = rolePainter(process.stdout)
  const paint: RolePainter = (role, text) => wordsOf(color(role, text))
  const isPlain = isAsciiTerminal()
  let facts: Facts = await factsNow(study, await study.status())
  // The advice of the records alone, until models have been asked.
  let pieces: readonly Advice[] = adviceOfRecords(facts)
  let advised: Advised | undefined
  let view = FIRST_VIEW
  let everyMs = FIRST_MS
  let trouble: string | undefined
  let lookTimer: NodeJS.Timeout | undefined
  let isLooking = false
  let hasLeft = false
  const draw = (): void => {
    const { columns = 80, rows = 24 } = process.stdout
    const now = Date.now()
    const shown = advised === undefined ? facts : { ...facts, ...advised }
    // The time that is left has its own place.
    const advice = pieces.filter(({ kind }) => kind !== 'time')
    const clock = trouble ?? new Date(now).toTimeString().slice(0, 8)
    const board = { facts: shown, advice, view, now, clock, everyMs }
    screen.draw(boardLines(board, { columns, rows, paint, printable, isPlain }))
  }
  let tickTimer: NodeJS.Timeout | undefined
  const tick = (): void => {
    const start = performance.now()
    draw()
    tickTimer = setTimeout(tick, Math.max(TICK_MS, REST * (performance.now() - start)))
  }
  const advisor = advisorOn(study.directory, (answer) => {
    advised = answer
    pieces = answer.pieces
    draw()
  })
  const look = async (): Promise<void> => {
    if (isLooking) return
    isLooking = true
    clearTimeout(lookTimer)
    const start = performance.now()
    let hasChanged = false
    try {
      const counts = await study.status()
      hasChanged = changesOf(counts) !== changesOf(facts.counts)
      if (hasChanged) {
        const kept = listedTrials(facts.columns, view)[view.selected]
        const id = view.selected === 0 || kept === undefined ? undefined : facts.columns.id[kept]
        facts = await factsNow(study, counts)
        if (advised === undefined) pieces = adviceOfRecords(facts)
        const row = id === undefined ? 0 : listedTrials(facts.columns, view).indexOf(facts.columns.id.indexOf(id))
        view = { ...view, selected: Math.max(0, row) }
        advisor.seen(endedCount(counts.trials))
      }
      trouble = undefined
    } catch (error) {
      trouble = `not read: ${(error as Error).message}`
    }
    everyMs = pauseAfter(everyMs, hasChanged, performance.now() - start)
    isLooking = false
    if (hasLeft) return
    lookTimer = setTimeout(() => void look(), everyMs)
    draw()
  }
  const wishes: Readonly<Record<Exclude<Wish, 'quit' | 'interrupt'>, () => void>> = {
    suspend: () => {
      screen.close()
      process.kill(process.pid, 'SIGSTOP')
    },
    look: () => void look(),
    show: () => void openPage('show'),
    why: () => void openPage('why'),
    log: () => void openPage('log'),
  }
  const openPage = async (kind: 'show' | 'why' | 'log'): Promise<void> => {
    const trial = listedTrials(facts.columns, view)[view.selected]
    if (trial === undefined) return
    const page = await pageOf(study, facts.columns.id[trial]!, kind, process.stdout.columns ?? 80)
    view = { ...view, page: { ...page, offset: 0 } }
    draw()
  }
  const status = await new Promise<number>((resolve) => {
    void signalled().first.then((signal) => resolve(SIGNAL_STATUS[signal]))
    process.on('SIGTSTP', wishes.suspend)
    process.on('SIGCONT', () => {
      screen.close()
      screen.open()
      draw()
    })
    process.stdout.on('resize', () => {
      screen.forget()
      draw()
    })
    process.stdin.on('data', (bytes: Buffer) => {
      for (const key of keysOf(bytes.toString('utf8'))) {
        const { view: next, wish } = afterKey(view, key, facts)
        view = next
        if (wish === 'quit') return resolve(0)
        if (wish === 'interrupt') return resolve(SIGNAL_STATUS.SIGINT)
        if (wish !== undefined) wishes[wish]()
      }
      draw()
    })
    screen.open()
    draw()
    advisor.seen(endedCount(facts.counts.trials))
    lookTimer = setTimeout(() => void look(), everyMs)
    tick()
  })
  hasLeft = true
  clearTimeout(lookTimer)
  clearTimeout(tickTimer)
  process.stdin.removeAllListeners('data')
  screen.close()
  advisor.close()
  return status
}

/** The facts that the board shows; no file is read for them but what the study itself reads. */
const factsNow = async (study: Study<Config>, counts: StudyCounts): Promise<Facts> =>
  await readFacts(study, { path: study.directory, counts, withModels: false, withFiles: false })
