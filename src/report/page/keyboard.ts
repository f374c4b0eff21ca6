/**
 * The keyboard in a figure: ← and → go to the next trial by x, ↑ and ↓ by y, Home and End to the ends, B to the best
 * trial, Enter pins, Escape leaves what is selected.
 */

import type { Chart } from './chart.ts'

export interface KeyActs {
  readonly hovered: () => number
  readonly best: () => number
  /** `order`: the trials that the keys go through. */
  readonly hover: (trial: number, order: readonly number[]) => void
  readonly pin: (trial: number) => void
  readonly clear: () => void
}

/** Follows the keys that are pressed while a chart has the focus. */
export function followKeys(chart: Chart, acts: KeyActs): void {
  chart.plot.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    if (press(chart, event.key, acts)) event.preventDefault()
  })
}

/** @returns whether the key means something here */
function press(chart: Chart, key: string, acts: KeyActs): boolean {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
    case 'ArrowLeft':
    case 'ArrowDown': {
      const order = trialsBy(chart, key === 'ArrowRight' || key === 'ArrowLeft' ? 'x' : 'y')
      if (order.length === 0) return false
      const at = order.indexOf(acts.hovered())
      const step = key === 'ArrowRight' || key === 'ArrowUp' ? 1 : -1
      const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), order.length - 1)
      acts.hover(order[next]!, order)
      return true
    }
    case 'Home':
    case 'End': {
      const order = trialsBy(chart, 'x')
      const trial = order.at(key === 'Home' ? 0 : -1)
      if (trial !== undefined) acts.hover(trial, order)
      return true
    }
    case 'b':
    case 'B':
      if (acts.best() >= 0) acts.hover(acts.best(), trialsBy(chart, 'x'))
      return true
    case 'Enter':
      if (acts.hovered() >= 0) acts.pin(acts.hovered())
      return true
    case 'Escape':
      acts.clear()
      return true
  }
  return false
}

/** The trials of a figure in the order of one axis, the low end first, each once. */
function trialsBy(chart: Chart, axis: 'x' | 'y'): number[] {
  const laid = chart.laid()
  if (laid === undefined) return []
  const { trial, [axis]: places } = laid.places
  const sign = laid.layout[axis].high < laid.layout[axis].low ? -1 : 1
  const marks = [...trial.keys()].sort((a, b) => sign * (places[a]! - places[b]!) || a - b)
  return [...new Set(marks.map((k) => trial[k]!))]
}
