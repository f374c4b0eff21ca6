/**
 * A maximizer that evolves points: the mixed-integer evolution strategy (`individual.ts`), as MIP-EGO uses it.
 *
 * In each generation, parents have children. The best children are the next parents, and the parents are forgotten
 * (comma selection): step sizes that were good by luck die out. A population that no longer gains begins again from
 * another place, until the evaluations are used up.
 */

import type { Random } from '../numerics/random.ts'
import type { Axes } from '../space/axes.ts'
import { valued } from './candidate.ts'
import type { Candidate } from './candidate.ts'
import type { Criterion } from './criterion.ts'
import { childOf, individualAt } from './individual.ts'
import type { Individual } from './individual.ts'
import type { Maximizer } from './maximize.ts'
import { isSettled, searchAgain } from './starts.ts'

/** A population begins again if the best values of some generations differ by less than this. */
const LEAST_GAIN = 1e-5

/** The share of the evaluations that are random points, among which the populations begin. */
const RANDOM_SHARE = 0.25

export interface EvolveOptions {
  /** μ: how many of a generation have children. */
  readonly parents: number
  /** λ: how many children a generation has; at least as many as parents. */
  readonly children: number
  /** How many points are looked at in all. */
  readonly evaluations: number
}

/** The best point that the evolution strategy finds. */
export const evolve =
  ({ parents, children, evaluations }: EvolveOptions): Maximizer =>
  (criterion, axes, centers, random) => {
    const count = Math.ceil(RANDOM_SHARE * evaluations)
    return searchAgain({ count, evaluations }, criterion, axes, centers, random, (begin, seen) =>
      evolveFrom(begin, { parents, children, evaluations }, criterion, axes, random, seen),
    )
  }

/** Evolves one population until it gains no more, or the evaluations are used up. Adds what it looks at to `seen`. */
function evolveFrom(
  begin: Float64Array,
  { parents, children, evaluations }: EvolveOptions,
  criterion: Criterion,
  axes: Axes,
  random: Random,
  seen: Candidate[],
): void {
  const patience = 3 + Math.ceil((30 * axes.list.length) / children)
  const bests: number[] = []
  let population = [individualAt(begin, axes)]
  while (seen.length < evaluations) {
    const born = Array.from({ length: Math.min(children, evaluations - seen.length) }, () =>
      childOf(memberOf(population, random), memberOf(population, random), axes, random),
    )
    const found = valued(
      born.map(({ x }) => x),
      criterion,
    )
    seen.push(...found)
    const order = found.map((_, i) => i).sort((a, b) => found[b]!.value - found[a]!.value)
    if (order.length < parents) return
    population = order.slice(0, parents).map((i) => born[i]!)
    bests.push(found[order[0]!]!.value)
    if (isSettled(bests, patience, LEAST_GAIN)) return
  }
}

function memberOf(population: readonly Individual[], random: Random): Individual {
  return population[random.integer(population.length)]!
}
