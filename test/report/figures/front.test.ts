import { expect, test } from 'vitest'
import { DURATION, frontFigure } from '../../../src/report/figures/front.ts'
import type { Figure } from '../../../src/report/figure.ts'
import { float } from '../../../src/space/parameter.ts'
import type { Direction } from '../../../src/trial.ts'
import { randomStream } from '../../../src/numerics/random.ts'
import { factsOf } from '../../support/study-facts.ts'
import { endedTrial } from '../../support/trial-records.ts'

const space = { x: float(0, 1) }
const trial = (n: number, values: Record<string, number>, change = {}) =>
  endedTrial(n, { x: n / 100 }, Object.values(values)[0]!, { values, ...change })

const marksOf = ({ marks }: Figure, role: string): number[] =>
  marks.flatMap((mark) => (mark.kind === 'points' && mark.role === role ? [...mark.trial] : []))

const stairsOf = ({ marks }: Figure): (readonly [number, number])[] =>
  marks.flatMap((mark) => (mark.kind === 'step' ? [...mark.x].map((x, k) => [x, mark.y[k]!] as const) : []))

/** What a step says at a place: its y is kept until the next x. */
function valueAt(stairs: readonly (readonly [number, number])[], place: number): number {
  return stairs.findLast(([x]) => x <= place)?.[1] ?? NaN
}

test('the first objective is upright, the second across; the front is a staircase, others are pale', () => {
  const goals = { objectives: { loss: 'minimize', time: 'minimize' } } as const
  const trials = [
    trial(0, { loss: 1, time: 9 }),
    trial(1, { loss: 3, time: 2 }),
    trial(2, { loss: 4, time: 8 }),
    trial(3, { loss: 2, time: 5 }),
  ]
  const figure = frontFigure(factsOf(space, trials, { goals }))
  expect([figure.y.title, figure.x.title]).toEqual(['loss', 'time'])
  expect([marksOf(figure, 'best'), marksOf(figure, 'other')]).toEqual([[1, 3, 0], [2]])
  expect(stairsOf(figure)).toEqual([
    [2, 3],
    [5, 2],
    [9, 1],
  ])
  expect(figure.summary).toBe(
    '3 of 4 trials are on the front: from loss 1 at time 9 (trial 0) to loss 3 at time 2 (trial 1)',
  )
})

test.each([
  ['minimize', 'minimize'],
  ['minimize', 'maximize'],
  ['maximize', 'minimize'],
  ['maximize', 'maximize'],
] as const)('to %s and %s: the staircase is the best that trials attain', (up, across) => {
  const random = randomStream('front', up, across)
  const trials = Array.from({ length: 30 }, (_, n) => trial(n, { a: random.next(), b: random.next() }))
  const figure = frontFigure(factsOf(space, trials, { goals: { objectives: { a: up, b: across } } }))
  const stairs = stairsOf(figure)
  const isGood = (direction: Direction, value: number, limit: number): boolean =>
    direction === 'minimize' ? value <= limit : value >= limit
  for (let k = 0; k < 20; k++) {
    const place = stairs[0]![0] + random.next() * (stairs.at(-1)![0] - stairs[0]![0])
    const reached = trials.filter(({ values }) => isGood(across, values['b']!, place)).map(({ values }) => values['a']!)
    expect(valueAt(stairs, place)).toBe(up === 'minimize' ? Math.min(...reached) : Math.max(...reached))
  }
})

test('of three objectives two are shown; what is unbeaten in all three is told from what is beaten', () => {
  const goals = { objectives: { a: 'minimize', b: 'minimize', c: 'minimize' } } as const
  const trials = [trial(0, { a: 1, b: 1, c: 5 }), trial(1, { a: 2, b: 2, c: 1 }), trial(2, { a: 3, b: 3, c: 6 })]
  const facts = factsOf(space, trials, { goals })
  const figure = frontFigure(facts)
  expect([marksOf(figure, 'best'), marksOf(figure, 'trial'), marksOf(figure, 'other')]).toEqual([[0], [1], [2]])
  expect(frontFigure(facts, 'a', 'c').x.title).toBe('c')
  expect(marksOf(frontFigure(facts, 'a', 'c'), 'best')).toEqual([1, 0])
})

test('equal trials are all on the front', () => {
  const goals = { objectives: { a: 'minimize', b: 'minimize' } } as const
  const figure = frontFigure(factsOf(space, [trial(0, { a: 1, b: 1 }), trial(1, { a: 1, b: 1 })], { goals }))
  expect(marksOf(figure, 'best')).toEqual([0, 1])
})

test('a single objective is shown by how long trials took', () => {
  const times = { started: '2026-01-01T00:00:00.000Z', ended: '2026-01-01T00:00:10.000Z' }
  const backwards = { started: '2026-01-01T00:00:10.000Z', ended: '2026-01-01T00:00:00.000Z' }
  const trials = [trial(0, { value: 1 }, times), trial(1, { value: 2 }), trial(2, { value: 3 }, backwards)]
  const figure = frontFigure(factsOf(space, trials))
  expect(figure.x.title).toBe(DURATION)
  expect(marksOf(figure, 'best')).toEqual([0])
  expect(figure.left).toEqual([{ count: 2, why: 'without a finite value' }])
  expect(figure.summary).toContain('value 1 at duration (s) 10 (trial 0)')
})

test('what has no place is counted: failures, broken constraints, running trials, values that are not finite', () => {
  const goals = { objectives: { a: 'minimize', b: 'minimize' }, constraints: { b: { atMost: 10 } } } as const
  const trials = [
    trial(0, { a: 1, b: 1 }),
    trial(1, { a: 0, b: 11 }),
    endedTrial(2, { x: 0 }, null),
    endedTrial(3, { x: 0 }, null, { state: 'running' }),
    trial(4, { a: NaN, b: 1 }),
    trial(5, { a: -Infinity, b: 1 }),
  ]
  const figure = frontFigure(factsOf(space, trials, { goals }))
  expect(marksOf(figure, 'best')).toEqual([0])
  expect(figure.left).toEqual([
    { count: 2, why: 'without a finite value' },
    { count: 1, why: 'against a constraint' },
    { count: 1, why: 'failed' },
    { count: 1, why: 'still running' },
  ])
})

test('there is a sentence where no trial has both', () => {
  expect(frontFigure(factsOf(space, [])).empty).toBe(`No trial has both value and ${DURATION} yet.`)
})
