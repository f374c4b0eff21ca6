/**
 * Cholesky factors of symmetric positive definite matrices, and the solves that use them.
 *
 * A matrix with m columns is a `Float64Array` in row-major order: entry (i, j) is `a[i * m + j]`. Only the lower
 * triangle of a symmetric or lower triangular matrix is read or written. Nothing here allocates.
 *
 *   a, l   n × n   a = l lᵀ, l lower triangular
 *   w      n × n   the transpose of the inverse of l, upper triangular
 *   b, x   n       right-hand side and solution
 *
 * Every inner loop computes dot products of contiguous rows, two rows by two rows at a time: four multiplications for
 * four loads keep the processor busy.
 *
 * Source: Golub & Van Loan, Matrix Computations, 4th ed., §4.2 for the factor and §3.1 for the triangular solves.
 */

/**
 * Replaces `a` by its Cholesky factor, row by row from l_ij = (a_ij − Σ l_it l_jt) / l_jj, where t < j.
 *
 * @param a  n × n, symmetric; its lower triangle is overwritten
 * @param n  order, at least 1
 * @returns  n when `a` is positive definite, otherwise the column of the first pivot that is not positive
 */
export function choleskyInPlace(a: Float64Array, n: number): number {
  for (let i = 0; i < n; i += 2) {
    const p = i * n
    const q = p + n
    const hasTwo = i + 1 < n
    let j = 0
    for (; j + 1 < i && hasTwo; j += 2) {
      const u = j * n
      const v = u + n
      let pu = a[p + j]!
      let pv = a[p + j + 1]!
      let qu = a[q + j]!
      let qv = a[q + j + 1]!
      for (let t = 0; t < j; t++) {
        const x = a[p + t]!
        const y = a[q + t]!
        const g = a[u + t]!
        const h = a[v + t]!
        pu -= x * g
        pv -= x * h
        qu -= y * g
        qv -= y * h
      }
      const left = a[u + j]!
      const below = a[v + j]!
      const right = a[v + j + 1]!
      pu /= left
      qu /= left
      a[p + j] = pu
      a[q + j] = qu
      a[p + j + 1] = (pv - pu * below) / right
      a[q + j + 1] = (qv - qu * below) / right
    }
    const end = Math.min(i + 2, n)
    for (let row = i; row < end; row++) {
      for (let column = j; column <= row; column++) {
        let sum = a[row * n + column]!
        for (let t = 0; t < column; t++) sum -= a[row * n + t]! * a[column * n + t]!
        if (column < row) a[row * n + column] = sum / a[column * n + column]!
        else if (sum > 0) a[row * n + row] = Math.sqrt(sum)
        else return row
      }
    }
  }
  return n
}

/**
 * Replaces `b` by the solution x of l x = b (Golub & Van Loan, Algorithm 3.1.1, two rows at a time).
 *
 * @param stride  length of a row of l; more than n to solve with the leading n × n block of a larger factor
 */
export function solveLowerInPlace(b: Float64Array, l: Float64Array, n: number, stride = n): void {
  let i = 0
  for (; i + 1 < n; i += 2) {
    const p = i * stride
    const q = p + stride
    let upper = b[i]!
    let lower = b[i + 1]!
    for (let t = 0; t < i; t++) {
      const x = b[t]!
      upper -= l[p + t]! * x
      lower -= l[q + t]! * x
    }
    upper /= l[p + i]!
    b[i] = upper
    b[i + 1] = (lower - l[q + i]! * upper) / l[q + i + 1]!
  }
  if (i === n) return
  const p = i * stride
  let last = b[i]!
  for (let t = 0; t < i; t++) last -= l[p + t]! * b[t]!
  b[i] = last / l[p + i]!
}

/**
 * Replaces `b` by the solution x of lᵀ x = b (Golub & Van Loan, Algorithm 3.1.4, two columns at a time).
 *
 * @param stride  as for `solveLowerInPlace`
 */
export function solveLowerTransposedInPlace(b: Float64Array, l: Float64Array, n: number, stride = n): void {
  let i = n - 1
  for (; i > 0; i -= 2) {
    const q = i * stride
    const p = q - stride
    const y = b[i]! / l[q + i]!
    const x = (b[i - 1]! - l[q + i - 1]! * y) / l[p + i - 1]!
    b[i] = y
    b[i - 1] = x
    for (let t = 0; t < i - 1; t++) b[t] = b[t]! - l[q + t]! * y - l[p + t]! * x
  }
  if (i === 0) b[0] = b[0]! / l[0]!
}

/**
 * Replaces each row b of a matrix by the solution x of l x = b. This is `solveLowerInPlace` for many right-hand sides
 * at once, several times faster.
 *
 * @param rows   m × n
 * @param m      number of right-hand sides
 */
export function solveLowerRowsInPlace(rows: Float64Array, m: number, l: Float64Array, n: number): void {
  let c = 0
  for (; c + 1 < m; c += 2) {
    const u = c * n
    const v = u + n
    solveTwoInPlace(l, n, rows, u, v, 0, 0)
  }
  if (c < m) solveLowerInPlace(rows.subarray(c * n, (c + 1) * n), l, n)
}

/**
 * Continues l x = b for two right-hand sides at once. Two rows of l by two right-hand sides halve the number of loads.
 *
 * @param rows   holds the right-hand sides, which begin at `u` and at `v`
 * @param first  entries of both before this one are zero, and are skipped
 * @param begin  entries before this one are solved already; even
 */
function solveTwoInPlace(
  l: Float64Array,
  n: number,
  rows: Float64Array,
  u: number,
  v: number,
  first: number,
  begin: number,
): void {
  let i = begin
  for (; i + 1 < n; i += 2) {
    const p = i * n
    const q = p + n
    let pu = rows[u + i]!
    let pv = rows[v + i]!
    let qu = rows[u + i + 1]!
    let qv = rows[v + i + 1]!
    for (let t = first; t < i; t++) {
      const x = l[p + t]!
      const y = l[q + t]!
      const g = rows[u + t]!
      const h = rows[v + t]!
      pu -= x * g
      pv -= x * h
      qu -= y * g
      qv -= y * h
    }
    const upper = l[p + i]!
    const below = l[q + i]!
    const lower = l[q + i + 1]!
    pu /= upper
    pv /= upper
    rows[u + i] = pu
    rows[v + i] = pv
    rows[u + i + 1] = (qu - below * pu) / lower
    rows[v + i + 1] = (qv - below * pv) / lower
  }
  for (; i < n; i++) {
    const p = i * n
    let pu = rows[u + i]!
    let pv = rows[v + i]!
    for (let t = first; t < i; t++) {
      pu -= l[p + t]! * rows[u + t]!
      pv -= l[p + t]! * rows[v + t]!
    }
    rows[u + i] = pu / l[p + i]!
    rows[v + i] = pv / l[p + i]!
  }
}

/**
 * Fills the lower triangle of the inverse of a = l lᵀ, which is w wᵀ.
 *
 * @param l        the factor, n × n
 * @param w        n × n, work space: becomes the transpose of the inverse of l
 * @param inverse  n × n, its lower triangle is overwritten
 */
export function inverseFromCholeskyInto(l: Float64Array, n: number, w: Float64Array, inverse: Float64Array): void {
  for (let j = 0; j < n; j += 2) {
    const u = j * n
    const v = u + n
    const first = 1 / l[u + j]!
    w[u + j] = first
    if (j + 1 === n) break
    const second = 1 / l[v + j + 1]!
    w[u + j + 1] = -l[v + j]! * first * second
    w[v + j] = 0
    w[v + j + 1] = second
    w.fill(0, u + j + 2, u + n)
    w.fill(0, v + j + 2, v + n)
    solveTwoInPlace(l, n, w, u, v, j, j + 2)
  }
  for (let i = 0; i < n; i += 2) {
    const p = i * n
    const q = p + n
    const hasTwo = i + 1 < n
    for (let j = 0; j <= i; j += 2) {
      const u = j * n
      const v = u + n
      if (!hasTwo) {
        for (let column = j; column <= Math.min(j + 1, i); column++)
          inverse[p + column] = w[p + i]! * w[column * n + i]!
        continue
      }
      // w is upper triangular: the sums for row i begin at t = i, those for row i + 1 at t = i + 1.
      let pu = w[p + i]! * w[u + i]!
      let pv = w[p + i]! * w[v + i]!
      let qu = 0
      let qv = 0
      for (let t = i + 1; t < n; t++) {
        const x = w[p + t]!
        const y = w[q + t]!
        const g = w[u + t]!
        const h = w[v + t]!
        pu += x * g
        pv += x * h
        qu += y * g
        qv += y * h
      }
      inverse[p + j] = pu
      inverse[q + j] = qu
      inverse[q + j + 1] = qv
      if (j < i) inverse[p + j + 1] = pv
    }
  }
}
