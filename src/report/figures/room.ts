/** Room: how much better than the trial to take home the best place is likely to be. */

import type { Facts } from '../facts.ts'
import { emptyFigure } from '../figure.ts'
import type { Figure } from '../figure.ts'
import { briefNumber, shortNumber } from '../number-text.ts'
import { categoryScale, valueScale } from '../range.ts'
import { noModelText } from '../taken.ts'
import { measured } from '../trial-marks.ts'

/** The gain that the model of an objective still thinks possible, beside the noise of one measurement. */
export function roomFigure(facts: Facts, objective?: string): Figure {
  const { name, better } = measured(facts, objective)
  const head = { id: 'room', title: `room left in ${name}`, question: 'How much better can it become?' }
  const view = facts.models.find((model) => model.objective === name)
  if (view === undefined) return emptyFigure(head, noModelText(facts, name))
  const { room, noise, next, recommended } = view
  if (room === null) return emptyFigure(head, 'The model was not asked how much room is left.')
  const mean = recommended.mean.value
  // A share of a value makes sense only for one that keeps its sign: of a loss, a time, an accuracy.
  const isShare = mean > 0 && (better === 'high' || mean - room.high >= 0)
  const [factor, unit] = isShare ? [100 / mean, ' %'] : [1, '']
  const [low, middle, high, scatter] = [room.low, room.middle, room.high, noise].map((each) => each * factor) as [
    number,
    number,
    number,
    number,
  ]
  const scale = valueScale(isShare ? 'gain still possible (%)' : `gain still possible in ${name}`, [0, high, scatter], {
    isLog: false,
  })
  const text = (value: number): string => `${briefNumber(value)}${unit}`
  const chance = next === null ? '' : `; another ${next.trials} trials gain ${briefNumber(next.gain)} on average`
  const row = Float64Array.of(0)
  return {
    ...head,
    summary:
      `${text(middle)} may still be gained (80 %: ${text(low)} to ${text(high)}) over ${shortNumber(mean)}; ` +
      (noise > 0 ? `one measurement scatters by ±${text(scatter)}` : 'no noise was found') +
      chance,
    x: { ...scale, low: 0 },
    y: categoryScale('', ['now']),
    axes: [],
    marks: [
      {
        kind: 'whiskers',
        role: 'model',
        along: 'x',
        at: row,
        low: Float64Array.of(low),
        high: Float64Array.of(high),
      },
      { kind: 'points', role: 'model', x: Float64Array.of(middle), y: row, trial: Int32Array.of(-1) },
      ...(noise > 0
        ? [{ kind: 'rule' as const, role: 'other' as const, along: 'y' as const, at: scatter, text: 'noise' }]
        : []),
    ],
    left: [],
    empty: null,
  }
}
