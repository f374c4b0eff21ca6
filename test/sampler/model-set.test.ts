import { expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { evenly, modelSet } from '../../src/sampler/model-set.ts'
import type { Observation } from '../../src/sampler/observations.ts'

function observations(n: number): Observation[] {
  const random = randomStream('model set')
  return Array.from({ length: n }, () => {
    const x = Float64Array.of(random.next(), random.next())
    return { x, y: (x[0]! - 0.3) ** 2 + (x[1]! - 0.6) ** 2, trial: null as never }
  })
}

const WEIGHTS = Float64Array.of(1, 1)

test('a small record is taken whole, in order', () => {
  const all = observations(40)
  expect(modelSet(all, 40, WEIGHTS, [false, false])).toEqual(all)
})

test('from a large record it takes the given number, in order: the best, the newest, and some from everywhere', () => {
  const all = observations(3000)
  const set = modelSet(all, 100, WEIGHTS, [false, false])
  expect(set.length).toBe(100)
  expect(new Set(set).size).toBe(100)
  expect(set.map((o) => all.indexOf(o))).toEqual(set.map((o) => all.indexOf(o)).sort((a, b) => a - b))
  const best = [...all].sort((a, b) => a.y - b.y)
  for (const observation of best.slice(0, 35)) expect(set).toContain(observation)
  expect(set).toContain(all.at(-1))
  for (const corner of [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]) {
    expect(set.some(({ x }) => Math.hypot(x[0]! - corner[0]!, x[1]! - corner[1]!) < 0.5)).toBe(true)
  }
})

test('evenly takes the given number, spread over the list', () => {
  expect(evenly([1, 2, 3], 5)).toEqual([1, 2, 3])
  expect(
    evenly(
      Array.from({ length: 100 }, (_, i) => i),
      4,
    ),
  ).toEqual([12, 37, 62, 87])
  expect(evenly([1, 2, 3], 0)).toEqual([])
})
