import { expect, test } from 'vitest'
import { normalDraw } from '../../src/numerics/draws.ts'
import { randomStream } from '../../src/numerics/random.ts'
import { symmetricEigen } from '../../src/numerics/symmetric-eigen.ts'

/** v diag(values) vᵀ */
function composed(vectors: Float64Array, values: ArrayLike<number>, n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, e) => {
    const i = Math.floor(e / n)
    const j = e % n
    let sum = 0
    for (let k = 0; k < n; k++) sum += vectors[i * n + k]! * values[k]! * vectors[j * n + k]!
    return sum
  })
}

function randomSymmetric(n: number, seed: number): Float64Array {
  const random = randomStream('symmetric', n, seed)
  const a = new Float64Array(n * n)
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = normalDraw(random)
  return a
}

const largest = (a: Float64Array, b: ArrayLike<number>): number => Math.max(...a.map((v, i) => Math.abs(v - b[i]!)))

test('a matrix of two rows has the eigenvalues of its characteristic polynomial', () => {
  const { values } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2)
  expect([...values].sort()).toEqual([1, 3])
})

test('the eigenvalues of the second difference are 2 − 2 cos(k π / (n + 1))', () => {
  const n = 12
  const a = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    a[i * n + i] = 2
    if (i > 0) a[i * n + i - 1] = a[(i - 1) * n + i] = -1
  }
  const found = symmetricEigen(a, n).values.sort()
  for (let k = 1; k <= n; k++) {
    expect(Math.abs(found[k - 1]! - (2 - 2 * Math.cos((k * Math.PI) / (n + 1))))).toBeLessThan(1e-14)
  }
})

test.each([1, 2, 3, 7, 20, 50])('the factors of a random matrix of %s rows give the matrix again', (n) => {
  for (let seed = 0; seed < 5; seed++) {
    const a = randomSymmetric(n, seed)
    const kept = Float64Array.from(a)
    const { values, vectors } = symmetricEigen(a, n)
    expect(a).toEqual(kept)
    expect(largest(composed(vectors, values, n), a)).toBeLessThan(1e-14 * n)
    const ones = new Float64Array(n).fill(1)
    const identity = Float64Array.from({ length: n * n }, (_, e) => (e % (n + 1) === 0 ? 1 : 0))
    expect(largest(composed(vectors, ones, n), identity)).toBeLessThan(1e-14 * n)
  }
})

test('small eigenvalues of a badly scaled matrix are exact to many digits', () => {
  const n = 3
  // D M D with a well-conditioned M: the relative error is that of M.
  const scale = [1, 1e-6, 1e-12]
  const m = [1, 0.5, 0.2, 0.5, 1, 0.3, 0.2, 0.3, 1]
  const a = Float64Array.from(m, (v, e) => v * scale[Math.floor(e / n)]! * scale[e % n]!)
  const found = [...symmetricEigen(a, n).values].sort((x, y) => y - x)
  // Schur complements of M, since the scales are so far apart: 1, 0.75, det M / 0.75.
  const determinant = 1 + 2 * 0.5 * 0.2 * 0.3 - 0.25 - 0.04 - 0.09
  expect(found[0]).toBeCloseTo(1, 10)
  expect(found[1]! / 0.75e-12).toBeCloseTo(1, 10)
  expect(found[2]! / ((determinant / 0.75) * 1e-24)).toBeCloseTo(1, 10)
})

test('a diagonal matrix and a matrix of zeros are their own factors', () => {
  expect([...symmetricEigen(Float64Array.of(3, 0, 0, -2), 2).values]).toEqual([3, -2])
  expect([...symmetricEigen(new Float64Array(9), 3).values]).toEqual([0, 0, 0])
})
