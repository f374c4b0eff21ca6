import { expect, test } from 'vitest'
import { curveFigure } from '../../../src/report/figures/curve.ts'
import type { Figure } from '../../../src/report/figure.ts'
import { float } from '../../../src/space/parameter.ts'
import type { Curve, TrialRecord } from '../../../src/trial.ts'
import { factsOf } from '../../support/study-facts.ts'
import { endedTrial } from '../../support/trial-records.ts'

const space = { x: float(0, 1) }
const falling = (n: number, last: number): Curve =>
  Array.from({ length: last }, (_, k) => [k + 1, n + 1 / (k + 1)] as const)
const trial = (n: number, curve: Curve, change: Partial<TrialRecord> = {}) =>
  endedTrial(n, { x: n / 1000 }, n, { curve, ...change })

const linesOf = ({ marks }: Figure) => marks.flatMap((mark) => (mark.kind === 'line' ? [mark] : []))

test('the best ten are lines with their numbers, the best one over all; others are pale', () => {
  const figure = curveFigure(
    factsOf(
      space,
      Array.from({ length: 15 }, (_, n) => trial(n, falling(n, 5))),
    ),
  )
  const lines = linesOf(figure)
  expect(lines.map(({ role, text }) => [role, text]).slice(0, 5)).toEqual(Array(5).fill(['other', undefined]))
  expect(lines.slice(5).map(({ role, text }) => [role, text])).toEqual([
    ...[9, 8, 7, 6, 5, 4, 3, 2, 1].map((n) => ['trial', String(n)]),
    ['best', '0'],
  ])
  expect(figure.summary).toBe('15 trials reported values, up to step 5; the best one (trial 0) came to 0.2')
})

test('each line has the curve of one trial and of no other', () => {
  const figure = curveFigure(
    factsOf(
      space,
      Array.from({ length: 15 }, (_, n) => trial(n, falling(n * 10, 5))),
    ),
  )
  for (const { y } of linesOf(figure)) expect(Math.max(...y) - Math.min(...y)).toBeLessThan(1)
})

test('of many others the cells have counts, where each trial counts once', () => {
  const many = Array.from({ length: 60 }, (_, n) => trial(n, falling(n / 100, 200)))
  const figure = curveFigure(factsOf(space, many))
  expect(linesOf(figure)).toHaveLength(10)
  const [cells] = figure.marks
  if (cells?.kind !== 'cells') throw new Error('no cells')
  expect(cells.shade).toHaveLength(cells.columns * cells.rows)
  expect(Math.max(...cells.shade.filter((shade) => !Number.isNaN(shade)))).toBe(1)
  for (const shade of cells.shade) expect(Number.isNaN(shade) || (shade > 0 && shade <= 1)).toBe(true)
})

test('where a trial was pruned, failed or still runs, its last value has a mark', () => {
  const trials = [
    trial(0, falling(0, 9)),
    trial(1, falling(1, 4), { state: 'pruned' }),
    trial(2, [...falling(2, 3), [4, NaN]], { state: 'failed', value: null }),
    trial(3, falling(3, 2), { state: 'running', value: null }),
  ]
  const figure = curveFigure(factsOf(space, trials))
  const ends = figure.marks.flatMap((mark) =>
    mark.kind === 'points' ? [[mark.role, [...mark.x], [...mark.trial]]] : [],
  )
  expect(ends).toEqual([
    ['failed', [3], [2]],
    ['pruned', [4], [1]],
    ['running', [2], [3]],
  ])
  expect(figure.summary).toContain('; 1 was pruned, half of them by step 4')
})

test('a line breaks where a value is not finite, and these are counted', () => {
  const figure = curveFigure(
    factsOf(space, [
      trial(0, [
        [1, 3],
        [2, NaN],
        [3, 2],
        [4, Infinity],
      ]),
    ]),
  )
  expect([...linesOf(figure)[0]!.y]).toEqual([3, NaN, 2, NaN])
  expect(figure.left).toContainEqual({ count: 2, why: 'not finite, where lines are broken' })
})

test('asked for trials, it shows these alone, each with its number', () => {
  const trials = Array.from({ length: 40 }, (_, n) => trial(n, n === 7 ? [] : falling(n, 5)))
  const figure = curveFigure(factsOf(space, trials), { trials: [7, 30, 31] })
  expect(linesOf(figure).map(({ text }) => text)).toEqual(['31', '30'])
  expect(figure.left).toEqual([{ count: 1, why: 'without an intermediate value' }])
})

test('a long curve keeps its last place', () => {
  const [line] = linesOf(curveFigure(factsOf(space, [trial(0, falling(0, 1000))])))
  expect(line!.x.length).toBeLessThanOrEqual(201)
  expect(line!.x.at(-1)).toBe(1000)
})

test('a single value is a figure; steps that are not whole are allowed', () => {
  const figure = curveFigure(factsOf(space, [trial(0, [[0.5, 3]])]))
  expect([figure.empty, figure.x.isWhole]).toEqual([null, false])
  expect(figure.x.high).toBeGreaterThan(figure.x.low)
})

test('more is better where the objective says so', () => {
  const goals = { objectives: { value: 'maximize' } } as const
  const figure = curveFigure(factsOf(space, [trial(0, falling(0, 3)), trial(1, falling(1, 3))], { goals }))
  expect(figure.y.better).toBe('high')
  expect(figure.summary).toContain('the best one (trial 1)')
})

test('there is a sentence where no trial reported anything', () => {
  const figure = curveFigure(factsOf(space, [trial(0, []), trial(1, [[1, NaN]])]))
  expect(figure.empty).toBe('No trial has reported an intermediate value.')
})
