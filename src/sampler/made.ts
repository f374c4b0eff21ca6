/**
 * A model in its role, made: fitted to a bounded set of the observations, and told what is pending and what failed.
 */

import type { Observations } from '../surrogate/evidence.ts'
import { condition, meansAtObservations } from '../surrogate/gaussian-process.ts'
import { forestModel, processModel } from '../surrogate/model.ts'
import type { Model } from '../surrogate/model.ts'
import { fitForest } from '../surrogate/random-forest.ts'
import type { RandomForest } from '../surrogate/random-forest.ts'
import { warped } from '../surrogate/warp.ts'
import type { Warp } from '../surrogate/warp.ts'
import { rowsOf, valuesOf } from './observations.ts'
import type { Observation } from './observations.ts'
import type { Past } from './past.ts'
import { fitRole, sampleOf } from './role-fit.ts'
import { warpOf } from './role.ts'
import type { ForestRole, Learned, ProcessRole, Role } from './role.ts'
import { unmeasuredOf } from './unmeasured.ts'
import type { Unmeasured } from './unmeasured.ts'

/** A node of a tree tries this share of the features, and no more than `MOST_FEATURES`, which bounds its cost. */
const FEATURE_SHARE = 5 / 6
const MOST_FEATURES = 10

export interface Made {
  readonly role: Role
  readonly model: Model
  /** The values that it was fitted to, to be minimized, before the warp. */
  readonly y: Float64Array
  readonly warp: Warp
  /** The observations that it was made of, lowest first: by posterior means, where the model has them. */
  readonly ranked: readonly Observation[]
  /** The lowest mean at an observation, as the model sees values: what an improvement is measured from. */
  readonly best: number
  /** What the fit learned for later ones; undefined for a model that is fitted anew each time. */
  readonly learned: Learned | undefined
}

/**
 * Makes a model.
 *
 * @param chosen   the observations that it is made of
 * @param n        how many observations there are in all
 * @param earlier  what its role has learned before
 */
export function make(
  role: Role,
  chosen: readonly Observation[],
  n: number,
  earlier: Learned | undefined,
  past: Past,
): Made {
  switch (role.make) {
    case 'process':
      return makeProcess(role, chosen, n, earlier, past)
    case 'forest':
      return makeForest(role, chosen, past)
  }
  return role satisfies never
}

/** Makes a Gaussian process; see `make`. */
export function makeProcess(
  role: ProcessRole,
  chosen: readonly Observation[],
  n: number,
  earlier: Learned | undefined,
  past: Omit<Past, 'basis' | 'random' | 'number'>,
): Made & { readonly learned: Learned } {
  const sample = sampleOf(chosen, n, past.axes)
  const { observations, learned } = fitRole(role, sample, earlier, past.effort.fit)
  const { standIns, believed, avoided } = unmeasuredOf(observations.values, past)
  const { safety } = past
  // A pending trial is believed to turn out as the model predicts. So is a failed one, unless it surely failed for its
  // place: then it is believed to be no better than the mean of the values, 0.
  const leastMeans =
    safety &&
    Float64Array.from([...believed.map(() => -Infinity), ...avoided.map((x) => (safety.feared.has(x) ? 0 : -Infinity))])
  const fantasies = rowsOf([...believed, ...avoided], past.axes.list.length)
  const told = withStandIns(observations, standIns)
  const process = condition(told, Float64Array.from(learned.theta), fantasies, leastMeans)
  const means = meansAtObservations(process, observations)
  return {
    role,
    model: processModel(process),
    y: sample.y,
    warp: warpOf(role, learned),
    ranked: lowestFirst(means, chosen),
    best: Math.min(...means),
    learned,
  }
}

/** Makes a forest; see `make`. */
function makeForest(role: ForestRole, chosen: readonly Observation[], past: Past): Made {
  const { axes, random } = past
  const d = axes.list.length
  const y = valuesOf(chosen)
  const warp = warpOf(role)
  const { values } = warped(y, warp)
  const { standIns, believed, avoided } = unmeasuredOf(values, past)
  const levels = axes.list.map(({ kind, count }) => (kind === 'category' ? count : 0))
  const options = { features: Math.min(FEATURE_SHARE, MOST_FEATURES / d), ...role.trees }
  // A failure counts as the worst value.
  const worst = Math.max(...values)
  const measured = {
    points: rowsOf([...chosen.map(({ x }) => x), ...avoided], d),
    values: Float64Array.from([...values, ...avoided.map(() => worst)]),
    categories: axes.categories,
  }
  const fit = ({ points, values: targets }: Observations): RandomForest =>
    fitForest(points, targets, targets.length, d, levels, options, random)
  let rows = withStandIns(measured, standIns)
  let forest = fit(rows)
  if (believed.length > 0) {
    // A forest has no posterior under a fantasy. It is grown again with its own means as values.
    const { means } = forestModel(forest, rows.values.length).predict(rowsOf(believed, d), believed.length)
    rows = withStandIns(
      rows,
      believed.map((x, i) => ({ x, value: means[i]! })),
    )
    forest = fit(rows)
  }
  return {
    role,
    model: forestModel(forest, rows.values.length, role.part),
    y,
    warp,
    ranked: lowestFirst(values, chosen),
    best: Math.min(...values),
    learned: undefined,
  }
}

/** Observations, followed by points that are taken for measured. */
function withStandIns(observations: Observations, standIns: Unmeasured['standIns']): Observations {
  if (standIns.length === 0) return observations
  const { points, values, categories } = observations
  const more = rowsOf(
    standIns.map(({ x }) => x),
    categories.length,
  )
  return {
    points: Float64Array.of(...points, ...more),
    values: Float64Array.of(...values, ...standIns.map(({ value }) => value)),
    categories,
  }
}

/** Observations in the order of their means, lowest first. Values contain noise; posterior means say more. */
export function lowestFirst(means: Float64Array, chosen: readonly Observation[]): readonly Observation[] {
  return chosen
    .map((_, i) => i)
    .sort((a, b) => means[a]! - means[b]! || a - b)
    .map((i) => chosen[i]!)
}
