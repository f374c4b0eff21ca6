/**
 * The intermediate values of a running trial, as far as they are kept. A program may report millions; a record has at
 * most 1,000 of them (FORMAT.md), and no log may grow without a bound.
 *
 * All values are kept up to 1,000. Then every second one is forgotten, and from there on only every second one is kept;
 * each time there are too many again, the stride doubles. So the kept ones are spaced evenly at all times, and how many
 * of n were ever kept grows as log n. The last value is always there.
 */

/** A point; null stands for a value that was not finite. */
type Point = readonly [step: number, value: number | null]

const MOST_POINTS = 1000

/** @internal */
export interface KeptCurve {
  points: Point[]
  /** How many were reported. */
  count: number
  /** The points have the places 0, stride, 2 stride, … among those that were reported. */
  stride: number
  last: Point | undefined
}

/** @internal */
export const emptyCurve = (): KeptCurve => ({ points: [], count: 0, stride: 1, last: undefined })

/** Adds a point, and gives whether it is kept beyond the next one. @internal */
export function addPoint(curve: KeptCurve, point: Point): boolean {
  curve.last = point
  const place = curve.count++
  // The last point may come on top, once not every point is kept.
  const most = curve.stride === 1 ? MOST_POINTS : MOST_POINTS - 1
  if (place % curve.stride === 0 && curve.points.length === most) {
    curve.points = curve.points.filter((_, k) => k % 2 === 0)
    curve.stride *= 2
  }
  if (place % curve.stride !== 0) return false
  curve.points.push(point)
  return true
}

/** The points that are kept, the last one included. @internal */
export function pointsOf({ points, last }: KeptCurve): readonly Point[] {
  return last === undefined || points.at(-1) === last ? points : [...points, last]
}
