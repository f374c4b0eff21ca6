import { describe, expect, test } from 'vitest'
import {
  choleskyInPlace,
  inverseFromCholeskyInto,
  solveLowerInPlace,
  solveLowerRowsInPlace,
  solveLowerTransposedInPlace,
} from '../../src/numerics/cholesky.ts'
import { randomStream } from '../../src/numerics/random.ts'

/** A random positive definite matrix: b bᵀ + ½ I. */
function positiveDefinite(n: number, seed: number): Float64Array {
  const random = randomStream('matrix', seed, n)
  const b = Float64Array.from({ length: n * n }, () => 2 * random.next() - 1)
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n]
    let sum = i === j ? 0.5 : 0
    for (let t = 0; t < n; t++) sum += b[i * n + t]! * b[j * n + t]!
    return sum
  })
}

const lower = (l: Float64Array, n: number, i: number, j: number): number => (j <= i ? l[i * n + j]! : 0)

describe.each([1, 2, 3, 4, 5, 7, 8, 13, 32, 33])('of order %i', (n) => {
  const a = positiveDefinite(n, 7)
  const l = Float64Array.from(a)
  // Entries above the diagonal must not matter.
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) l[i * n + j] = NaN
  const order = choleskyInPlace(l, n)
  const random = randomStream('right-hand side', n)
  const b = Float64Array.from({ length: n }, () => random.next() - 0.5)

  test('the factor times its transpose is the matrix', () => {
    expect(order).toBe(n)
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0
        for (let t = 0; t < n; t++) sum += lower(l, n, i, t) * lower(l, n, j, t)
        expect(Math.abs(sum - a[i * n + j]!)).toBeLessThan(1e-13 * n * a[i * n + i]!)
      }
    }
  })

  test('the two triangular solves together solve a x = b', () => {
    const x = Float64Array.from(b)
    solveLowerInPlace(x, l, n)
    solveLowerTransposedInPlace(x, l, n)
    for (let i = 0; i < n; i++)
      expect(x.reduce((sum, value, j) => sum + a[i * n + j]! * value, 0)).toBeCloseTo(b[i]!, 11)
  })

  test('many right-hand sides at once give what each gives alone', () => {
    for (const m of [1, 2, 5]) {
      const rows = Float64Array.from({ length: m * n }, () => random.next())
      const alone = Float64Array.from(rows)
      for (let c = 0; c < m; c++) solveLowerInPlace(alone.subarray(c * n, (c + 1) * n), l, n)
      solveLowerRowsInPlace(rows, m, l, n)
      for (let i = 0; i < m * n; i++) expect(rows[i]).toBeCloseTo(alone[i]!, 12)
    }
  })

  test('the inverse times the matrix is the identity, whatever its buffers held before', () => {
    const w = new Float64Array(n * n).fill(NaN)
    const inverse = new Float64Array(n * n).fill(NaN)
    inverseFromCholeskyInto(l, n, w, inverse)
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0
        for (let t = 0; t < n; t++) sum += (t <= i ? inverse[i * n + t]! : inverse[t * n + i]!) * a[t * n + j]!
        expect(sum).toBeCloseTo(i === j ? 1 : 0, 10)
      }
    }
  })
})

test('the factor of an indefinite matrix ends at the column of the first bad pivot', () => {
  expect(choleskyInPlace(Float64Array.of(1, 2, 2, 1), 2)).toBe(1)
  expect(choleskyInPlace(Float64Array.of(-1), 1)).toBe(0)
  expect(choleskyInPlace(Float64Array.of(0), 1)).toBe(0)
  expect(choleskyInPlace(Float64Array.of(1, 1, 1, 1), 2)).toBe(1)
  expect(choleskyInPlace(Float64Array.of(NaN), 1)).toBe(0)
  const a = positiveDefinite(9, 1)
  a[6 * 9 + 6] = -1
  expect(choleskyInPlace(a, 9)).toBe(6)
})

test('a stride solves with the leading block of a larger factor', () => {
  const n = 6
  const l = positiveDefinite(n, 3)
  choleskyInPlace(l, n)
  const small = Float64Array.from({ length: 16 }, (_, at) => l[Math.floor(at / 4) * n + (at % 4)]!)
  const [x, y] = [Float64Array.of(1, 2, 3, 4), Float64Array.of(1, 2, 3, 4)]
  solveLowerInPlace(x, l, 4, n)
  solveLowerTransposedInPlace(x, l, 4, n)
  solveLowerInPlace(y, small, 4)
  solveLowerTransposedInPlace(y, small, 4)
  expect(x).toEqual(y)
})
