/**
 * Climbs of a criterion with edges, such as the odds of a constraint: where a model is nearly sure, they fall from 1 to
 * nothing within a thousandth of a lengthscale.
 *
 * Then next to no random point is worth anything, and an ascent stops at the first edge that it meets. The best point
 * often lies where several edges meet, and a discrete step leads over one of them. So a climb begins with soft edges,
 * makes them sharper in steps, and begins each step where the last one ended. After a discrete step the numbers climb
 * again before the step is judged.
 *
 * Source: Nocedal & Wright 2006, Numerical Optimization, 2nd ed., framework 17.1 (a penalty that grows).
 */

import type { Random } from '../numerics/random.ts'
import type { Axes, Axis } from '../space/axes.ts'
import { ascend, isRelaxed } from './ascent.ts'
import { bestOf, sortByValue, valued } from './candidate.ts'
import type { Candidate } from './candidate.ts'
import type { Criterion } from './criterion.ts'
import { alongEdge } from './edge.ts'
import { WIDE, lookAround } from './neighborhood.ts'

/** Widths of the edges, in deviations of the values. The last step has the edges as they are. */
const WIDTHS = [0.1, 0.02, 0.004]

/** Gradient steps of an ascent between soft edges, which ends when a step gains less than `LITTLE`. */
const SOFT_ITERATIONS = 15
const LITTLE = 0.01

/** Most candidates that are valued with the edges as they are. */
const MOST_VALUED = 64

/**
 * How many of the best climbs go on by discrete steps, the most steps of each, and how many of the neighbors, the best
 * with soft edges, a step climbs from.
 */
const MOST_DISCRETE = 2
const DISCRETE_STEPS = 3
const NEIGHBORS = 3

/** A climb goes on only while a step gains more than this. */
const LEAST_GAIN = 1e-6

const isContinuous = ({ kind }: Axis): boolean => kind === 'continuous'

/**
 * The criterion with edges from soft to sharp; undefined if it has none, or if no number can be moved along them. In a
 * wide space with discrete parameters the many discrete steps are worth more.
 */
export function softenedBySteps({ slope, softened, d }: Criterion, { list }: Axes): Criterion[] | undefined {
  if (slope === undefined || softened === undefined || !list.some(isContinuous)) return undefined
  if (d >= WIDE && !list.every((axis) => isContinuous(axis) || axis.count === 1)) return undefined
  return WIDTHS.map((width) => softened(width))
}

/**
 * Climbs from points that are good with soft edges.
 *
 * @param criterion   what is climbed
 * @param steps       the same with edges from soft to sharp
 * @param drawn       points with their values at the first of these, the best first
 * @param starts      those of them to climb from
 * @param centers     observed points, the best first; the best one is climbed from as well
 * @param iterations  gradient steps of an ascent with the edges as they are
 * @returns points with their values, the best first
 */
export function climbOverEdges(
  criterion: Criterion,
  steps: readonly Criterion[],
  {
    drawn,
    starts,
    centers,
  }: Readonly<Record<'drawn' | 'starts', readonly Candidate[]>> & {
    readonly centers: readonly Float64Array[]
  },
  axes: Axes,
  random: Random,
  iterations: number,
): Candidate[] {
  const [softest] = steps as [Criterion]
  const seen = valued([...centers, ...drawn.slice(0, MOST_VALUED).map(({ x }) => x)], criterion)
  const climb = (from: Candidate, first: number): Candidate => {
    const up = climbBySteps(from, criterion, steps.slice(first), axes, iterations)
    const reached = axes.allowed?.holds(up.x) === false ? alongEdge(from, up.x, criterion, axes, random, seen) : up
    seen.push(reached)
    return reached
  }
  const begin = [...valued(centers.slice(0, 1), softest), ...starts]
  const ends = begin.map((start) => climb(start, 0))
  if (axes.list.every((axis) => isContinuous(axis) || axis.count === 1)) return sortByValue(seen)
  for (const end of sortByValue(ends).slice(0, MOST_DISCRETE)) {
    let at = end
    for (let step = 0; step < DISCRETE_STEPS; step++) {
      const neighbors = sortByValue(lookAround(at, softest, axes, random)).slice(0, NEIGHBORS)
      const next = bestOf(neighbors.map((neighbor) => climb(neighbor, 1)))
      if (next === undefined || !(next.value > at.value + LEAST_GAIN)) break
      at = next
    }
  }
  return sortByValue(seen)
}

/**
 * One ascent for each step, as long as the edges make a difference; discrete values move only between the softest.
 *
 * @param steps  all, or without the first if only numbers are to move
 */
function climbBySteps(
  from: Candidate,
  criterion: Criterion,
  steps: readonly Criterion[],
  axes: Axes,
  iterations: number,
): Candidate {
  const sharp = ({ x }: Candidate): Candidate => ({ x, value: criterion.values(x, 1)[0]! })
  const isFree = steps.length === WIDTHS.length ? isRelaxed : isContinuous
  let last = from
  for (const soft of steps) {
    const at = ascend(last, soft, axes, { iterations: SOFT_ITERATIONS, tolerance: LITTLE, isFree }) ?? last
    last = sharp(at)
    if (Math.abs(at.value - last.value) < LITTLE) break
  }
  return ascend(last, criterion, axes, { iterations, isFree: isContinuous }) ?? last
}
