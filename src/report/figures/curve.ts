/**
 * Curves: the values that trials reported on their way. The best ones are lines, each of one trial; many others
 * are counts in cells. A trial that was ended early has its mark at its last value.
 */

import type { Facts } from '../facts.ts'
import { emptyFigure } from '../figure.ts'
import type { Figure } from '../figure.ts'
import type { Mark, Role } from '../mark.ts'
import { counted, shortNumber } from '../number-text.ts'
import { beyond, countScale, valueScale } from '../range.ts'
import { shareOf } from '../scale.ts'
import type { Scale } from '../scale.ts'
import { bestFirst, takenOf } from '../taken.ts'
import { leftOf, measured, nameOfTrial } from '../trial-marks.ts'

/** This many of the best trials are drawn as lines of their own. */
const MOST_COLORED = 10

/** Up to this many other trials are lines too; of more, a grid of cells has the counts. */
const MOST_PALE = 30
const COLUMNS = 48
const ROWS = 24

/** A line has at most this many places. */
const MOST_PLACES = 200

/** What stands at the end of a curve, by the state of its trial; nothing where it is complete. */
const ENDS: Readonly<Partial<Record<string, Role>>> = { failed: 'failed', pruned: 'pruned', running: 'running' }

export interface CurveOptions {
  /** Only these trials, as indexes, all of them as lines. */
  readonly trials?: Iterable<number> | undefined
  /** Whether the values are drawn as they are, although they span decades. */
  readonly isLinear?: boolean | undefined
}

/** The intermediate values of the first objective by step. */
export function curveFigure(facts: Facts, { trials: asked, isLinear }: CurveOptions = {}): Figure {
  const { columns } = facts
  const { name, better } = measured(facts)
  const head = { id: 'curve', title: `${name} by step`, question: 'How did trials get there?' }
  const wanted = asked === undefined ? null : new Set(asked)
  const { trials, left } = takenOf(columns, (trial) =>
    wanted !== null && !wanted.has(trial)
      ? 'not asked for'
      : columns.curves[trial]!.length === 0
        ? 'without an intermediate value'
        : null,
  )
  const values = [...trials].flatMap((trial) => columns.curves[trial]!.map(([, value]) => value))
  const steps = [...trials].flatMap((trial) => columns.curves[trial]!.map(([step]) => step))
  if (!values.some(Number.isFinite)) return emptyFigure(head, 'No trial has reported an intermediate value.', left)
  const reported = new Set(trials)
  const ordered = [...bestFirst(columns)].filter((trial) => reported.has(trial))
  const colored = wanted === null ? ordered.slice(0, MOST_COLORED) : [...trials]
  const isColored = new Set(colored)
  const others = [...trials].filter((trial) => !isColored.has(trial))
  const y = valueScale(name, values, { better, isLog: isLinear === true ? false : undefined })
  const [first, last] = [least(steps), -least(steps.map((step) => -step))]
  const x = { ...countScale('step', first, last), isWhole: steps.every(Number.isInteger) }
  const best = ordered[0]
  return {
    ...head,
    summary: curveText(facts, [...trials], last, best),
    x,
    y,
    axes: [],
    marks: [
      ...(others.length > MOST_PALE ? [densityOf(facts, others, x, y)] : others.map((i) => lineOf(facts, i, 'other'))),
      // The best one last: it is drawn over the others.
      ...colored.toReversed().map((trial) => lineOf(facts, trial, trial === best ? 'best' : 'trial', true)),
      ...endsOf(facts, [...trials]),
    ],
    left: [
      ...beyond(y, values),
      ...leftOf(values.filter((value) => !Number.isFinite(value)).length, 'not finite, where lines are broken'),
      ...left.filter(({ why }) => why !== 'not asked for'),
    ],
    empty: null,
  }
}

const least = (values: readonly number[]): number => values.reduce((low, value) => Math.min(low, value), Infinity)

/** The curve of one trial, by evenly spaced places of it if it has many; the last one is always there. */
function lineOf({ columns }: Facts, trial: number, role: Role, isNamed = false): Mark {
  const curve = columns.curves[trial]!
  const stride = Math.ceil(curve.length / MOST_PLACES)
  const kept = curve.filter((_, k) => k % stride === 0 || k === curve.length - 1)
  const line = {
    kind: 'line' as const,
    role,
    x: Float64Array.from(kept, ([step]) => step),
    y: Float64Array.from(kept, ([, value]) => (Number.isFinite(value) ? value : NaN)),
  }
  return isNamed ? { ...line, text: nameOfTrial(columns, trial) } : line
}

/** How many trials have a value in each cell; a trial counts once in a cell. */
function densityOf({ columns }: Facts, trials: readonly number[], x: Scale, y: Scale): Mark {
  const counts = new Float64Array(COLUMNS * ROWS)
  const lastIn = new Int32Array(COLUMNS * ROWS).fill(-1)
  const cellOf = (scale: Scale, place: number, count: number): number =>
    Math.min(count - 1, Math.max(0, Math.floor(shareOf(scale, place) * count)))
  for (const trial of trials) {
    for (const [step, value] of columns.curves[trial]!) {
      if (!Number.isFinite(value)) continue
      const cell = cellOf(x, step, COLUMNS) * ROWS + cellOf(y, value, ROWS)
      if (lastIn[cell] !== trial) counts[cell]!++
      lastIn[cell] = trial
    }
  }
  const most = Math.log1p(counts.reduce((a, b) => Math.max(a, b), 0))
  const shade = counts.map((count) => (count === 0 ? NaN : Math.log1p(count) / most))
  return { kind: 'cells', columns: COLUMNS, rows: ROWS, shade }
}

/** A mark at the last value of each trial that did not end by itself, or has not ended. */
function endsOf({ columns }: Facts, trials: readonly number[]): Mark[] {
  return [...new Set(Object.values(ENDS))].flatMap((role): Mark[] => {
    const ended = trials.flatMap((trial) => {
      const last = columns.curves[trial]!.findLast(([, value]) => Number.isFinite(value))
      return ENDS[columns.state[trial]!] === role && last !== undefined ? [{ trial, last }] : []
    })
    if (ended.length === 0) return []
    return [
      {
        kind: 'points',
        role: role!,
        x: Float64Array.from(ended, ({ last }) => last[0]),
        y: Float64Array.from(ended, ({ last }) => last[1]),
        trial: Int32Array.from(ended, ({ trial }) => trial),
      },
    ]
  })
}

function curveText({ columns }: Facts, trials: readonly number[], last: number, best: number | undefined): string {
  const pruned = trials.filter((trial) => columns.state[trial] === 'pruned')
  const ends = pruned.map((trial) => columns.curves[trial]!.at(-1)![0]).sort((a, b) => a - b)
  const middle = ends[Math.floor((ends.length - 1) / 2)]
  const early =
    middle === undefined
      ? ''
      : `; ${pruned.length} ${pruned.length === 1 ? 'was' : 'were'} pruned, half of them by step ${shortNumber(middle)}`
  const at = best === undefined ? undefined : columns.curves[best]!.findLast(([, value]) => Number.isFinite(value))
  const end =
    at === undefined ? '' : `; the best one (trial ${nameOfTrial(columns, best!)}) came to ${shortNumber(at[1])}`
  return `${counted(trials.length, 'trial')} reported values, up to step ${shortNumber(last)}${early}${end}`
}
