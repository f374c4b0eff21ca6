/** Importance: the share of the variance over the space that each parameter, and each pair of them, explains. */

import type { Facts } from '../facts.ts'
import type { Figure } from '../figure.ts'
import type { ImportanceShare, ModelView } from '../models/views.ts'
import { shortNumber } from '../number-text.ts'
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
  const model = facts.models.find((view) => view.objective === name)
  const view = model?.importance ?? null
  const listed = (view?.rows ?? [])
    .filter(({ parameters, share }) => parameters.length === 1 || (!isAlone && share >= SMALLEST_PAIR))
    .toSorted((a, b) => b.share - a.share)
  const rows = listed.slice(0, MOST_ROWS)
  const empty = emptyText(facts, model)
  // The first category lies at the low end of the axis, which is the bottom.
  const upward = [...rows].reverse()
  const at = Float64Array.from(upward, (_, k) => k)
  const ends = (of: (row: ImportanceShare) => number): Float64Array => Float64Array.from(upward, of)
  const most = Math.max(0.05, ...rows.map(({ share, high }) => Math.max(share, high)))
  return {
    id: 'importance',
    title: `importance for ${name}`,
    question: 'Which parameters matter?',
    summary: model === undefined || view === null || empty !== null ? '' : summaryOf(facts, model, rows),
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

function emptyText({ noModel, columns }: Facts, model: ModelView | undefined): string | null {
  if (columns.parameters.length === 0) return 'The space has no parameters.'
  if (model === undefined) return noModel === null ? 'There is no model of it.' : `There is no model: ${noModel}.`
  if (model.importance === null) return 'Importance takes at least 10 complete trials.'
  if (model.importance.heldOut === null) return 'All complete trials have the same value, so no parameter matters.'
  return null
}

function summaryOf(facts: Facts, { importance, cuts, trials }: ModelView, rows: readonly ImportanceShare[]): string {
  const named = rows.slice(0, NAMED).map((row) => {
    const cut = row.parameters.length === 1 ? cuts.find(({ parameter }) => parameter === row.parameters[0]) : undefined
    const span = cut === undefined ? '' : `; ${shortNumber(Number(cut.span.toPrecision(2)))} between its best and worst`
    return `${rowLabel(facts, row)} ${row.share.toFixed(2)} (${row.low.toFixed(2)} to ${row.high.toFixed(2)}${span})`
  })
  const trust = `R² ${importance!.heldOut!.toFixed(2)} on trials held out, ${importance!.trials || trials} trials`
  return `${named.join(', ')}; ${trust}`
}
