/**
 * What a reader of the page has chosen, the same in all its figures and in its table: which trial is hovered, which are
 * pinned, which ranges are brushed, and up to which trial time has come. Each change gives a new selection.
 *
 * A trial is an index in the columns.
 */

import { tookOf } from '../columns.ts'
import type { Columns } from '../columns.ts'
import type { Places } from '../mark.ts'

/** As many trials as can be compared side by side. */
export const MOST_PINNED = 5

/** A range of an axis. Both ends belong to it. A trial without a place on the axis is outside. */
export interface Brush {
  /** What the axis shows: see `axisPlaces`. */
  readonly axis: string
  readonly low: number
  readonly high: number
}

export interface Selection {
  /** -1 if none is. */
  readonly hovered: number
  /** In the order of pinning. */
  readonly pinned: readonly number[]
  /** At most one for each axis; a trial is within the selection if it is within all of them. */
  readonly brushes: readonly Brush[]
  /** The page shows the study as it was after this trial number; null: as it is. */
  readonly asOf: number | null
}

export const NOTHING: Selection = { hovered: -1, pinned: [], brushes: [], asOf: null }

export const hover = (selection: Selection, trial: number): Selection =>
  selection.hovered === trial ? selection : { ...selection, hovered: trial }

/** Pins a trial, or unpins it. The oldest of too many is let go. */
export function togglePin(selection: Selection, trial: number): Selection {
  const { pinned } = selection
  if (pinned.includes(trial)) return { ...selection, pinned: pinned.filter((other) => other !== trial) }
  return { ...selection, pinned: [...pinned, trial].slice(-MOST_PINNED) }
}

/** Brushes a range of an axis, in place of any earlier one. */
export function brush(selection: Selection, axis: string, one: number, other: number): Selection {
  const brushes = selection.brushes.filter((earlier) => earlier.axis !== axis)
  return { ...selection, brushes: [...brushes, { axis, low: Math.min(one, other), high: Math.max(one, other) }] }
}

export const unbrush = (selection: Selection, axis: string): Selection => ({
  ...selection,
  brushes: selection.brushes.filter((other) => other.axis !== axis),
})

/** Nothing brushed or pinned; time stays where it is. */
export const cleared = ({ asOf }: Selection): Selection => ({ ...NOTHING, asOf })

/**
 * The places of all trials on an axis by its name: `number`, `started`, `ended`, `took`, `value NAME` of an objective,
 * or `parameter K` by its index. Undefined for an unknown name.
 */
export function axisPlaces(columns: Columns, axis: string): Places | undefined {
  const [kind, rest] = [axis.split(' ', 1)[0]!, axis.slice(axis.indexOf(' ') + 1)]
  switch (kind) {
    case 'number':
      return columns.number
    case 'started':
      return columns.started
    case 'ended':
      return columns.ended
    case 'took':
      return tookOf(columns).map((ms) => ms / 1000)
    case 'value':
      return columns.values.get(rest)
    case 'parameter':
      return columns.parameters[Number(rest)]?.at
  }
  return undefined
}

/** For each trial whether it is within all brushes: 1 or 0. Undefined where nothing is brushed. */
export function chosenBy(columns: Columns, { brushes }: Selection): Uint8Array | undefined {
  const ranges = brushes.flatMap(({ axis, low, high }) => {
    const places = axisPlaces(columns, axis)
    return places === undefined ? [] : [{ places, low, high }]
  })
  if (ranges.length === 0) return undefined
  return Uint8Array.from({ length: columns.count }, (_, i) =>
    ranges.every(({ places, low, high }) => places[i]! >= low && places[i]! <= high) ? 1 : 0,
  )
}
