/**
 * CMA-ES in a mixed space: a normal distribution of the numbers, and odds of each category.
 *
 *   x      d   a model point
 *   u          its coordinates on the axes of numbers, in the unit cube
 *   q          odds of the categories of one axis, with the sum 1
 *
 * An integer is a number that is rounded; its deviation does not fall below a share of its cell, so that the values
 * next to it still come. The odds of a category follow the best points of each generation, and no category dies out.
 * A parameter that a point does not have is filled in from the distribution, so it teaches nothing.
 *
 * Sources: `numerics/cma-es.ts`; Hamano, Saito, Nomura, Uchida & Shirakawa 2024, "CatCMA: stochastic optimization for
 * mixed-category problems" (the least odds).
 */

import { beginCma, defaultLambda, deviationOf, drawCmaInto, isSpent, toldCma } from '../numerics/cma-es.ts'
import type { CmaState } from '../numerics/cma-es.ts'
import { indexDraw, normalDraw } from '../numerics/draws.ts'
import type { Random } from '../numerics/random.ts'
import { settleInPlace, snapped } from '../space/axes.ts'
import type { Axes } from '../space/axes.ts'
import { cellWidths } from '../space/encoding.ts'

/** A number with cells keeps this share of a cell as its deviation: one point of 40 leaves the middle cell. */
const LEAST_SHARE = 0.22

/** A point outside the cube is drawn again at most this often, then moved to the nearest one inside. */
const DRAWS = 8

/** How far the odds of categories move to the shares among the best points, in one generation. */
const LEARNING = 0.25

/** The probability that no category axis leaves its best category by chance alone. */
const LOYALTY = 0.73

export interface MixedCma {
  /** Undefined in a space without numbers. */
  readonly cma: CmaState | undefined
  /** Points of a generation. */
  readonly lambda: number
  /** The axes of `cma`, by index. */
  readonly numbers: readonly number[]
  /** d: odds of the categories of an axis, empty for a number. */
  readonly odds: readonly Float64Array[]
}

/**
 * The state before the first generation.
 *
 * @param x       where to begin; undefined: the middle of all ranges, and each category as often as the space says. The
 *   branches of x are kept: a branch that is good by itself would win before another one has been searched.
 * @param sigma   standard deviation of the first points, as a share of each range
 * @param lambda  points of a generation; default: as the tutorial recommends
 */
export function beginMixed(axes: Axes, x: Float64Array | undefined, sigma: number, lambda?: number): MixedCma {
  const { list } = axes
  const isActive = (k: number): boolean => x === undefined || !Number.isNaN(x[k]!)
  const numbers = list.flatMap(({ kind, count }, k) => (kind !== 'category' && count > 1 && isActive(k) ? [k] : []))
  const mean = Float64Array.from(numbers, (k) => x?.[k] ?? 0.5)
  const least = Float64Array.from(numbers, (k) => LEAST_SHARE / list[k]!.count)
  const size = lambda ?? defaultLambda(list.length)
  return {
    cma: numbers.length === 0 ? undefined : beginCma(mean, sigma, size, least),
    lambda: size,
    numbers,
    odds: list.map(({ kind, parameter }, k) => {
      if (kind !== 'category') return new Float64Array(0)
      const odds = cellWidths(parameter)
      if (x === undefined) return odds
      const own = Number.isNaN(x[k]!) ? 0 : x[k]!
      const isKept = parameter.type === 'branch' || Number.isNaN(x[k]!)
      // Half of the first points have the category of the point to begin with.
      return odds.map((q, c) => (isKept ? 0 : q / 2) + (c === own ? (isKept ? 1 : 0.5) : 0))
    }),
  }
}

/** A point of the distribution. */
export function drawMixed({ cma, numbers, odds }: MixedCma, axes: Axes, random: Random): Float64Array {
  const x = new Float64Array(axes.list.length)
  const u = new Float64Array(numbers.length)
  if (cma !== undefined) {
    for (let draw = 0; draw < DRAWS; draw++) {
      drawCmaInto(cma, random, u)
      if (u.every((value) => value >= 0 && value <= 1)) break
    }
  }
  for (const [k, axis] of axes.list.entries()) {
    if (axis.kind === 'category') x[k] = indexDraw(random, odds[k]!)
    else x[k] = snapped(axis, 0.5)
  }
  for (const [i, k] of numbers.entries()) x[k] = snapped(axes.list[k]!, u[i]!)
  settleInPlace(x, axes, random)
  return x
}

/**
 * The state after a generation.
 *
 * @param points  its points, the best first
 * @param random  for parameters that a point does not have
 */
export function toldMixed(state: MixedCma, points: readonly Float64Array[], random: Random): MixedCma {
  const { cma, numbers, odds, lambda } = state
  const next =
    cma &&
    toldCma(
      cma,
      points.map((x) =>
        Float64Array.from(numbers, (k, i) =>
          Number.isNaN(x[k]!) ? cma.mean[i]! + deviationOf(cma, i) * normalDraw(random) : x[k]!,
        ),
      ),
    )
  const best = points.slice(0, Math.max(Math.min(Math.floor(lambda / 2), Math.ceil(points.length / 2)), 1))
  const choices = odds.filter(isOpen).length
  return { ...state, cma: next, odds: odds.map((q, k) => oddsAfter(q, best, k, choices)) }
}

/**
 * Whether the search is over.
 *
 * @param tolerance  the least deviation of a number, as a share of its range
 */
export function isMixedSpent({ cma, odds }: MixedCma, tolerance: number): boolean {
  const choices = odds.filter(isOpen)
  const areChosen = choices.every(
    (q) => Math.max(...q) >= 0.99 * (1 - leastOdds(q.length, choices.length) * (q.length - 1)),
  )
  return (cma === undefined || isSpent(cma, tolerance)) && areChosen
}

/** Whether the odds leave a choice. Those of a branch that is kept do not. */
function isOpen(odds: Float64Array): boolean {
  return odds.length > 1 && Math.max(...odds) < 1
}

/** The least odds of a category that is not the best one. */
function leastOdds(count: number, choices: number): number {
  return (1 - LOYALTY ** (1 / choices)) / (count - 1)
}

function oddsAfter(odds: Float64Array, best: readonly Float64Array[], k: number, choices: number): Float64Array {
  const count = odds.length
  const having = best.filter((x) => !Number.isNaN(x[k]!))
  if (!isOpen(odds) || having.length === 0) return odds
  const next = odds.map((q) => (1 - LEARNING) * q)
  // Weights by rank, as those of the numbers.
  const weights = having.map((_, i) => Math.log(having.length + 1) - Math.log(i + 1))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  for (const [i, x] of having.entries()) next[x[k]!] = next[x[k]!]! + (LEARNING * weights[i]!) / sum
  const least = Math.min(leastOdds(count, choices), 1 / count)
  const raised = next.map((q) => Math.max(q, least))
  // What the raised ones gained is taken from the others, in proportion to what they have above the least.
  const above = raised.reduce((total, q) => total + (q - least), 0)
  return above > 0 ? raised.map((q) => least + ((q - least) * (1 - count * least)) / above) : raised
}
