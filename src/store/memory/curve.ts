/**
 * The curve of a note or of a terminal record. A log has a line for each intermediate value, and may have millions: a
 * record of them all would be longer than such a file may be.
 */

import type { Curve } from '../disk/documents.ts'
import type { Slot } from './slot.ts'

/** A record has this many points of a curve at most: FORMAT.md sets the limit. */
const MOST_POINTS = 1000

/** Every point of a curve up to a thousand, else a thousand of them, evenly, the last one included. */
export function thinnedCurve(curve: Curve, most = MOST_POINTS): Curve {
  if (curve.length <= most) return curve
  return Array.from({ length: most }, (_, i) => curve[Math.round((i * (curve.length - 1)) / (most - 1))]!)
}

/** The same, but the last point at each of these steps stays. */
export function curveThrough(curve: Curve, steps: ReadonlySet<number>): Curve {
  if (curve.length <= MOST_POINTS) return curve
  const lastAt = new Map(curve.flatMap(([step], i) => (steps.has(step) ? [[step, i] as const] : [])))
  const kept = new Set(lastAt.values())
  const others = thinnedCurve(
    [...curve.keys()].filter((i) => !kept.has(i)).map((i) => [i, null] as const),
    MOST_POINTS - kept.size,
  )
  return [...others.map(([i]) => i), ...kept].sort((a, b) => a - b).map((i) => curve[i]!)
}

/** Gives attempts that were read again the intermediate values that logs told of them. */
export function keepCurves(attempts: Slot['attempts'], old: Slot['attempts']): void {
  for (const attempt of attempts) {
    const known = attempt === undefined ? undefined : old[attempt.attempt]
    if (known !== undefined && known.worker === attempt!.worker) attempt!.curve = known.curve
  }
}
