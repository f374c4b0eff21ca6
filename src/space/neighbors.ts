/** The trials most like a config: what was known around it. */

import type { Config, TrialRecord } from '../trial.ts'
import { axesOf, pointOf } from './axes.ts'
import type { Axes } from './axes.ts'
import type { Space } from './parameter.ts'

/** A trial near another one. */
export interface Near {
  readonly number: number | null
  readonly id: string
  readonly state: TrialRecord['state']
  /** The value of the first objective; null without one. */
  readonly value: number | null
  /**
   * Root of the sum of squared differences over the parameters. The difference of two numbers is a share of the range,
   * on the parameter's own scale; two different choices count 1, and so does a parameter that only one of the configs
   * has.
   */
  readonly distance: number
}

/** The `count` trials nearest to a config, nearest first; at equal distance the lower number comes first. */
export function nearestTrials(space: Space, config: Config, trials: readonly TrialRecord[], count: number): Near[] {
  const axes = axesOf(space)
  const x = pointOf(axes, config)
  return trials
    .map(({ number, id, state, value, config: other }) => ({
      number,
      id,
      state,
      value,
      distance: distanceOf(x, pointOf(axes, other), axes),
    }))
    .sort((a, b) => a.distance - b.distance || (a.number ?? Infinity) - (b.number ?? Infinity))
    .slice(0, count)
}

function distanceOf(x: Float64Array, other: Float64Array, axes: Axes): number {
  return Math.hypot(
    ...axes.list.map(({ kind }, k) => {
      // Object.is, because two inactive parameters are both NaN: they do not differ.
      if (Object.is(x[k], other[k])) return 0
      const difference = x[k]! - other[k]!
      return kind === 'category' || Number.isNaN(difference) ? 1 : difference
    }),
  )
}
