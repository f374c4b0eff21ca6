import { describe, expect, test } from 'vitest'
import { calibrationFigure } from '../../../src/report/figures/calibration.ts'
import { forecastFigure } from '../../../src/report/figures/forecast.ts'
import { roomFigure } from '../../../src/report/figures/room.ts'
import type { Facts } from '../../../src/report/facts.ts'
import type { Figure } from '../../../src/report/figure.ts'
import type { ModelView } from '../../../src/report/models/views.ts'
import { float } from '../../../src/space/parameter.ts'
import type { Goals } from '../../../src/trial.ts'
import { factsOf, modelOf } from '../../support/study-facts.ts'
import { endedTrial } from '../../support/trial-records.ts'

const trials = Array.from({ length: 20 }, (_, n) => endedTrial(n, { x: n / 20 }, 1 + n))
const goals: Goals = { objectives: { value: 'minimize', speed: 'maximize' } }

const factsWith = (...models: ModelView[]): Facts =>
  factsOf({ x: float(0, 1) }, trials, { goals, models, noModel: null })

const markOf = ({ marks }: Figure, kind: string) => marks.find((mark) => mark.kind === kind)!

const calibration = {
  ...{ trial: [3, 4, 5], mean: [4, 5, 9], low: [3, -Infinity, 7], high: [5, 1e9, 11], seen: [4.2, 5, 6] },
  ...{ inHalf: 0.48, inMost: 0.93 },
}

describe('calibration', () => {
  const figure = calibrationFigure(factsWith(modelOf({ r2: 0.961, calibration })))

  test('predictions lie across, what was seen upright, on equal scales, with a diagonal', () => {
    const points = markOf(figure, 'points')
    expect(points.kind === 'points' && [points.x, points.y, points.trial].map((of) => [...of])).toEqual([
      [4, 5, 9],
      [4.2, 5, 6],
      [3, 4, 5],
    ])
    expect([figure.x.low, figure.x.high]).toEqual([figure.y.low, figure.y.high])
    const line = markOf(figure, 'line')
    expect(line.kind === 'line' && [...line.x]).toEqual(line.kind === 'line' && [...line.y])
    expect(figure.summary).toBe(
      'R² 0.96 on 20 trials, each left out of the model; 48 % of the values lie within the 50 % interval, ' +
        '93 % within the 95 % one',
    )
  })

  test('whiskers end at the ends of the scale at the latest', () => {
    const whiskers = markOf(figure, 'whiskers')
    if (whiskers.kind !== 'whiskers') throw new Error('no whiskers')
    expect([...whiskers.at]).toEqual([4.2, 5, 6])
    expect([...whiskers.low].slice(0, 2)).toEqual([Math.max(3, figure.x.low), figure.x.low])
    expect(Math.max(...whiskers.high)).toBe(figure.x.high)
  })

  test('values that span decades are on logarithmic scales', () => {
    const spanning = { ...calibration, mean: [0.001, 1, 100], seen: [0.002, 1, 90], low: [-1, 0.5, 50] }
    const wide = calibrationFigure(factsWith(modelOf({ calibration: spanning })))
    expect([wide.x.kind, wide.y.kind]).toEqual(['log', 'log'])
    const whiskers = markOf(wide, 'whiskers')
    expect(whiskers.kind === 'whiskers' && whiskers.low[0]! > 0).toBe(true)
  })
})

describe('forecasts', () => {
  const forecast = (trial: number, error: number) => ({
    ...{ trial, error, seen: 1 },
    predicted: { value: 1, low: 0, high: 2 },
  })

  test('errors are in deviations, over bands of one and two', () => {
    const figure = forecastFigure(factsWith(modelOf({ forecasts: [forecast(4, 0.5), forecast(9, -1.5)] })))
    const points = markOf(figure, 'points')
    expect(points.kind === 'points' && [[...points.x], [...points.y]]).toEqual([
      [4, 9],
      [0.5, -1.5],
    ])
    const bands = figure.marks.flatMap((mark) => (mark.kind === 'band' ? [mark.high[0]] : []))
    expect(bands).toEqual([2, 1])
    expect([figure.y.low, figure.y.high, figure.y.better]).toEqual([-3, 3, 'low'])
    expect(figure.summary).toBe('of 2 forecasts 50 % came out within the 50 % interval and 100 % within the 95 % one')
  })

  test('an error of many deviations is at the edge and counted; one that is not a number is left out', () => {
    const some = [forecast(4, 0.5), forecast(5, 80), forecast(6, Infinity), forecast(7, NaN)]
    const figure = forecastFigure(factsWith(modelOf({ forecasts: some })))
    expect([figure.y.low, figure.y.high]).toEqual([-6, 6])
    expect(figure.left).toEqual([{ count: 2, why: 'forecasts above 6' }])
    const points = markOf(figure, 'points')
    expect(points.kind === 'points' && points.trial).toHaveLength(3)
  })

  test('a forecast of a trial that the page does not show is left out', () => {
    const figure = forecastFigure(factsWith(modelOf({ forecasts: [forecast(-1, 1), forecast(4, 0.5)] })))
    expect([figure.x.low, markOf(figure, 'points')]).toEqual([4, expect.objectContaining({ x: Float64Array.of(4) })])
  })

  test('where more is better, so it is here', () => {
    const figure = forecastFigure(factsWith(modelOf({ objective: 'speed', forecasts: [forecast(4, 1)] })), 'speed')
    expect(figure.y.better).toBe('high')
  })

  test('there is a sentence where no trial was forecast', () => {
    expect(forecastFigure(factsWith(modelOf())).empty).toBe(
      'There are no forecasts that could be compared with values.',
    )
  })
})

describe('room', () => {
  const room = { middle: 0.02, low: 0.005, high: 0.04 }
  const recommended = { trial: 0, mean: { value: 0.4, low: 0.3, high: 0.5 } }

  test('a gain is a share of a value that keeps its sign, beside the noise', () => {
    const figure = roomFigure(factsWith(modelOf({ room, recommended, noise: 0.01 })))
    const [whiskers, point, noise] = figure.marks
    expect(whiskers?.kind === 'whiskers' && [whiskers.low[0], whiskers.high[0]]).toEqual([1.25, 10])
    expect(point?.kind === 'points' && point.x[0]).toBe(5)
    expect(noise?.kind === 'rule' && noise.at).toBe(2.5)
    expect(figure.x.title).toBe('gain still possible (%)')
    expect(figure.summary).toBe(
      '5 % may still be gained (80 %: 1.25 % to 10 %) over 0.4; one measurement scatters by ±2.5 %',
    )
  })

  test('of a value that could change its sign it is in the unit of the objective', () => {
    const loss = { ...recommended, mean: { value: -0.4, low: -0.5, high: -0.3 } }
    const figure = roomFigure(factsWith(modelOf({ room, recommended: loss })))
    expect(figure.x.title).toBe('gain still possible in value')
    expect(figure.summary).toBe('0.02 may still be gained (80 %: 0.005 to 0.04) over -0.4; no noise was found')
    const small = { ...recommended, mean: { value: 0.03, low: 0, high: 1 } }
    expect(roomFigure(factsWith(modelOf({ room, recommended: small }))).x.title).toContain('in value')
  })

  test('nothing to gain is a figure too', () => {
    const none = roomFigure(factsWith(modelOf({ room: { middle: 0, low: 0, high: 0 } })))
    expect(none.x.low).toBe(0)
    expect(none.x.high).toBeGreaterThan(0)
  })

  test('what the next trials are likely to bring follows', () => {
    const next = { trials: 50, chance: 0.3, gain: 0.01 }
    expect(roomFigure(factsWith(modelOf({ room, recommended, next }))).summary).toContain(
      '; another 50 trials gain 0.01 on average',
    )
  })

  test('there is a sentence where it was not computed', () => {
    expect(roomFigure(factsWith(modelOf())).empty).toBe('The model was not asked how much room is left.')
  })
})

test('without a model each of these figures says why', () => {
  const facts = factsOf({ x: float(0, 1) }, trials, { noModel: '12 values so far; the model needs 20' })
  for (const figure of [calibrationFigure(facts), forecastFigure(facts), roomFigure(facts)])
    expect([figure.empty, figure.marks]).toEqual(['There is no model: 12 values so far; the model needs 20.', []])
  expect(calibrationFigure(factsWith(modelOf()), 'speed').empty).toBe('There is no model of speed.')
})
