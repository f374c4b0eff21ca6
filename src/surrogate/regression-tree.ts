/**
 * Regression trees over mixed features, grown by histograms.
 *
 *   node   0 is the root; the children of a node are `left[node]` and the one after it
 *   r      weighted residual of a row from the mean of its node, in units of the largest
 *   L, R   the two sides of a split: weights w_L + w_R = w, residual sums s_L = −s_R
 *
 * The best split is that of the largest decrease of the squared error, s_L² w / (w_L w_R). An ordered feature is cut between
 * neighbouring values; an unordered one by the subset that is best of all: in the order of their means, levels
 * are cut as if ordered (Fisher 1958; Breiman et al. 1984, theorem 4.5). So much choice finds a decrease in mere noise: of k
 * levels about 2/π (k − 1) times that of a row, which is taken off; else a feature of many levels, each seen once or
 * twice, would be asked first in every tree. Inactive is a value of its own: below all others
 * of an ordered feature, one more level of an unordered one. A level that no row of the node has goes either way, at
 * odds of the two weights, so that trees disagree about what they have not seen.
 *
 * Sources: Breiman et al. 1984, "Classification and regression trees"; Geurts et al. 2006, "Extremely randomized trees";
 * Hutter et al. 2014, "Algorithm runtime prediction", §4.1.2, for cuts drawn uniformly between the neighbours.
 */

import { mix, type Random } from '../numerics/random.ts'
import { CODES, type BinnedRows } from './binned-rows.ts'

/** 32-bit words of a set of codes. */
export const SET_WORDS = CODES / 32

export interface RegressionTree {
  /** The feature that a node asks for; −1 in a leaf. */
  readonly feature: Int32Array
  readonly left: Int32Array
  /** To the left go all x that are not above it, inactive ones included; −∞ lets only those. Ordered features. */
  readonly threshold: Float64Array
  /** Where in `sets` the codes that go left begin, one bit each. Unordered features. */
  readonly set: Int32Array
  readonly sets: Uint32Array
  /** Weighted mean and (population) variance of the targets in the node. */
  readonly mean: Float64Array
  readonly variance: Float64Array
}

export interface TreeOptions {
  /** How many of the features that can split a node are tried in it, at least 1. */
  readonly features: number
  /** Fewest rows in a leaf. A row drawn twice counts once. */
  readonly minLeaf: number
  /** Nodes of fewer rows are leaves. */
  readonly minSplit: number
  readonly maxDepth: number
  /** `best`: the best cut of each feature tried. `random`: one drawn at random of each (extremely randomised trees). */
  readonly splits: 'best' | 'random'
  /** Where between two neighbouring values an ordered feature is cut: anywhere, or in the middle. */
  readonly cuts: 'uniform' | 'middle'
}

/** What growing trees of up to `size` rows needs room for; one serves any number of trees. */
export function treeWorkspace(size: number, d: number) {
  const nodes = 2 * size
  return {
    feature: new Int32Array(nodes), left: new Int32Array(nodes), threshold: new Float64Array(nodes), set: new Int32Array(nodes),
    mean: new Float64Array(nodes), variance: new Float64Array(nodes), sets: new Uint32Array(nodes * SET_WORDS),
    stack: new Int32Array(4 * (size + 1)), residual: new Float64Array(size), rowWeight: new Float64Array(size), order: Int32Array.from({ length: d }, (_, j) => j),
    // By code, and the codes that occur in a node.
    count: new Int32Array(CODES), weight: new Float64Array(CODES), sum: new Float64Array(CODES), key: new Float64Array(CODES),
    cells: new Int32Array(CODES),
    seenCodes: new Uint32Array(SET_WORDS),
    // The best split of the node at hand: cells up to the code `below` go left, `above` is the next one; the share of the
    // weight that goes left; and for an unordered feature, the codes that go left and all that occur.
    best: { feature: -1, gain: 0, below: 0, above: 0, share: 0, left: new Uint32Array(SET_WORDS), seen: new Uint32Array(SET_WORDS) },
    // Squared error of the node for each of its rows.
    errorPerRow: Float64Array.of(0),
  }
}

export type TreeWorkspace = ReturnType<typeof treeWorkspace>

/**
 * Grows a tree.
 *
 * @param y       target by row, finite
 * @param sample  the rows to grow from, each once, at least one; reordered
 * @param weight  by row, > 0 for those
 */
export function growTree(
  rows: BinnedRows, y: Float64Array, sample: Uint32Array, weight: Float64Array, options: TreeOptions, random: Random, workspace: TreeWorkspace,
): RegressionTree {
  const { feature, left, threshold, set, sets, mean, variance, stack, best } = workspace
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
    const isPure = summarise(y, sample, weight, from, to, node, workspace)
    feature[node] = -1
    const size = to - from
    if (isPure || size < options.minSplit || size < 2 * options.minLeaf || depth >= options.maxDepth) continue
    findSplit(rows, sample, from, to, options, random, workspace)
    if (best.feature < 0) continue
    const j = best.feature
    feature[node] = j
    if (rows.levels[j] === 0) {
      threshold[node] = cutBetween(rows, j, best.below, best.above, options.cuts === 'uniform' ? random.next() : 0.5)
    } else {
      set[node] = SET_WORDS * setCount++
      completeSet(rows.codeCount[j]!, random, workspace)
      sets.set(best.left, set[node])
    }
    const middle = partition(rows, j, sample, from, to, workspace)
    left[node] = nodes
    push(nodes + 1, middle, to, depth + 1)
    push(nodes, from, middle, depth + 1)
    nodes += 2
  }
  return {
    feature: feature.slice(0, nodes), left: left.slice(0, nodes), threshold: threshold.slice(0, nodes), set: set.slice(0, nodes),
    sets: sets.slice(0, SET_WORDS * setCount), mean: mean.slice(0, nodes), variance: variance.slice(0, nodes),
  }
}

/** The leaf of the point that begins at `offset` in `x`. */
export function leafAt(tree: RegressionTree, codeOfLevel: readonly Uint8Array[], x: Float64Array, offset: number): number {
  const { feature, left, threshold } = tree
  let node = 0
  for (let j = feature[0]!; j >= 0; j = feature[node]!) {
    const value = x[offset + j]!
    const codes = codeOfLevel[j]!
    const goesRight = codes.length === 0 ? value > threshold[node]! : !goesLeft(tree, node, value === value ? codes[value]! : 0)
    node = goesRight ? left[node]! + 1 : left[node]!
  }
  return node
}

/** Whether a code of the unordered feature that a node asks for goes left. */
export function goesLeft(tree: RegressionTree, node: number, code: number): boolean {
  return contains(tree.sets, tree.set[node]!, code)
}

function contains(words: Uint32Array, offset: number, code: number): boolean {
  return ((words[offset + (code >>> 5)]! >>> (code & 31)) & 1) === 1
}

/** Fills mean, variance and residuals of a node; true if its targets are all the same. */
function summarise(
  y: Float64Array, sample: Uint32Array, weight: Float64Array, from: number, to: number, node: number,
  { mean, variance, residual, rowWeight, errorPerRow }: TreeWorkspace,
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
  // In units of the largest one, residuals can be squared whatever the unit of y.
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

/** Leaves the best split of a node in `workspace.best`, and in its sets of codes if the feature is unordered. */
function findSplit(
  rows: BinnedRows, sample: Uint32Array, from: number, to: number, options: TreeOptions, random: Random, workspace: TreeWorkspace,
): void {
  const { order, best } = workspace
  best.feature = -1
  best.gain = 0
  let tried = 0
  for (let k = 0; k < rows.d && !(tried >= options.features && best.feature >= 0); k++) {
    const pick = k + random.integer(rows.d - k)
    const j = order[pick]!
    order[pick] = order[k]!
    order[k] = j
    const cellCount = fillCells(rows, j, sample, from, to, workspace)
    if (cellCount > 1) {
      tried++
      if (rows.levels[j]! > 0) orderCells(cellCount, options.splits, random, workspace)
      scanCells(rows, j, cellCount, to - from, options, random, workspace)
    }
    clearCells(cellCount, workspace)
  }
}

/**
 * The histogram of a node over a feature: rows, weight and residual of each code, and the codes that occur, in their order.
 * Returns how many do. What it fills was empty and is emptied by `clearCells`.
 */
function fillCells(rows: BinnedRows, j: number, sample: Uint32Array, from: number, to: number, workspace: TreeWorkspace): number {
  const { count, weight, sum, cells, residual, rowWeight, seenCodes } = workspace
  const { codes } = rows
  const column = j * rows.n
  for (let word = 0; word < SET_WORDS; word++) seenCodes[word] = 0 // for eight words, a call is slower
  for (let i = from; i < to; i++) {
    const code = codes[column + sample[i]!]!
    seenCodes[code >>> 5]! |= 1 << (code & 31)
    count[code]!++
    weight[code]! += rowWeight[i]!
    sum[code]! += residual[i]!
  }
  let cellCount = 0
  for (let word = 0; word < SET_WORDS; word++) {
    for (let bits = seenCodes[word]!; bits !== 0; bits &= bits - 1) cells[cellCount++] = 32 * word + 31 - Math.clz32(bits & -bits)
  }
  return cellCount
}

function clearCells(cellCount: number, { count, weight, sum, cells }: TreeWorkspace): void {
  for (let c = 0; c < cellCount; c++) {
    const code = cells[c]!
    count[code] = 0
    weight[code] = 0
    sum[code] = 0
  }
}

/** Sorts the cells of an unordered feature by mean, or at random for random splits. */
function orderCells(cellCount: number, splits: 'best' | 'random', random: Random, { weight, sum, key, cells }: TreeWorkspace): void {
  const seed = splits === 'random' ? random.integer(2 ** 32) : 0
  for (let c = 0; c < cellCount; c++) {
    const code = cells[c]!
    key[code] = splits === 'random' ? mix(seed + code) : sum[code]! / weight[code]!
  }
  // Shell's sort: cells are 255 at most and mostly a few, and nothing may be allocated here. Ties by code.
  let gap = 1
  while (gap < cellCount / 3) gap = 3 * gap + 1
  for (; gap >= 1; gap = (gap - 1) / 3) {
    for (let c = gap; c < cellCount; c++) {
      const code = cells[c]!
      let at = c
      for (; at >= gap; at -= gap) {
        const other = cells[at - gap]!
        if (key[other]! < key[code]! || (key[other] === key[code] && other < code)) break
        cells[at] = other
      }
      cells[at] = code
    }
  }
}

/** Takes the best cut between two neighbouring cells, or a random one, if it beats `workspace.best`. */
function scanCells(rows: BinnedRows, j: number, cellCount: number, size: number, options: TreeOptions, random: Random, workspace: TreeWorkspace): void {
  const { count, weight, sum, cells, best, errorPerRow } = workspace
  const isOrdered = rows.levels[j] === 0
  const byChance = isOrdered ? 0 : (2 / Math.PI) * (Math.min(size, cellCount * rows.levelsPerCode[j]!) - 1) * errorPerRow[0]!
  const only = options.splits === 'random' ? randomCut(rows, j, cellCount, random, cells) : -1
  let total = 0
  for (let c = 0; c < cellCount; c++) total += weight[cells[c]!]!
  let rowsLeft = 0
  let weightLeft = 0
  let sumLeft = 0
  let cut = -1
  for (let c = 0; c + 1 < cellCount; c++) {
    const code = cells[c]!
    rowsLeft += count[code]!
    weightLeft += weight[code]!
    sumLeft += sum[code]!
    if (rowsLeft < options.minLeaf || (only >= 0 && c !== only)) continue
    if (size - rowsLeft < options.minLeaf) break
    const gain = (sumLeft * sumLeft * total) / (weightLeft * (total - weightLeft)) - byChance
    if (!(gain > best.gain)) continue
    best.gain = gain
    best.share = weightLeft / total
    cut = c
  }
  if (cut < 0) return
  best.feature = j
  best.below = cells[cut]!
  best.above = cells[cut + 1]!
  if (isOrdered) return
  best.left.fill(0)
  best.seen.set(workspace.seenCodes)
  for (let c = 0; c <= cut; c++) best.left[cells[c]! >>> 5]! |= 1 << (cells[c]! & 31)
}

/** The place of the last cell on the left of a random cut: uniform over the range of an ordered feature's values. */
function randomCut(rows: BinnedRows, j: number, cellCount: number, random: Random, cells: Int32Array): number {
  if (rows.levels[j] !== 0) return random.integer(cellCount - 1)
  const hasInactive = cells[0] === 0
  if (hasInactive && random.integer(cellCount - 1) === 0) return 0
  const lowest = rows.high[j * CODES + cells[hasInactive ? 1 : 0]!]!
  const highest = rows.low[j * CODES + cells[cellCount - 1]!]!
  const t = lowest + random.next() * (highest - lowest)
  let c = hasInactive ? 1 : 0
  while (c + 2 < cellCount && rows.low[j * CODES + cells[c + 1]!]! <= t) c++
  return c
}

function cutBetween(rows: BinnedRows, j: number, below: number, above: number, u: number): number {
  if (below === 0) return -Infinity
  const low = rows.high[j * CODES + below]!
  const high = rows.low[j * CODES + above]!
  const t = (1 - u) * low + u * high
  return t >= low && t < high ? t : low
}

/** Sends the codes that the node has not seen either way. */
function completeSet(codeCount: number, random: Random, { best }: TreeWorkspace): void {
  const seed = random.integer(2 ** 32)
  for (let code = 0; code < codeCount; code++) {
    if (!contains(best.seen, 0, code) && mix(seed + code) < best.share * 2 ** 32) best.left[code >>> 5]! |= 1 << (code & 31)
  }
}

/** Brings the rows that go left to the front; returns where the others begin. */
function partition(rows: BinnedRows, j: number, sample: Uint32Array, from: number, to: number, { best }: TreeWorkspace): number {
  const column = j * rows.n
  const isOrdered = rows.levels[j] === 0
  let middle = from
  for (let i = from; i < to; i++) {
    const row = sample[i]!
    const code = rows.codes[column + row]!
    if (isOrdered ? code > best.below : !contains(best.left, 0, code)) continue
    sample[i] = sample[middle]!
    sample[middle++] = row
  }
  return middle
}
