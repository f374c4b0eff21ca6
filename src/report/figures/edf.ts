/**
 * Distribution: the share of trials that are at least as good as a value. If the curve of one study rises earlier than
 * that of another over the same space, it searches better, whatever the luckiest trial of either.
 */

import type { Facts } from '../facts.ts'
import { emptyFigure } from '../figure.ts'
import type { Figure } from '../figure.ts'
import type { Mark, Places } from '../mark.ts'
import { briefNumber, counted, shortNumber } from '../number-text.ts'
import { nameText } from '../parameter-axis.ts'
import { beyond, quantile, valueScale } from '../range.ts'
import { takenOf, whyNoValue } from '../taken.ts'
import { measured, pick } from '../trial-marks.ts'
import type { Measured } from '../trial-marks.ts'

/** A step has at most this many places. */
const MOST_PLACES = 500

export interface DistributionOptions {
  /** An objective other than the first one. */
  readonly objective?: string | undefined
  /** Further studies with an objective of this name. */
  readonly others?: readonly Facts[] | undefined
}

export function edfFigure(facts: Facts, { objective, others = [] }: DistributionOptions = {}): Figure {
  const { name, better } = measured(facts, objective)
  const head = { id: 'edf', title: `share of trials by ${name}`, question: 'Was it luck?' }
  const [own, ...further] = [facts, ...others].map((each) => valuesOf(each, name))
  if (own!.sorted.length === 0) return emptyFigure(head, 'No trial has a value yet.', own!.left)
  const studies = [own!, ...further.filter(({ sorted }) => sorted.length > 0)]
  const all = studies.flatMap(({ sorted }) => [...sorted])
  const x = valueScale(name, all, { better })
  const title = `share at ${better === 'low' ? 'most' : 'least'} this`
  return {
    ...head,
    summary: distributionText(own!.sorted, better),
    x: { ...x, of: `value ${name}` },
    y: { kind: 'linear', title, low: 0, high: 1, words: [], better: null, rail: null },
    axes: [],
    marks: studies.map(({ sorted, study }, k) => stepOf(sorted, better, x, k, studies.length > 1 ? study : null)),
    left: [...beyond(x, all), ...own!.left],
    empty: null,
  }
}

interface Values {
  readonly study: string
  /** Ascending. */
  readonly sorted: Places
  readonly left: Figure['left']
}

/** The values of a study that count for the best. */
function valuesOf(facts: Facts, objective: string): Values {
  const { columns } = facts
  const aim = measured(facts, objective)
  const { trials, left } = takenOf(columns, (trial) =>
    columns.breaks[trial]!.length > 0 ? 'against a constraint' : whyNoValue(columns, aim, trial),
  )
  return { study: facts.study.name, sorted: pick(aim.at, trials).sort(), left }
}

/**
 * The share of values that are at most each value, or at least where more is better: from end to end of the scale. With
 * many values, at evenly spaced ranks.
 */
function stepOf(
  sorted: Places,
  better: Measured['better'],
  { low, high }: Figure['x'],
  k: number,
  study: string | null,
): Mark {
  const n = sorted.length
  const stride = Math.ceil(n / MOST_PLACES)
  const ranks = Array.from({ length: n }, (_, rank) => rank).filter((rank) => rank % stride === 0 || rank === n - 1)
  // At a place all values up to it are counted, equal ones too; on the way down they are gone only beyond it.
  const share = (rank: number): number => (better === 'low' ? (rank + 1) / n : 1 - (rank + 1) / n)
  const [start, end] = better === 'low' ? [0, 1] : [1, 0]
  const step = {
    kind: 'step' as const,
    role: k === 0 ? ('trial' as const) : ('other' as const),
    x: Float64Array.of(low, ...ranks.map((rank) => sorted[rank]!), high),
    y: Float64Array.of(start, ...ranks.map(share), end),
    isDashed: k > 0,
  }
  return study === null ? step : { ...step, text: nameText(study) }
}

function distributionText(sorted: Places, better: Measured['better']): string {
  const best = better === 'low' ? sorted[0]! : sorted.at(-1)!
  const at = (share: number): string => briefNumber(quantile(sorted, better === 'low' ? share : 1 - share))
  const next = better === 'low' ? sorted[1] : sorted.at(-2)
  const gap = next === undefined ? '' : `, the next one ${shortNumber(next)}`
  return (
    `half of ${counted(sorted.length, 'trial')} came to ${at(0.5)} or better, a tenth to ${at(0.1)}; ` +
    `the best is ${shortNumber(best)}${gap}`
  )
}
