/**
 * Regression trees over mixed features, grown by histograms.
 *
 *   node  0 is the root; the children of a node are `left[node]` and the node after it
 *
 * "Inactive" is a value of its own: below all others for an ordered feature, one more level for an unordered one. A
 * level that no row of a node has goes left or right at random, with the odds of the two weights. So trees disagree
 * about what they have not seen.
 */

import type { Random } from '../numerics/random.ts'
import { SET_WORDS, setHas, type BinnedRows } from './binned-rows.ts'
import { findSplit, splitWorkspace, type SplitOptions, type SplitWorkspace } from './node-split.ts'

export interface RegressionTree {
  /** The feature that splits a node; −1 for a leaf. */
  readonly feature: Int32Array
  readonly left: Int32Array
  /** Ordered features: values up to the threshold, and inactive ones, go left; −∞ sends only inactive ones left. */
  readonly threshold: Float64Array
  /** Unordered features: where in `sets` the set of codes that go left begins. */
  readonly set: Int32Array
  readonly sets: Uint32Array
  /** Weighted mean and weighted population variance of the targets in a node. */
  readonly mean: Float64Array
  readonly variance: Float64Array
}

export interface TreeOptions extends SplitOptions {
  /** A node with fewer rows is a leaf. */
  readonly minSplit: number
  readonly maxDepth: number
}

/** Buffers for growing trees from up to `size` rows; they serve any number of trees. */
export function treeWorkspace(size: number, d: number) {
  const nodes = 2 * size
  return {
    feature: new Int32Array(nodes),
    left: new Int32Array(nodes),
    threshold: new Float64Array(nodes),
    set: new Int32Array(nodes),
    sets: new Uint32Array(nodes * SET_WORDS),
    mean: new Float64Array(nodes),
    variance: new Float64Array(nodes),
    stack: new Int32Array(4 * (size + 1)),
    node: splitWorkspace(size, d),
  }
}

export type TreeWorkspace = ReturnType<typeof treeWorkspace>

/**
 * Grows a tree.
 *
 * @param y       finite target, by row
 * @param sample  the rows to grow from, at least one, each listed once; reordered
 * @param weight  by row; above 0 for the rows of the sample
 */
export function growTree(
  rows: BinnedRows,
  y: Float64Array,
  sample: Uint32Array,
  weight: Float64Array,
  options: TreeOptions,
  random: Random,
  workspace: TreeWorkspace,
): RegressionTree {
  const {
    feature,
    left,
    threshold,
    set,
    sets,
    mean,
    variance,
    stack,
    node: { split },
  } = workspace
  let nodes = 1
  let setCount = 0
  let top = 0
  const push = (node: number, from: number, to: number, depth: number): void => {
    stack[top++] = node
    stack[top++] = from
    stack[top++] = to
    stack[top++] = depth
  }
  push(0, 0, sample.length, 0)
  while (top > 0) {
    const depth = stack[--top]!
    const to = stack[--top]!
    const from = stack[--top]!
    const node = stack[--top]!
    const isPure = summarize(y, sample, weight, from, to, node, workspace)
    feature[node] = -1
    const size = to - from
    if (isPure || size < options.minSplit || size < 2 * options.minLeaf || depth >= options.maxDepth) continue
    findSplit(rows, sample, from, to, options, random, workspace.node)
    if (split.feature < 0) continue
    feature[node] = split.feature
    if (rows.levels[split.feature] === 0) {
      threshold[node] = split.threshold
    } else {
      set[node] = SET_WORDS * setCount++
      sets.set(split.left, set[node])
    }
    const middle = partition(rows, split, sample, from, to)
    left[node] = nodes
    push(nodes + 1, middle, to, depth + 1)
    push(nodes, from, middle, depth + 1)
    nodes += 2
  }
  return {
    feature: feature.slice(0, nodes),
    left: left.slice(0, nodes),
    threshold: threshold.slice(0, nodes),
    set: set.slice(0, nodes),
    sets: sets.slice(0, SET_WORDS * setCount),
    mean: mean.slice(0, nodes),
    variance: variance.slice(0, nodes),
  }
}

/** The leaf of the point that begins at `offset` in `x`. */
export function leafAt(
  tree: RegressionTree,
  codeOfLevel: readonly Uint8Array[],
  x: Float64Array,
  offset: number,
): number {
  const { feature, left, threshold } = tree
  let node = 0
  for (let j = feature[0]!; j >= 0; j = feature[node]!) {
    const value = x[offset + j]!
    const codes = codeOfLevel[j]!
    const goesRight =
      codes.length === 0 ? value > threshold[node]! : !goesLeft(tree, node, value === value ? codes[value]! : 0)
    node = goesRight ? left[node]! + 1 : left[node]!
  }
  return node
}

/** Whether a code goes left at a node that is split by an unordered feature. */
export function goesLeft(tree: RegressionTree, node: number, code: number): boolean {
  return setHas(tree.sets, tree.set[node]!, code)
}

/** Fills mean, variance and residuals of a node; returns whether all its targets are equal. */
function summarize(
  y: Float64Array,
  sample: Uint32Array,
  weight: Float64Array,
  from: number,
  to: number,
  node: number,
  { mean, variance, node: { residual, rowWeight, errorPerRow } }: TreeWorkspace,
): boolean {
  let total = 0
  let center = 0
  let lowest = Infinity
  let highest = -Infinity
  for (let i = from; i < to; i++) {
    const target = y[sample[i]!]!
    const w = weight[sample[i]!]!
    rowWeight[i] = w
    total += w
    center += (target - center) * (w / total)
    if (target < lowest) lowest = target
    if (target > highest) highest = target
  }
  mean[node] = center
  variance[node] = 0
  if (lowest === highest) {
    mean[node] = lowest // exact, where the running mean may be rounded
    return true
  }
  // In units of the largest residual: their squares cannot overflow or underflow, whatever the unit of y is.
  const unit = Math.max(highest - center, center - lowest)
  let squares = 0
  for (let i = from; i < to; i++) {
    const r = (y[sample[i]!]! - center) / unit
    residual[i] = rowWeight[i]! * r
    squares += residual[i]! * r
  }
  variance[node] = (squares / total) * unit * unit
  errorPerRow[0] = squares / (to - from)
  return false
}

/** Moves the rows that go left to the front, and returns where the others begin. */
function partition(
  rows: BinnedRows,
  split: SplitWorkspace['split'],
  sample: Uint32Array,
  from: number,
  to: number,
): number {
  const column = split.feature * rows.n
  const isOrdered = rows.levels[split.feature] === 0
  let middle = from
  for (let i = from; i < to; i++) {
    const row = sample[i]!
    const code = rows.codes[column + row]!
    if (isOrdered ? code > split.below : !setHas(split.left, 0, code)) continue
    sample[i] = sample[middle]!
    sample[middle++] = row
  }
  return middle
}
