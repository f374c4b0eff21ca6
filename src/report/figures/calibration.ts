/** Calibration: what the model predicts of each of its trials without having seen it, against what came out. */

import type { Facts } from '../facts.ts'
import { emptyFigure } from '../figure.ts'
import type { Figure } from '../figure.ts'
import type { Places } from '../mark.ts'
import { counted, percentText } from '../number-text.ts'
import { beyond, valueScale } from '../range.ts'
import { noModelText } from '../taken.ts'
import { measured } from '../trial-marks.ts'

/** The model of one objective, by default the first one, with the 95 % interval of each prediction. */
export function calibrationFigure(facts: Facts, objective?: string): Figure {
  const { name, better } = measured(facts, objective)
  const head = {
    id: 'calibration',
    title: `${name}: predicted and seen`,
    question: 'Can the model be trusted?',
  }
  const view = facts.models.find((model) => model.objective === name)
  if (view === undefined) return emptyFigure(head, noModelText(facts, name))
  const { calibration, r2, trials } = view
  const seen = Float64Array.from(calibration.seen)
  const mean = Float64Array.from(calibration.mean)
  if (seen.length === 0) return emptyFigure(head, 'No trial could be left out of the model.')
  const scale = valueScale('', [...seen, ...mean], { better })
  const within = (places: readonly number[]): Places =>
    Float64Array.from(places, (place) => Math.min(Math.max(place, scale.low), scale.high))
  const trial = Int32Array.from(calibration.trial)
  const diagonal = Float64Array.of(scale.low, scale.high)
  return {
    ...head,
    summary:
      `R² ${r2.toFixed(2)} on ${counted(trials, 'trial')}, each left out of the model; ` +
      `${percentText(calibration.inHalf)} of the values lie within the 50 % interval, ` +
      `${percentText(calibration.inMost)} within the 95 % one`,
    x: { ...scale, title: `${name}, predicted` },
    y: { ...scale, title: `${name}, seen`, of: `value ${name}` },
    axes: [],
    marks: [
      { kind: 'line', role: 'other', x: diagonal, y: diagonal, isDashed: true, text: 'as predicted' },
      {
        kind: 'whiskers',
        role: 'model',
        along: 'x',
        at: seen,
        low: within(calibration.low),
        high: within(calibration.high),
        trial,
      },
      { kind: 'points', role: 'trial', x: mean, y: seen, trial },
    ],
    left: [...beyond(scale, seen, 'seen values'), ...beyond(scale, mean, 'predictions')],
    empty: null,
  }
}
