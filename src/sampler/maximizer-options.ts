/** The maximizers by name: what each does, and what it may cost. How each is made says `maximizers.ts`. */

import type { MaximizerChoice, MaximizerName } from './maximizer-choice.ts'
import { kindsOf, positive, whole, within } from '../space/option-values.ts'
import type { Kind, Option, Value } from '../space/option-values.ts'
import { orOwn } from './own-part.ts'

/** More points than this would take minutes for each suggestion. */
const MOST_POINTS = 1_000_000

/** No search needs a larger population, more starts or more rounds. */
const MOST_MEMBERS = 10_000

const points = (usual: number, line: string): Option => ({ value: whole(1, MOST_POINTS), default: usual, line })
const members = (usual: number, line: string): Option => ({ value: whole(1, MOST_MEMBERS), default: usual, line })
const share = (usual: number, line: string): Option => ({ value: within(0, 1), default: usual, line })

/** All maximizers: the table of the gate and of the help. Without a default it is as `effort` says. */
export const MAXIMIZERS = {
  climb: {
    line: 'climbs by the slope from the best of many points, and by steps between discrete values',
    options: {
      points: { value: whole(1, MOST_POINTS), line: 'points to choose the starts from' },
      starts: { value: whole(1, MOST_MEMBERS), line: 'points to climb from' },
      iterations: { value: whole(0, MOST_MEMBERS), line: 'steps of one ascent' },
    },
  },
  sampling: {
    line: 'the best of random points',
    options: { points: points(10_000, 'random points') },
  },
  tweaks: {
    line: 'the best of random points, and of the best of them with some values replaced',
    options: {
      points: points(10_000, 'points: random ones, then tweaks'),
      share: share(0.5, 'share of the points that are tweaks'),
      flip: share(0, 'probability that a tweak replaces a value; 0: two values, and at most half of them'),
      chance: share(0, 'probability that the best point is tweaked once more, unseen'),
    },
  },
  local: {
    line: 'local search: to the best neighbor as long as it is better',
    options: {
      points: points(2000, 'random points to choose the starts from'),
      starts: members(10, 'random points to begin from, and as many of the best trials'),
      evaluations: points(10_000, 'points looked at in all'),
    },
  },
  evolve: {
    line: 'mixed-integer evolution strategy: step sizes adapt themselves',
    options: {
      parents: members(4, 'members of a generation that have children'),
      children: { ...members(10, 'members of a generation'), atLeast: 'parents' },
      evaluations: points(4000, 'points looked at in all'),
    },
  },
  breed: {
    line: 'genetic algorithm: a large population that keeps its best',
    options: {
      points: points(1000, 'random points to choose the first population from'),
      population: members(100, 'size of the population'),
      generations: members(100, 'most generations'),
      patience: members(15, 'generations without a gain after which it ends'),
      tolerance: { value: within(0, MOST_POINTS), default: 1e-3, line: 'what counts as a gain' },
    },
  },
  cma: {
    line: 'CMA-ES with restarts: learns how parameters depend on each other',
    options: {
      points: points(1000, 'random points to choose the starts from'),
      sigma: { value: positive(1), default: 0.2, line: 'first step, as a share of each range' },
      evaluations: points(4000, 'points looked at in all'),
    },
  },
} as const satisfies Readonly<Record<MaximizerName, Kind>>

/** The option `maximizer`. */
export const MAXIMIZER = orOwn(kindsOf(MAXIMIZERS) as Value<MaximizerChoice>, 'maximizer')
