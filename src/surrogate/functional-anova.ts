/**
 * Functional analysis of variance of a forest: which fraction of the variance of each tree's prediction over the whole
 * space is due to each feature alone, and to each pair of features in addition to its two features alone. The result is
 * exact: it is computed over the leaves, and nothing is sampled.
 *
 *   f      prediction of a tree
 *   V      variance of f, where all features are drawn independently by their measures
 *   V_j    Var E[f | x_j], due to feature j alone
 *   V_jk   Var E[f | x_j, x_k] − V_j − V_k, due to the pair
 *   box    a product of one part of each axis, on which f is constant (`tree-boxes.ts`)
 *   cell   a part of an axis that no box divides
 *
 * A conditional feature is drawn whether it is active or not, and f looks at it only where its selector makes it
 * active. Its effect is therefore divided between itself and its pair with the selector. If the feature is active with
 * probability p, and would have variance v if it were always active, then p² v is its own, and p (1 − p) v the pair's.
 *
 * Source: Hutter, Hoos & Leyton-Brown 2014, "An efficient approach for assessing hyperparameter importance", ICML,
 * algorithm 2.
 */

import { SET_WORDS, setHas } from './binned-rows.ts'
import type { RandomForest } from './random-forest.ts'
import { axisOf, boxesOf, massBetween, massOfSet } from './tree-boxes.ts'
import type { Axis, Box, Measure } from './tree-boxes.ts'

/** The fraction of the variance that a feature or a pair of features explains. */
export interface Effect {
  readonly features: readonly [number] | readonly [number, number]
  /** V_j / V or V_jk / V, in [0, 1]; the mean over the trees. */
  readonly share: number
  /** Standard deviation of the trees' shares. */
  readonly deviation: number
}

/** The cells of an axis, and the runs of cells that each box covers. */
interface Cells {
  readonly masses: Float64Array
  /** First cell, end (excluded), first cell, end, …; the runs of box b begin at `starts[b]`. */
  readonly runs: readonly number[]
  readonly starts: Int32Array
}

/** The effects of all features in their order, then the effects of all pairs. If the forest is constant all are 0. */
export function functionalAnova(forest: RandomForest, measures: readonly Measure[]): Effect[] {
  const { d } = forest
  const main = Array.from({ length: d }, (_, j) => [j] as const)
  const effects = [
    ...main,
    ...main.flatMap(([j]) => Array.from({ length: d - 1 - j }, (_, k) => [j, j + 1 + k] as const)),
  ]
  const axes = measures.map((measure, j) => axisOf(forest, measure, j))
  const shares = forest.trees.flatMap((tree) => sharesOf(boxesOf(forest, tree, axes), axes, effects) ?? [])
  const count = Math.max(1, shares.length)
  return effects.map((features, e) => {
    const share = shares.reduce((sum, ofTree) => sum + ofTree[e]!, 0) / count
    return {
      features,
      share,
      deviation: Math.sqrt(shares.reduce((sum, ofTree) => sum + (ofTree[e]! - share) ** 2, 0) / count),
    }
  })
}

/** The share of each effect in the variance of a tree; undefined if the tree has no variance. */
function sharesOf(
  boxes: readonly Box[],
  axes: readonly Axis[],
  effects: readonly Effect['features'][],
): Float64Array | undefined {
  const mean = boxes.reduce((sum, { mass, value }) => sum + mass * value, 0)
  const unit = boxes.reduce((largest, { value }) => Math.max(largest, Math.abs(value - mean)), 0)
  // In units of the largest residual: their squares cannot overflow or underflow, whatever the unit of the targets is.
  const residuals = Float64Array.from(boxes, ({ value }) => (unit === 0 ? 0 : (value - mean) / unit))
  const total = boxes.reduce((sum, { mass }, b) => sum + mass * residuals[b]! ** 2, 0)
  if (!(total > 0)) return undefined
  const cells = axes.map((axis, j) => cellsOf(boxes, axis, j))
  const shares = new Float64Array(effects.length)
  for (const [e, [j, k]] of effects.entries()) {
    if (cells[j]!.masses.length < 2 || (k !== undefined && cells[k]!.masses.length < 2)) continue
    const variance =
      k === undefined ? mainVariance(boxes, residuals, cells, j) : jointVariance(boxes, residuals, cells, j, k)
    // The effects list pairs after single features, so `shares` of j and k are known here.
    shares[e] = Math.max(0, variance / total - (k === undefined ? 0 : shares[j]! + shares[k]!))
  }
  return shares
}

/** The cells of axis j. An unordered axis that no box divides has one cell and no runs. */
function cellsOf(boxes: readonly Box[], axis: Axis, j: number): Cells {
  const runs: number[] = []
  const starts = new Int32Array(boxes.length + 1)
  if (!axis.isOrdered) {
    const whole = massOfSet(axis, new Uint32Array(SET_WORDS).fill(0xffffffff), 0)
    if (boxes.every(({ masses }) => masses[j] === whole)) return { masses: Float64Array.of(1), runs, starts }
    for (const [b, { sets }] of boxes.entries()) {
      for (let code = 0; code <= axis.codeCount; code++) {
        const isCovered = code < axis.codeCount && setHas(sets, j * SET_WORDS, code)
        const isInside = (runs.length - starts[b]!) % 2 === 1
        if (isCovered !== isInside) runs.push(code)
      }
      starts[b + 1] = runs.length
    }
    return { masses: axis.codeMass.slice(0, axis.codeCount), runs, starts }
  }
  const edges = edgesOf(boxes, j)
  for (let b = 0; b < boxes.length; b++) {
    const { low, high } = boxes[b]!
    runs.push(placeOf(edges, low[j]!), placeOf(edges, high[j]!))
    starts[b + 1] = runs.length
  }
  return {
    masses: Float64Array.from({ length: edges.length - 1 }, (_, c) => massBetween(axis, edges[c]!, edges[c + 1]!)),
    runs,
    starts,
  }
}

/** The different edges of the boxes along axis j, ascending. */
function edgesOf(boxes: readonly Box[], j: number): Float64Array {
  const edges = new Float64Array(2 * boxes.length)
  for (let b = 0; b < boxes.length; b++) {
    edges[2 * b] = boxes[b]!.low[j]!
    edges[2 * b + 1] = boxes[b]!.high[j]!
  }
  edges.sort()
  let count = 0
  for (let i = 0; i < edges.length; i++) if (i === 0 || edges[i] !== edges[i - 1]) edges[count++] = edges[i]!
  return edges.subarray(0, count)
}

/** The place of an edge among ascending edges. */
function placeOf(edges: Float64Array, edge: number): number {
  let low = 0
  let high = edges.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (edges[middle]! < edge) low = middle + 1
    else high = middle
  }
  return low
}

/** Var E[f | x_j]. Each box adds a constant to a run of cells: a step up at its start, a step down at its end. */
function mainVariance(boxes: readonly Box[], residuals: Float64Array, cells: readonly Cells[], j: number): number {
  const { masses, runs, starts } = cells[j]!
  const steps = new Float64Array(masses.length + 1)
  for (let b = 0; b < boxes.length; b++) {
    const step = (residuals[b]! * boxes[b]!.mass) / boxes[b]!.masses[j]!
    for (let r = starts[b]!; r < starts[b + 1]!; r += 2) {
      steps[runs[r]!]! += step
      steps[runs[r + 1]!]! -= step
    }
  }
  let variance = 0
  let marginal = 0
  for (let c = 0; c < masses.length; c++) {
    marginal += steps[c]!
    variance += masses[c]! * marginal * marginal
  }
  return variance
}

/** Var E[f | x_j, x_k], likewise with steps at the four corners of each pair of runs. */
function jointVariance(
  boxes: readonly Box[],
  residuals: Float64Array,
  cells: readonly Cells[],
  j: number,
  k: number,
): number {
  const { masses: massesJ, runs: runsJ, starts: startsJ } = cells[j]!
  const { masses: massesK, runs: runsK, starts: startsK } = cells[k]!
  const columns = massesK.length + 1
  const steps = new Float64Array((massesJ.length + 1) * columns)
  for (let b = 0; b < boxes.length; b++) {
    const { mass, masses } = boxes[b]!
    const step = (residuals[b]! * mass) / (masses[j]! * masses[k]!)
    for (let r = startsJ[b]!; r < startsJ[b + 1]!; r += 2) {
      const first = runsJ[r]! * columns
      const last = runsJ[r + 1]! * columns
      for (let s = startsK[b]!; s < startsK[b + 1]!; s += 2) {
        steps[first + runsK[s]!]! += step
        steps[first + runsK[s + 1]!]! -= step
        steps[last + runsK[s]!]! -= step
        steps[last + runsK[s + 1]!]! += step
      }
    }
  }
  let variance = 0
  for (let c = 0; c < massesJ.length; c++) {
    let marginal = 0
    for (let q = 0; q < massesK.length; q++) {
      const at = c * columns + q
      if (c > 0) steps[at]! += steps[at - columns]! // sums down the column, then along the row
      marginal += steps[at]!
      variance += massesJ[c]! * massesK[q]! * marginal * marginal
    }
  }
  return variance
}
