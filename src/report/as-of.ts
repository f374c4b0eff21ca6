/**
 * A study as it was after one of its trials: the time machine of the page. Trials with a higher number have not come
 * yet, so they look like queued ones, and every other trial has its end. Indexes stay the same, so what is selected
 * stays selected. What models say is of all trials: to fit them again would take as long as making the report.
 */

import type { TrialState } from '../trial.ts'
import { bestSoFar } from './columns.ts'
import type { Columns } from './columns.ts'
import type { Facts } from './facts.ts'

/** The facts after the trial with this number. */
export function factsAsOf(facts: Facts, number: number): Facts {
  const { columns, counts } = facts
  const isThere = (trial: number): boolean => columns.number[trial]! <= number
  const shown = columnsAsOf(columns, number)
  const best = bestSoFar(shown).at(-1) ?? -1
  const trials = {
    ...counts.trials,
    complete: 0,
    failed: 0,
    pruned: 0,
    running: 0,
    paused: 0,
    interrupted: 0,
    queued: 0,
  }
  for (const state of shown.state) trials[state]++
  return {
    ...facts,
    counts: { ...counts, trials, left: null, best: best < 0 ? null : counts.best },
    columns: shown,
    best,
    recommended: facts.recommended >= 0 && isThere(facts.recommended) ? facts.recommended : best,
    failures: facts.failures
      .map((group) => ({ ...group, trials: group.trials.filter(isThere) }))
      .filter(({ trials: members }) => members.length > 0),
    lost: facts.lost.filter(({ trial }) => isThere(trial)),
  }
}

/** The columns with all that came after the trial with this number taken away. */
export function columnsAsOf(columns: Columns, number: number): Columns {
  const isGone = (i: number): boolean => !(columns.number[i]! <= number)
  const kept = (places: Float64Array): Float64Array => places.map((place, i) => (isGone(i) ? NaN : place))
  const none = <T>(list: readonly T[], empty: T): T[] => list.map((each, i) => (isGone(i) ? empty : each))
  return {
    ...columns,
    number: kept(columns.number),
    state: none<TrialState>(columns.state, 'queued'),
    values: new Map(Array.from(columns.values, ([name, places]) => [name, kept(places)])),
    outputs: new Map(Array.from(columns.outputs, ([name, said]) => [name, none(said, null)])),
    breaks: none<readonly string[]>(columns.breaks, []),
    worth: kept(columns.worth),
    worker: columns.worker.map((worker, i) => (isGone(i) ? -1 : worker)),
    started: kept(columns.started),
    ended: kept(columns.ended),
    attempt: columns.attempt.map((attempt, i) => (isGone(i) ? 0 : attempt)),
    reason: none<string | null>(columns.reason, null),
    detail: none<string | null>(columns.detail, null),
    curves: none(columns.curves, []),
  }
}
