/**
 * Fronts: which of several points are best when each has several coordinates, all to be minimized.
 *
 *   n, m     number of points, of coordinates
 *   points   n × m, row-major, all finite
 *   r        m, the reference: only what is below it in every coordinate counts
 *
 * A point dominates another if it is at least as good in every coordinate and better in one. The front consists of the
 * points that no other point dominates. Equal points do not dominate each other, so all of them are in it.
 *
 * Sources: Deb, Pratap, Agarwal & Meyarivan 2002, "A fast and elitist multiobjective genetic algorithm: NSGA-II"
 * (ranks); While, Bradstreet & Barone 2012, "A fast way of calculating exact hypervolumes" (WFG).
 */

/** Up to this many coordinates, the volume is summed over slices; a slice has one coordinate less. */
const MOST_SLICED = 3

/** Whether row `i` of some points dominates row `j` of others (by default the same). */
export function dominates(points: Float64Array, m: number, i: number, j: number, others = points): boolean {
  let isBetter = false
  for (let k = 0; k < m; k++) {
    const difference = points[i * m + k]! - others[j * m + k]!
    if (difference > 0) return false
    if (difference < 0) isBetter = true
  }
  return isBetter
}

/** Whether one of the points dominates this one. */
export function isDominated(points: Float64Array, n: number, m: number, point: Float64Array): boolean {
  for (let i = 0; i < n; i++) if (dominates(points, m, i, 0, point)) return true
  return false
}

/** The rows of the front, ascending. O(n log n) for two coordinates, O(n²) for more. */
export function frontOf(points: Float64Array, n: number, m: number): number[] {
  return frontAmong(inOrder(points, n, m), points, m).sort((a, b) => a - b)
}

/** Non-dominated sorting: 0 for the rows of the front, 1 for the front of the others, and so on. */
export function ranksOf(points: Float64Array, n: number, m: number): Int32Array {
  const ranks = new Int32Array(n)
  let left = inOrder(points, n, m)
  for (let rank = 0; left.length > 0; rank++) {
    const front = new Set(frontAmong(left, points, m))
    for (const i of front) ranks[i] = rank
    left = left.filter((i) => !front.has(i))
  }
  return ranks
}

/** The volume that the points dominate, up to the reference. Points that are not below it add nothing. */
export function hypervolume(points: Float64Array, n: number, m: number, r: Float64Array): number {
  const below: number[] = []
  for (let i = 0; i < n; i++) if (isBelow(points, m, i, r)) below.push(i)
  return volumeOf(
    below.map((i) => points.subarray(i * m, (i + 1) * m)),
    m,
    r,
  )
}

/** The rows by the first coordinate, then the second, and so on. */
function inOrder(points: Float64Array, n: number, m: number): number[] {
  return Array.from({ length: n }, (_, i) => i).sort((a, b) => compare(points, m, a, b))
}

/** The rows among these, which are in order, that none of them dominates. */
function frontAmong(sorted: readonly number[], points: Float64Array, m: number): number[] {
  // A row can be dominated only by rows before it in this order, and not by one that is dominated itself.
  const front: number[] = []
  for (const i of sorted) {
    // For two coordinates the last one has the lowest second coordinate so far.
    const isBeaten = m === 2 ? isBeatenByLast(front, points, i) : front.some((j) => dominates(points, m, j, i))
    if (!isBeaten) front.push(i)
  }
  return front
}

function isBeatenByLast(front: readonly number[], points: Float64Array, i: number): boolean {
  return front.length > 0 && dominates(points, 2, front.at(-1)!, i)
}

/** By the first coordinate, then the second, and so on; then by row. */
function compare(points: Float64Array, m: number, a: number, b: number): number {
  for (let k = 0; k < m; k++) {
    const difference = points[a * m + k]! - points[b * m + k]!
    if (difference !== 0) return difference
  }
  return a - b
}

function isBelow(points: Float64Array, m: number, i: number, r: Float64Array): boolean {
  for (let k = 0; k < m; k++) if (!(points[i * m + k]! < r[k]!)) return false
  return true
}

/** The volume of points that are below the reference; only their first m coordinates count. */
function volumeOf(points: readonly Float64Array[], m: number, r: Float64Array): number {
  if (points.length === 0) return 0
  if (m === 1) return r[0]! - points.reduce((low, point) => Math.min(low, point[0]!), Infinity)
  if (m === 2) return areaOf(points, r)
  return m <= MOST_SLICED ? slicedVolume(points, m, r) : wfgVolume(points, m, r)
}

/** The area: steps from left to right, each down to the lowest second coordinate so far. */
function areaOf(points: readonly Float64Array[], r: Float64Array): number {
  const sorted = [...points].sort((a, b) => a[0]! - b[0]!)
  let area = 0
  let low = r[1]!
  for (const point of sorted) {
    const gain = low - point[1]!
    if (gain > 0) {
      area += gain * (r[0]! - point[0]!)
      low = point[1]!
    }
  }
  return area
}

/** The volume by slices between two values of the last coordinate. */
function slicedVolume(points: readonly Float64Array[], m: number, r: Float64Array): number {
  const sorted = [...points].sort((a, b) => a[m - 1]! - b[m - 1]!)
  let volume = 0
  for (let i = 0; i < sorted.length; i++) {
    const thickness = (i + 1 < sorted.length ? sorted[i + 1]![m - 1]! : r[m - 1]!) - sorted[i]![m - 1]!
    if (thickness > 0) volume += thickness * volumeOf(sorted.slice(0, i + 1), m - 1, r)
  }
  return volume
}

/**
 * The volume as a sum over points of what each adds to those after it: its own box, less the volume that the others
 * have within it.
 */
function wfgVolume(points: readonly Float64Array[], m: number, r: Float64Array): number {
  // From the worst on: then the boxes of the later ones cover much of the earlier ones, which leaves small fronts.
  const sorted = [...points].sort((a, b) => b[m - 1]! - a[m - 1]!)
  let volume = 0
  for (const [i, point] of sorted.entries()) {
    let box = 1
    for (let k = 0; k < m; k++) box *= r[k]! - point[k]!
    const within = sorted.slice(i + 1).map((other) => other.map((at, k) => Math.max(at, point[k]!)))
    volume += box - volumeOf(withoutDominated(within, m), m, r)
  }
  return volume
}

/** The front of some points, one of each that are equal. */
function withoutDominated(points: readonly Float64Array[], m: number): Float64Array[] {
  const rows = new Float64Array(points.length * m)
  for (const [i, point] of points.entries()) rows.set(point.subarray(0, m), i * m)
  const front = frontOf(rows, points.length, m)
  const isEqual = (i: number, j: number): boolean => points[i]!.every((at, k) => k >= m || at === points[j]![k])
  return front.filter((i, k) => !front.slice(0, k).some((j) => isEqual(i, j))).map((i) => points[i]!)
}
