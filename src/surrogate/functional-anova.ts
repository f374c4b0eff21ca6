/**
 * Functional analysis of variance of a forest: how much of the variance of each tree's prediction over the whole space
 * is due to each feature alone, and to each pair of features beyond the two alone. Exact, over the leaves; nothing is sampled.
 *
 *   f      prediction of a tree                    V    its variance, all features drawn independently by their measures
 *   box    a product of one part of each axis, on which f is constant; leaves are unions of boxes
 *   cell   a part of an axis that no box divides   V_j  Var E[f | x_j];   V_jk  Var E[f | x_j, x_k] − V_j − V_k
 *
 * A conditional feature has a value whether it is active or not, which f looks at only where the selectors make it
 * active; so all features are independent, and what the feature does is shared between itself and its pair with the
 * selector. If it is active with probability p, and would have variance v if it always were: p² v alone, p (1 − p) v the pair.
 *
 * Source: Hutter, Hoos & Leyton-Brown 2014, "An efficient approach for assessing hyperparameter importance", ICML, algorithm 2.
 */

import { SET_WORDS, setHas } from './binned-rows.ts'
import type { RandomForest } from './random-forest.ts'
import { axisOf, boxesOf, massBetween, massOfSet } from './tree-boxes.ts'
import type { Axis, Box, Measure } from './tree-boxes.ts'

/** The part of the variance that a feature, or a pair of them, explains. */
export interface Effect {
  readonly features: readonly [number] | readonly [number, number]
  /** Of the whole variance, in [0, 1], as the mean over the trees. */
  readonly share: number
  /** Standard deviation of the trees' shares. */
  readonly deviation: number
}

/** Main effects of all features, in their order, then of all pairs. All are 0 of a forest that is constant. */
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

/** The cells of an axis, and which of them each box covers, as runs. */
interface Cells {
  readonly masses: Float64Array
  /** From, to (excluded), from, to, …; those of box b begin at `starts[b]`. */
  readonly runs: readonly number[]
  readonly starts: Int32Array
}

/** The share of each effect in the variance of a tree; undefined if it has none. */
function sharesOf(
  boxes: readonly Box[],
  axes: readonly Axis[],
  effects: readonly Effect['features'][],
): Float64Array | undefined {
  const mean = boxes.reduce((sum, { mass, value }) => sum + mass * value, 0)
  const unit = boxes.reduce((largest, { value }) => Math.max(largest, Math.abs(value - mean)), 0)
  // In units of the largest residual, which can be squared whatever the unit of the targets.
  const residuals = Float64Array.from(boxes, ({ value }) => (unit === 0 ? 0 : (value - mean) / unit))
  const total = boxes.reduce((sum, { mass }, b) => sum + mass * residuals[b]! ** 2, 0)
  if (!(total > 0)) return undefined
  const cells = axes.map((axis, j) => cellsOf(boxes, axis, j))
  const shares = new Float64Array(effects.length)
  for (const [e, [j, k]] of effects.entries()) {
    if (cells[j]!.masses.length < 2 || (k !== undefined && cells[k]!.masses.length < 2)) continue
    const variance =
      k === undefined ? mainVariance(boxes, residuals, cells, j) : jointVariance(boxes, residuals, cells, j, k)
    // Pairs come after their two features.
    shares[e] = Math.max(0, variance / total - (k === undefined ? 0 : shares[j]! + shares[k]!))
  }
  return shares
}

function cellsOf(boxes: readonly Box[], axis: Axis, j: number): Cells {
  const runs: number[] = []
  const starts = new Int32Array(boxes.length + 1)
  if (!axis.isOrdered) {
    const whole = massOfSet(axis, new Uint32Array(SET_WORDS).fill(0xffffffff), 0)
    if (boxes.every(({ masses }) => masses[j] === whole)) return { masses: Float64Array.of(1), runs, starts }
    for (const [b, { sets }] of boxes.entries()) {
      for (let code = 0; code <= axis.codeCount; code++) {
        const begins = code < axis.codeCount && setHas(sets, j * SET_WORDS, code)
        const isInside = (runs.length - starts[b]!) % 2 === 1
        if (begins !== isInside) runs.push(code)
      }
      starts[b + 1] = runs.length
    }
    return { masses: axis.codeMass.slice(0, axis.codeCount), runs, starts }
  }
  const edges = [...new Set(boxes.flatMap(({ low, high }) => [low[j]!, high[j]!]))].sort((a, b) => a - b)
  const placeOf = new Map(edges.map((edge, place) => [edge, place]))
  for (const [b, { low, high }] of boxes.entries()) {
    runs.push(placeOf.get(low[j]!)!, placeOf.get(high[j]!)!)
    starts[b + 1] = runs.length
  }
  return {
    masses: Float64Array.from({ length: edges.length - 1 }, (_, c) => massBetween(axis, edges[c]!, edges[c + 1]!)),
    runs,
    starts,
  }
}

/** Var E[f | x_j]: what each box adds to its cells is written as a step at either end, and summed up once. */
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

/** Var E[f | x_j, x_k], likewise with steps at the four corners. */
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
