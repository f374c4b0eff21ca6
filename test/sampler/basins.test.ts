import { expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { basinsOf, isOutside } from '../../src/sampler/basins.ts'

const WEIGHTS = Float64Array.of(100, 100)
const NUMBERS = [false, false]

test('two heaps of points are two basins, and the one with the best point is first', () => {
  const random = randomStream('heaps')
  const around = (at: number): Float64Array => Float64Array.of(at + 0.05 * random.next(), at + 0.05 * random.next())
  const points = Array.from({ length: 40 }, (_, i) => around(i % 2 === 0 ? 0.2 : 0.7))
  const values = Float64Array.from(points, (_, i) => (i % 2 === 0 ? 1 : 0) + random.next() / 2)
  const basins = basinsOf(points, values, WEIGHTS, NUMBERS)
  expect(basins.count).toBe(2)
  expect([...basins.of]).toEqual(points.map((_, i) => (i % 2 === 0 ? 1 : 0)))
  expect(isOutside(around(0.7), 1, basins, points, WEIGHTS, NUMBERS)).toBe(false)
  expect(isOutside(around(0.2), 1, basins, points, WEIGHTS, NUMBERS)).toBe(true)
  expect(isOutside(around(0.2), 2, basins, points, WEIGHTS, NUMBERS)).toBe(false)
})

test('a valley along a weak parameter is one basin, and another value of a strong choice begins another', () => {
  const points = [0, 0.25, 0.5, 0.75, 1].flatMap((x) => [Float64Array.of(x, 0), Float64Array.of(x, 1)])
  const values = Float64Array.from(points, (x) => x[0]! + 3 * x[1]!)
  expect(basinsOf(points, values, Float64Array.of(0.1, 4), [false, true]).count).toBe(2)
  expect(basinsOf(points, values, Float64Array.of(0.1, 0.5), [false, true]).count).toBe(1)
  expect(basinsOf(points, values, Float64Array.of(100, 4), [false, true]).count).toBe(10)
})

test('every point is in the basin of the nearest better point, or is the best of its own', () => {
  const random = randomStream('basins')
  const points = Array.from({ length: 60 }, () => Float64Array.of(random.next(), random.next()))
  const values = Float64Array.from(points, random.next)
  const { of, count } = basinsOf(points, values, WEIGHTS, NUMBERS)
  const bests = Array.from({ length: count }, (_, basin) => Math.min(...values.filter((_, i) => of[i] === basin)))
  expect(bests).toEqual([...bests].sort((a, b) => a - b))
  for (const [i, x] of points.entries()) {
    const better = points
      .map((p, j) => ({ j, squared: 100 * ((p[0]! - x[0]!) ** 2 + (p[1]! - x[1]!) ** 2) }))
      .filter(({ j }) => values[j]! < values[i]!)
    const nearest = better.sort((a, b) => a.squared - b.squared)[0]
    if (nearest !== undefined && nearest.squared <= 1) expect(of[i]).toBe(of[nearest.j])
    else expect(values[i]).toBe(bests[of[i]!])
  }
})
