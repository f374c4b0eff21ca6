import { describe, expect, test } from 'vitest'
import { dominates, frontOf, hypervolume, isDominated, ranksOf } from '../../src/numerics/front.ts'
import { randomStream } from '../../src/numerics/random.ts'

const rows = (...points: readonly (readonly number[])[]): Float64Array => Float64Array.from(points.flat())

/** Random points; coordinates of a coarse grid have ties. */
function randomPoints(n: number, m: number, seed: number, isCoarse = false): Float64Array {
  const random = randomStream('front', n, m, seed)
  return Float64Array.from({ length: n * m }, () => (isCoarse ? Math.floor(4 * random.next()) / 4 : random.next()))
}

/** The share of a fine grid of cells that the points dominate. Exact where all coordinates are multiples of 1/4. */
function countedVolume(points: Float64Array, n: number, m: number): number {
  let inside = 0
  const cells = 4 ** m
  for (let cell = 0; cell < cells; cell++) {
    const corner = Float64Array.from({ length: m }, (_, k) => (Math.floor(cell / 4 ** k) % 4) / 4)
    let isInside = false
    for (let i = 0; i < n; i++) isInside ||= corner.every((at, k) => points[i * m + k]! <= at)
    if (isInside) inside++
  }
  return inside / cells
}

test('a point dominates another if it is no worse anywhere and better somewhere', () => {
  const points = rows([1, 2], [1, 3], [2, 1], [1, 2])
  expect(dominates(points, 2, 0, 1)).toBe(true)
  expect(dominates(points, 2, 1, 0)).toBe(false)
  expect(dominates(points, 2, 0, 2)).toBe(false)
  expect(dominates(points, 2, 0, 3)).toBe(false)
  expect(isDominated(points, 4, 2, Float64Array.of(1.5, 2.5))).toBe(true)
  expect(isDominated(points, 4, 2, Float64Array.of(0.5, 9))).toBe(false)
})

test('SKO-70: the front keeps what nothing dominates, and all of equal points', () => {
  const points = rows([1, 4], [2, 3], [2, 3], [3, 3], [4, 1], [4, 4])
  expect(frontOf(points, 6, 2)).toEqual([0, 1, 2, 4])
  expect([...ranksOf(points, 6, 2)]).toEqual([0, 0, 0, 1, 0, 2])
  expect(frontOf(new Float64Array(0), 0, 2)).toEqual([])
})

describe.each([1, 2, 3, 4, 5])('with %i coordinates', (m) => {
  test.each([false, true])('the front is what a comparison of all pairs leaves (ties: %s)', (isCoarse) => {
    for (let seed = 0; seed < 20; seed++) {
      const points = randomPoints(30, m, seed, isCoarse)
      const left = Array.from({ length: 30 }, (_, i) => i)
      const isFree = (i: number): boolean => !left.some((j) => dominates(points, m, j, i))
      expect(frontOf(points, 30, m)).toEqual(left.filter(isFree))
    }
  })

  test('each rank is dominated by one of the rank before, and by none of its own', () => {
    const points = randomPoints(60, m, 1, m > 3)
    const ranks = ranksOf(points, 60, m)
    for (let i = 0; i < 60; i++) {
      const better = [...ranks.keys()].filter((j) => dominates(points, m, j, i)).map((j) => ranks[j]!)
      expect(Math.max(-1, ...better)).toBe(ranks[i]! - 1)
    }
  })

  test('the volume is what a count of cells says', () => {
    for (let seed = 0; seed < 10; seed++) {
      const points = randomPoints(12, m, seed, true)
      expect(hypervolume(points, 12, m, new Float64Array(m).fill(1))).toBeCloseTo(countedVolume(points, 12, m), 12)
    }
  })

  test('a dominated point adds nothing, another one does, and the order does not matter', () => {
    const points = randomPoints(15, m, 3)
    const r = new Float64Array(m).fill(1)
    const volume = hypervolume(points, 15, m, r)
    const worst = points.map((_, i) => points[i % m]! + 1e-3)
    expect(hypervolume(Float64Array.of(...points, ...worst.subarray(0, m)), 16, m, r)).toBeCloseTo(volume, 12)
    expect(hypervolume(Float64Array.of(...points, ...new Float64Array(m).fill(-0.1)), 16, m, r)).toBeCloseTo(
      1.1 ** m,
      9,
    )
    const reversed = Float64Array.from({ length: 15 }, (_, i) => 14 - i).reduce<number[]>(
      (list, i) => [...list, ...points.subarray(i * m, (i + 1) * m)],
      [],
    )
    expect(hypervolume(Float64Array.from(reversed), 15, m, r)).toBeCloseTo(volume, 12)
  })
})

test('SKO-70: the volume of given points, and of none', () => {
  expect(hypervolume(rows([1, 3], [2, 2], [3, 1]), 3, 2, Float64Array.of(4, 4))).toBe(6)
  expect(hypervolume(rows([1, 1, 1], [0, 2, 2]), 2, 3, Float64Array.of(3, 3, 3))).toBe(9)
  expect(hypervolume(rows([4, 0], [0, 4]), 2, 2, Float64Array.of(4, 4))).toBe(0)
  expect(hypervolume(new Float64Array(0), 0, 2, Float64Array.of(1, 1))).toBe(0)
})

test('WFG and slices agree: a coordinate that is the same for all is a factor', () => {
  for (let seed = 0; seed < 5; seed++) {
    const points = randomPoints(20, 3, seed)
    const wider = Float64Array.from({ length: 80 }, (_, i) =>
      i % 4 === 3 ? 0.5 : points[Math.floor(i / 4) * 3 + (i % 4)]!,
    )
    const r = new Float64Array(4).fill(1)
    expect(hypervolume(wider, 20, 4, r)).toBeCloseTo(0.5 * hypervolume(points, 20, 3, r.subarray(0, 3)), 12)
  }
})
