/**
 * What the points of a front leave of the space below a reference, as boxes that do not overlap. Each box reaches from
 * −∞ or a coordinate of a point up to another one or to the reference, for two or three coordinates, all to be
 * minimized.
 *
 *   n, m       number of points, of coordinates        r   m, the reference
 *   a, b, c    the coordinates of a point              u   in a strip, the b at which it ends
 *
 * The points are taken by ascending c, and dominate by a and b alone a region that grows. Its border is a staircase.
 * Whatever a point adds to the region is cut into strips between the steps of the staircase; there the space is free up
 * to the point's c. What is still outside in the end is free up to the reference. A point adds one strip more than it
 * removes steps, which makes at most 2n + 1 boxes. With two coordinates only those of the end are left, n + 1.
 *
 * Sources: Lacour, Klamroth & Fonseca 2017, "A box decomposition algorithm to compute the hypervolume indicator" (their
 * number); Yang, Emmerich, Deutz & Bäck 2019, "Efficient computation of expected hypervolume improvement using box
 * decomposition algorithms" (the sweep).
 */

/** A set of boxes: k × m each. Lower ends may be −∞. */
export interface Boxes {
  readonly low: Float64Array
  readonly high: Float64Array
}

interface Step {
  readonly a: number
  readonly b: number
}

/**
 * The boxes that points leave below a reference.
 *
 * @param points  n × m, m = 2 or 3; they may dominate each other, and those not below the reference have no effect
 */
export function freeBoxes(points: Float64Array, n: number, m: number, r: Float64Array): Boxes {
  const rows = Array.from({ length: n }, (_, i) => points.subarray(i * m, (i + 1) * m))
  const below = rows.filter((point) => point.every((at, k) => at < r[k]!))
  // Without a third coordinate, nothing is free below a point: its strips are empty.
  const sorted = below.map(([a, b, c = -Infinity]) => ({ a: a!, b: b!, c })).sort((p, q) => p.c - q.c)
  const [low, high]: [number[], number[]] = [[], []]
  const add = (from: readonly number[], to: readonly number[]): void => {
    if (from.some((at, k) => !(at < to[k]!))) return
    low.push(...from.slice(0, m))
    high.push(...to.slice(0, m))
  }
  const staircase: Step[] = [
    { a: -Infinity, b: r[1]! },
    { a: r[0]!, b: -Infinity },
  ]
  for (const { a, b, c } of sorted) {
    const next = staircase.findIndex((step) => step.a > a)
    let u = staircase[next - 1]!.b
    if (u <= b) continue
    let [from, end] = [a, next]
    for (; staircase[end]!.b >= b; end++) {
      add([from, b, -Infinity], [staircase[end]!.a, u, c])
      ;({ a: from, b: u } = staircase[end]!)
    }
    add([from, b, -Infinity], [staircase[end]!.a, u, c])
    staircase.splice(next, end - next, { a, b })
  }
  for (const [i, { a, b }] of staircase.slice(0, -1).entries()) {
    add([a, -Infinity, -Infinity], [staircase[i + 1]!.a, b, r[2] ?? Infinity])
  }
  return { low: Float64Array.from(low), high: Float64Array.from(high) }
}
