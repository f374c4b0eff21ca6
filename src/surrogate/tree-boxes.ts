/**
 * The boxes of a regression tree: where in the space each of its predictions applies.
 *
 *   box    a product of one part of each axis, on which the tree's prediction is constant; a leaf is a union of boxes
 *   mass   the probability that a feature, or all features, lie in a part or a box
 *
 * A conditional feature has a value whether it is active or not, and the tree looks at it only where its selectors make
 * it active. So all features are independent, and the mass of a box is the product of the masses of its parts.
 */

import { CODES, SET_WORDS, setHas } from './binned-rows.ts'
import type { RandomForest } from './random-forest.ts'
import { goesLeft, type RegressionTree } from './regression-tree.ts'

/** How the values of a feature are distributed, and when the feature is active. */
export interface Measure {
  /** The values of an ordered feature, ascending; left out, values are uniform on [0, 1]. */
  readonly points?: Float64Array
  /** The probability of each of the points, or of each level of an unordered feature. */
  readonly masses?: Float64Array
  /** The selectors (unordered features), each with the level that it must have for this feature to be active. */
  readonly when: readonly (readonly [feature: number, level: number])[]
}

/** A measure in the codes of a forest. */
export interface Axis {
  readonly isOrdered: boolean
  readonly points: Float64Array | undefined
  /** Ordered axes: entry k is the probability of the first k points. */
  readonly cumulative: Float64Array
  /** Unordered axes: the probability of each code. */
  readonly codeMass: Float64Array
  /** Unordered axes: all codes with a probability are below this. */
  readonly codeCount: number
  readonly when: readonly (readonly [feature: number, code: number])[]
}

/** A box: on an ordered axis from `low` (excluded) to `high` (included), on an unordered one a set of codes. */
export interface Box {
  /** The prediction of the tree. */
  readonly value: number
  readonly mass: number
  /** These four are by axis; a set has `SET_WORDS` words. */
  readonly masses: Float64Array
  readonly low: Float64Array
  readonly high: Float64Array
  readonly sets: Uint32Array
}

/** The axis of feature j. */
export function axisOf(forest: RandomForest, { points, masses, when }: Measure, j: number): Axis {
  const codes = forest.codeOfLevel[j]!
  const codeMass = new Float64Array(CODES)
  codes.forEach((code, level) => (codeMass[code]! += masses![level]!))
  const cumulative = new Float64Array((points?.length ?? 0) + 1)
  points?.forEach((_, k) => (cumulative[k + 1] = cumulative[k]! + masses![k]!))
  return {
    isOrdered: forest.levels[j] === 0,
    points,
    cumulative,
    codeMass,
    codeCount: Math.max(0, ...codes) + 1,
    when: when.map(([feature, level]) => [feature, forest.codeOfLevel[feature]![level]!]),
  }
}

/** The boxes of a tree. They do not overlap, and together they fill the space. */
export function boxesOf(forest: RandomForest, tree: RegressionTree, axes: readonly Axis[]): Box[] {
  const { d } = forest
  const low = new Float64Array(d).fill(-Infinity)
  const high = new Float64Array(d).fill(Infinity)
  const sets = new Uint32Array(d * SET_WORDS)
  axes.forEach((axis, j) =>
    axis.codeMass.forEach((mass, code) => {
      if (mass > 0) sets[j * SET_WORDS + (code >>> 5)]! |= 1 << (code & 31)
    }),
  )
  const boxes: Box[] = []
  const massOf = (j: number): number =>
    axes[j]!.isOrdered ? massBetween(axes[j]!, low[j]!, high[j]!) : massOfSet(axes[j]!, sets, j)

  const visit = (node: number): void => {
    if (tree.feature[node]! >= 0) return meetConditions(node, 0)
    const masses = Float64Array.from({ length: d }, (_, j) => massOf(j))
    const mass = masses.reduce((product, m) => product * m, 1)
    boxes.push({ value: tree.mean[node]!, mass, masses, low: low.slice(), high: high.slice(), sets: sets.slice() })
  }
  /** Splits the box by the k-th and later conditions of a node's feature. Where one fails, the feature is inactive. */
  const meetConditions = (node: number, k: number): void => {
    const j = tree.feature[node]!
    const condition = axes[j]!.when[k]
    if (condition === undefined) return axes[j]!.isOrdered ? splitRange(node, j) : splitSet(node, j)
    const [selector, code] = condition
    const only = new Uint32Array(SET_WORDS)
    only[code >>> 5] = 1 << (code & 31)
    const goInactive = (): void => visit(inactiveChild(forest, tree, node))
    const meetNext = (): void => meetConditions(node, k + 1)
    within(selector, (word) => ~only[word]!, goInactive)
    within(selector, (word) => only[word]!, meetNext)
  }
  const splitSet = (node: number, j: number): void => {
    const begin = tree.set[node]!
    const goLeft = (): void => visit(tree.left[node]!)
    const goRight = (): void => visit(tree.left[node]! + 1)
    within(j, (word) => tree.sets[begin + word]!, goLeft)
    within(j, (word) => ~tree.sets[begin + word]!, goRight)
  }
  /** Continues in the part of the box whose codes on axis j are in a set, unless that part is empty. */
  const within = (j: number, wordOf: (word: number) => number, goOn: () => void): void => {
    const kept = sets.slice(j * SET_WORDS, (j + 1) * SET_WORDS)
    for (let word = 0; word < SET_WORDS; word++) sets[j * SET_WORDS + word]! &= wordOf(word)
    if (massOf(j) > 0) goOn()
    sets.set(kept, j * SET_WORDS)
  }
  const splitRange = (node: number, j: number): void => {
    const [from, to] = [low[j]!, high[j]!]
    high[j] = Math.min(to, tree.threshold[node]!)
    if (massOf(j) > 0) visit(tree.left[node]!)
    high[j] = to
    low[j] = Math.max(from, tree.threshold[node]!)
    if (massOf(j) > 0) visit(tree.left[node]! + 1)
    low[j] = from
  }
  visit(0)
  return boxes
}

/** The child of a node to which inactive values go. */
function inactiveChild(forest: RandomForest, tree: RegressionTree, node: number): number {
  const isLeft = forest.levels[tree.feature[node]!] === 0 || goesLeft(tree, node, 0)
  return isLeft ? tree.left[node]! : tree.left[node]! + 1
}

/** The probability of values above `low` and up to `high`; not positive if the range is empty. */
export function massBetween(axis: Axis, low: number, high: number): number {
  return massBelow(axis, high) - massBelow(axis, low)
}

/** The probability of values up to t. */
function massBelow({ points, cumulative }: Axis, t: number): number {
  if (points === undefined) return Math.min(Math.max(t, 0), 1)
  let from = 0
  let to = points.length
  while (from < to) {
    const middle = (from + to) >>> 1
    if (points[middle]! <= t) from = middle + 1
    else to = middle
  }
  return cumulative[from]!
}

/** The probability of the codes in the set of axis j. */
export function massOfSet({ codeMass, codeCount }: Axis, sets: Uint32Array, j: number): number {
  let sum = 0
  for (let code = 0; code < codeCount; code++) if (setHas(sets, j * SET_WORDS, code)) sum += codeMass[code]!
  return sum
}
