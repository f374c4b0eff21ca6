/**
 * What lies over a figure: the trials within a selection, the hovered and pinned ones, and the brushed range. The
 * figure below stays as it is, and is only paled while something is brushed.
 */

import { pixelAt } from '../layout.ts'
import type { Axis, Layout, TrialPlaces } from '../layout.ts'
import { shape } from './element.ts'
import type { Selection } from './selection.ts'

/** Rings around hovered and pinned trials. */
const RADIUS = 6

/** As many lines of parallel axes are drawn again where some are selected. */
const MOST_PATHS = 500

/** A figure as it lies on the page. */
export interface Laid {
  readonly layout: Layout
  readonly places: TrialPlaces
}

/** Shows what is brushed and pinned. `chosen`: 1 for each trial within all brushes. */
export function showSelection(
  host: SVGElement,
  laid: Laid,
  { pinned, brushes }: Selection,
  chosen: Uint8Array | undefined,
): void {
  const { layout } = laid
  const ranges = brushes.flatMap(({ axis, low, high }) =>
    axesOf(layout)
      .filter(({ scale }) => scale.of === axis)
      .map((found) => rangeShape(found, layout, pixelAt(found, low), pixelAt(found, high))),
  )
  host.replaceChildren(
    ...ranges,
    ...(chosen === undefined ? [] : [chosenShape(laid, chosen)]),
    ...pinned.flatMap((trial, k) => trialShapes(laid, trial, 'pinned', String(k + 1))),
  )
}

/** Shows which trial is hovered: -1 for none. It changes with each move of the pointer, and so it does nothing else. */
export const showHovered = (host: SVGElement, laid: Laid, hovered: number): void =>
  host.replaceChildren(...(hovered < 0 ? [] : trialShapes(laid, hovered, 'hovered', '')))

/** An axis, and where it stands if it is one of several upright ones. */
type Placed = Axis & { readonly at?: number; readonly isUpright: boolean }

/** All axes of a layout. */
export const axesOf = ({ x, y, axes }: Layout): Placed[] =>
  axes.length > 0
    ? axes.map(({ at, axis }) => ({ ...axis, at, isUpright: true }))
    : [
        { ...x, isUpright: false },
        { ...y, isUpright: true },
      ]

function rangeShape({ at, isUpright }: Placed, { x, y }: Layout, from: number, to: number): SVGElement {
  const [start, length] = [Math.min(from, to), Math.abs(to - from)]
  const box =
    at !== undefined
      ? { x: at - 8, width: 16, y: start, height: length }
      : isUpright
        ? { x: x.low, width: x.high - x.low, y: start, height: length }
        : { x: start, width: length, y: y.high, height: y.low - y.high }
  return shape('rect', { class: 'brush', ...box })
}

/** The trials within the selection: dots, or lines from axis to axis. */
function chosenShape({ layout, places: { trial, x, y } }: Laid, chosen: Uint8Array): SVGElement {
  if (layout.axes.length > 0) {
    const lines = pathsOf({ trial, x, y }, layout.axes.length, (one) => chosen[one] === 1).slice(0, MOST_PATHS)
    return shape('path', { class: 'chosen-path', d: lines.join('') })
  }
  const dots: string[] = []
  for (let k = 0; k < trial.length; k++)
    if (chosen[trial[k]!] === 1) dots.push(`M${x[k]!.toFixed(1)},${y[k]!.toFixed(1)}h0`)
  return shape('path', { class: 'chosen', d: dots.join('') })
}

/** The lines of some trials. Their places come one after the other; an axis without one leaves a gap. */
function pathsOf({ trial, x, y }: TrialPlaces, axes: number, isWanted: (trial: number) => boolean): string[] {
  const lines = new Map<number, string>()
  for (let k = 0; k < trial.length; k++) {
    if (!isWanted(trial[k]!)) continue
    const line = lines.get(trial[k]!)
    lines.set(trial[k]!, `${line ?? ''}${line === undefined ? 'M' : 'L'}${x[k]!.toFixed(1)},${y[k]!.toFixed(1)}`)
  }
  return axes < 2 ? [] : [...lines.values()]
}

/** A ring at each mark of a trial, or its line; `text` stands beside the first one. */
function trialShapes({ layout, places }: Laid, trial: number, kind: string, text: string): SVGElement[] {
  if (layout.axes.length > 0)
    return pathsOf(places, layout.axes.length, (one) => one === trial).map((d) => shape('path', { class: kind, d }))
  const found: number[] = []
  for (let k = 0; k < places.trial.length; k++) if (places.trial[k] === trial) found.push(k)
  const rings = found.map((k) =>
    shape('circle', { class: kind, cx: places.x[k]!.toFixed(1), cy: places.y[k]!.toFixed(1), r: RADIUS }),
  )
  const [first] = found
  if (first === undefined || text === '') return rings
  const label = shape('text', { class: kind, x: places.x[first]! + RADIUS + 2, y: places.y[first]! - RADIUS }, text)
  return [...rings, label]
}
