/**
 * The pointer over a figure: hovering finds the nearest trial, a click pins it, and dragging brushes a range of an
 * axis. A double click takes the brushes of the figure away.
 */

import { placeAt } from '../scale.ts'
import type { Chart } from './chart.ts'
import { nearestIn } from './nearest.ts'
import { axesOf } from './overlay.ts'

/** A pointer that has moved less than this, in pixels, has clicked. */
const CLICK = 4

/** A drag that begins this close to an upright axis, in pixels, brushes it. */
const NEAR_AXIS = 30

/** What the pointer leads to. */
export interface PointerActs {
  /** -1 where no trial is near. */
  readonly hover: (trial: number, at: { readonly x: number; readonly y: number }) => void
  readonly pin: (trial: number) => void
  readonly brush: (axis: string, from: number, to: number) => void
  readonly unbrush: (axes: readonly string[]) => void
}

interface Drag {
  readonly axis: BrushedAxis
  readonly from: number
}

type BrushedAxis = ReturnType<typeof axesOf>[number]

/** Follows the pointer over a chart. */
export function followPointer(chart: Chart, acts: PointerActs): void {
  const { plot } = chart
  let pressed: { readonly x: number; readonly y: number } | undefined
  let drag: Drag | undefined
  const placeOf = (event: PointerEvent | MouseEvent): { x: number; y: number } => {
    const box = plot.getBoundingClientRect()
    return { x: event.clientX - box.left + plot.scrollLeft, y: event.clientY - box.top }
  }
  const trialAt = ({ x, y }: { x: number; y: number }): number => {
    const grid = chart.grid()
    const mark = grid === undefined ? -1 : nearestIn(grid, x, y)
    return mark < 0 ? -1 : chart.laid()!.places.trial[mark]!
  }
  plot.addEventListener('pointerdown', (event) => {
    if (event.button === 0) pressed = placeOf(event)
  })
  plot.addEventListener('pointermove', (event) => {
    const at = placeOf(event)
    if (pressed !== undefined && drag === undefined && Math.hypot(at.x - pressed.x, at.y - pressed.y) >= CLICK) {
      drag = dragFrom(chart, pressed)
      if (drag !== undefined) plot.setPointerCapture(event.pointerId)
    }
    if (drag !== undefined) acts.brush(drag.axis.scale.of!, drag.from, placeOn(drag.axis, at))
    else acts.hover(trialAt(at), { x: event.clientX, y: event.clientY })
  })
  plot.addEventListener('pointerup', (event) => {
    if (pressed !== undefined && drag === undefined) {
      const trial = trialAt(placeOf(event))
      if (trial >= 0) acts.pin(trial)
    }
    pressed = drag = undefined
  })
  plot.addEventListener('pointercancel', () => (pressed = drag = undefined))
  plot.addEventListener('pointerleave', () => acts.hover(-1, { x: 0, y: 0 }))
  plot.addEventListener('dblclick', () => {
    const laid = chart.laid()
    if (laid !== undefined) acts.unbrush(axesOf(laid.layout).flatMap(({ scale }) => scale.of ?? []))
  })
}

/** The axis that a drag from a place brushes: x, the nearest upright one, or y where x shows no column of trials. */
function dragFrom(chart: Chart, at: { readonly x: number; readonly y: number }): Drag | undefined {
  const laid = chart.laid()
  if (laid === undefined) return undefined
  const axes = axesOf(laid.layout).filter(({ scale }) => scale.of !== undefined)
  const near = axes.find((axis) => axis.at !== undefined && Math.abs(axis.at - at.x) <= NEAR_AXIS)
  const axis = near ?? axes.find((one) => one.at === undefined)
  return axis === undefined ? undefined : { axis, from: placeOn(axis, at) }
}

/** The place on an axis, at its nearer end beyond it: so that a brush includes the ends. */
function placeOn({ scale, low, high, isUpright }: BrushedAxis, at: { readonly x: number; readonly y: number }): number {
  const share = ((isUpright ? at.y : at.x) - low) / (high - low)
  return share <= 0 ? -Infinity : share >= 1 ? Infinity : placeAt(scale, share)
}
