/** History: the value of each trial by its number, and the best value so far. */

import { bestSoFar } from '../columns.ts'
import type { Facts } from '../facts.ts'
import type { Figure } from '../figure.ts'
import type { Mark } from '../mark.ts'
import { shortNumber } from '../number-text.ts'
import { beyond, countScale, valueScale } from '../range.ts'
import { counted, leftOf, measured, nameOfTrial, pick, pointsOf, rugOf, trialsWhere } from '../trial-marks.ts'

/** The gain of the last trials is told for this many. */
const RECENT = 50

export interface HistoryOptions {
  /** An objective other than the first one. */
  readonly objective?: string | undefined
  /** Only the last trials, this many. */
  readonly last?: number | undefined
  /** Whether the values are drawn as they are, although they span decades. */
  readonly isLinear?: boolean | undefined
}

export function historyFigure(facts: Facts, { objective, last = Infinity, isLinear }: HistoryOptions = {}): Figure {
  const { columns } = facts
  const { state, number, breaks } = columns
  const { name, better, at } = measured(facts, objective)
  const numbered = trialsWhere(columns, (i) => !Number.isNaN(number[i]!))
  const shown = new Set(last === Infinity ? numbered : numbered.slice(-last))
  const some = (holds: (i: number) => boolean): Int32Array => trialsWhere(columns, (i) => shown.has(i) && holds(i))
  const hasValue = (i: number): boolean => !Number.isNaN(at[i]!)
  const counting = some((i) => hasValue(i) && breaks[i]!.length === 0)
  const broken = some((i) => hasValue(i) && breaks[i]!.length > 0)
  const failed = some((i) => state[i] === 'failed')
  const pruned = some((i) => state[i] === 'pruned')
  const running = some((i) => state[i] === 'running')
  const paused = some((i) => state[i] === 'paused')
  const values = pick(at, Int32Array.from([...counting, ...broken]))
  const isLog = isLinear === true ? false : undefined
  const y = valueScale(name, values, { better, isLog })
  const numbers = pick(number, Int32Array.from(shown))
  const isEmpty = values.length === 0
  return {
    id: 'history',
    title: `${name} by trial`,
    question: 'Is it still getting better?',
    summary: isEmpty ? '' : summaryOf(facts, at),
    x: { ...countScale('trial', numbers[0] ?? 0, numbers.at(-1) ?? 1), of: 'number' },
    y: { ...y, of: `value ${name}` },
    axes: [],
    marks: isEmpty
      ? []
      : [
          ...pointsOf('trial', counting, number, at),
          ...pointsOf('other', broken, number, at),
          ...bestMarks(facts, shown, at),
          ...rugOf('failed', failed, number),
          ...rugOf('pruned', pruned, number),
          ...rugOf('running', running, number),
        ],
    left: [
      ...beyond(y, values),
      ...leftOf(some((i) => state[i] === 'complete' && !hasValue(i)).length, 'without a value'),
      ...leftOf(failed.length, 'failed'),
      ...leftOf(pruned.length, 'pruned'),
      ...leftOf(broken.length, broken.length === 1 ? 'breaks a constraint' : 'break a constraint'),
      ...leftOf(paused.length, 'paused'),
      ...leftOf(numbered.length - shown.size, 'earlier ones not shown'),
    ],
    empty: isEmpty ? emptyText(failed.length) : null,
  }
}

const emptyText = (failed: number): string =>
  failed === 0 ? 'No trial has a value yet.' : `No trial has a value yet; ${failed} failed.`

/** The best until then, as a step over the trials that are shown, and a square at each one that improved it. */
function bestMarks({ columns }: Facts, shown: ReadonlySet<number>, at: Float64Array): Mark[] {
  const best = bestSoFar(columns)
  const along = trialsWhere(columns, (i) => shown.has(i) && best[i]! >= 0)
  if (along.length === 0) return []
  const improved = along.filter((i) => best[i] === i)
  const y = Float64Array.from(along, (i) => at[best[i]!]!)
  const text = `best ${shortNumber(y.at(-1)!)}`
  const step: Mark = { kind: 'step', role: 'best', x: pick(columns.number, along), y, text }
  return [step, ...pointsOf('best', improved, columns.number, at)]
}

function summaryOf({ columns, models }: Facts, at: Float64Array): string {
  const numbered = trialsWhere(columns, (i) => !Number.isNaN(columns.number[i]!))
  const best = bestSoFar(columns)
  const last = numbered.at(-1)
  const found = last === undefined ? -1 : best[last]!
  const values = at.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0)
  if (found < 0) return `${counted(values, 'value')}, and none of them can be the best`
  const head = `best ${shortNumber(at[found]!)} (trial ${nameOfTrial(columns, found)}) of ${counted(values, 'value')}`
  const recent = Math.min(RECENT, Math.floor(numbered.length / 2))
  const before = recent === 0 ? -1 : best[numbered.at(-1 - recent)!]!
  if (before < 0) return head
  const gain = Math.abs(at[before]! - at[found]!)
  const noise = models[0]?.noise ?? 0
  const within = noise > 0 && gain < noise ? `, within noise (±${shortNumber(Number(noise.toPrecision(2)))})` : ''
  const lately = recent === 1 ? 'the last trial' : `the last ${recent} trials`
  if (before === found) return `${head}; ${lately} did not improve it`
  return `${head}; ${lately} improved it by ${shortNumber(Number(gain.toPrecision(2)))}${within}`
}
