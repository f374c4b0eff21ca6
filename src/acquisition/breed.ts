/**
 * A maximizer that breeds points: a genetic algorithm with a large population that keeps its best (`offspring.ts`).
 *
 * It is slower than an evolution strategy in one valley, and harder to fool by many of them.
 */

import { sortByValue, valued } from './candidate.ts'
import type { Candidate } from './candidate.ts'
import type { Maximizer } from './maximize.ts'
import { randomPoints } from './moves.ts'
import { altered, crossed, tournament } from './offspring.ts'

/** Probability that a child has two parents. */
const CROSSOVER = 0.9

/** How many take part in a tournament. */
const TOURNAMENT = 2

export interface BreedOptions {
  /** Number of random points; the best of them and of the observed ones are the first population. */
  readonly points: number
  /** Size of the population. */
  readonly population: number
  /** Most generations. */
  readonly generations: number
  /** It ends earlier if the best value gained less than `tolerance` in this many generations. */
  readonly patience: number
  readonly tolerance: number
}

/** The best point that the genetic algorithm finds. */
export const breed =
  ({ points, population, generations, patience, tolerance }: BreedOptions): Maximizer =>
  (criterion, axes, centers, random) => {
    const count = Math.max(points, population)
    const drawn = randomPoints(count, axes, random)
    const seen = sortByValue(valued([...centers, ...drawn], criterion))
    let members = seen.slice(0, population)
    const bests = [members[0]!.value]
    for (let generation = 0; generation < generations; generation++) {
      const children = Array.from({ length: population }, () => {
        const first = members[tournament(members.length, TOURNAMENT, random)]!.x
        const second = members[tournament(members.length, TOURNAMENT, random)]!.x
        return altered(random.next() < CROSSOVER ? crossed(first, second, axes, random) : first, 1, axes, random)
      })
      const found = valued(children, criterion)
      seen.push(...found)
      members = withoutTwins(sortByValue([...members, ...found])).slice(0, population)
      bests.push(members[0]!.value)
      if (bests.length > patience && !(bests.at(-1)! - bests.at(-1 - patience)! >= tolerance)) break
    }
    return sortByValue(seen)
  }

/** Points once each: copies of one point would fill the population. */
function withoutTwins(sorted: readonly Candidate[]): Candidate[] {
  const known = new Set<string>()
  return sorted.filter(({ x }) => {
    const key = x.join()
    if (known.has(key)) return false
    known.add(key)
    return true
  })
}
