/**
 * How a genetic algorithm makes new points of a mixed space: tournaments, crossover, mutation.
 *
 * Numbers cross and mutate by distributions that keep children near their parents, most of the time; categories swap
 * and are drawn anew.
 *
 *   u       a uniform number          η    index of a distribution: the larger, the nearer children stay
 *   β, δ    spread of two children, and the size of a change
 *
 * Sources: Deb & Agrawal 1995, "Simulated binary crossover for continuous search space", Complex Systems 9; Deb & Goyal
 * 1996, "A combined genetic adaptive search (GeneAS) for engineering design" (polynomial mutation).
 */

import type { Random } from '../numerics/random.ts'
import { levelOfValue, settleInPlace, snapped, valueOfLevel } from '../space/axes.ts'
import type { Axes, Axis } from '../space/axes.ts'

/** η of the crossover: both parents are some 10 % of their distance away from a child, as is usual. */
const CROSSOVER_INDEX = 15

/** η of the mutation: a usual change is some 5 % of the range. */
const MUTATION_INDEX = 20

/** Probability that a coordinate is crossed. */
const CROSSED = 0.5

/**
 * The best of some random members of a list.
 *
 * @param count  number of members, from 0 on better to worse
 * @param size   how many take part
 * @returns      the index of the winner
 */
export function tournament(count: number, size: number, random: Random): number {
  let winner = count - 1
  for (let i = 0; i < size; i++) winner = Math.min(winner, random.integer(count))
  return winner
}

/** A point with coordinates of two parents, or between and about them. */
export function crossed(first: Float64Array, second: Float64Array, axes: Axes, random: Random): Float64Array {
  const child = first.map((a, k) => {
    const b = second[k]!
    const axis = axes.list[k]!
    const isCrossed = random.next() < CROSSED
    if (Number.isNaN(a)) return b
    if (!isCrossed || Number.isNaN(b) || a === b) return a
    if (axis.kind === 'category') return b
    return snapped(axis, (a + b) / 2 + (spreadOf(random.next()) * (a - b)) / 2)
  })
  settleInPlace(child, axes, random, first)
  return child
}

/**
 * A point that differs in some coordinates.
 *
 * @param count  how many coordinates change on average; at least one does, if any can
 */
export function altered(x: Float64Array, count: number, axes: Axes, random: Random): Float64Array {
  const free = axes.list.flatMap(({ count: levels }, k) => (levels > 1 && !Number.isNaN(x[k]!) ? [k] : []))
  const changed = Float64Array.from(x)
  if (free.length === 0) return changed
  const one = free[random.integer(free.length)]!
  const odds = free.length === 1 ? 0 : Math.min((count - 1) / (free.length - 1), 1)
  for (const k of free) {
    if (k === one || random.next() < odds) changed[k] = alteredValue(axes.list[k]!, x[k]!, random)
  }
  settleInPlace(changed, axes, random, x)
  return changed
}

/** Another value on an axis. */
function alteredValue(axis: Axis, from: number, random: Random): number {
  if (axis.kind === 'category') return (from + 1 + random.integer(axis.count - 1)) % axis.count
  const change = changeOf(random.next())
  const moved = snapped(axis, from + change)
  if (axis.kind === 'continuous' || moved !== from) return moved
  const level = levelOfValue(axis, from)
  const next = level + (change < 0 ? -1 : 1)
  return valueOfLevel(axis, next < 0 || next >= axis.count ? level + (change < 0 ? 1 : -1) : next)
}

/** β of simulated binary crossover: Deb & Agrawal, the inverse of their distribution function. */
function spreadOf(u: number): number {
  const power = 1 / (CROSSOVER_INDEX + 1)
  return u <= 0.5 ? (2 * u) ** power : (1 / (2 * (1 - u))) ** power
}

/** δ of polynomial mutation, from −1 to 1. */
function changeOf(u: number): number {
  const power = 1 / (MUTATION_INDEX + 1)
  return u < 0.5 ? (2 * u) ** power - 1 : 1 - (2 * (1 - u)) ** power
}
