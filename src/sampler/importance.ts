/**
 * Which parameters matter, by a random forest fitted to the complete trials: the share of the objective's variance over
 * the whole space that each parameter explains alone, and that each pair explains beyond its two parameters alone.
 *
 * A random forest smooths over noise only in part. Noise that it takes for structure goes to pairs, and to interactions
 * of more than two parameters. Those have no rows, so the shares add up to less than 1. The interval says how far a
 * share would move with other trials.
 */

import { randomStream } from '../numerics/random.ts'
import type { Random } from '../numerics/random.ts'
import { cellWidths } from '../space/encoding.ts'
import { axesOf, pointOf, valueOfLevel, type Axis } from '../space/axes.ts'
import { leafLabels } from '../space/flatten.ts'
import type { Space } from '../space/parameter.ts'
import { signOf } from '../space/objectives.ts'
import { functionalAnova } from '../surrogate/functional-anova.ts'
import type { Effect } from '../surrogate/functional-anova.ts'
import { fitForest, predictForestInto } from '../surrogate/random-forest.ts'
import type { ForestOptions } from '../surrogate/tree-options.ts'
import type { Measure } from '../surrogate/tree-boxes.ts'
import type { Objectives, TrialRecord } from '../trial.ts'
import { TREES_OF_SUBSAMPLE, shareIntervals } from './importance-interval.ts'
import { evenly } from './model-set.ts'

/** With fewer complete trials than this there is no importance: it would be chance. */
export const FEWEST_TRIALS = 10

/** R² is computed by this many forests, each fitted without one of this many parts of the trials. */
const FOLDS = 5

/**
 * The forest whose shares came closest to the true ones. This was measured on the Ishigami function, a sum and a
 * product, at 60 to 1,000 points, with and without noise, against every other minLeaf from 1 to 3, other shares of the
 * features, random cuts and random splits. Only for the product at 60 points did another forest come closer.
 */
const FOREST = { trees: 64, minLeaf: 3, features: 1, cuts: 'middle' } as const satisfies ForestOptions

/**
 * At most this many trials count, and with many parameters at most this many numbers, but not fewer than this many
 * trials. That bounds the cost.
 */
const MOST_TRIALS = 2000
const MOST_NUMBERS = 20_000
const FEWEST_OF_MANY = 500

/** The share of the best among them; the others are an even choice of the rest. */
const BEST_SHARE = 0.25

/** R² of more trials than this is computed with fewer trees, which cost as much as all do with this many trials. */
const TRIALS_OF_ALL_TREES = 300
const FEWEST_TREES = 16

/** A discrete parameter of more values than this is treated as continuous. */
const MANY_LEVELS = 10_000

export interface ImportanceRow {
  /**
   * One parameter, or two for their interaction. A name that two branches have comes with its branch, as in
   * `opt.lr (opt.kind=sgd)`.
   */
  readonly parameters: readonly string[]
  /** Share of the variance, in [0, 1]. */
  readonly share: number
  /** The ends of its 80 % interval: how far it would move with other trials. */
  readonly low: number
  readonly high: number
  /** Standard deviation of the share over the trees of the forest. */
  readonly deviation: number
}

/** The importance of all parameters for one objective, and how far it can be trusted. */
export interface Importance {
  readonly objective: string
  /** How many trials it is computed from: all complete ones, but at most 2,000; with over 10 parameters, fewer. */
  readonly trials: number
  /**
   * R² of such a forest's predictions for trials that it was not fitted to (five-fold): 1 for exact predictions, 0 or
   * less for a forest that has learned nothing. Null if all values are the same.
   */
  readonly heldOut: number | null
  readonly rows: readonly ImportanceRow[]
}

/** What a forest is fitted to. */
interface Samples {
  readonly n: number
  readonly d: number
  /** n × d */
  readonly x: Float64Array
  /** n, scaled so that the largest magnitude is between 1 and 2. */
  readonly y: Float64Array
  /** d, the number of values of an unordered choice, 0 for any other parameter. */
  readonly levels: Int32Array
}

/**
 * The importance of all parameters and pairs for each objective, largest share first. Objectives with fewer than
 * `FEWEST_TRIALS` complete trials are left out; without parameters in the space, all are. The same trials give the same
 * numbers in any order. If all values are the same, every share is 0.
 */
export function importances(space: Space, trials: readonly TrialRecord[], objectives: Objectives): Importance[] {
  return Object.entries(objectives).flatMap(([objective, direction]) => {
    const samples = samplesOf(space, trials, objective, signOf(direction))
    if (samples.n < FEWEST_TRIALS || samples.d === 0) return []
    const stream = randomStream('importance', objective)
    const heldOut = heldOutScore(samples, stream)
    return [{ objective, trials: samples.n, heldOut, rows: importanceRows(space, samples, stream, objective) }]
  })
}

function samplesOf(space: Space, trials: readonly TrialRecord[], objective: string, sign: 1 | -1): Samples {
  const axes = axesOf(space)
  const d = axes.list.length
  const all = trials
    .filter(({ state, values }) => state === 'complete' && Number.isFinite(values[objective]))
    .sort((a, b) => (a.number ?? Infinity) - (b.number ?? Infinity) || (a.id < b.id ? -1 : 1))
  const size = Math.min(MOST_TRIALS, Math.max(Math.floor(MOST_NUMBERS / Math.max(d, 1)), FEWEST_OF_MANY))
  const finished = chosenOf(all, size, ({ values }) => sign * values[objective]!)
  const x = new Float64Array(finished.length * d)
  for (const [i, { config }] of finished.entries()) x.set(pointOf(axes, config), i * d)
  const y = Float64Array.from(finished, ({ values }) => values[objective]!)
  const largest = y.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1
  // A unit of this size keeps sums of squares from overflow and underflow. As a power of two it changes no digit.
  const unit = 2 ** Math.min(Math.floor(Math.log2(largest)), 1023)
  return {
    n: finished.length,
    d,
    x,
    y: y.map((value) => value / unit),
    levels: Int32Array.from(axes.list, ({ kind, count }) => (kind === 'category' ? count : 0)),
  }
}

/** The trials that count: all if there are few; else the best, and an even choice of the others. In their order. */
function chosenOf(
  all: readonly TrialRecord[],
  size: number,
  worth: (trial: TrialRecord) => number,
): readonly TrialRecord[] {
  if (all.length <= size) return all
  const byWorth = [...all].sort((a, b) => worth(a) - worth(b))
  const best = new Set(byWorth.slice(0, BEST_SHARE * size))
  const rest = all.filter((trial) => !best.has(trial))
  const kept = new Set(evenly(rest, size - best.size))
  return all.filter((trial) => best.has(trial) || kept.has(trial))
}

function importanceRows(space: Space, samples: Samples, random: Random, objective: string): ImportanceRow[] {
  const names = leafLabels(space)
  const measures = axesOf(space).list.map(measureOf)
  const effectsBy = ({ n, d, x, y, levels }: Samples, trees: number, stream: Random): Effect[] =>
    functionalAnova(fitForest(x, y, n, d, levels, { ...FOREST, trees }, stream), measures)
  const effects = effectsBy(samples, FOREST.trees, random)
  const intervals = shareIntervals(
    effects,
    FOREST.trees,
    samples.n,
    (rows, stream) => effectsBy(partOf(samples, rows), TREES_OF_SUBSAMPLE, stream),
    randomStream('importance interval', objective),
  )
  return effects
    .map(({ features, share, deviation }, e) => ({
      parameters: features.map((j) => names[j]!),
      share,
      ...intervals[e]!,
      deviation,
    }))
    .sort((a, b) => b.share - a.share)
}

/** R² = 1 − Σ (y − ŷ)² / Σ (y − ȳ)², where each ŷ is predicted by a forest fitted to the other four fifths. */
function heldOutScore(samples: Samples, random: Random): number | null {
  const { n, d, y, levels } = samples
  if (y.every((value) => value === y[0])) return null
  const mean = y.reduce((sum, value) => sum + value, 0) / n
  const total = y.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const trees = Math.max(Math.round(FOREST.trees * Math.min(1, TRIALS_OF_ALL_TREES / n)), FEWEST_TREES)
  let missed = 0
  for (let fold = 0; fold < FOLDS; fold++) {
    const [inside, outside] = [true, false].map((isInside) =>
      partOf(
        samples,
        Array.from(y.keys()).filter((i) => (i % FOLDS !== fold) === isInside),
      ),
    ) as [Samples, Samples]
    const forest = fitForest(inside.x, inside.y, inside.n, d, levels, { ...FOREST, trees }, random)
    const predicted = new Float64Array(outside.n)
    predictForestInto(forest, outside.x, outside.n, predicted, new Float64Array(outside.n))
    for (let i = 0; i < outside.n; i++) missed += (outside.y[i]! - predicted[i]!) ** 2
  }
  return 1 - missed / total
}

/** Some of the rows. */
const partOf = ({ x, y, d, levels }: Samples, rows: readonly number[]): Samples => ({
  n: rows.length,
  d,
  x: picked(x, rows, d),
  y: picked(y, rows, 1),
  levels,
})

/** Some rows of a table that has `width` columns. */
function picked(table: Float64Array, rows: readonly number[], width: number): Float64Array {
  const result = new Float64Array(rows.length * width)
  for (const [k, row] of rows.entries()) result.set(table.subarray(row * width, (row + 1) * width), k * width)
  return result
}

/** How the values of a parameter are distributed when the unit cube is sampled evenly. */
function measureOf(axis: Axis): Measure {
  const { kind, parameter, count, when } = axis
  switch (kind) {
    case 'category':
      return { masses: cellWidths(parameter), when }
    case 'continuous':
      return { when }
    case 'grid': {
      if (count > MANY_LEVELS) return { when }
      const points = Float64Array.from({ length: count }, (_, k) => valueOfLevel(axis, k))
      return { points, masses: cellWidths(parameter), when }
    }
  }
  return kind satisfies never
}
