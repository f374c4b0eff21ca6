/**
 * Two maximizers that only draw points: at random, and at random with tweaks of the best.
 *
 * They need no slope and no starting point, and their cost is their number of points.
 */

import type { Random } from '../numerics/random.ts'
import { settleInPlace } from '../space/axes.ts'
import type { Axes } from '../space/axes.ts'
import { sortByValue, valued } from './candidate.ts'
import type { Candidate } from './candidate.ts'
import type { Criterion } from './criterion.ts'
import type { Maximizer } from './maximize.ts'
import { randomPoint, randomPoints } from './moves.ts'

/** Tweaks are made in this many rounds; each begins from the best points of the rounds before. */
const TWEAK_ROUNDS = 8

/** A tweak begins from one of this many best points. */
const TWEAKED = 10

/** The share of coordinates that a tweak replaces unless `flip` says otherwise: two of them, and at most half. */
const FLIPPED = { coordinates: 2, most: 0.5 }

export interface SamplingOptions {
  /** Number of random points. */
  readonly points: number
}

export interface TweaksOptions {
  /** Number of points: random ones first, then tweaks. */
  readonly points: number
  /** Share of the points that are tweaks. */
  readonly share: number
  /** Probability that a tweak replaces a coordinate; 0 stands for two of the coordinates, and at most half of them. */
  readonly flip: number
  /** Probability that the best point is tweaked once more at the end, whatever the tweak is worth. */
  readonly chance: number
}

/** The best of some random points; each value of a parameter comes as often as the space says. */
export const sampling =
  ({ points }: SamplingOptions): Maximizer =>
  (criterion, axes, _centers, random) =>
    sortByValue(drawn(points, criterion, axes, random))

/**
 * The best of random points and of tweaks. A tweak is one of the best points so far with some coordinates of a random
 * point, so it also finds what needs several categories at once.
 *
 * With `chance`, a tweak comes first that nobody has compared with the others. This is what hyper-engine does with its
 * best point: now and then a suggestion leaves what the model likes best.
 */
export const tweaks =
  ({ points, share, flip, chance }: TweaksOptions): Maximizer =>
  (criterion, axes, centers, random) => {
    const tweakCount = Math.round(points * share)
    const seen = [...valued(centers, criterion), ...drawn(Math.max(points - tweakCount, 1), criterion, axes, random)]
    const odds = flip > 0 ? flip : Math.min(FLIPPED.coordinates / axes.list.length, FLIPPED.most)
    for (let round = 0; round < TWEAK_ROUNDS; round++) {
      const count =
        Math.floor((tweakCount * (round + 1)) / TWEAK_ROUNDS) - Math.floor((tweakCount * round) / TWEAK_ROUNDS)
      if (count === 0) continue
      const best = sortByValue(seen).slice(0, TWEAKED)
      const tweaked = Array.from({ length: count }, () =>
        tweakOf(best[random.integer(best.length)]!.x, odds, axes, random),
      )
      seen.push(...valued(tweaked, criterion))
    }
    sortByValue(seen)
    if (chance > 0 && random.next() < chance) {
      seen.unshift(...valued([tweakOf(seen[0]!.x, odds, axes, random)], criterion))
    }
    return seen
  }

function drawn(count: number, criterion: Criterion, axes: Axes, random: Random): Candidate[] {
  return valued(randomPoints(count, axes, random), criterion)
}

/** A point with some coordinates of a random one. */
function tweakOf(x: Float64Array, odds: number, axes: Axes, random: Random): Float64Array {
  const other = randomPoint(axes, random)
  const tweaked = Float64Array.from(x)
  for (let k = 0; k < x.length; k++) {
    if (random.next() < odds && !Number.isNaN(x[k]!) && !Number.isNaN(other[k]!)) tweaked[k] = other[k]!
  }
  settleInPlace(tweaked, axes, random, x)
  return tweaked
}
