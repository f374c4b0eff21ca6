/**
 * Quantiles by gradient-boosted trees: a mean and a variance of a mixed space from three quantiles.
 *
 *   n, d, m   number of rows, of features, of points to predict
 *   τ         level of a quantile, in (0, 1)
 *   F         the prediction of the τ-quantile so far: a constant, then one small tree after the other
 *
 * Each tree is fitted to the negative gradient of the loss that the τ-quantile minimizes: τ where y ≥ F, otherwise
 * τ − 1. Its leaves then get the τ-quantile of y − F among their rows, times the learning rate.
 *
 * The quantiles .16 and .84 of a normal variable are one standard deviation below and above its median. So the median
 * serves as mean, and half of the distance between the other two as deviation.
 *
 * Sources: Friedman 2001, "Greedy function approximation: a gradient boosting machine", Annals of Statistics 29,
 * algorithm 1 with the loss of Koenker & Bassett 1978, "Regression quantiles".
 */

import type { Random } from '../numerics/random.ts'
import { binRows } from './binned-rows.ts'
import { growTree, leafAt, treeWorkspace } from './regression-tree.ts'
import type { RegressionTree, TreeOptions } from './regression-tree.ts'
import { BOOSTING_DEFAULTS } from './tree-options.ts'
import type { BoostingOptions } from './tree-options.ts'
import { sortedRows } from './sorted-rows.ts'
import type { Rows } from './sorted-rows.ts'

/** Levels of the quantiles: one deviation below the median, the median, one deviation above. */
const LEVELS = [0.16, 0.5, 0.84] as const

export interface BoostedTrees {
  readonly d: number
  readonly codeOfLevel: readonly Uint8Array[]
  /** The quantiles in ascending order of their levels. */
  readonly quantiles: readonly BoostedQuantile[]
  /** Least deviation of a prediction. */
  readonly floor: number
}

export interface BoostedQuantile {
  readonly constant: number
  /** The means of their leaves are what they add to the prediction. */
  readonly trees: readonly RegressionTree[]
}

/**
 * Fits the three quantiles. Like a forest they are a function of the multiset of the rows.
 *
 * @param y       n finite targets, n ≥ 1
 * @param levels  d; 0 for an ordered feature, otherwise the number of levels of an unordered one
 * @throws RangeError for features with invalid values
 */
export function fitBoostedTrees(
  x: Float64Array,
  y: Float64Array,
  n: number,
  d: number,
  levels: ArrayLike<number>,
  options: BoostingOptions,
  random: Random,
): BoostedTrees {
  const { trees, rate, maxDepth, minLeaf, minSplit, floor } = { ...BOOSTING_DEFAULTS, ...options }
  const treeOptions: TreeOptions = { features: d, minLeaf, minSplit, maxDepth, splits: 'best', cuts: 'middle' }
  const sorted = sortedRows(x, y, n, d)
  const binned = binRows(sorted.x, sorted.y, n, d, Int32Array.from(levels))
  const workspace = treeWorkspace(n, d)
  const weight = new Float64Array(n).fill(1)
  const sample = new Uint32Array(n)
  const grow = (gradient: Float64Array): RegressionTree => {
    for (let i = 0; i < n; i++) sample[i] = i
    return growTree(binned, gradient, sample, weight, treeOptions, random, workspace)
  }
  const { codeOfLevel } = binned
  const quantiles = LEVELS.map((level) => boostedQuantile(sorted, n, d, codeOfLevel, level, trees, rate, grow))
  return { d, codeOfLevel, quantiles, floor }
}

/** Fills predictions for m points; a variance is at least the square of the floor. */
export function predictBoostedInto(
  boosted: BoostedTrees,
  x: Float64Array,
  m: number,
  mean: Float64Array,
  variance: Float64Array,
): void {
  const [low, middle, high] = boosted.quantiles as readonly [BoostedQuantile, BoostedQuantile, BoostedQuantile]
  const lowest = new Float64Array(m)
  predictQuantileInto(boosted, low, x, m, lowest)
  predictQuantileInto(boosted, high, x, m, variance)
  predictQuantileInto(boosted, middle, x, m, mean)
  // Quantiles are fitted one by one, so they may cross; then the floor counts.
  for (let i = 0; i < m; i++) variance[i] = Math.max((variance[i]! - lowest[i]!) / 2, boosted.floor) ** 2
}

/** Fills one quantile at m points. */
export function predictQuantileInto(
  { d, codeOfLevel }: Pick<BoostedTrees, 'd' | 'codeOfLevel'>,
  { constant, trees }: BoostedQuantile,
  x: Float64Array,
  m: number,
  quantile: Float64Array,
): void {
  quantile.fill(constant, 0, m)
  for (const tree of trees)
    for (let i = 0; i < m; i++) quantile[i] = quantile[i]! + tree.mean[leafAt(tree, codeOfLevel, x, i * d)]!
}

function boostedQuantile(
  { x, y }: Rows,
  n: number,
  d: number,
  codeOfLevel: readonly Uint8Array[],
  level: number,
  treeCount: number,
  rate: number,
  grow: (gradient: Float64Array) => RegressionTree,
): BoostedQuantile {
  const constant = quantileOf(y, level)
  const residual = y.map((target) => target - constant)
  const gradient = new Float64Array(n)
  const leaf = new Int32Array(n)
  const trees: RegressionTree[] = []
  for (let t = 0; t < treeCount; t++) {
    for (let i = 0; i < n; i++) gradient[i] = residual[i]! >= 0 ? level : level - 1
    const tree = grow(gradient)
    for (let i = 0; i < n; i++) leaf[i] = leafAt(tree, codeOfLevel, x, i * d)
    setLeaves(tree, leaf, residual, level, rate)
    for (let i = 0; i < n; i++) residual[i] = residual[i]! - tree.mean[leaf[i]!]!
    trees.push(tree)
  }
  return { constant, trees }
}

/** Gives each leaf the quantile of its rows' residuals, times the learning rate. */
function setLeaves(tree: RegressionTree, leaf: Int32Array, residual: Float64Array, level: number, rate: number): void {
  for (let node = 0; node < tree.feature.length; node++) {
    if (tree.feature[node]! >= 0) continue
    const among = residual.filter((_, i) => leaf[i] === node)
    tree.mean[node] = rate * quantileOf(among, level)
  }
}

/** The least value such that the fraction `level` of all values is not above it. It minimizes the loss. */
function quantileOf(values: Float64Array, level: number): number {
  const place = Math.max(Math.ceil(level * values.length) - 1, 0)
  return Float64Array.from(values).sort()[place]!
}
