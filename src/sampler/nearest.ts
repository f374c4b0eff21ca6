/** The trials most like a config: what was known around it. */

import type { Config, TrialRecord } from '../trial.ts'
import { axesOf, pointOf } from '../space/axes.ts'
import type { Axes } from '../space/axes.ts'
import type { Space } from '../space/parameter.ts'

export interface Neighbour {
  readonly trial: TrialRecord
  /** Root of the summed squares over the parameters: of a number its share of the range, on its own scale; 1 where a choice differs. */
  readonly distance: number
}

/** The nearest `count` of some trials, the nearest first. */
export function nearestTrials(
  space: Space,
  config: Config,
  trials: readonly TrialRecord[],
  count: number,
): Neighbour[] {
  const axes = axesOf(space)
  const x = pointOf(axes, config)
  return trials
    .map((trial) => ({ trial, distance: distanceOf(x, pointOf(axes, trial.config), axes) }))
    .sort((a, b) => a.distance - b.distance || (a.trial.number ?? Infinity) - (b.trial.number ?? Infinity))
    .slice(0, count)
}

function distanceOf(x: Float64Array, other: Float64Array, axes: Axes): number {
  return Math.hypot(
    ...axes.list.map(({ kind }, k) => {
      if (Object.is(x[k], other[k])) return 0
      const difference = x[k]! - other[k]!
      return kind === 'category' || Number.isNaN(difference) ? 1 : difference
    }),
  )
}
