/** The table of `importance`: how much each parameter matters. */

import type { Importance, ImportanceRow } from '../sampler/importance.ts'
import { tableLines } from './table.ts'

/** A share below this, which would be printed as 0.00, is left out. */
const SMALLEST_SHARE = 0.005

/** An R² below this is reported as weak: such a model predicts little better than the mean of all trials does. */
const WEAK = 0.25

/** One block of lines per objective: how far the shares can be trusted, then the shares. */
export function importanceLines(importances: readonly Importance[]): string[] {
  return importances.flatMap((importance, i) => [
    ...(i === 0 ? [] : ['']),
    ...basisLines(importance),
    '',
    ...shareLines(importance.rows),
  ])
}

function basisLines({ objective, trials, heldOut }: Importance): string[] {
  if (heldOut === null)
    return [`${objective}: all ${trials} complete trials have the same value, so no parameter matters`]
  const head = `${objective}: shares of the variance over the space, by a random forest of ${trials} complete trials`
  const trust = `it predicts held-out trials with R² ${heldOut.toFixed(2)} (1: exactly, 0: no better than their mean)`
  return [
    head,
    trust,
    ...(heldOut < WEAK
      ? ['a model this weak cannot tell what matters: run more trials before you trust these shares']
      : []),
  ]
}

/** Whether a row is shown: each parameter is, and a pair that does something. */
export const isShown = ({ share, parameters }: ImportanceRow): boolean =>
  share >= SMALLEST_SHARE || parameters.length === 1

function shareLines(rows: readonly ImportanceRow[]): string[] {
  const listed = rows.filter(isShown)
  const rest = 1 - listed.reduce((sum, { share }) => sum + share, 0)
  return tableLines(
    [{ title: 'parameter' }, { title: 'share', align: 'right' }, { title: '80 % interval' }],
    [
      ...listed.map(({ parameters, share, low, high }) => [
        parameters.join(' × '),
        share.toFixed(2),
        `${low.toFixed(2)} to ${high.toFixed(2)}`,
      ]),
      ...(rest >= SMALLEST_SHARE && rest < 1 ? [['(three or more together, and noise)', rest.toFixed(2), '']] : []),
    ],
  )
}
