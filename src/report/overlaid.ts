/** A figure with the marks of the same figure of another study in it, on scales that hold both. */

import type { Figure } from './figure.ts'
import type { Mark } from './mark.ts'
import type { Scale } from './scale.ts'

/**
 * The lines of another study beside those of this one, dashed and named. Its points are left out: two clouds of them
 * hide each other. If the two have other kinds of scales, the figure stays as it is.
 *
 * @param name  of the other study
 */
export function overlaid(figure: Figure, other: Figure, name: string): Figure {
  if (other.empty !== null || figure.x.kind === 'category' || figure.y.kind === 'category') return figure
  const lines = other.marks.flatMap((mark): Mark[] =>
    mark.kind === 'line' || mark.kind === 'step' ? [{ ...mark, role: 'other', isDashed: true, text: name }] : [],
  )
  if (lines.length === 0) return figure
  return {
    ...figure,
    x: joined(figure.x, other.x),
    y: joined(figure.y, other.y),
    marks: [...figure.marks, ...lines],
    empty: null,
    summary: figure.empty === null ? `${figure.summary}; ${name}: ${other.summary}` : `${name}: ${other.summary}`,
  }
}

/** A scale that reaches over both. It is logarithmic only if both are. */
const joined = (one: Scale, other: Scale): Scale => ({
  ...one,
  kind: one.kind === 'log' && other.kind === 'log' ? 'log' : one.kind === 'time' ? 'time' : 'linear',
  low: Math.min(one.low, other.low),
  high: Math.max(one.high, other.high),
})
