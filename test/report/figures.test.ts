/** Figures of the record: what is drawn where, and what is said of the rest. */

import { describe, expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import type { Facts } from '../../src/report/facts.ts'
import type { Figure } from '../../src/report/figure.ts'
import { cutFigure } from '../../src/report/figures/cut.ts'
import { durationFigure } from '../../src/report/figures/duration.ts'
import { historyFigure } from '../../src/report/figures/history.ts'
import { importanceFigure } from '../../src/report/figures/importance.ts'
import { timelineFigure } from '../../src/report/figures/timeline.ts'
import type { Mark } from '../../src/report/mark.ts'
import { branch, choice, float } from '../../src/space/parameter.ts'
import type { Space } from '../../src/space/parameter.ts'
import type { TrialRecord } from '../../src/trial.ts'
import { READ_AT, factsOf, modelOf } from '../support/study-facts.ts'
import { endedTrial } from '../support/trial-records.ts'

const ONE: Space = { x: float(0, 1) }

/** Facts of trials with these values; null for a failed one. */
const factsWith = (values: readonly (number | null)[], change: Parameters<typeof factsOf>[2] = {}): Facts =>
  factsOf(
    ONE,
    values.map((value, k) => endedTrial(k, { x: (k + 0.5) / values.length }, value)),
    change,
  )

const marksOf = <K extends Mark['kind']>(figure: Figure, kind: K): (Mark & { readonly kind: K })[] =>
  figure.marks.filter((mark): mark is Mark & { readonly kind: K } => mark.kind === kind)

/** The trials of each role that is drawn with points or in a rug. */
const drawn = (figure: Figure, kind: 'points' | 'rug'): Record<string, number[]> =>
  Object.fromEntries(marksOf(figure, kind).map(({ role, trial }) => [role, [...trial]]))

const time = (seconds: number): string => new Date(READ_AT - 3_600_000 + 1000 * seconds).toISOString()

describe('history', () => {
  test('shows each value by its number, the best so far, and failures below the axis', () => {
    const figure = historyFigure(factsWith([4, null, 2, 3, 1.5]))
    expect(drawn(figure, 'points')).toEqual({ trial: [0, 2, 3, 4], best: [0, 2, 4] })
    expect(drawn(figure, 'rug')).toEqual({ failed: [1] })
    const [step] = marksOf(figure, 'step')
    expect([[...step!.x], [...step!.y], step!.text]).toEqual([[0, 1, 2, 3, 4], [4, 4, 2, 2, 1.5], 'best 1.5'])
    expect(figure).toMatchObject({ empty: null, left: [{ count: 1, why: 'failed' }] })
    expect(figure.summary).toBe('best 1.5 (trial 4) of 4 values; the last 2 trials improved it by 0.5')
  })

  test('of a maximized objective the best so far goes up, and the scale says which end is better', () => {
    const figure = historyFigure(factsWith([1, 3, 2], { goals: { objectives: { value: 'maximize' } } }))
    expect([...marksOf(figure, 'step')[0]!.y]).toEqual([1, 3, 3])
    expect(figure.y).toMatchObject({ better: 'high', kind: 'linear' })
  })

  test('a gain that is smaller than the noise is said to be within it', () => {
    const models = [{ objective: 'value', noise: 0.75, cuts: [] }] as unknown as Facts['models']
    expect(historyFigure(factsWith([4, 2, 1.8, 1.5], { models })).summary).toMatch(/by 0\.5, within noise \(±0\.75\)$/)
  })

  test('values over decades are drawn by their logarithm, unless a straight axis is asked for', () => {
    const facts = factsWith(Array.from({ length: 30 }, (_, k) => 10 ** (k / 5)))
    expect([historyFigure(facts).y.kind, historyFigure(facts, { isLinear: true }).y.kind]).toEqual(['log', 'linear'])
  })

  test('diverged trials sit at the edge and are counted', () => {
    const figure = historyFigure(factsWith([...Array.from({ length: 30 }, (_, k) => 1 + k / 30), 1e12, 1e13]))
    expect(figure.y.high).toBeLessThan(10)
    expect(figure.left).toEqual([{ count: 2, why: expect.stringMatching(/^values above/) }])
  })

  test('the last trials keep the best of all', () => {
    const figure = historyFigure(factsWith([1, 5, 4, 3]), { last: 2 })
    expect(drawn(figure, 'points')).toEqual({ trial: [2, 3] })
    expect([...marksOf(figure, 'step')[0]!.y]).toEqual([1, 1])
    expect(figure.left).toEqual([{ count: 2, why: 'earlier ones not shown' }])
  })

  test('a trial that breaks a constraint has another shape and never becomes the best', () => {
    const goals = { objectives: { value: 'minimize' as const }, constraints: { memory: { atMost: 1 } } }
    const trials = [3, 1].map((value, k) => endedTrial(k, { x: k / 2 }, value, { outputs: { memory: k + 1 } }))
    const figure = historyFigure(factsOf(ONE, trials, { goals }))
    expect(drawn(figure, 'points')).toEqual({ trial: [0], other: [1], best: [0] })
    expect(figure.left).toEqual([{ count: 1, why: 'breaks a constraint' }])
  })

  test('pruned and running trials have marks of their own; what is only queued has none', () => {
    const states = ['complete', 'pruned', 'running', 'paused', 'queued'] as const
    const trials = states.map((state, k) =>
      endedTrial(k, { x: k / 5 }, state === 'complete' ? 1 : null, { state, number: state === 'queued' ? null : k }),
    )
    const figure = historyFigure(factsOf(ONE, trials))
    expect(drawn(figure, 'rug')).toEqual({ pruned: [1], running: [2] })
    expect(figure.left).toEqual([
      { count: 1, why: 'pruned' },
      { count: 1, why: 'still running' },
      { count: 1, why: 'paused' },
    ])
  })

  test('the best so far of a further objective is its own, among the trials that meet the constraints', () => {
    const goals = {
      objectives: { loss: 'minimize', speed: 'maximize' },
      constraints: { speed: { atMost: 8 } },
    } as const
    const said = [
      { loss: 1, speed: 3 },
      { loss: 3, speed: 9 },
      { loss: 2, speed: 7 },
      { loss: 4, speed: 5 },
    ]
    const trials = said.map((values, k) => endedTrial(k, { x: k / 5 }, values.loss, { values }))
    const models = [modelOf({ objective: 'loss', noise: 100 })]
    const figure = historyFigure(factsOf(ONE, trials, { goals, models }), { objective: 'speed' })
    expect(drawn(figure, 'points')).toEqual({ trial: [0, 2, 3], other: [1], best: [0, 2] })
    expect([...marksOf(figure, 'step')[0]!.y]).toEqual([3, 3, 7, 7])
    expect(figure.summary).toBe('best 7 (trial 2) of 4 values; the last 2 trials improved it by 4')
  })

  test.each([
    [[], 'No trial has a value yet.'],
    [[null, null], 'No trial has a value yet; 2 failed.'],
  ])('%j is an empty figure that says why', (values, empty) => {
    expect(historyFigure(factsWith(values))).toMatchObject({ empty, marks: [] })
  })

  test('one trial, and trials that are all equal, are figures', () => {
    for (const values of [[2], [2, 2, 2]]) {
      const figure = historyFigure(factsWith(values))
      expect(figure.y.low < 2 && figure.y.high > 2 && figure.x.low < figure.x.high).toBe(true)
    }
  })
})

describe('cut', () => {
  const space: Space = {
    opt: branch('kind', { sgd: { momentum: float(0, 1) }, adam: {} }),
    lr: float(1e-4, 1, { log: true }),
  }
  const trials = [
    endedTrial(0, { opt: { kind: 'sgd', momentum: 0.5 }, lr: 0.1 }, 1),
    endedTrial(1, { opt: { kind: 'adam' }, lr: 0.01 }, 2),
    endedTrial(2, { opt: { kind: 'adam' }, lr: 0.001 }, null),
  ]
  const facts = factsOf(space, trials)

  test('a trial in which the parameter is not active lies on the rail', () => {
    const figure = cutFigure(facts, 1)
    const [points] = marksOf(figure, 'points')
    expect([[...points!.x], figure.x.rail]).toEqual([[0.5, NaN], 'inactive'])
    expect(drawn(figure, 'rug')).toEqual({})
  })

  test('trials that have no value are counted by what became of them', () => {
    const states = ['complete', 'pruned', 'running', 'paused', 'interrupted'] as const
    const some = states.map((state, k) => endedTrial(k, { x: k / 5 }, state === 'complete' ? 1 : null, { state }))
    const said = cutFigure(factsOf(ONE, some), 0).left.map(({ count, why }) => `${count} ${why}`)
    expect(said).toEqual(['1 pruned', '1 still running', '1 paused', '1 interrupted'])
  })

  test('the points of a category stay nearer to it than to its neighbor', () => {
    const many = factsOf(
      { kind: choice(['a', 'b', 'c']) },
      Array.from({ length: 60 }, (_, k) => endedTrial(k, { kind: 'abc'[k % 3]! }, k)),
    )
    const [points] = marksOf(cutFigure(many, 0), 'points')
    expect([...points!.x].filter((x, k) => Math.abs(x - (k % 3)) > 0.4)).toEqual([])
    expect(new Set(points!.x).size).toBe(60)
  })

  test('of 200 categories the frequent ones and the recommended one have names, the others share one place', () => {
    const names = Array.from({ length: 200 }, (_, k) => `the same thirty letters at first ${k}`)
    const each = names.map((kind, k) => endedTrial(k, { kind }, k === 199 ? 0 : 1 + k))
    const figure = cutFigure(factsOf({ kind: choice(names) }, each), 0)
    expect(figure.x.words).toHaveLength(31)
    expect(figure.x.words.at(-1)).toBe('other (170)')
    expect(figure.x.words).toContain(names[199])
    const rule = marksOf(figure, 'rule')[0]!
    expect(figure.x.words[rule.at]).toBe(names[199])
  })

  test('the model is a line with a band, and its average is dashed; a category has intervals', () => {
    const line = {
      mean: [1, 2],
      low: [0, 1],
      high: [2, 3],
      average: [3, 3],
      span: 1,
      spanDeviations: 2,
      gainAtLow: 0,
      gainAtHigh: 0,
    }
    const cuts = [
      { parameter: 0, at: [0, 1], ...line },
      { parameter: 2, at: [0.001, 1], ...line },
    ]
    const models = [{ objective: 'value', cuts }] as unknown as Facts['models']
    const modelled = factsOf(space, trials, { models, noModel: null })
    const lines = marksOf(cutFigure(modelled, 2), 'line')
    expect(lines.map(({ role, isDashed }) => [role, isDashed])).toEqual([
      ['model', undefined],
      ['other', true],
    ])
    expect(marksOf(cutFigure(modelled, 2), 'band')).toHaveLength(1)
    const category = cutFigure(modelled, 0)
    expect([...marksOf(category, 'whiskers')[0]!.at]).toEqual([0, 1])
    expect(cutFigure(modelled, 2).summary).toMatch(/lr changes value by up to 1 as the model sees it$/)
    expect(cutFigure(facts, 2).summary).toMatch(/without a model: no model was made$/)
  })

  test('moving one parameter of a trial moves it in the figure of that parameter only', () => {
    const names = Array.from({ length: 50 }, (_, k) => `p${k}`)
    const wide: Space = Object.fromEntries(names.map((name) => [name, float(0, 1)]))
    const random = randomStream('axes')
    const configs = Array.from({ length: 5 }, () => Object.fromEntries(names.map((name) => [name, random.next()])))
    const places = (moved: string | null): number[][] => {
      const all = configs.map((config, k) => endedTrial(k, moved === null ? config : { ...config, [moved]: 0.5 }, k))
      const of = factsOf(wide, all)
      return names.map((_, k) => [...marksOf(cutFigure(of, k), 'points')[0]!.x])
    }
    const before = places(null)
    for (const k of [0, 17, 49]) {
      const after = places(names[k]!)
      expect(after.flatMap((xs, j) => (xs.join() === before[j]!.join() ? [] : [j]))).toEqual([k])
    }
  })
})

describe('importance', () => {
  const row = (parameters: number[], share: number) => ({ parameters, share, low: share / 2, high: 2 * share })
  const view = { objective: 'value', heldOut: 0.5, trials: 40, rows: [row([1], 0.1), row([0], 0.6), row([0, 1], 0.2)] }
  const space: Space = { lr: float(0, 1), batch: float(0, 1) }
  const facts = factsOf(space, [endedTrial(0, { lr: 0, batch: 0 }, 1)], { importances: [view] })

  test('the most important row is on top, with its interval', () => {
    const figure = importanceFigure(facts)
    expect(figure.y.words).toEqual(['batch', 'lr × batch', 'lr'])
    expect([...marksOf(figure, 'bars')[0]!.high]).toEqual([0.1, 0.2, 0.6])
    expect([...marksOf(figure, 'whiskers')[0]!.low]).toEqual([0.05, 0.1, 0.3])
    expect(importanceFigure(facts, { isAlone: true }).y.words).toEqual(['batch', 'lr'])
    expect(figure.summary).toBe(
      'lr 0.60 (0.30 to 1.20), lr × batch 0.20 (0.10 to 0.40), batch 0.10 (0.05 to 0.20); ' +
        'R² 0.50 on trials held out, 40 trials',
    )
  })

  test('of many rows the smaller ones are counted', () => {
    const rows = Array.from({ length: 50 }, (_, k) => row([k % 2], 1 / (k + 2)))
    const figure = importanceFigure({ ...facts, importances: [{ ...view, rows }] })
    expect(figure.left).toEqual([{ count: 35, why: 'smaller ones not shown' }])
  })

  test('without shares it says why', () => {
    expect(importanceFigure({ ...facts, importances: [] }).empty).toMatch(/at least 10 complete trials/)
    expect(importanceFigure({ ...facts, importances: [{ ...view, heldOut: null }] }).empty).toMatch(/the same value/)
  })
})

describe('timeline', () => {
  const worked = (
    number: number,
    worker: string,
    from: number,
    to: number | null,
    state: TrialRecord['state'],
  ): TrialRecord =>
    endedTrial(number, { x: 0.5 }, state === 'complete' ? 1 : null, {
      ...{ state, worker, started: time(from), ended: to === null ? null : time(to) },
    })

  test('each worker has a row, and one more for what it did at the same time', () => {
    const trials = [
      worked(0, 'b-1', 0, 10, 'complete'),
      worked(1, 'b-1', 5, 15, 'failed'),
      worked(2, 'b-1', 12, 20, 'complete'),
      worked(3, 'a-1', 0, null, 'running'),
    ]
    const figure = timelineFigure(factsOf(ONE, trials))
    expect(figure.y.words).toEqual(['(2)', 'b-1 (1)', 'a-1'])
    const bars = marksOf(figure, 'bars').map(({ role, trial, at, isHatched }) => [
      role,
      [...trial!],
      [...at],
      isHatched,
    ])
    expect(bars).toEqual([
      ['running', [3], [2], true],
      ['trial', [0, 2], [1, 1], false],
      ['failed', [1], [0], false],
    ])
    expect(figure.x).toMatchObject({ kind: 'time', high: READ_AT })
  })

  test('attempts that were lost are thin; what has no times is counted', () => {
    const lost = [{ trial: 0, worker: 'w-2', started: READ_AT - 9000, ended: READ_AT - 8000, reason: 'lost' }]
    const trials = [worked(0, 'w-1', 0, 10, 'complete'), { ...worked(1, 'w-1', 20, 10, 'complete') }]
    const figure = timelineFigure(factsOf(ONE, trials, { lost }))
    expect(marksOf(figure, 'bars').map(({ thickness }) => thickness)).toEqual([0.7, 0.25])
    expect(figure.left).toEqual([{ count: 1, why: 'without a time' }])
  })

  test('of hundreds of workers those with the most trials are shown', () => {
    const trials = Array.from({ length: 300 }, (_, k) => worked(k, `host-${k % 250}`, k, k + 1, 'complete'))
    const figure = timelineFigure(factsOf(ONE, trials))
    expect(figure.y.words).toHaveLength(40)
    expect(figure.left).toEqual([{ count: 210, why: 'rows of workers with fewer trials' }])
  })

  test('before anything has begun it says so', () => {
    expect(timelineFigure(factsWith([])).empty).toBe('No trial has begun yet.')
  })
})

describe('duration', () => {
  const took = (number: number, seconds: number, value: number | null): TrialRecord =>
    endedTrial(number, { x: number / 10 }, value, { started: time(0), ended: time(seconds) })

  test('is in the unit that its median has, beside the value or a parameter', () => {
    const facts = factsOf(ONE, [took(0, 60, 1), took(1, 180, 2), took(2, 600, 3), took(3, 240, null)])
    const byValue = durationFigure(facts)
    expect(byValue.y.title).toBe('duration in minutes')
    expect([...marksOf(byValue, 'points')[0]!.y]).toEqual([1, 3, 10])
    expect(marksOf(byValue, 'rug').map(({ along, at }) => [along, [...at]])).toEqual([['y', [4]]])
    const byParameter = durationFigure(facts, 0)
    expect(drawn(byParameter, 'points')).toEqual({ trial: [0, 1, 2], best: [0], failed: [3] })
    expect(byParameter.summary).toBe(
      '3 complete trials took 3m 00s in the middle, from 1m 00s (trial 0) to 10m 00s (trial 2)',
    )
  })

  test('a clock that was set back says nothing', () => {
    const figure = durationFigure(factsOf(ONE, [took(0, 5, 1), took(1, -5, 2)]))
    expect([drawn(figure, 'points')['trial'], figure.left]).toEqual([[0], [{ count: 1, why: 'without a time' }]])
  })
})

test('no line, step or band has places of two trials but the best so far', () => {
  const facts = factsWith([4, null, 2, 3, 1.5, NaN, Infinity])
  const figures = [historyFigure(facts), cutFigure(facts, 0), durationFigure(facts), timelineFigure(facts)]
  const joining = figures.flatMap(({ id, marks }) =>
    marks.flatMap((mark) => (['line', 'step', 'band'].includes(mark.kind) ? [`${id} ${mark.kind}`] : [])),
  )
  expect(joining).toEqual(['history step'])
})
