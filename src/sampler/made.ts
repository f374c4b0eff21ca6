/**
 * A model in its role, made: fitted to a bounded set of the observations, and told what is pending and what failed.
 */

import { randomStream } from '../numerics/random.ts'
import type { Random } from '../numerics/random.ts'
import { rowsOf } from '../numerics/vector.ts'
import type { Axes } from '../space/axes.ts'
import { fitConstant } from '../surrogate/constant.ts'
import type { Observations } from '../surrogate/evidence.ts'
import { condition, meansAtObservations } from '../surrogate/gaussian-process.ts'
import type { GaussianProcess } from '../surrogate/gaussian-process.ts'
import { crossValidated, leaveOneOut, rSquared } from '../surrogate/explained.ts'
import { fitBoostedTrees } from '../surrogate/gradient-boosting.ts'
import { boostedModel, constantModel, forestModel, processModel } from '../surrogate/model.ts'
import type { Model } from '../surrogate/model.ts'
import { fitForest } from '../surrogate/random-forest.ts'
import { sortedRows } from '../surrogate/sorted-rows.ts'
import { FOREST_DEFAULTS } from '../surrogate/tree-options.ts'
import { warped } from '../surrogate/warp.ts'
import type { Warp } from '../surrogate/warp.ts'
import { placesOf, valuesOf } from './observations.ts'
import { ownModel } from './own-model.ts'
import { askedNumber } from './own-part.ts'
import type { Observation } from './observations.ts'
import type { Past } from './past.ts'
import { fitRole, sampleOf, thetaOf } from './role-fit.ts'
import { warpOf } from './role.ts'
import type { Learned, ProcessRole, Role, StepsRole } from './role.ts'
import type { Weighed } from './lesson.ts'
import { unmeasuredOf } from './unmeasured.ts'
import type { Unmeasured } from './unmeasured.ts'

/** A node of a tree tries no more features than this, which bounds its cost. */
const MOST_FEATURES = 10

/** What a model of steps explains is measured without one of this many parts of its values at a time. */
const FOLDS = 5

export interface Made {
  readonly role: Role
  readonly model: Model
  /** The values that it was fitted to, to be minimized, before the warp. */
  readonly y: Float64Array
  readonly warp: Warp
  /** The observations that it was made of, lowest first: by posterior means, where the model has them. */
  readonly ranked: readonly Observation[]
  /** The means at the observations that it was made of, in their order, as the model sees values. */
  readonly means: Float64Array
  /**
   * The lowest mean at an observation that breaks no constraint, as the model sees values: what an improvement is
   * measured from.
   */
  readonly best: number
  /** What the fit learned for later ones; undefined for a model that is fitted anew each time. */
  readonly learned: Learned | undefined
  /** What a process predicts of each observation from all others, as it sees values; other models have none. */
  readonly leftOut?: () => Float64Array
  /** How much models of earlier studies count in it; left out if none does. */
  readonly earlier?: readonly Weighed[]
  /** How much it explains of values that it was not shown (`surrogate/explained.ts`). */
  readonly explained: () => number | undefined
}

/** A process, made. */
export interface MadeProcess extends Made {
  readonly learned: Learned
  readonly process: GaussianProcess
  /** What it was conditioned on, but for stand-ins of what is pending or failed. */
  readonly observations: Observations
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
    case 'boosted':
    case 'constant':
    case 'own':
      return makeSteps(role, chosen, past)
  }
  return role satisfies never
}

/** Makes a Gaussian process; see `make`. */
export function makeProcess(
  role: ProcessRole,
  chosen: readonly Observation[],
  n: number,
  earlier: Learned | undefined,
  past: Pick<Past, 'axes' | 'history' | 'effort' | 'safety' | 'beliefs'>,
): MadeProcess {
  const sample = sampleOf(chosen, n, past.axes)
  const fitted = fitRole(minimizing(role, past.history.sign, sample.y), sample, earlier, past.effort.fit)
  const { observations, learned, prior } = fitted
  const theta = thetaOf(fitted)
  const { standIns, believed, avoided } = unmeasuredOf(observations.values, past)
  const { safety } = past
  // A pending trial is believed to turn out as the model predicts. So is a failed one, unless it surely failed for its
  // place: then it is believed to be no better than the mean of the values, 0.
  const leastMeans =
    safety &&
    Float64Array.from([...believed.map(() => -Infinity), ...avoided.map((x) => (safety.feared.has(x) ? 0 : -Infinity))])
  const fantasies = rowsOf([...believed, ...avoided], past.axes.list.length)
  const told = withStandIns(observations, standIns)
  const process = condition(told, theta, fantasies, leastMeans, prior.form)
  const means = meansAtObservations(process, observations)
  const leftOut = (): Float64Array =>
    leaveOneOut(condition(observations, theta, undefined, undefined, prior.form), observations).means
  return {
    role,
    model: processModel(process),
    y: sample.y,
    warp: warpOf(role, learned),
    ranked: lowestFirst(means, chosen),
    means,
    best: bestOf(means, chosen),
    learned,
    leftOut,
    explained: () => rSquared(observations.values, leftOut()),
    process,
    observations,
  }
}

/** A role whose prior mean, if it is a number, is to be minimized as the values `y` are. */
function minimizing(role: ProcessRole, sign: 1 | -1, y: Float64Array): ProcessRole {
  const { mean: own } = role
  const mean =
    own === undefined
      ? role.prior.form?.mean
      : askedNumber('mean', own.name, () => own.of(y.map((value) => sign * value)))
  if (typeof mean !== 'number') return role
  return { ...role, prior: { ...role.prior, form: { ...role.prior.form, mean: sign * mean } } }
}

/** Makes a model of steps; see `make`. */
function makeSteps(role: StepsRole, chosen: readonly Observation[], past: Past): Made {
  const { axes, random } = past
  const d = axes.list.length
  const y = valuesOf(chosen)
  const warp = warpOf(role)
  const { values } = warped(y, warp)
  const { standIns, believed, avoided } = unmeasuredOf(values, past)
  // A failure counts as the worst value.
  const worst = Math.max(...values)
  const bare = {
    points: placesOf(chosen, d),
    values,
    categories: axes.categories,
  }
  const failed = avoided.map((x) => ({ x, value: worst }))
  let rows = withStandIns(bare, [...failed, ...standIns])
  let model = fitted(role, rows, axes, random)
  if (believed.length > 0) {
    // Such a model has no posterior under a fantasy. It is made again with its own means as values.
    const { means } = model.predict(rowsOf(believed, d), believed.length)
    rows = withStandIns(
      rows,
      believed.map((x, i) => ({ x, value: means[i]! })),
    )
    model = fitted(role, rows, axes, random)
  }
  return {
    role,
    model,
    y,
    warp,
    ranked: lowestFirst(values, chosen),
    means: values,
    best: bestOf(values, chosen),
    learned: undefined,
    explained: () => explainedBySteps(role, bare, axes),
  }
}

/** Fits a model of steps. */
function fitted(role: StepsRole, { points, values }: Observations, axes: Axes, random: Random): Model {
  const n = values.length
  const d = axes.list.length
  const levels = axes.list.map(({ kind, count }) => (kind === 'category' ? count : 0))
  switch (role.make) {
    case 'forest': {
      const options = { features: Math.min(FOREST_DEFAULTS.features, MOST_FEATURES / d), ...role.trees }
      return forestModel(fitForest(points, values, n, d, levels, options, random), n, role.part, role.floor)
    }
    case 'boosted':
      return boostedModel(fitBoostedTrees(points, values, n, d, levels, role.boosting, random), n)
    case 'constant':
      return constantModel(fitConstant(values, d), n)
    case 'own':
      return ownModel(role.part, points, values, axes, random)
  }
  return role satisfies never
}

/** How much a model of steps explains of values that it was not shown: it is made again without a part of them. */
function explainedBySteps(
  role: StepsRole,
  { points, values, categories }: Observations,
  axes: Axes,
): number | undefined {
  const n = values.length
  if (n < FOLDS) return undefined
  const d = axes.list.length
  const rows = sortedRows(points, values, n, d)
  const random = randomStream('explained')
  const means = crossValidated(rows, n, d, FOLDS, (x, y) => {
    const { predict } = fitted(role, { points: x, values: y, categories }, axes, random)
    return (others, m) => predict(others, m).means
  })
  return rSquared(rows.y, means)
}

/** Observations, followed by points that are taken for measured. */
function withStandIns(observations: Observations, standIns: Unmeasured['standIns']): Observations {
  if (standIns.length === 0) return observations
  const { points, values, categories } = observations
  const more = placesOf(standIns, categories.length)
  return {
    points: Float64Array.of(...points, ...more),
    values: Float64Array.of(...values, ...standIns.map(({ value }) => value)),
    categories,
  }
}

/** The lowest mean; where some observations break constraints, that of the others, if there are any. */
export function bestOf(means: Float64Array, chosen: readonly Observation[]): number {
  const allowed = means.filter((_, i) => chosen[i]!.breaks !== true)
  return Math.min(...(allowed.length > 0 ? allowed : means))
}

/**
 * Observations in the order of their means, lowest first; after them, those that break constraints. Values contain
 * noise; posterior means say more.
 */
export function lowestFirst(means: Float64Array, chosen: readonly Observation[]): readonly Observation[] {
  const isBreaking = (i: number): number => (chosen[i]!.breaks === true ? 1 : 0)
  return chosen
    .map((_, i) => i)
    .sort((a, b) => isBreaking(a) - isBreaking(b) || means[a]! - means[b]! || a - b)
    .map((i) => chosen[i]!)
}
