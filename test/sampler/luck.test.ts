import { expect, test } from 'vitest'
import { luckOf } from '../../src/sampler/luck.ts'
import { priorOf } from '../../src/surrogate/hyperparameters.ts'

const theta = priorOf(1, 1, { noise: { median: 0.05, spread: 1, floor: 0.01 } }).mean
const point = (x: number): Float64Array => Float64Array.of(x)
const oddsOf = (worked: readonly number[], failed: readonly number[]): number[] => [
  ...luckOf(worked.map(point), failed.map(point), [false], theta).odds,
]
const grid = Array.from({ length: 11 }, (_, i) => i / 10)

test('G1: one failure amid successes is luck, and many side by side are not', () => {
  expect(oddsOf(grid, [0.45])[0]).toBeGreaterThan(0.8)
  const below = grid.filter((x) => x < 0.5)
  for (const odds of oddsOf(below, [0.6, 0.7, 0.8, 0.9, 1])) expect(odds).toBeLessThan(0.2)
})

test('G1: failures at one place speak against luck, however many trials work beside it', () => {
  const once = oddsOf(grid, [0.45])[0]!
  const again = oddsOf(grid, [0.45, 0.451, 0.449, 0.452])
  for (const odds of again) expect(odds).toBeLessThan(once)
})

test('G1: the more trials fail by luck, the more a doubtful failure is taken for luck', () => {
  const doubtful = 1.3
  const seldom = oddsOf(grid, [doubtful])[0]!
  expect(seldom).toBeLessThan(0.3)
  expect(oddsOf(grid, [doubtful, 0.05, 0.35, 0.65])[0]).toBeGreaterThan(seldom)
})

test('G1: labels say what is left of a failure, and one that was mostly luck has none', () => {
  const { odds, labels } = luckOf(grid.map(point), [0.45, 1.3].map(point), [false], theta)
  expect(odds[0]).toBeGreaterThan(0.5)
  expect([...labels.values.slice(grid.length)]).toEqual([-1 + 2 * odds[1]!])
  expect(labels.points.at(-1)).toBe(1.3)
})
