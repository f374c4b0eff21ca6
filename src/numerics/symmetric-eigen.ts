/**
 * Eigenvalues and eigenvectors of a symmetric matrix, by the cyclic method of Jacobi.
 *
 *   a      n × n   symmetric, row-major: a = v diag(λ) vᵀ
 *   v      n × n   orthogonal; its column k belongs to λ_k
 *   λ      n       eigenvalues
 *   c, s           cosine and sine of a rotation
 *
 * Jacobi's method is slower than a reduction to tridiagonal form, and simpler. It finds small eigenvalues of a positive
 * definite matrix to a high relative accuracy, and the matrices here have at most some hundred rows.
 *
 * Source: Golub & Van Loan, Matrix Computations, 4th ed., §8.5.2 (rotation) and §8.5.5 (cyclic order).
 */

/** Convergence is quadratic: six to ten sweeps are usual. */
const MOST_SWEEPS = 60

export interface Eigen {
  /** n: the eigenvalues, in no particular order. */
  readonly values: Float64Array
  /** n × n: the eigenvector of value k is column k. */
  readonly vectors: Float64Array
}

/**
 * The eigenvalues and eigenvectors of a symmetric matrix, to about n · 1e-16 of the largest eigenvalue.
 *
 * @param matrix  n × n, symmetric and finite; both triangles are read
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const a = Float64Array.from(matrix)
  const vectors = new Float64Array(n * n)
  for (let k = 0; k < n; k++) vectors[k * n + k] = 1
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let hasRotated = false
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const apq = a[p * n + q]!
        // An entry that is this small changes neither of its two diagonal entries.
        if (Math.abs(apq) <= Number.EPSILON * Math.sqrt(Math.abs(a[p * n + p]! * a[q * n + q]!))) continue
        hasRotated = true
        rotateInPlace(a, vectors, n, p, q)
      }
    }
    if (!hasRotated) break
  }
  return { values: Float64Array.from({ length: n }, (_, k) => a[k * n + k]!), vectors }
}

/** The rotation that makes the entries (p, q) and (q, p) zero. */
function rotateInPlace(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q]!
  const tau = (a[q * n + q]! - a[p * n + p]!) / (2 * apq)
  // The smaller of the two tangents: a rotation of at most 45°.
  const tangent = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.hypot(1, tau))
  const c = 1 / Math.hypot(1, tangent)
  const s = tangent * c
  a[p * n + p] = a[p * n + p]! - tangent * apq
  a[q * n + q] = a[q * n + q]! + tangent * apq
  a[p * n + q] = 0
  a[q * n + p] = 0
  for (let k = 0; k < n; k++) {
    if (k === p || k === q) continue
    const akp = a[k * n + p]!
    const akq = a[k * n + q]!
    const left = c * akp - s * akq
    const right = s * akp + c * akq
    a[k * n + p] = left
    a[p * n + k] = left
    a[k * n + q] = right
    a[q * n + k] = right
  }
  for (let k = 0; k < n; k++) {
    const vkp = v[k * n + p]!
    const vkq = v[k * n + q]!
    v[k * n + p] = c * vkp - s * vkq
    v[k * n + q] = s * vkp + c * vkq
  }
}
