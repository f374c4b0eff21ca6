/**
 * What has changed in a study since somebody looked: the trials that ended since then, all that have not ended, and
 * everything that is not about a single trial. A page that follows a study by these has what one full read would give.
 *
 * A cursor is `EPOCH.COUNT.STAMP`. Trials end in an order that only grows, and COUNT is how many of them somebody has.
 * A trial that was opened again after its end begins a new epoch, in which everything is sent again. STAMP tells whether
 * anything else differs.
 */

import type { TrialRecord } from '../trial.ts'
import { columnsOf, inColumnOrder } from './columns.ts'
import { embedTrials, embeddedRecords } from './embedded-trials.ts'
import type { EmbeddedTrials } from './embedded-trials.ts'
import { withNaN } from './embedded.ts'
import type { Unfolded } from './embedded.ts'
import type { Facts } from './facts.ts'
import type { Advice } from './piece.ts'

export interface Delta {
  readonly cursor: string
  /** Whether it has all trials, so that earlier ones are forgotten. */
  readonly isWhole: boolean
  readonly trials: EmbeddedTrials
  /** All facts but the trials; indexes in them count all trials of the study. */
  readonly facts: Omit<Facts, 'columns'>
  readonly advice: readonly Advice[]
}

/** The trials that have ended, in the order in which that was noticed, and what else is known. */
export interface Ledger {
  readonly epoch: number
  readonly ended: readonly string[]
  readonly stamp: number
  /** What a look must differ in to be a change. */
  readonly signature: string
}

export const EMPTY_LEDGER: Ledger = { epoch: 0, ended: [], stamp: 0, signature: '' }

const ENDED: ReadonlySet<TrialRecord['state']> = new Set(['complete', 'pruned', 'failed'])

const hasEnded = ({ state }: TrialRecord): boolean => ENDED.has(state)

/**
 * The ledger after another look.
 *
 * @param others  anything that a reader wants to know of when it changes, beside the trials
 */
export function noted(ledger: Ledger, trials: readonly TrialRecord[], others: string): Ledger {
  const now = new Set(trials.filter(hasEnded).map(({ id }) => id))
  const isAnew = ledger.ended.some((id) => !now.has(id))
  const known = new Set(isAnew ? [] : ledger.ended)
  const ended = [...known, ...[...now].filter((id) => !known.has(id))]
  const open = trials.filter((trial) => !hasEnded(trial))
  const signature = JSON.stringify([
    others,
    ended.length,
    open.map(({ id, state, attempt, curve }) => [id, state, attempt, curve.length]),
  ])
  const isSame = signature === ledger.signature && !isAnew
  return {
    epoch: isAnew ? ledger.epoch + 1 : ledger.epoch,
    ended,
    stamp: isSame ? ledger.stamp : ledger.stamp + 1,
    signature,
  }
}

export const cursorOf = ({ epoch, ended, stamp }: Ledger): string => `${epoch}.${ended.length}.${stamp}`

/**
 * What has changed since a cursor; undefined if nothing has. A cursor that this ledger cannot have given, such as one
 * of a server before, gets everything.
 */
export function deltaSince(
  cursor: string,
  ledger: Ledger,
  { facts, trials, advice }: Pick<Unfolded, 'facts' | 'trials' | 'advice'>,
): Delta | undefined {
  const current = cursorOf(ledger)
  if (cursor === current) return undefined
  const [epoch, count] = cursor.split('.').map(Number)
  const isKnown = epoch === ledger.epoch && count! >= 0 && count! <= ledger.ended.length
  const sent = new Set(isKnown ? ledger.ended.slice(0, count) : [])
  const changed = trials.filter(({ id }) => !sent.has(id))
  const { columns: _, ...rest } = facts
  return { cursor: current, isWhole: !isKnown, trials: embedTrials(facts.study.space, changed), facts: rest, advice }
}

/** A page's content after a change. */
export function withDelta(page: Unfolded, { isWhole, trials, facts, advice }: Delta): Unfolded {
  const { space, goals } = page.facts.study
  const fresh = embeddedRecords(space, trials)
  const isFresh = new Set(fresh.map(({ id }) => id))
  const kept = isWhole ? [] : page.trials.filter((trial) => hasEnded(trial) && !isFresh.has(trial.id))
  const all = inColumnOrder([...kept, ...fresh])
  const models = facts.models.map(withNaN)
  return {
    ...page,
    facts: { ...facts, study: page.facts.study, models, columns: columnsOf(space, goals, all) },
    trials: all,
    advice,
  }
}
