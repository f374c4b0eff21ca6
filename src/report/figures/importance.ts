/** Importance: the share of the variance over the space that each parameter, and each pair of them, explains. */

import type { Facts } from '../facts.ts'
import type { Figure } from '../figure.ts'
import type { ImportanceShare, ImportanceView } from '../models/views.ts'
import { roughNumber } from '../number-text.ts'
import { categoryScale } from '../range.ts'
import { leftOf } from '../trial-marks.ts'

/** The figure has this many rows at most, and no row of a pair with a share below the second number. */
const MOST_ROWS = 15
const SMALLEST_PAIR = 0.005

/** The summary names this many. */
const NAMED = 3

export interface ImportanceOptions {
  readonly objective?: string | undefined
  /** Leaves out pairs. */
  readonly isAlone?: boolean | undefined
}

export function importanceFigure(facts: Facts, { objective, isAlone = false }: ImportanceOptions = {}): Figure {
  const name = objective ?? Object.keys(facts.study.goals.objectives)[0]!
  const view = facts.importances.find((each) => each.objective === name)
  const listed = (view?.rows ?? [])
    .filter(({ parameters, share }) => parameters.length === 1 || (!isAlone && share >= SMALLEST_PAIR))
    .toSorted((a, b) => b.share - a.share)
  const rows = listed.slice(0, MOST_ROWS)
  const empty = emptyText(facts, view)
  // The first category lies at the low end of the axis, which is the bottom.
  const upward = [...rows].reverse()
  const at = Float64Array.from(upward, (_, k) => k)
  const ends = (of: (row: ImportanceShare) => number): Float64Array => Float64Array.from(upward, of)
  const most = Math.max(0.05, ...rows.map(({ share, high }) => Math.max(share, high)))
  return {
    id: 'importance',
    title: `importance for ${name}`,
    question: 'Which parameters matter?',
    summary: view === undefined || empty !== null ? '' : summaryOf(facts, view, rows),
    x: { ...share(Math.min(1, most * 1.04)) },
    y: categoryScale(
      '',
      upward.map((row) => rowLabel(facts, row)),
    ),
    axes: [],
    marks:
      empty !== null
        ? []
        : [
            {
              kind: 'bars',
              role: 'trial',
              along: 'x',
              at,
              low: new Float64Array(at.length),
              high: ends((r) => r.share),
            },
            { kind: 'whiskers', role: 'failed', along: 'x', at, low: ends((r) => r.low), high: ends((r) => r.high) },
          ],
    left: empty !== null ? [] : leftOf(listed.length - rows.length, 'smaller ones not shown'),
    empty,
  }
}

const share = (high: number): Figure['x'] => ({
  ...{ kind: 'linear', title: 'share of the variance, with its 80 % interval', low: 0, high },
  ...{ words: [], better: null, rail: null },
})

const rowLabel = ({ columns }: Facts, { parameters }: ImportanceShare): string =>
  parameters.map((k) => columns.parameters[k]!.label).join(' × ')

function emptyText({ columns }: Facts, view: ImportanceView | undefined): string | null {
  if (columns.parameters.length === 0) return 'The space has no parameters.'
  if (view === undefined) return 'Importance takes at least 10 complete trials.'
  if (view.heldOut === null) return 'All complete trials have the same value, so no parameter matters.'
  return null
}

function summaryOf(facts: Facts, view: ImportanceView, rows: readonly ImportanceShare[]): string {
  const cuts = facts.models.find(({ objective }) => objective === view.objective)?.cuts ?? []
  const named = rows.slice(0, NAMED).map((row) => {
    const cut = row.parameters.length === 1 ? cuts.find(({ parameter }) => parameter === row.parameters[0]) : undefined
    const span = cut === undefined ? '' : `; ${roughNumber(cut.span)} between its best and worst`
    return `${rowLabel(facts, row)} ${row.share.toFixed(2)} (${row.low.toFixed(2)} to ${row.high.toFixed(2)}${span})`
  })
  const trust = `R² ${view.heldOut!.toFixed(2)} on trials held out, ${view.trials} trials`
  return `${named.join(', ')}; ${trust}`
}
