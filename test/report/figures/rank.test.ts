import { expect, test } from 'vitest'
import { rankFigure } from '../../../src/report/figures/rank.ts'
import type { Figure } from '../../../src/report/figure.ts'
import { choice, float } from '../../../src/space/parameter.ts'
import { factsOf } from '../../support/study-facts.ts'
import { endedTrial } from '../../support/trial-records.ts'

const space = { x: float(0, 1), lr: float(1e-4, 1, { log: true }) }
const trial = (n: number, value: number | null, change = {}) => endedTrial(n, { x: n / 10, lr: 0.01 }, value, change)

const pointsOf = ({ marks }: Figure, role: string) =>
  marks.flatMap((mark) => (mark.kind === 'points' && mark.role === role ? [mark] : []))[0]

test.each([
  ['minimize', [2, 1, 0]],
  ['maximize', [0, 1, 2]],
] as const)('to %s, the best trial has shade 1, and rank alone counts', (direction, order) => {
  const goals = { objectives: { value: direction } }
  const figure = rankFigure(factsOf(space, [trial(0, 1), trial(1, 2), trial(2, 1e9)], { goals }), 0, 1)
  const { trial: indexes, shade } = pointsOf(figure, 'trial')!
  expect([...indexes]).toEqual(order)
  expect([...shade!]).toEqual([0, 0.5, 1])
  expect([figure.x.kind, figure.y.kind]).toEqual(['linear', 'log'])
})

test('failed trials are crosses at their places; others without a rank are counted', () => {
  const goals = { objectives: { value: 'minimize' }, constraints: { value: { atLeast: 0 } } } as const
  const trials = [trial(0, 1), trial(1, null), trial(2, -5), trial(3, null, { state: 'running' })]
  const figure = rankFigure(factsOf(space, trials, { goals }), 0, 1)
  expect([...pointsOf(figure, 'failed')!.trial]).toEqual([1])
  expect(figure.left).toEqual([
    { count: 1, why: 'that cannot be the best' },
    { count: 1, why: 'still running' },
  ])
})

test('the summary says where the best are', () => {
  const trials = Array.from({ length: 10 }, (_, n) => trial(n, n))
  expect(rankFigure(factsOf(space, trials), 0, 1).summary).toBe(
    'the best 5 trials of 10 have x from 0 to 0.4 and lr 0.01',
  )
})

test('categories that share their first thirty letters are different places', () => {
  const words = ['b', 'c'].map((last) => `${'a'.repeat(30)}${last}`)
  const two = { kind: choice(words), x: float(0, 1) }
  const figure = rankFigure(
    factsOf(two, [endedTrial(0, { kind: words[0]!, x: 0 }, 1), endedTrial(1, { kind: words[1]!, x: 0 }, 2)]),
    0,
    1,
  )
  expect([...pointsOf(figure, 'trial')!.x]).toEqual([1, 0])
})

test('one trial is the best and the last one; none is a sentence', () => {
  expect([...pointsOf(rankFigure(factsOf(space, [trial(0, 1)]), 0, 1), 'trial')!.shade!]).toEqual([1])
  expect(rankFigure(factsOf(space, [trial(0, null)]), 0, 1).empty).toBe('No trial has a value yet.')
})
