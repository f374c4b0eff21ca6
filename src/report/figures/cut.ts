/** Cut: the value of each trial by one parameter, and what the model expects along it. */

import type { Facts } from '../facts.ts'
import type { Figure } from '../figure.ts'
import { beside } from '../fewer-categories.ts'
import type { Mark } from '../mark.ts'
import type { Cut } from '../models/views.ts'
import { counted, roughNumber, shortNumber } from '../number-text.ts'
import { nameText, parameterAxis } from '../parameter-axis.ts'
import type { ParameterAxis } from '../parameter-axis.ts'
import { beyond, parameterScale, valueScale } from '../range.ts'
import { leftWithoutValue } from '../taken.ts'
import { placeText } from '../tick.ts'
import { leftOf, measured, nameOfTrial, pick, pointsOf, rugOf, trialsWhere } from '../trial-marks.ts'
import type { HistoryOptions } from './history.ts'

/** @param parameter  an index in the parameters of the columns */
export function cutFigure(facts: Facts, parameter: number, options: HistoryOptions = {}): Figure {
  const { columns, models } = facts
  const { objective, last = Infinity, isLinear } = options
  const aim = measured(facts, objective)
  const { name, better, at } = aim
  const column = columns.parameters[parameter]!
  const isCategory = column.kind === 'category'
  const special = facts.recommended >= 0 ? facts.recommended : facts.best
  const own = column.at[special] ?? NaN
  const axis = parameterAxis(column, isCategory && !Number.isNaN(own) ? [own] : [])
  const places = isCategory ? beside(axis.at) : axis.at
  const from = columns.count - last
  const some = (holds: (i: number) => boolean): Int32Array => trialsWhere(columns, (i) => i >= from && holds(i))
  const hasValue = (i: number): boolean => !Number.isNaN(at[i]!)
  const counting = some((i) => hasValue(i) && columns.breaks[i]!.length === 0)
  const broken = some((i) => hasValue(i) && columns.breaks[i]!.length > 0)
  const failed = some((i) => columns.state[i] === 'failed')
  const model = models.find((view) => view.objective === name)
  const cut = model?.cuts.find((each) => each.parameter === parameter)
  const values = pick(at, Int32Array.from([...counting, ...broken]))
  const isLog = isLinear === true ? false : undefined
  const y = valueScale(name, [...values, ...(cut?.mean ?? [])], { better, isLog })
  const isShown = special >= 0 && hasValue(special)
  const isEmpty = values.length === 0
  return {
    id: `cut-${parameter}`,
    title: `${name} by ${column.label}`,
    question: `What does ${column.label} do?`,
    summary: isEmpty
      ? ''
      : summaryOf(facts, cut, { name, label: column.label, at, special }, placeText(parameterScale(column), own)),
    x: { ...axis.scale, of: `parameter ${parameter}` },
    y: { ...y, of: `value ${name}` },
    axes: [],
    marks: isEmpty
      ? []
      : [
          ...(cut === undefined || isCategory ? [] : bandMarks(cut)),
          ...pointsOf('trial', counting, places, at),
          ...pointsOf('other', broken, places, at),
          ...(cut === undefined ? [] : isCategory ? intervalMarks(cut, axis) : lineMarks(cut)),
          ...(isShown && !Number.isNaN(places[special]!) ? ruleMarks(facts, special, axis.at) : []),
          ...(isShown ? pointsOf('best', Int32Array.of(special), places, at) : []),
          ...rugOf('failed', failed, places),
        ],
    left: [
      ...beyond(y, values),
      ...leftWithoutValue(columns, aim, (i) => i >= from),
      ...leftOf(broken.length, broken.length === 1 ? 'breaks a constraint' : 'break a constraint'),
      ...leftOf(Math.max(0, Math.min(from, columns.count)), 'earlier ones not shown'),
    ],
    empty: isEmpty ? 'No trial has a value yet.' : null,
  }
}

const bandMarks = ({ at, low, high }: Cut): Mark[] => [
  { kind: 'band', role: 'model', x: Float64Array.from(at), low: Float64Array.from(low), high: Float64Array.from(high) },
]

const lineMarks = ({ at, mean, average }: Cut): Mark[] => [
  { kind: 'line', role: 'model', x: Float64Array.from(at), y: Float64Array.from(mean), text: 'model' },
  ...(average.length === 0
    ? []
    : [
        {
          ...{ kind: 'line' as const, role: 'other' as const, x: Float64Array.from(at), isDashed: true },
          ...{ y: Float64Array.from(average), text: 'average' },
        },
      ]),
]

/** A whisker and its middle for each category that has a place of its own. */
function intervalMarks({ at, mean, low, high }: Cut, { placeOf, scale }: ParameterAxis): Mark[] {
  const shared = scale.words.length < at.length ? scale.words.length - 1 : NaN
  const kept = at.map((_, k) => k).filter((k) => placeOf(at[k]!) !== shared)
  const x = Float64Array.from(kept, (k) => placeOf(at[k]!))
  const of = (values: readonly number[]): Float64Array => Float64Array.from(kept, (k) => values[k]!)
  return [
    { kind: 'whiskers', role: 'model', along: 'y', at: x, low: of(low), high: of(high) },
    { kind: 'points', role: 'model', x, y: of(mean), trial: new Int32Array(kept.length).fill(-1) },
  ]
}

function ruleMarks({ columns, recommended }: Facts, special: number, places: Float64Array): Mark[] {
  const text = `${special === recommended ? 'recommended' : 'best'}: trial ${nameOfTrial(columns, special)}`
  return [{ kind: 'rule', role: 'best', along: 'y', at: places[special]!, text }]
}

interface Subject {
  readonly name: string
  readonly label: string
  readonly at: Float64Array
  readonly special: number
}

function summaryOf({ columns, noModel }: Facts, cut: Cut | undefined, subject: Subject, place: string): string {
  const { name, label, at, special } = subject
  const values = counted(
    at.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0),
    'value',
  )
  const head =
    special < 0
      ? values
      : `${values}; ${shortNumber(at[special]!)} at ${nameText(place)} (trial ${nameOfTrial(columns, special)})`
  if (cut !== undefined) {
    const span = roughNumber(cut.span)
    return `${head}; from there on, ${nameText(label)} changes ${name} by up to ${span} as the model sees it`
  }
  return noModel === null ? `${head}; the model says nothing of it there` : `${head}; without a model: ${noModel}`
}
