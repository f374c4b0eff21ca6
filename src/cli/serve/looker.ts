/**
 * Looks at the study for all pages of a server: one look at a time and one a second at most, however many pages ask.
 * What models say is worked out in a thread when a tenth more trials have ended, and joins the facts when it is there.
 */

import { randomInt } from 'node:crypto'
import { existsSync } from 'node:fs'
import { StudyError } from '../../errors.ts'
import { adviceOfRecords } from '../../report/advice.ts'
import { inColumnOrder } from '../../report/columns.ts'
import { newLedger, noted } from '../../report/delta.ts'
import type { Ledger } from '../../report/delta.ts'
import type { PageContent } from '../../report/page-text.ts'
import { endedCount } from '../../report/status-text.ts'
import type { Study } from '../../study/study.ts'
import type { Config } from '../../trial.ts'
import { readFacts } from '../report/dossier.ts'
import { changesOf } from '../report/follow.ts'
import { FEWEST, advisorOn } from '../watch/advisor.ts'
import type { Advised } from '../watch/advisor-thread.ts'

/** The shortest time from one look to the next, in milliseconds, and as a share of what the last one took. */
const PAUSE_MS = 1000
const REST = 4

/** An epoch is one of this number, so that a page of an earlier server hardly ever has a cursor of this one. */
const EPOCHS = 2 ** 47

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
    // An open study remembers its trials, also when its directory is gone.
    if (!existsSync(study.directory)) throw new StudyError('NO_STUDY', `'${study.directory}' is gone`)
    // Taken before the trials are read: an answer must not speak of trials that this look does not know.
    const [given, others] = [advised, answers]
    const [trials, imported] = [inColumnOrder(await study.trials()), await study.imported()]
    const read = await readFacts(study, { path: study.directory, trials, withModels: false })
    const { pieces, ...said } = given ?? {
      pieces: adviceOfRecords(read),
      noModel: silenceOf(endedCount(read.counts.trials)),
    }
    const facts = { ...read, ...said }
    advisor.seen(endedCount(read.counts.trials))
    const options = { links: null, everyMs: null, again: null, hidden: [], logs: {} }
    const seen = { trials, imported, others: `${changesOf(facts.counts)} ${others}` }
    last = {
      content: { facts, trials, imported, advice: pieces, options },
      ledger: noted(last?.ledger ?? newLedger(randomInt(EPOCHS)), seen),
    }
    nextMs = others === answers ? performance.now() + Math.max(PAUSE_MS, REST * (performance.now() - start)) : -Infinity
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

/** Why models say nothing before their first answer. */
const silenceOf = (ended: number): string =>
  ended < FEWEST ? `a model needs ${FEWEST} values` : 'models are being worked out'
