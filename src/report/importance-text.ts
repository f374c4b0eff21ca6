/** Which parameters matter, as a table for people. */

import type { Importance, ImportanceRow } from '../sampler/importance.ts'
import { tableLines } from './table.ts'

/** Shares that round to nothing are left out. */
const SMALLEST_SHARE = 0.005

/** Below it a model predicts hardly better than the mean of all trials. */
const WEAK = 0.25

/** One block an objective: what the shares rest on, then the shares. */
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
    return [`${objective}: all ${trials} complete trials have the same value, so that nothing matters`]
  const head = `${objective}: shares of the variance over the space, by a random forest of ${trials} complete trials`
  const trust = `trials held out are predicted with R² ${heldOut.toFixed(2)} (1: exactly, 0: no better than their mean)`
  return [
    head,
    trust,
    ...(heldOut < WEAK
      ? ['so weak a model cannot tell what matters: run more trials before you trust these shares']
      : []),
  ]
}

function shareLines(rows: readonly ImportanceRow[]): string[] {
  const shown = rows.filter(({ share, parameters }) => share >= SMALLEST_SHARE || parameters.length === 1)
  const rest = 1 - shown.reduce((sum, { share }) => sum + share, 0)
  return tableLines(
    [{ title: 'parameter' }, { title: 'share', align: 'right' }, { title: '±', align: 'right' }],
    [
      ...shown.map(({ parameters, share, deviation }) => [
        parameters.join(' × '),
        share.toFixed(2),
        deviation.toFixed(2),
      ]),
      ...(rest >= SMALLEST_SHARE && rest < 1 ? [['(more at once, and noise)', rest.toFixed(2), '']] : []),
    ],
  )
}
