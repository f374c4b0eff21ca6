/**
 * The posterior of a process at several points together, and draws from it.
 *
 *   X, A   n × d, m × d   points of the model; points that are asked about
 *   L      n × n          Cholesky factor of K(X, X), noise included
 *   V      m × n          (L⁻¹ K(X, A))ᵀ
 *   Σ      m × m          K(A, A) − V Vᵀ: the covariance of the function itself, without the noise of a measurement
 *
 * Source: Rasmussen & Williams 2006, eq. 2.24, in the form of Algorithm 2.1, and A.2 for the draws.
 */

import { choleskyInPlace, solveLowerRowsInPlace } from '../numerics/cholesky.ts'
import { normalDraw } from '../numerics/draws.ts'
import type { Random } from '../numerics/random.ts'
import { covariancesInto } from './gaussian-process.ts'
import type { GaussianProcess } from './gaussian-process.ts'
import { columnsOf } from './kernel.ts'

/** Jitter of the first attempt to factor a covariance, in units of the signal variance. */
const FIRST_JITTER = 1e-9

export interface JointPosterior {
  /** m × n, V */
  readonly cross: Float64Array
  /** m × m, the lower triangle of Σ */
  readonly covariance: Float64Array
}

/** The posterior at m points together. */
export function jointPosterior(process: GaussianProcess, points: Float64Array, m: number): JointPosterior {
  const { n, factor } = process
  const d = process.weights.length
  const size = n + m
  const all = new Float64Array(size * d)
  all.set(process.points)
  all.set(points, n * d)
  const larger: GaussianProcess = { ...process, points: all, columns: columnsOf(all, size, d), n: size }
  const distances = { squared: new Float64Array(size), products: new Float64Array(size) }
  const row = new Float64Array(size)
  const cross = new Float64Array(m * n)
  const covariance = new Float64Array(m * m)
  for (let c = 0; c < m; c++) {
    const i = n + c
    covariancesInto(larger, all, i * d, distances, row, i + 1)
    cross.set(row.subarray(0, n), c * n)
    covariance.set(row.subarray(n, i + 1), c * m)
  }
  solveLowerRowsInPlace(cross, m, factor, n)
  for (let c = 0; c < m; c++)
    for (let e = 0; e <= c; e++) {
      let sum = 0
      for (let t = 0; t < n; t++) sum += cross[c * n + t]! * cross[e * n + t]!
      covariance[c * m + e] = covariance[c * m + e]! - sum
    }
  return { cross, covariance }
}

/** The Cholesky factor of a covariance of m points, with as little jitter as it needs. */
export function factored(covariance: Float64Array, m: number, signal: number): Float64Array {
  for (let jitter = FIRST_JITTER; ; jitter *= 10) {
    const attempt = Float64Array.from(covariance)
    for (let c = 0; c < m; c++) attempt[c * m + c] = attempt[c * m + c]! + signal * jitter
    if (choleskyInPlace(attempt, m) === m) return attempt
    if (!(jitter < 1)) throw new RangeError(`points: must be finite, got a covariance without a Cholesky factor`)
  }
}

/**
 * Fills values of the function at the m points, drawn together: the means, plus the factor times normal numbers.
 *
 * @param root    m × m, the factor of Σ
 * @param normal  m, work space
 */
export function drawInto(
  drawn: Float64Array,
  means: Float64Array,
  root: Float64Array,
  normal: Float64Array,
  random: Random,
): void {
  const m = means.length
  for (let c = 0; c < m; c++) normal[c] = normalDraw(random)
  for (let c = 0; c < m; c++) {
    let sum = means[c]!
    for (let t = 0; t <= c; t++) sum += root[c * m + t]! * normal[t]!
    drawn[c] = sum
  }
}
