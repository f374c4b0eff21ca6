/** Side by side: each trial as a line through its values and parameters. One line never joins two trials. */

import type { Columns } from '../columns.ts'
import type { Facts } from '../facts.ts'
import { emptyFigure } from '../figure.ts'
import type { Figure } from '../figure.ts'
import { counted } from '../number-text.ts'
import { NARROW, axisOf, byImportance, sharedIn } from '../parameter-axis.ts'
import { beyond, categoryScale, valueScale } from '../range.ts'
import { bestFirst, shadesOf, takenOf, topOf } from '../taken.ts'
import { leftOf, measured, pick } from '../trial-marks.ts'
import { isEnd } from '../../trial.ts'

/** At most this many parameters have an axis, unless others are asked for. */
const MOST_PARAMETERS = 12

/** At most this many lines are colored, and this many are not: more of them would be an area of one color. */
const MOST_COLORED = 200
const MOST_PALE = 400

/** The summary names this many parameters. */
const MOST_SHARED = 3

export interface ParallelOptions {
  /** The share of the best trials that are colored. */
  readonly top?: number | undefined
  /** Which parameters, as indexes, in the order of their axes; by default the most important ones. */
  readonly parameters?: readonly number[] | undefined
}

/** What the good trials share. Trials that gave no value are there too, on the rail of the values. */
export function parallelFigure(facts: Facts, { top = 0.1, parameters }: ParallelOptions = {}): Figure {
  const { columns, study } = facts
  const aims = Object.keys(study.goals.objectives).map((name) => measured(facts, name))
  const shown = parameters ?? byImportance(facts).slice(0, MOST_PARAMETERS)
  const head = {
    id: 'parallel',
    title: `${aims.map(({ name }) => name).join(', ')} and ${counted(shown.length, 'parameter')} side by side`,
    question: 'What do the good ones share?',
  }
  const { trials, left } = takenOf(columns, (trial) => (isEnd(columns.state[trial]!) ? null : 'not ended yet'))
  const ordered = bestFirst(columns)
  if (aims.every(({ at }) => at.every(Number.isNaN))) return emptyFigure(head, 'No trial has a value yet.', left)
  const best = topOf(ordered, top).slice(0, MOST_COLORED)
  const shades = shadesOf(best, columns.count)
  // The good ones last: they are drawn over the others.
  const pale = trials.filter((trial) => Number.isNaN(shades[trial]!))
  const step = Math.ceil(pale.length / MOST_PALE)
  const drawn = pale.filter((_, k) => k % step === 0)
  const rows = Int32Array.of(...drawn, ...best.toReversed())
  const valueAxes = aims.map(({ name, better, at }) => ({
    scale: {
      ...valueScale(name, at, { better, rail: at.some(Number.isNaN) ? 'no value' : null }),
      of: `value ${name}`,
    },
    at,
  }))
  const axes = [...valueAxes, ...shown.map((parameter) => axisOf(columns, parameter))]
  const places = Array.from(rows, (trial) => axes.map(({ at }) => at[trial]!)).flat()
  const hidden = parameters === undefined ? columns.parameters.length - shown.length : 0
  return {
    ...head,
    summary: bestText(columns, shown, best, ordered.length),
    x: categoryScale(
      '',
      axes.map(({ scale }) => scale.title),
    ),
    y: { ...valueScale('', [0, 1]), low: 0, high: 1 },
    axes: axes.map(({ scale }) => scale),
    marks: [
      {
        kind: 'paths',
        places: Float64Array.from(places),
        trial: rows,
        shade: pick(shades, rows),
      },
    ],
    left: [
      ...valueAxes.flatMap(({ scale, at }) => beyond(scale, at)),
      ...leftOf(hidden, hidden === 1 ? 'less important parameter' : 'less important parameters'),
      ...leftOf(pale.length - drawn.length, 'trials like the gray ones'),
      ...left,
    ],
    empty: null,
  }
}

/** What the best trials share, the narrowest first. */
function bestText({ parameters }: Columns, shown: readonly number[], best: Int32Array, count: number): string {
  if (best.length === 0) return 'no trial can be the best yet'
  const head = `the best ${best.length} of ${counted(count, 'trial')}`
  if (best.length === 1) return head
  const shared = shown
    .flatMap((parameter) => sharedIn(parameters[parameter]!, best) ?? [])
    .filter(({ width }) => width < NARROW)
    .sort((a, b) => a.width - b.width)
    .slice(0, MOST_SHARED)
  return shared.length === 0
    ? `${head} share no narrow range of a parameter`
    : `${head} share ${shared.map(({ words }) => words).join(', ')}`
}
