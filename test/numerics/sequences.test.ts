import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { haltonPoint, hammersleyPoint, scrambledVanDerCorput, vanDerCorput } from '../../src/numerics/sequences.ts'
import { sobolPoint } from '../../src/numerics/sobol.ts'

const fixture = JSON.parse(readFileSync(new URL('./fixtures/halton-points.json', import.meta.url), 'utf8')) as {
  points: { index: number; point: number[] }[]
}

const range = (n: number): number[] => Array.from({ length: n }, (_, k) => k)

describe('SKO-C21: van der Corput', () => {
  test('base 10 counts in tenths, then goes on in hundredths', () => {
    const tenths = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.01, 0.11]
    expect(range(12).map((k) => vanDerCorput(k, 10))).toEqual(tenths)
  })

  test('base 2 halves every gap', () => {
    const halves = [0, 0.5, 0.25, 0.75, 0.125, 0.625, 0.375, 0.875, 0.0625]
    expect(range(9).map((k) => vanDerCorput(k, 2))).toEqual(halves)
  })
})

test('SKO-C03: the first Halton points in two dimensions', () => {
  expect(range(6).map((k) => [...haltonPoint(k, 2)])).toEqual([
    [0, 0],
    [1 / 2, 1 / 3],
    [1 / 4, 2 / 3],
    [3 / 4, 1 / 9],
    [1 / 8, 4 / 9],
    [5 / 8, 7 / 9],
  ])
})

test('Halton points equal exact fractions, digit for digit', () => {
  for (const { index, point } of fixture.points) expect([...haltonPoint(index, 12)]).toEqual(point)
})

test('bases of your own come first, then the smallest primes that are left', () => {
  const [a, b, c, d] = haltonPoint(7, 4, { bases: [5, 3] })
  expect([a, b, c, d]).toEqual([5, 3, 2, 7].map((base) => vanDerCorput(7, base)))
})

test('a coordinate far out has a prime base too: base 541 is the hundredth', () => {
  expect(haltonPoint(1, 100)[99]).toBe(1 / 541)
})

describe('SKO-53: a Hammersley set', () => {
  test('has one Halton dimension fewer, and i/n last', () => {
    for (const i of range(10)) {
      expect([...hammersleyPoint(i, 10, 3)]).toEqual([...haltonPoint(i, 2), i / 10])
      expect([...hammersleyPoint(i, 10, 3, 20)]).toEqual([...haltonPoint(i + 20, 2), i / 10])
    }
  })

  test('with one dimension is the van der Corput sequence, and with none has no coordinates', () => {
    expect([...hammersleyPoint(3, 10, 1)]).toEqual([0.75])
    expect([...hammersleyPoint(3, 10, 0)]).toEqual([])
  })

  test('scrambled, has one point in each n-th of the last coordinate', () => {
    const last = range(10).map((i) => hammersleyPoint(i, 10, 3, 0, { scramble: 4 })[2]!)
    expect(last.map((x) => Math.floor(10 * x))).toEqual(range(10))
    expect(new Set(last.map((x) => (10 * x) % 1)).size).toBe(10)
  })
})

test.each([2, 3, 5, 7])('scrambled digits keep the net property in base %i, and depend on the seed', (base) => {
  const n = base ** 3
  for (const first of [0, 5 * n]) {
    const points = range(n).map((k) => scrambledVanDerCorput(first + k, base, 'seed', 1))
    expect(new Set(points.map((x) => Math.floor(x * n * (1 + 1e-15)))).size).toBe(n)
    expect(points.every((x) => x >= 0 && x < 1)).toBe(true)
  }
  expect(scrambledVanDerCorput(0, base, 1)).not.toBe(scrambledVanDerCorput(0, base, 2))
})

test('scrambled, a single point is uniform over the seeds', () => {
  const n = 1500
  let sum = 0
  for (let seed = 0; seed < n; seed++) sum += haltonPoint(0, 2, { scramble: seed })[1]!
  expect(Math.abs(sum / n - 0.5)).toBeLessThan(5 / Math.sqrt(12 * n))
})

/** The star discrepancy of n points in the plane: the largest error of the share of points in a box at the origin. */
function starDiscrepancy(points: readonly (readonly number[])[]): number {
  const n = points.length
  const xs = [...points.map(([x]) => x!), 1]
  const ys = [...points.map(([, y]) => y!), 1]
  let worst = 0
  for (const x of xs) {
    for (const y of ys) {
      const open = points.filter(([a, b]) => a! < x && b! < y).length / n
      const closed = points.filter(([a, b]) => a! <= x && b! <= y).length / n
      worst = Math.max(worst, x * y - open, closed - x * y)
    }
  }
  return worst
}

describe('sequences are more even than random points', () => {
  const n = 48
  const seeds = range(20)
  const mean = (point: (k: number, seed: number) => ArrayLike<number>): number =>
    seeds.reduce((sum, seed) => sum + starDiscrepancy(range(n).map((k) => Array.from(point(k, seed)))), 0) / 20
  const random = mean((k, seed) => {
    const stream = randomStream('even', seed, k)
    return [stream.next(), stream.next()]
  })

  test.each([
    ['Sobol', sobolPoint] as const,
    ['Halton', (k: number, _d: number, seed: number) => haltonPoint(k + n * seed, 2)] as const,
    ['scrambled Halton', (k: number, d: number, seed: number) => haltonPoint(k, d, { scramble: seed })] as const,
    ['scrambled Hammersley', (k: number, d: number, seed: number) => hammersleyPoint(k, n, d, 0, { scramble: seed })],
  ] as const)('%s: less than two thirds of the star discrepancy', (_name, point) => {
    expect(mean((k, seed) => point(k, 2, seed))).toBeLessThan((2 / 3) * random)
  })
})
