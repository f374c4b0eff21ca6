/** F1, history: the value of each trial by its number, or by time, and the best value so far. */

import { bestSoFar } from '../columns.ts'
import type { Facts } from '../facts.ts'
import type { Figure } from '../figure.ts'
import { historyAxis } from '../history-axis.ts'
import type { HistoryBy } from '../history-axis.ts'
import type { Mark, Places } from '../mark.ts'
import { counted, roughNumber, shortNumber } from '../number-text.ts'
import { beyond, valueScale } from '../range.ts'
import { leftWithoutValue } from '../taken.ts'
import { leftOf, measured, nameOfTrial, pick, pointsOf, rugOf, trialsWhere, worthIn } from '../trial-marks.ts'
import type { Measured } from '../trial-marks.ts'

/** The gain of the last trials is told for this many. */
const RECENT = 50

/** The title says what it runs along. */
const TITLES: Readonly<Record<HistoryBy, string>> = { number: 'trial', time: 'time', hours: 'hours of trials' }

export interface HistoryOptions {
  /** An objective other than the first one. */
  readonly objective?: string | undefined
  /** Only the last trials, this many. */
  readonly last?: number | undefined
  /** Whether the values are drawn as they are, although they span decades. */
  readonly isLinear?: boolean | undefined
  /** What it runs along; default: the numbers of trials. */
  readonly by?: HistoryBy | undefined
}

export function historyFigure(facts: Facts, options: HistoryOptions = {}): Figure {
  const { objective, last = Infinity, isLinear, by = 'number' } = options
  const { columns } = facts
  const { state, number, breaks } = columns
  const aim = measured(facts, objective)
  const { name, better, at } = aim
  const numbered = trialsWhere(columns, (i) => !Number.isNaN(number[i]!))
  const shown = new Set(last === Infinity ? numbered : numbered.slice(-last))
  const some = (holds: (i: number) => boolean): Int32Array => trialsWhere(columns, (i) => shown.has(i) && holds(i))
  const hasValue = (i: number): boolean => !Number.isNaN(at[i]!)
  const counting = some((i) => hasValue(i) && breaks[i]!.length === 0)
  const broken = some((i) => hasValue(i) && breaks[i]!.length > 0)
  const failed = some((i) => state[i] === 'failed')
  const pruned = some((i) => state[i] === 'pruned')
  const running = some((i) => state[i] === 'running')
  const values = pick(at, Int32Array.from([...counting, ...broken]))
  const isLog = isLinear === true ? false : undefined
  const y = valueScale(name, values, { better, isLog })
  const { scale: x, at: along } = historyAxis(columns, by, Int32Array.from(shown))
  const isEmpty = values.length === 0
  return {
    id: 'history',
    title: `${name} by ${TITLES[by]}`,
    question: 'Is it still getting better?',
    summary: isEmpty ? '' : summaryOf(facts, aim),
    x,
    y: { ...y, of: `value ${name}` },
    axes: [],
    marks: isEmpty
      ? []
      : [
          ...pointsOf('trial', counting, along, at),
          ...pointsOf('other', broken, along, at),
          ...bestMarks(worthIn(facts, aim), shown, along, at),
          ...rugOf('failed', failed, along),
          ...rugOf('pruned', pruned, along),
          ...rugOf('running', running, along),
        ],
    left: [
      ...beyond(y, values),
      ...leftWithoutValue(columns, aim, (i) => shown.has(i)),
      ...leftOf(broken.length, broken.length === 1 ? 'breaks a constraint' : 'break a constraint'),
      ...leftOf(numbered.length - shown.size, 'earlier ones not shown'),
    ],
    empty: isEmpty ? emptyText(failed.length) : null,
  }
}

const emptyText = (failed: number): string =>
  failed === 0 ? 'No trial has a value yet.' : `No trial has a value yet; ${failed} failed.`

/** The best until then, as a step over the trials that are shown, and a square at each one that improved it. */
function bestMarks(worth: Places, shown: ReadonlySet<number>, along: Places, at: Places): Mark[] {
  const order = trialsWhere({ count: at.length }, (i) => !Number.isNaN(along[i]!)).sort(
    (a, b) => along[a]! - along[b]! || a - b,
  )
  const improved: number[] = []
  const steps: { readonly x: number; readonly y: number }[] = []
  let best = -1
  for (const i of order) {
    const isBetter = worth[i]! < (best < 0 ? Infinity : worth[best]!)
    if (isBetter) best = i
    if (best < 0 || !shown.has(i)) continue
    if (isBetter) improved.push(i)
    steps.push({ x: along[i]!, y: at[best]! })
  }
  if (steps.length === 0) return []
  const step: Mark = {
    ...{ kind: 'step', role: 'best', text: `best ${shortNumber(steps.at(-1)!.y)}` },
    x: Float64Array.from(steps, ({ x }) => x),
    y: Float64Array.from(steps, ({ y }) => y),
  }
  return [step, ...pointsOf('best', Int32Array.from(improved), along, at)]
}

function summaryOf(facts: Facts, aim: Measured): string {
  const { columns, models } = facts
  const { name, at } = aim
  const numbered = trialsWhere(columns, (i) => !Number.isNaN(columns.number[i]!))
  const best = bestSoFar({ count: columns.count, worth: worthIn(facts, aim) })
  const last = numbered.at(-1)
  const found = last === undefined ? -1 : best[last]!
  const values = at.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0)
  if (found < 0) return `${counted(values, 'value')}, and none of them can be the best`
  const head = `best ${shortNumber(at[found]!)} (trial ${nameOfTrial(columns, found)}) of ${counted(values, 'value')}`
  const recent = Math.min(RECENT, Math.floor(numbered.length / 2))
  const before = recent === 0 ? -1 : best[numbered.at(-1 - recent)!]!
  if (before < 0) return head
  const gain = Math.abs(at[before]! - at[found]!)
  const noise = models.find((view) => view.objective === name)?.noise ?? 0
  const within = noise > 0 && gain < noise ? `, within noise (±${roughNumber(noise)})` : ''
  const lately = recent === 1 ? 'the last trial' : `the last ${recent} trials`
  if (before === found) return `${head}; ${lately} did not improve it`
  return `${head}; ${lately} improved it by ${roughNumber(gain)}${within}`
}
