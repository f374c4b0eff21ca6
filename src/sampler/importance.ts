/**
 * Which parameters matter: the share of the objective's variance over the whole space that each explains alone, and each
 * pair beyond the two alone, by a random forest fitted to the finished trials.
 *
 * A random forest smooths over noise only in part; what it takes for structure goes to pairs, and to interactions of
 * more parameters, which have no rows: shares add up to less than 1. The deviation between the trees says how far to trust one.
 */

import { randomStream } from '../numerics/random.ts'
import type { Random } from '../numerics/random.ts'
import { cellWidths } from '../space/encoding.ts'
import { axesOf, pointOf, valueOfLevel, type Axis } from '../space/axes.ts'
import { flatten } from '../space/flatten.ts'
import type { Space } from '../space/parameter.ts'
import { functionalAnova, type Measure } from '../surrogate/functional-anova.ts'
import { fitForest, predictForestInto, type ForestOptions } from '../surrogate/random-forest.ts'
import type { Objectives, TrialRecord } from '../trial.ts'

export interface ImportanceRow {
  /** One parameter, or two for what they do together; one whose name two branches have comes with its branch: `opt.lr (opt.kind=sgd)`. */
  readonly parameters: readonly string[]
  /** Share of the variance, in [0, 1]. */
  readonly share: number
  /** Standard deviation of the share between the trees of the forest. */
  readonly deviation: number
}

/** The importance of all parameters for one objective, and what it rests on. */
export interface Importance {
  readonly objective: string
  /** How many trials it is computed from. */
  readonly trials: number
  /**
   * R² of the same forest's predictions of trials that it was not fitted to (five-fold): 1 for exact ones, 0 or less for those of a
   * forest that has learned nothing; null where all values are the same.
   */
  readonly heldOut: number | null
  readonly rows: readonly ImportanceRow[]
}

/** With fewer complete trials nobody can say what matters. */
export const FEWEST_TRIALS = 10

const FOLDS = 5

// Measured on the Ishigami function, a sum and a product of 60 to 1,000 points, with and without noise: no other minLeaf from 1 to
// 3, share of the features, random cuts or random splits come closer to the true shares, except for the product at 60 points.
const FOREST: ForestOptions = { trees: 64, minLeaf: 3, features: 1, cuts: 'middle' }

/** Values of a discrete parameter beyond which it is treated as continuous. */
const MANY_LEVELS = 10_000

/**
 * The importance of all parameters and pairs, the largest first, objective by objective, with what it rests on; objectives with fewer
 * than `FEWEST_TRIALS` complete trials, and spaces without parameters, are left out. The same trials give the same numbers, in
 * whatever order; where all values are the same, shares of 0.
 */
export function importances(space: Space, trials: readonly TrialRecord[], objectives: Objectives): Importance[] {
  return Object.keys(objectives).flatMap((objective) => {
    const rows = rowsOf(space, trials, objective)
    if (rows.n < FEWEST_TRIALS || rows.d === 0) return []
    const stream = randomStream('importance', objective)
    return [
      { objective, trials: rows.n, heldOut: heldOutScore(rows, stream), rows: importanceRows(space, rows, stream) },
    ]
  })
}

/** What a forest is fitted to: n points, n × d, and their values, the largest of them between 1 and 2. */
interface Rows {
  readonly n: number
  readonly d: number
  readonly x: Float64Array
  readonly y: Float64Array
  readonly levels: Int32Array
}

function rowsOf(space: Space, trials: readonly TrialRecord[], objective: string): Rows {
  const axes = axesOf(space)
  const d = axes.list.length
  const finished = trials
    .filter(({ state, values }) => state === 'complete' && Number.isFinite(values[objective]))
    .sort((a, b) => (a.number ?? Infinity) - (b.number ?? Infinity) || (a.id < b.id ? -1 : 1))
  const x = new Float64Array(finished.length * d)
  for (const [i, { config }] of finished.entries()) x.set(pointOf(axes, config), i * d)
  const y = Float64Array.from(finished, ({ values }) => values[objective]!)
  const largest = y.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1
  // A power of two, which changes no digit: sums of squares neither overflow nor vanish.
  const unit = 2 ** Math.min(Math.floor(Math.log2(largest)), 1023)
  return {
    n: finished.length,
    d,
    x,
    y: y.map((value) => value / unit),
    levels: Int32Array.from(axes.list, ({ kind, count }) => (kind === 'category' ? count : 0)),
  }
}

function importanceRows(space: Space, { n, d, x, y, levels }: Rows, random: Random): ImportanceRow[] {
  const names = namesOf(space)
  const forest = fitForest(x, y, n, d, levels, FOREST, random)
  return functionalAnova(forest, axesOf(space).list.map(measureOf))
    .map(({ features, share, deviation }) => ({ parameters: features.map((j) => names[j]!), share, deviation }))
    .sort((a, b) => b.share - a.share)
}

/** A name for each parameter that no other has. */
function namesOf(space: Space): string[] {
  const leaves = flatten(space)
  return leaves.map(({ name, when }) => {
    const isShared = leaves.filter((leaf) => leaf.name === name).length > 1
    return isShared ? `${name} (${when.map((condition) => `${condition.name}=${condition.value}`).join(', ')})` : name
  })
}

/** 1 − Σ (y − ŷ)² / Σ (y − ȳ)², every ŷ by a forest of the other four fifths. */
function heldOutScore({ n, d, x, y, levels }: Rows, random: Random): number | null {
  if (y.every((value) => value === y[0])) return null
  const mean = y.reduce((sum, value) => sum + value, 0) / n
  const total = y.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  let missed = 0
  for (let fold = 0; fold < FOLDS; fold++) {
    const [inside, outside] = [
      Array.from(y.keys()).filter((i) => i % FOLDS !== fold),
      Array.from(y.keys()).filter((i) => i % FOLDS === fold),
    ]
    const forest = fitForest(picked(x, inside, d), picked(y, inside, 1), inside.length, d, levels, FOREST, random)
    const predicted = new Float64Array(outside.length)
    predictForestInto(forest, picked(x, outside, d), outside.length, predicted, new Float64Array(outside.length))
    for (const [k, i] of outside.entries()) missed += (y[i]! - predicted[k]!) ** 2
  }
  return 1 - missed / total
}

function picked(table: Float64Array, rows: readonly number[], width: number): Float64Array {
  const result = new Float64Array(rows.length * width)
  for (const [k, row] of rows.entries()) result.set(table.subarray(row * width, (row + 1) * width), k * width)
  return result
}

/** How the values of a parameter are distributed when the unit cube is sampled evenly. */
function measureOf(axis: Axis): Measure {
  const { kind, parameter, count, when } = axis
  if (kind === 'category') return { masses: cellWidths(parameter), when }
  if (kind === 'continuous' || count > MANY_LEVELS) return { when }
  return {
    points: Float64Array.from({ length: count }, (_, k) => valueOfLevel(axis, k)),
    masses: cellWidths(parameter),
    when,
  }
}
