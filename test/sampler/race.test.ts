import { expect, test } from 'vitest'
import { meanOf, nextRunner, oddsOfBest, pooledVariance } from '../../src/sampler/race.ts'
import { studentCdf } from '../../src/numerics/student.ts'

const RULES = { repeats: 10, probability: 0.9 }
const runners = (groups: readonly (readonly number[])[]) => groups.map((values) => ({ values, pending: 0 }))

test('the odds of two finalists are those of Student’s t for the difference of their means', () => {
  const groups = [
    [1.2, 0.9, 1.4, 1.0],
    [1.5, 1.1, 1.9],
  ]
  const { variance, df } = pooledVariance(groups)
  expect(df).toBe(5)
  const t = (meanOf(groups[1]!) - meanOf(groups[0]!)) / Math.sqrt(variance * (1 / 4 + 1 / 3))
  const odds = oddsOfBest(groups)
  // Four standard errors of 2000 draws are at most 4.5 %.
  expect(Math.abs(odds[0]! - studentCdf(t, df))).toBeLessThan(0.045)
  expect(odds[0]! + odds[1]!).toBeCloseTo(1, 10)
})

test('without noise the lowest is the best, equal ones share the odds, and nothing known makes all equal', () => {
  expect(
    [
      ...oddsOfBest([
        [2, 2],
        [1, 1],
        [3, 3],
      ]),
    ].map((p) => Math.round(p * 1e9) / 1e9),
  ).toEqual([0, 1, 0])
  const shared = oddsOfBest([
    [1, 1],
    [1, 1],
  ])
  expect(shared[0]).toBeCloseTo(0.5, 9)
  expect([...oddsOfBest([[5], [1], [], []])]).toEqual([0.25, 0.25, 0.25, 0.25])
})

test('each is measured twice first, then the leader or its challenger, whichever has fewer values', () => {
  expect(nextRunner(runners([[], [], []]), RULES)).toBe(0)
  expect(
    nextRunner(
      [
        { values: [1], pending: 1 },
        { values: [], pending: 1 },
        { values: [3, 4], pending: 0 },
      ],
      RULES,
    ),
  ).toBe(1)
  const close = [
    [1, 1.4, 1.1, 1.5],
    [1.2, 1.6, 1.1],
    [9, 9.3],
  ]
  expect(nextRunner(runners(close), RULES)).toBe(1)
  // What runs counts as well.
  expect(
    nextRunner(
      [
        { values: close[0]!, pending: 0 },
        { values: close[1]!, pending: 2 },
        { values: close[2]!, pending: 0 },
      ],
      RULES,
    ),
  ).toBe(0)
})

test('a race ends when one is the best with the wanted probability, or when those that matter have all repeats', () => {
  expect(
    nextRunner(
      runners([
        [1, 1.1],
        [5, 5.1],
        [6, 6.1],
      ]),
      RULES,
    ),
  ).toBeUndefined()
  const alike = [
    [1, 1.4],
    [1.1, 1.3],
  ]
  expect(nextRunner(runners(alike), { repeats: 2, probability: 0.9 })).toBeUndefined()
  expect(nextRunner(runners(alike), RULES)).toBeDefined()
})

test('of many finalists that are alike, some matter', () => {
  const many = Array.from({ length: 30 }, (_, i) => [1 + 0.01 * (i % 7), 1.2 - 0.01 * (i % 5)])
  expect(nextRunner(runners(many), RULES)).toBeDefined()
})
