/**
 * What has changed in a study since somebody looked: the trials that ended since then, all that have not ended, and
 * everything that is not about a single trial. A page that follows a study by these has what one full read would give.
 *
 * A cursor is `EPOCH.COUNT.STAMP`. Trials end in an order that only grows, and COUNT is how many of the ends somebody
 * has. Where it does not only grow, a new epoch begins, in which everything is sent again: a trial was opened again
 * after its end, or results from elsewhere came in. STAMP tells whether anything else differs.
 */

import { isEnd } from '../trial.ts'
import type { TrialRecord } from '../trial.ts'
import { inColumnOrder } from './columns.ts'
import { embedTrials, embeddedRecords } from './embedded-trials.ts'
import type { EmbeddedTrials } from './embedded-trials.ts'
import { factsFrom, writtenFacts } from './embedded.ts'
import type { Unfolded, WrittenFacts } from './embedded.ts'
import type { Advice } from './piece.ts'

export interface Delta {
  readonly cursor: string
  /** All trials where `imported` is there, so that earlier ones are forgotten; else those that are new or open. */
  readonly trials: EmbeddedTrials
  /** Results from elsewhere; null if they are as they were. */
  readonly imported: EmbeddedTrials | null
  /** Indexes in them count all trials of the study. */
  readonly facts: WrittenFacts
  readonly advice: readonly Advice[]
}

/** What a server answers: what has changed, and the parts of the page that are words. */
export interface LiveDelta extends Delta {
  readonly html: PageParts
}

/** The parts of a page that are words about the whole study, as HTML. */
export interface PageParts {
  readonly header: string
  readonly answer: string
  readonly advice: string
}

/** What has been seen of a study, look by look. */
export interface Ledger {
  readonly epoch: number
  /** The ends of trials, in the order in which they were noticed. */
  readonly ended: readonly string[]
  /** How many results from elsewhere there are. */
  readonly imported: number
  readonly stamp: number
  /** What a look must differ in to be a change. */
  readonly signature: string
}

/** The study as one look finds it. */
export interface Seen {
  readonly trials: readonly TrialRecord[]
  readonly imported: readonly TrialRecord[]
  /** Anything else that a reader wants to know of when it changes. */
  readonly others: string
}

/** The ledger before the first look. @param epoch  a number that no other ledger begins with */
export const newLedger = (epoch: number): Ledger => ({ epoch, ended: [], imported: 0, stamp: 0, signature: '' })

const CURSOR = /^(\d+)\.(\d+)\.\d+$/

const hasEnded = ({ state }: TrialRecord): boolean => isEnd(state)

/** The end of a trial. A trial that is opened again has another one, though both looks find it ended. */
const endOf = ({ id, attempt }: TrialRecord): string => `${id} ${attempt}`

/** The ledger after another look. */
export function noted(ledger: Ledger, { trials, imported, others }: Seen): Ledger {
  const now = new Set(trials.filter(hasEnded).map(endOf))
  const isAnew = ledger.ended.some((end) => !now.has(end)) || imported.length !== ledger.imported
  const ended = [...new Set([...(isAnew ? [] : ledger.ended), ...now])]
  const open = trials.filter((trial) => !hasEnded(trial))
  const signature = JSON.stringify([
    ...[others, ended.length],
    open.map(({ id, state, attempt, curve }) => [id, state, attempt, curve.length]),
  ])
  return {
    epoch: isAnew ? ledger.epoch + 1 : ledger.epoch,
    ended,
    imported: imported.length,
    stamp: signature === ledger.signature ? ledger.stamp : ledger.stamp + 1,
    signature,
  }
}

export const cursorOf = ({ epoch, ended, stamp }: Ledger): string => `${epoch}.${ended.length}.${stamp}`

/**
 * What has changed since a cursor; undefined if nothing has. A cursor that this ledger cannot have given, such as one
 * of another server, gets everything.
 */
export function deltaSince(
  cursor: string,
  ledger: Ledger,
  { facts, trials, imported, advice }: Omit<Unfolded, 'options'>,
): Delta | undefined {
  const current = cursorOf(ledger)
  if (cursor === current) return undefined
  const [, epoch, count] = CURSOR.exec(cursor) ?? []
  const isKnown = Number(epoch) === ledger.epoch && Number(count) <= ledger.ended.length
  const sent = new Set(isKnown ? ledger.ended.slice(0, Number(count)) : [])
  const changed = trials.filter((trial) => !sent.has(endOf(trial)))
  const { space } = facts.study
  return {
    cursor: current,
    trials: embedTrials(space, changed),
    imported: isKnown ? null : embedTrials(space, imported),
    facts: writtenFacts(facts),
    advice,
  }
}

/** A page's content after a change. */
export function withDelta(page: Unfolded, { trials, imported, facts, advice }: Delta): Unfolded {
  const { study } = page.facts
  const fresh = embeddedRecords(study.space, trials)
  const kept = imported === null ? page.trials.filter(hasEnded) : []
  const all = inColumnOrder([...kept, ...fresh])
  return {
    ...page,
    facts: factsFrom(facts, study, all),
    trials: all,
    imported: imported === null ? page.imported : embeddedRecords(study.space, imported),
    advice,
  }
}
