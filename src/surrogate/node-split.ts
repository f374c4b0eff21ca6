/**
 * The best split of a node of a regression tree, by histograms.
 *
 *   cell   a code that occurs among the rows of the node
 *   r      residual of a row from the mean of its node, in units of the largest one
 *   L, R   the two sides of a split, with weights w_L + w_R = w and sums of weighted residuals s_L = −s_R
 *
 * The best split decreases the squared error most, by s_L² w / (w_L w_R). An ordered feature is cut between neighboring
 * values. An unordered feature is cut by the best of all subsets of its levels; to find it, levels are sorted by their
 * means and cut as if ordered (Fisher 1958; Breiman et al. 1984, theorem 4.5).
 *
 * With this many subsets, one decreases the error even in pure noise: with k levels, by about 2/π (k − 1) times the
 * squared error of one row. This amount is subtracted. Otherwise every tree would begin with a feature of many levels
 * that occur once or twice each. 2/π is the fraction of a normal variable's variance that lies between the two halves
 * of its distribution.
 *
 * Sources: Breiman et al. 1984, "Classification and regression trees"; Geurts et al. 2006, "Extremely randomized
 * trees"; Hutter et al. 2014, "Algorithm runtime prediction", §4.1.2, for cuts drawn uniformly between the neighbors.
 */

import { mix, type Random } from '../numerics/random.ts'
import { CODES, SET_WORDS, setHas, type BinnedRows } from './binned-rows.ts'

/** The decrease that k levels find in noise is this times k − 1, times the squared error of one row; see the header. */
const DECREASE_BY_CHANCE = 2 / Math.PI

export interface SplitOptions {
  /** How many of the features that can split a node are tried, at least 1. */
  readonly features: number
  /** Fewest rows on either side. A row drawn twice counts once. */
  readonly minLeaf: number
  /** `best`: the best cut of each tried feature. `random`: one random cut of each (extremely randomized trees). */
  readonly splits: 'best' | 'random'
  /** Where an ordered feature is cut between two neighboring values: anywhere, or in the middle. */
  readonly cuts: 'uniform' | 'middle'
}

/** Buffers for splitting nodes of up to `size` rows; they serve any number of nodes. */
export function splitWorkspace(size: number, d: number) {
  return {
    // Input: by place among the rows, weight w and weighted residual w r; and the node's mean of w r² over its rows.
    rowWeight: new Float64Array(size),
    residual: new Float64Array(size),
    errorPerRow: Float64Array.of(0),
    // Output: the feature, −1 if there is none; cells up to the code `below` go left, `above` is the next one; the
    // share of the weight that goes left; the threshold of an ordered feature, or the set of codes of an unordered one
    // that go left.
    split: { feature: -1, gain: 0, below: 0, above: 0, share: 0, threshold: 0, left: new Uint32Array(SET_WORDS) },
    // The histogram of one feature by code, the key that its cells are sorted by, and the cells in that order.
    count: new Int32Array(CODES),
    weight: new Float64Array(CODES),
    sum: new Float64Array(CODES),
    key: new Float64Array(CODES),
    cells: new Int32Array(CODES),
    // Sets of the codes that occur: for the feature that is being tried, and for the best feature so far.
    seenCodes: new Uint32Array(SET_WORDS),
    seenCodesOfBest: new Uint32Array(SET_WORDS),
    // The features, shuffled while they are tried.
    order: Int32Array.from({ length: d }, (_, j) => j),
    // How many of them, counted from the front, the tree may use.
    usable: d,
  }
}

export type SplitWorkspace = ReturnType<typeof splitWorkspace>

/** Finds the best split of the rows `sample[from … to − 1]` and leaves it in `workspace.split`. */
export function findSplit(
  rows: BinnedRows,
  sample: Uint32Array,
  from: number,
  to: number,
  options: SplitOptions,
  random: Random,
  workspace: SplitWorkspace,
): void {
  const { order, usable, split } = workspace
  split.feature = -1
  split.gain = 0
  let tried = 0
  for (let k = 0; k < usable && !(tried >= options.features && split.feature >= 0); k++) {
    const pick = k + random.integer(usable - k)
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
  if (split.feature < 0) return
  if (rows.levels[split.feature]! > 0) {
    completeSet(rows.codeCount[split.feature]!, random, workspace)
  } else {
    const u = options.cuts === 'uniform' ? random.next() : 0.5
    split.threshold = cutBetween(rows, split.feature, split.below, split.above, u)
  }
}

/**
 * Fills the histogram of a node over a feature (rows, weight and residual of each code) and the list of cells,
 * ascending. The histogram must be empty; `clearCells` empties it again.
 *
 * @returns  the number of cells
 */
function fillCells(
  rows: BinnedRows,
  j: number,
  sample: Uint32Array,
  from: number,
  to: number,
  workspace: SplitWorkspace,
): number {
  const { count, weight, sum, cells, residual, rowWeight, seenCodes } = workspace
  const { codes } = rows
  const column = j * rows.n
  for (let word = 0; word < SET_WORDS; word++) seenCodes[word] = 0 // for eight words `fill` is slower
  for (let i = from; i < to; i++) {
    const code = codes[column + sample[i]!]!
    seenCodes[code >>> 5]! |= 1 << (code & 31)
    count[code]!++
    weight[code]! += rowWeight[i]!
    sum[code]! += residual[i]!
  }
  let cellCount = 0
  for (let word = 0; word < SET_WORDS; word++) {
    for (let bits = seenCodes[word]!; bits !== 0; bits &= bits - 1)
      cells[cellCount++] = 32 * word + 31 - Math.clz32(bits & -bits)
  }
  return cellCount
}

/** Empties the histogram. */
function clearCells(cellCount: number, { count, weight, sum, cells }: SplitWorkspace): void {
  for (let c = 0; c < cellCount; c++) {
    const code = cells[c]!
    count[code] = 0
    weight[code] = 0
    sum[code] = 0
  }
}

/** Sorts the cells of an unordered feature by mean, or shuffles them for random splits. */
function orderCells(
  cellCount: number,
  splits: 'best' | 'random',
  random: Random,
  { weight, sum, key, cells }: SplitWorkspace,
): void {
  const seed = splits === 'random' ? random.integer(2 ** 32) : 0
  for (let c = 0; c < cellCount; c++) {
    const code = cells[c]!
    key[code] = splits === 'random' ? mix(seed + code) : sum[code]! / weight[code]!
  }
  // Shell sort: there are at most 255 cells, mostly a few, and nothing may be allocated here.
  let gap = 1
  while (gap < cellCount / 3) gap = 3 * gap + 1
  for (; gap >= 1; gap = (gap - 1) / 3) {
    for (let c = gap; c < cellCount; c++) {
      const code = cells[c]!
      let at = c
      for (; at >= gap; at -= gap) {
        const other = cells[at - gap]!
        if (key[other]! <= key[code]!) break
        cells[at] = other
      }
      cells[at] = code
    }
  }
}

/** Replaces `workspace.split` by the best cut between two neighboring cells, or by a random cut, if that is better. */
function scanCells(
  rows: BinnedRows,
  j: number,
  cellCount: number,
  size: number,
  options: SplitOptions,
  random: Random,
  workspace: SplitWorkspace,
): void {
  const { count, weight, sum, cells, split, errorPerRow, seenCodes, seenCodesOfBest } = workspace
  const isOrdered = rows.levels[j] === 0
  const levels = Math.min(size, cellCount * rows.levelsPerCode[j]!)
  const byChance = isOrdered || options.splits === 'random' ? 0 : DECREASE_BY_CHANCE * (levels - 1) * errorPerRow[0]!
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
    if (!(gain > split.gain)) continue
    split.gain = gain
    split.share = weightLeft / total
    cut = c
  }
  if (cut < 0) return
  split.feature = j
  split.below = cells[cut]!
  split.above = cells[cut + 1]!
  if (isOrdered) return
  split.left.fill(0)
  seenCodesOfBest.set(seenCodes)
  for (let c = 0; c <= cut; c++) split.left[cells[c]! >>> 5]! |= 1 << (cells[c]! & 31)
}

/** The place of the last cell left of a random cut, which is uniform over the range of an ordered feature's values. */
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

/** The threshold between two neighboring cells, at u from 0 to 1; −∞ if only inactive values go left. */
function cutBetween(rows: BinnedRows, j: number, below: number, above: number, u: number): number {
  if (below === 0) return -Infinity
  const low = rows.high[j * CODES + below]!
  const high = rows.low[j * CODES + above]!
  const t = (1 - u) * low + u * high
  return t >= low && t < high ? t : low
}

/** Sends each code that the node has not seen left or right at random, with the odds of the two weights. */
function completeSet(codeCount: number, random: Random, { split, seenCodesOfBest }: SplitWorkspace): void {
  const seed = random.integer(2 ** 32)
  for (let code = 0; code < codeCount; code++) {
    if (!setHas(seenCodesOfBest, 0, code) && mix(seed + code) < split.share * 2 ** 32)
      split.left[code >>> 5]! |= 1 << (code & 31)
  }
}
