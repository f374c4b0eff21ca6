/**
 * Rows in an order of their own. A model that draws numbers while it is fitted is a function of the multiset of its
 * rows if they are sorted before.
 *
 *   x, y   n × d features, NaN where one is inactive; n targets
 */

export interface Rows {
  readonly x: Float64Array
  readonly y: Float64Array
}

/** The rows sorted by target, then by feature, NaN first. Rows that compare as equal are equal. */
export function sortedRows(x: Float64Array, y: Float64Array, n: number, d: number): Rows {
  const order = orderOfRows(x, y, n, d)
  const sorted = { x: new Float64Array(n * d), y: new Float64Array(n) }
  for (let k = 0; k < n; k++) {
    const row = order[k]!
    sorted.y[k] = y[row]!
    for (let j = 0; j < d; j++) sorted.x[k * d + j] = x[row * d + j]!
  }
  return sorted
}

function orderOfRows(x: Float64Array, y: Float64Array, n: number, d: number): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i)
  return order.sort((a, b) => {
    if (y[a] !== y[b]) return y[a]! - y[b]!
    for (let j = 0; j < d; j++) {
      const p = x[a * d + j]!
      const q = x[b * d + j]!
      if (p < q || (Number.isNaN(p) && !Number.isNaN(q))) return -1
      if (p > q || (Number.isNaN(q) && !Number.isNaN(p))) return 1
    }
    return 0
  })
}
