/**
 * Looks at the study for all pages of a server: one look at a time and one a second at most, however many pages ask.
 * What models say is worked out in a thread when a tenth more trials have ended, and joins the facts when it is there.
 */

import { inColumnOrder } from '../../report/columns.ts'
import { EMPTY_LEDGER, noted } from '../../report/delta.ts'
import type { Ledger } from '../../report/delta.ts'
import { adviceOfRecords } from '../../report/advice.ts'
import { endedCount } from '../../report/status-text.ts'
import type { PageContent } from '../../report/page-text.ts'
import type { Study } from '../../study/study.ts'
import type { Config } from '../../trial.ts'
import { readFacts } from '../report/dossier.ts'
import { changesOf } from '../report/follow.ts'
import { advisorOn } from '../watch/advisor.ts'
import type { Advised } from '../watch/advisor-thread.ts'

/** The shortest time from one look to the next, in milliseconds, and as a share of what the last one took. */
const PAUSE_MS = 1000
const REST = 4

/** The study as it was at the last look. */
export interface Looked {
  readonly content: PageContent
  readonly ledger: Ledger
}

export interface Looker {
  readonly look: () => Promise<Looked>
  readonly close: () => void
}

/** A looker at an open study. */
export function lookerAt(study: Study<Config>): Looker {
  let advised: Advised | undefined
  let answers = 0
  let last: Looked | undefined
  let nextMs = -Infinity
  let looking: Promise<Looked> | undefined
  const advisor = advisorOn(study.directory, (answer) => {
    advised = answer
    answers++
    nextMs = -Infinity
  })
  const lookNow = async (): Promise<Looked> => {
    const start = performance.now()
    const trials = inColumnOrder(await study.trials())
    const read = await readFacts(study, { path: study.directory, trials, withModels: false })
    advisor.seen(endedCount(read.counts.trials))
    const { pieces, ...said } = advised ?? { pieces: adviceOfRecords(read), noModel: 'models are being worked out' }
    const facts = { ...read, ...said }
    const options = { links: null, everyMs: null, again: null, hidden: [], logs: {} }
    const content = { facts, trials, imported: await study.imported(), advice: pieces, options }
    const ledger = noted(last?.ledger ?? EMPTY_LEDGER, trials, `${changesOf(facts.counts)} ${answers}`)
    nextMs = performance.now() + Math.max(PAUSE_MS, REST * (performance.now() - start))
    last = { content, ledger }
    return last
  }
  return {
    look: async () => {
      if (last !== undefined && performance.now() < nextMs) return last
      looking ??= lookNow().finally(() => (looking = undefined))
      return await looking
    },
    close: advisor.close,
  }
}
