import { expect, test } from 'vitest'
import { continuousNeighbors, discreteNeighbors, randomPoint } from '../../src/acquisition/moves.ts'
import { altered, crossed, tournament } from '../../src/acquisition/offspring.ts'
import { randomStream } from '../../src/numerics/random.ts'
import { axesOf, settleInPlace, snapped } from '../../src/space/axes.ts'
import type { Axes } from '../../src/space/axes.ts'
import { branch, choice, float, int } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'

const SPACE = axesOf(
  parseSpace({
    x: float(0, 1),
    one: float(2, 2),
    k: int(0, 100),
    n: int(1, 3),
    c: choice([...'abcdefghijklmnopqrst']),
    model: branch('kind', { a: { p: float(0, 1), c: choice([1, 2, 3]) }, b: { k: int(0, 9) } }),
  }),
)

function isPoint(x: Float64Array, axes: Axes): boolean {
  const settled = Float64Array.from(x)
  settleInPlace(settled, axes, randomStream('unused'))
  return axes.list.every(
    (axis, k) =>
      Object.is(settled[k], x[k]) &&
      (Number.isNaN(x[k]!) ||
        (axis.kind === 'category' ? Number.isInteger(x[k]) && x[k]! < axis.count : snapped(axis, x[k]!) === x[k])),
  )
}

/** In how many coordinates two points differ. */
const differing = (a: Float64Array, b: Float64Array): number => a.filter((v, k) => !Object.is(v, b[k])).length

test('HYP-19: the winner of a tournament of two is the better of two random members', () => {
  const random = randomStream('tournament')
  const counts = new Array<number>(10).fill(0)
  for (let i = 0; i < 20_000; i++) counts[tournament(10, 2, random)]!++
  // P(k) = (2 (n − k) − 1) / n²
  for (const [k, count] of counts.entries()) expect(Math.abs(count / 20_000 - (19 - 2 * k) / 100)).toBeLessThan(0.012)
})

test('HYP-19: one mutation changes one parameter, and what that parameter switches', () => {
  const random = randomStream('one')
  for (let i = 0; i < 500; i++) {
    const x = randomPoint(SPACE, random)
    const child = altered(x, 1, SPACE, random)
    expect(isPoint(child, SPACE)).toBe(true)
    const isSwitched = child[5] !== x[5]
    expect(differing(x, child)).toBe(isSwitched ? 4 : 1)
  }
})

test('more mutations change as many parameters on average', () => {
  const random = randomStream('three')
  const axes = axesOf(parseSpace(Object.fromEntries([...'abcdefgh'].map((name) => [name, float(0, 1)]))))
  const counts = Array.from({ length: 4000 }, () => {
    const x = randomPoint(axes, random)
    return differing(x, altered(x, 3, axes, random))
  })
  expect(Math.abs(counts.reduce((sum, c) => sum + c, 0) / 4000 - 3)).toBeLessThan(0.1)
  expect(Math.min(...counts)).toBe(1)
})

test('nothing changes where there is nothing to choose', () => {
  const axes = axesOf(parseSpace({ x: float(2, 2), c: choice(['only']) }))
  const x = randomPoint(axes, randomStream('x'))
  expect(altered(x, 2, axes, randomStream('y'))).toEqual(x)
})

test('a child of two parents has each value from one of them, or about and between them', () => {
  const random = randomStream('crossed')
  for (let i = 0; i < 500; i++) {
    const [a, b] = [randomPoint(SPACE, random), randomPoint(SPACE, random)]
    const child = crossed(a, b, SPACE, random)
    expect(isPoint(child, SPACE)).toBe(true)
    expect([a[4], b[4]]).toContain(child[4])
    expect(crossed(a, a, SPACE, random)).toEqual(a)
  }
})

test('the crossover of two numbers keeps their middle and their spread, on average', () => {
  const random = randomStream('spread')
  const axes = axesOf(parseSpace({ x: float(0, 1) }))
  const values = Array.from(
    { length: 20_000 },
    (_, i) => crossed(Float64Array.of(i % 2 ? 0.6 : 0.4), Float64Array.of(i % 2 ? 0.4 : 0.6), axes, random)[0]!,
  )
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length
  expect(mean).toBeCloseTo(0.5, 2)
  const spread = Math.sqrt(values.reduce((sum, v) => sum + (v - 0.5) ** 2, 0) / values.length)
  expect(spread).toBeGreaterThan(0.09)
  expect(spread).toBeLessThan(0.11)
})

test('HYP-60: neighbors differ in one value; a number has four, a short list has all other values', () => {
  const random = randomStream('neighbors')
  for (let i = 0; i < 200; i++) {
    const x = randomPoint(SPACE, random)
    const discrete = discreteNeighbors(x, SPACE, random)
    const steps = new Float64Array(SPACE.list.length).fill(0.01)
    const continuous = continuousNeighbors(x, SPACE, steps, random)
    expect(continuous.length).toBeLessThanOrEqual(x[5] === 0 ? 8 : 4)
    expect(new Set(discrete.map((y) => y[3]).filter((v) => v !== x[3])).size).toBe(2)
    for (const y of [...discrete, ...continuous]) {
      expect(isPoint(y, SPACE)).toBe(true)
      expect(differing(x, y)).toBe(y[5] !== x[5] ? 4 : 1)
    }
    for (const y of continuous) {
      for (const k of [0, 6]) if (!Number.isNaN(x[k]!)) expect(Math.abs(y[k]! - x[k]!)).toBeLessThanOrEqual(0.015)
    }
  }
})
