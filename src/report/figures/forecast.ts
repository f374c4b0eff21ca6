/** Forecasts: what was predicted of each trial before it ran, against what came out. */

import type { Facts } from '../facts.ts'
import { emptyFigure } from '../figure.ts'
import type { Figure } from '../figure.ts'
import type { Mark } from '../mark.ts'
import { counted, percentText } from '../number-text.ts'
import { beyond, countScale } from '../range.ts'
import { noModelText } from '../taken.ts'
import { measured } from '../trial-marks.ts'

/** The half widths of the intervals that hold 50 % and 95 % of a normal distribution, in deviations. */
const HALF = 0.674
const MOST = 1.96

/** The y axis reaches this far at least and at most, in deviations. */
const LEAST_REACH = 3
const MOST_REACH = 6

/** The model of one objective, by default the first one. */
export function forecastFigure(facts: Facts, objective?: string): Figure {
  const { name, better } = measured(facts, objective)
  const head = {
    id: 'forecast',
    title: `${name}: what was predicted before it was known`,
    question: 'Do forecasts come true?',
  }
  const view = facts.models.find((model) => model.objective === name)
  if (view === undefined) return emptyFigure(head, noModelText(facts, name))
  const forecasts = view.forecasts.filter(({ trial, error }) => trial >= 0 && !Number.isNaN(error))
  if (forecasts.length === 0) return emptyFigure(head, 'There are no forecasts that could be compared with values.')
  const error = Float64Array.from(forecasts, (forecast) => forecast.error)
  const number = Float64Array.from(forecasts, ({ trial }) => facts.columns.number[trial]!)
  const reach = Math.min(
    MOST_REACH,
    Math.ceil(error.reduce((most, each) => Math.max(most, Math.abs(each)), LEAST_REACH)),
  )
  const x = countScale('trial', Math.min(...number), Math.max(...number))
  const y = {
    ...countScale('seen − predicted, in deviations', -reach, reach),
    better,
  }
  const ends = Float64Array.of(x.low, x.high)
  const band = (deviations: number): Mark => ({
    kind: 'band',
    role: 'model',
    x: ends,
    low: Float64Array.of(-deviations, -deviations),
    high: Float64Array.of(deviations, deviations),
  })
  const inside = (deviations: number): string =>
    percentText(error.filter((each) => Math.abs(each) <= deviations).length / error.length)
  return {
    ...head,
    summary:
      `of ${counted(error.length, 'forecast')} ${inside(HALF)} came out within the 50 % interval ` +
      `and ${inside(MOST)} within the 95 % one`,
    x: { ...x, of: 'number' },
    y,
    axes: [],
    marks: [
      band(2),
      band(1),
      { kind: 'rule', role: 'other', along: 'x', at: 0, text: 'as predicted' },
      { kind: 'points', role: 'trial', x: number, y: error, trial: Int32Array.from(forecasts, ({ trial }) => trial) },
    ],
    left: beyond(y, error, 'forecasts'),
    empty: null,
  }
}
