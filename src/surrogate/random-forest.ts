/**
 * Random forests: a mean and a variance at any point of a mixed space, from any number of rows.
 *
 *   n, d, m   number of rows, of features, of points to predict
 *   x         n × d or m × d, row-major; NaN where a feature is inactive
 *   levels    d; 0 for an ordered feature, otherwise the number of values (levels) of an unordered one, numbered from 0
 *   μ_t, v_t  mean and variance in a point's leaf of tree t
 *
 * A prediction follows the law of total variance: mean E[μ_t], variance Var[μ_t] + E[v_t] over the trees.
 *
 * A forest is a function of the multiset of its rows and of the random stream. The order in which rows are given does
 * not matter: they are sorted by target and then by feature before any number is drawn. The cost is bounded: a tree
 * sees at most `rows` of them.
 *
 * Sources: Breiman 2001, "Random forests", Machine Learning 45; Hutter et al. 2014, "Algorithm runtime prediction",
 * arXiv 1211.0906, §4.3.2, for the variance. The other kinds of forest: Geurts et al. 2006, "Extremely randomized
 * trees"; Breiman 1996, "Bagging predictors"; Ho 1998, "The random subspace method".
 */

import type { Random } from '../numerics/random.ts'
import { binRows, type BinnedRows } from './binned-rows.ts'
import { sortedRows } from './sorted-rows.ts'
import { growTree, leafAt, treeWorkspace, type RegressionTree, type TreeOptions } from './regression-tree.ts'
import { FOREST_DEFAULTS, type ForestOptions } from './tree-options.ts'

export interface RandomForest {
  readonly d: number
  readonly levels: Int32Array
  readonly trees: readonly RegressionTree[]
  /** By feature: the code of each level, as used in the sets of the trees; empty for an ordered feature. */
  readonly codeOfLevel: readonly Uint8Array[]
}

/**
 * Fits a forest.
 *
 * @param y  n targets, n ≥ 1; finite, and below 1e307 in size so that their differences are finite too
 * @throws RangeError for targets or features with invalid values, and for options out of range
 */
export function fitForest(
  x: Float64Array,
  y: Float64Array,
  n: number,
  d: number,
  levels: ArrayLike<number>,
  options: ForestOptions,
  random: Random,
): RandomForest {
  const { features, subspace, bootstrap, share, splits, cuts, ...limits } = { ...FOREST_DEFAULTS, ...options }
  const usable = Math.max(1, Math.round(inRange('subspace', subspace, Number.MIN_VALUE, 1) * d))
  const treeOptions: TreeOptions = {
    features:
      features === 'sqrt'
        ? Math.max(1, Math.floor(Math.sqrt(d)))
        : Math.max(1, Math.round(inRange('features', features, Number.MIN_VALUE, 1) * d)),
    minLeaf: inRange('minLeaf', limits.minLeaf, 1, Infinity),
    minSplit: inRange('minSplit', limits.minSplit, 2, Infinity),
    maxDepth: inRange('maxDepth', limits.maxDepth, 0, Infinity),
    splits,
    cuts,
  }
  inRange('trees', limits.trees, 1, Infinity)
  inRange('n', n, 1, 2 ** 32 - 1)
  const i = y.subarray(0, n).findIndex((target) => !Number.isFinite(target))
  if (i >= 0) throw new RangeError(`'y': a target must be a finite number, got ${y[i]} in row ${i}`)
  const sorted = sortedRows(x, y, n, d)
  const rows = binRows(sorted.x, sorted.y, n, d, Int32Array.from(levels))
  const draws = Math.max(
    1,
    Math.min(Math.round(inRange('share', share, Number.MIN_VALUE, 1) * n), inRange('rows', limits.rows, 1, Infinity)),
  )
  const trees = growTrees(rows, sorted.y, limits.trees, draws, bootstrap, usable, treeOptions, random)
  return { d, levels: rows.levels, trees, codeOfLevel: rows.codeOfLevel }
}

/**
 * Fills predictions for m points.
 *
 * @param mean      m
 * @param variance  m; at least 0, in squared units of the target
 * @param within    m; filled if given: the part of the variance within the leaves (noise). The rest is disagreement
 *                  between the trees
 */
export function predictForestInto(
  forest: RandomForest,
  x: Float64Array,
  m: number,
  mean: Float64Array,
  variance: Float64Array,
  within?: Float64Array,
): void {
  const { trees, codeOfLevel, d } = forest
  mean.fill(0, 0, m)
  variance.fill(0, 0, m)
  within?.fill(0, 0, m)
  for (let t = 0; t < trees.length; t++) {
    const tree = trees[t]!
    for (let i = 0; i < m; i++) {
      // Welford's recurrence: E[μ²] − E[μ]² would cancel where the trees agree.
      const leaf = leafAt(tree, codeOfLevel, x, i * d)
      const change = tree.mean[leaf]! - mean[i]!
      mean[i]! += change / (t + 1)
      variance[i]! += change * (tree.mean[leaf]! - mean[i]!) + tree.variance[leaf]!
      if (within !== undefined) within[i]! += tree.variance[leaf]! / trees.length
    }
  }
  for (let i = 0; i < m; i++) variance[i]! /= trees.length
}

/** Grows trees, each from `draws` rows and with `usable` features, drawn anew. */
function growTrees(
  rows: BinnedRows,
  y: Float64Array,
  treeCount: number,
  draws: number,
  bootstrap: boolean,
  usable: number,
  options: TreeOptions,
  random: Random,
): RegressionTree[] {
  const workspace = treeWorkspace(draws, rows.d)
  const { node } = workspace
  node.usable = Math.min(usable, rows.d)
  const weight = new Float64Array(rows.n)
  const sample = new Uint32Array(draws)
  const deck = Uint32Array.from({ length: bootstrap ? 0 : rows.n }, (_, i) => i)
  return Array.from({ length: treeCount }, () => {
    let size = 0
    for (let k = 0; k < draws; k++) {
      const row = bootstrap ? random.integer(rows.n) : dealt(deck, k, random)
      if (weight[row]!++ === 0) sample[size++] = row
    }
    if (usable < rows.d) for (let k = 0; k < usable; k++) dealt(node.order, k, random)
    const drawn = sample.subarray(0, size)
    const tree = growTree(rows, y, drawn, weight, options, random, workspace)
    for (const row of drawn) weight[row] = 0
    return tree
  })
}

/** The k-th card of a deck that is shuffled while it is dealt (Fisher–Yates). */
function dealt(deck: Uint32Array | Int32Array, k: number, random: Random): number {
  const pick = k + random.integer(deck.length - k)
  const card = deck[pick]!
  deck[pick] = deck[k]!
  deck[k] = card
  return card
}

function inRange(name: string, value: number, low: number, high: number): number {
  if (!(value >= low && value <= high)) throw new RangeError(`'${name}': must be from ${low} to ${high}, got ${value}`)
  return value
}
