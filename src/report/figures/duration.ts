/** Durations: how long trials took, by a parameter or by their value. */

import { tookOf } from '../columns.ts'
import type { Facts } from '../facts.ts'
import type { Figure } from '../figure.ts'
import { beside } from '../fewer-categories.ts'
import type { Places } from '../mark.ts'
import { counted, shortDuration } from '../number-text.ts'
import { parameterAxis } from '../parameter-axis.ts'
import { beyond, quantile, valueScale } from '../range.ts'
import type { Scale } from '../scale.ts'
import { leftOf, measured, nameOfTrial, pick, pointsOf, rugOf, trialsWhere } from '../trial-marks.ts'
import type { HistoryOptions } from './history.ts'

/** Units of a duration, its milliseconds, and the least median duration (in milliseconds) that it is taken for. */
const UNITS = [
  ['hours', 3_600_000, 3_600_000],
  ['minutes', 60_000, 60_000],
  ['seconds', 1000, 100],
  ['milliseconds', 1, 0],
] as const

/** @param parameter  an index in the parameters of the columns; left out: by the value */
export function durationFigure(facts: Facts, parameter?: number, options: HistoryOptions = {}): Figure {
  const { columns } = facts
  const { state } = columns
  const { objective, last = Infinity, isLinear } = options
  const from = columns.count - last
  const { at, scale, title } = across(facts, parameter, objective)
  const took = tookOf(columns).map((ms, i) => (ms >= 0 && state[i] !== 'running' ? ms : NaN))
  const some = (holds: (i: number) => boolean): Int32Array => trialsWhere(columns, (i) => i >= from && holds(i))
  const isTimed = (i: number): boolean => !Number.isNaN(took[i]!)
  const complete = some((i) => isTimed(i) && state[i] === 'complete')
  const others = (each: 'failed' | 'pruned'): Int32Array => some((i) => isTimed(i) && state[i] === each)
  const untimed = some((i) => !isTimed(i) && (state[i] === 'complete' || state[i] === 'failed'))
  const sorted = pick(took, complete).sort()
  const isEmpty = complete.length === 0
  const [unit, length] = UNITS.find(([, , least]) => least <= quantile(sorted, 0.5)) ?? UNITS.at(-1)!
  const y = took.map((time) => time / length)
  const isLog = isLinear === true ? false : undefined
  const scaleY = valueScale(`duration in ${unit}`, pick(y, some(isTimed)), { isLog })
  const ways = (['failed', 'pruned'] as const).flatMap((role) =>
    // What has no value has a place on the axis of durations only.
    parameter === undefined ? rugOf(role, others(role), y, 'y') : pointsOf(role, others(role), at, y),
  )
  const special = facts.best
  return {
    id: parameter === undefined ? 'duration' : `duration-${parameter}`,
    title: `duration by ${title}`,
    question: 'What makes a trial slow?',
    summary: isEmpty ? '' : summaryOf(facts, took, complete),
    x: { ...scale, of: parameter === undefined ? `value ${title}` : `parameter ${parameter}` },
    y: { ...scaleY, ...(unit === 'seconds' ? { of: 'took' } : {}) },
    axes: [],
    marks: isEmpty
      ? []
      : [
          ...pointsOf('trial', complete, at, y),
          ...(special >= 0 && isTimed(special) ? pointsOf('best', Int32Array.of(special), at, y) : []),
          ...ways,
        ],
    left: [...beyond(scale, pick(at, complete)), ...leftOf(untimed.length, 'without a time')],
    empty: isEmpty ? 'No complete trial with its times yet.' : null,
  }
}

interface Across {
  readonly at: Places
  readonly scale: Scale
  readonly title: string
}

/** The axis from left to right. */
function across(facts: Facts, parameter: number | undefined, objective: string | undefined): Across {
  if (parameter === undefined) {
    const { name, better, at } = measured(facts, objective)
    return { at, scale: valueScale(name, at, { better }), title: name }
  }
  const column = facts.columns.parameters[parameter]!
  const { scale, at } = parameterAxis(column)
  return { at: column.kind === 'category' ? beside(at) : at, scale, title: column.label }
}

function summaryOf({ columns }: Facts, took: Places, complete: Int32Array): string {
  const sorted = complete.toSorted((a, b) => took[a]! - took[b]!)
  const text = (i: number): string => `${shortDuration(took[i]!)} (trial ${nameOfTrial(columns, i)})`
  const middle = shortDuration(took[sorted[Math.floor((sorted.length - 1) / 2)]!]!)
  const ends = sorted.length === 1 ? '' : `, from ${text(sorted[0]!)} to ${text(sorted.at(-1)!)}`
  return `${counted(sorted.length, 'complete trial')} took ${middle} in the middle${ends}`
}
