/**
 * An individual of the mixed-integer evolution strategy, and how it has children: recombination and mutation with step
 * sizes that are inherited, and so adapt themselves.
 *
 *   x       d   a model point
 *   σ       d   standard deviation of a step: on a continuous axis as a share of it, on a grid in levels; 0 elsewhere
 *   P           probability that a category is drawn anew, the same for all of them
 *   τ, τ'       rates at which step sizes change: for all axes of a kind together, and for each alone
 *   N           a standard normal number
 *
 * Source: Li, Emmerich, Eggermont, Bäck, Schütz, Dijkstra & Reiber 2013, "Mixed integer evolution strategies for
 * parameter optimization", Evolutionary Computation 21(1).
 */

import { geometricDraw, normalDraw } from '../numerics/draws.ts'
import type { Random } from '../numerics/random.ts'
import { levelOfValue, settleInPlace, snapped, valueOfLevel } from '../space/axes.ts'
import type { Axes, Axis } from '../space/axes.ts'

/** The first step on a number, as a share of its range. */
const FIRST_STEP = 0.05

/** A child has a variable of the second parent where a standard normal number is above this: 31 % of them. */
const SECOND_PARENT = 0.5

/** Bounds of a step. Beyond the whole range, reflection makes any step a uniform one; from 0 no step would recover. */
const LEAST_STEP = 1e-9
const LARGEST_STEP = 1

/** A category is drawn anew with at least 1 / (3 N) and at most this probability. */
const MOST_REDRAWN = 0.5

export interface Individual {
  readonly x: Float64Array
  readonly sigma: Float64Array
  readonly redraw: number
}

/** How many axes there are of each kind, without those that have only one value. */
interface Kinds {
  readonly continuous: number
  readonly grid: number
  readonly category: number
}

/** An individual at a point, with the step sizes that everything begins with. */
export function individualAt(x: Float64Array, axes: Axes): Individual {
  const sigma = Float64Array.from(axes.list, (axis) => {
    if (axis.kind === 'category' || axis.count === 1) return 0
    return axis.kind === 'continuous' ? FIRST_STEP : Math.max(FIRST_STEP * (axis.count - 1), 1)
  })
  return { x, sigma, redraw: 1 / Math.max(kindsOf(axes).category, 1) }
}

/** A child of two parents. */
export function childOf(first: Individual, second: Individual, axes: Axes, random: Random): Individual {
  return mutated(recombined(first, second, axes, random), axes, random)
}

/** Step sizes are averages of the parents'. Each variable is that of one parent; a parent that has none gives none. */
export function recombined(first: Individual, second: Individual, axes: Axes, random: Random): Individual {
  const x = first.x.map((value, k) => {
    const chosen = normalDraw(random) > SECOND_PARENT ? second.x[k]! : value
    return Number.isNaN(chosen) ? (Number.isNaN(value) ? second.x[k]! : value) : chosen
  })
  settleInPlace(x, axes, random, first.x)
  const sigma = first.sigma.map((value, k) => (value + second.sigma[k]!) / 2)
  return { x, sigma, redraw: (first.redraw + second.redraw) / 2 }
}

/** Changes the step sizes first, then the variables with the new ones. */
export function mutated(individual: Individual, axes: Axes, random: Random): Individual {
  const kinds = kindsOf(axes)
  const x = Float64Array.from(individual.x)
  const sigma = Float64Array.from(individual.sigma)
  const common = { continuous: normalDraw(random), grid: normalDraw(random) }
  const redraw = redrawAfter(individual.redraw, kinds.category, normalDraw(random))
  for (const [k, axis] of axes.list.entries()) {
    if (axis.count === 1) continue
    if (axis.kind === 'category') {
      const isRedrawn = random.next() < redraw
      if (isRedrawn && !Number.isNaN(x[k]!)) x[k] = random.integer(axis.count)
      continue
    }
    const count = kinds[axis.kind]
    sigma[k] = stepAfter(sigma[k]!, count, common[axis.kind], normalDraw(random))
    if (axis.kind === 'grid') {
      sigma[k] = Math.min(Math.max(sigma[k]!, 1), axis.count - 1)
      if (!Number.isNaN(x[k]!)) x[k] = movedOnGrid(axis, x[k]!, sigma[k]!, count, random)
      continue
    }
    sigma[k] = Math.min(sigma[k]!, LARGEST_STEP)
    const n = normalDraw(random)
    if (Number.isNaN(x[k]!)) continue
    const moved = snapped(axis, reflected(x[k]! + sigma[k]! * n, 1))
    // A step that the bounds have shortened was too long.
    if (n !== 0) sigma[k] = Math.max(Math.abs(moved - x[k]!) / Math.abs(n), LEAST_STEP)
    x[k] = moved
  }
  settleInPlace(x, axes, random, individual.x)
  return { x, sigma, redraw }
}

/**
 * σ exp(τ N + τ' N_k), with τ = 1 / √(2 n) and τ' = 1 / √(2 √n) for n axes of the kind; σ exp(τ N) for a single one.
 *
 * @param common  N, the same for all axes of the kind
 * @param own     N_k
 */
export function stepAfter(sigma: number, n: number, common: number, own: number): number {
  const together = common / Math.sqrt(2 * n)
  return sigma * Math.exp(n === 1 ? together : together + own / Math.sqrt(2 * Math.sqrt(n)))
}

/**
 * 1 / (1 + (1 − P) / P · exp(−τ N)) for n categories, from 1 / (3 n) to 0.5.
 *
 * @param normal  N
 */
export function redrawAfter(redraw: number, n: number, normal: number): number {
  if (n === 0) return redraw
  const next = 1 / (1 + ((1 - redraw) / redraw) * Math.exp(-normal / Math.sqrt(2 * n)))
  return Math.min(Math.max(next, 1 / (3 * n)), MOST_REDRAWN)
}

/**
 * The parameter of the geometric distributions whose difference is a step on one of n grids:
 * p = 1 − s / (1 + √(1 + s²)) with s = σ / n.
 */
export function geometricOf(sigma: number, n: number): number {
  const share = sigma / n
  return 1 - share / (1 + Math.sqrt(1 + share * share))
}

/** A number between 0 and `high`, which the bounds throw back as mirrors do. */
export function reflected(value: number, high: number): number {
  if (high <= 0) return 0
  const folded = Math.abs(value) % (2 * high)
  return folded > high ? 2 * high - folded : folded
}

function movedOnGrid(axis: Axis, from: number, sigma: number, n: number, random: Random): number {
  const p = geometricOf(sigma, n)
  const step = geometricDraw(random, p) - geometricDraw(random, p)
  return valueOfLevel(axis, reflected(levelOfValue(axis, from) + step, axis.count - 1))
}

function kindsOf(axes: Axes): Kinds {
  const kinds = { continuous: 0, grid: 0, category: 0 }
  for (const { kind, count } of axes.list) if (count > 1) kinds[kind]++
  return kinds
}
