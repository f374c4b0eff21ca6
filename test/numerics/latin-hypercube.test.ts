import { describe, expect, test } from 'vitest'
import { CRITERIA, latinHypercube, latinHypercubePoint } from '../../src/numerics/latin-hypercube.ts'
import type { LatinCriterion, LatinType } from '../../src/numerics/latin-hypercube.ts'
import { randomStream } from '../../src/numerics/random.ts'

const PLAIN = { type: 'classic', criterion: 'none' } as const

const range = (n: number): number[] => Array.from({ length: n }, (_, k) => k)

const column = (X: Float64Array, n: number, d: number, j: number): number[] => range(n).map((i) => X[i * d + j]!)

const distancesOf = (X: Float64Array, n: number, d: number): number[] =>
  range(n).flatMap((i) => range(i).map((k) => Math.hypot(...range(d).map((j) => X[i * d + j]! - X[k * d + j]!))))

test('SKO-C04: of three centered points in three dimensions, every coordinate sums to 1.5', () => {
  const X = latinHypercube(3, 3, { type: 'centered', criterion: 'none' }, 0)
  for (const j of range(3)) expect(column(X, 3, 3, j).reduce((sum, x) => sum + x)).toBeCloseTo(1.5, 12)
})

test('SKO-C22: of twenty points, the nearest two lie further apart by maximin than in the plain design', () => {
  const plain = latinHypercube(20, 2, PLAIN, 0)
  const maximin = latinHypercube(20, 2, { type: 'classic', criterion: 'maximin', iterations: 100 }, 0)
  expect(Math.min(...distancesOf(maximin, 20, 2))).toBeGreaterThan(Math.min(...distancesOf(plain, 20, 2)))
})

describe.each(['classic', 'centered'] as const)('type %s', (type: LatinType) => {
  test.each(['maximin', 'correlation', 'ratio', 'none'] as const)('by %s, each stratum has one point', (criterion) => {
    const random = randomStream('shapes', type, criterion)
    for (let round = 0; round < 20; round++) {
      const [n, d] = [1 + random.integer(30), 1 + random.integer(6)]
      const X = latinHypercube(n, d, { type, criterion, iterations: 5 }, round)
      for (const j of range(d)) {
        const places = column(X, n, d, j).map((x) => x * n)
        expect(places.map(Math.floor).sort((a, b) => a - b)).toEqual(range(n))
        if (type === 'centered') for (const place of places) expect(place % 1).toBeCloseTo(0.5, 9)
      }
    }
  })
})

test('centered points do not lie anywhere else, and classic ones do', () => {
  const within = (type: LatinType): Set<number> =>
    new Set([...latinHypercube(9, 3, { type, criterion: 'none' }, 1)].map((x) => Math.round(1e6 * ((9 * x) % 1))))
  expect(within('centered')).toEqual(new Set([500_000]))
  expect(within('classic').size).toBe(27)
})

/** What each criterion minimizes, in other words than the source has. */
const COSTS: Record<Exclude<LatinCriterion, 'none'>, (X: Float64Array, n: number, d: number) => number> = {
  maximin: (X, n, d) => -Math.min(...distancesOf(X, n, d)),
  ratio: (X, n, d) => Math.max(...distancesOf(X, n, d)) / Math.min(...distancesOf(X, n, d)),
  correlation: (X, n, d) => {
    const pairs = range(d).flatMap((j) => range(j).map((k) => [column(X, n, d, j), column(X, n, d, k)] as const))
    return Math.max(...pairs.map(([x, y]) => Math.abs(correlation(x, y))))
  },
}

function correlation(x: readonly number[], y: readonly number[]): number {
  const n = x.length
  const sum = (f: (k: number) => number): number => range(n).reduce((total, k) => total + f(k), 0)
  const [sx, sy] = [sum((k) => x[k]!), sum((k) => y[k]!)]
  const covariance = n * sum((k) => x[k]! * y[k]!) - sx * sy
  return covariance / Math.sqrt((n * sum((k) => x[k]! ** 2) - sx ** 2) * (n * sum((k) => y[k]! ** 2) - sy ** 2))
}

describe.each(['maximin', 'correlation', 'ratio'] as const)('criterion %s', (criterion) => {
  test('is what it is called', () => {
    const X = latinHypercube(12, 4, PLAIN, 5)
    expect(CRITERIA[criterion](X, 12, 4)).toBeCloseTo(COSTS[criterion](X, 12, 4), 10)
  })

  test('never makes a design worse, and makes most better; more iterations never lose', () => {
    let better = 0
    for (const seed of range(25)) {
      const cost = (iterations: number): number =>
        COSTS[criterion](latinHypercube(10, 3, { type: 'classic', criterion, iterations }, seed), 10, 3)
      const [plain, few, many] = [cost(1), cost(10), cost(60)]
      expect(few).toBeLessThanOrEqual(plain)
      expect(many).toBeLessThanOrEqual(few)
      if (many < plain) better++
    }
    expect(better).toBeGreaterThan(20)
  })
})

test('one iteration is the design without a criterion', () => {
  for (const criterion of ['maximin', 'correlation', 'ratio'] as const)
    expect(latinHypercube(8, 3, { type: 'classic', criterion, iterations: 1 }, 3)).toEqual(
      latinHypercube(8, 3, PLAIN, 3),
    )
})

test('a point is a row of the design, whichever others were asked for, and seeds have designs of their own', () => {
  const X = latinHypercube(7, 2, PLAIN, 1)
  for (const k of [6, 0, 3]) {
    for (const other of range(100)) latinHypercubePoint(0, 5, 2, PLAIN, 1000 + other)
    expect([...latinHypercubePoint(k, 7, 2, PLAIN, 1)]).toEqual([...X.slice(2 * k, 2 * k + 2)])
  }
  expect([...latinHypercubePoint(0, 7, 2, PLAIN, 2)]).not.toEqual([...X.slice(0, 2)])
})

test('a point that was handed out may be changed without harm to the next', () => {
  const [before] = latinHypercubePoint(2, 7, 2, PLAIN, 1)
  latinHypercubePoint(2, 7, 2, PLAIN, 1)[0] = 9
  expect(latinHypercubePoint(2, 7, 2, PLAIN, 1)[0]).toBe(before)
})

test('by default, a small design is chosen from a thousand, and a large one is the first', () => {
  const by = (n: number, iterations?: number): Float64Array =>
    latinHypercube(n, 10, { type: 'classic', criterion: 'maximin', iterations }, 1)
  expect(by(10)).toEqual(by(10, 1000))
  expect(by(10)).not.toEqual(by(10, 1))
  expect(by(3000)).toEqual(by(3000, 1))
})
