/**
 * Trials in the order of their worth, where there may be several objectives and constraints.
 *
 * - A trial that meets all constraints comes before one that breaks some. If both break some, the one that breaks
 *   them by less comes first.
 * - One objective: by value. Several: the trials that no other one beats come first, then those that only these beat,
 *   and so on; among them, the one with the most room around it on its front.
 *
 * Everything follows from the trials that are ranked, so a generation has the same order at any later time.
 *
 * Source: Deb, Pratap, Agarwal & Meyarivan 2002, "A fast and elitist multiobjective genetic algorithm: NSGA-II", III B
 * and VI A.
 */

import { crowdingOf } from '../numerics/crowding.ts'
import { ranksOf } from '../numerics/front.ts'
import { excessOf, saidAs } from '../space/constraints.ts'
import type { Constraints, TrialRecord } from '../trial.ts'

/** What a trial is ranked by. */
export interface Judged {
  /** Its number, which decides between equal ones. */
  readonly number: number
  /** The value of each objective, to be minimized; infinite if the trial gave none. */
  readonly values: Float64Array
  /** By how much it breaks each constraint: 0 if it does not, infinite if it did not say. Empty if there are none. */
  readonly excesses: Float64Array
}

/** By how much a trial breaks each constraint. */
export function excessesOf(constraints: Constraints, trial: TrialRecord): Float64Array {
  return Float64Array.from(Object.entries(constraints), ([name, constraint]) => {
    const excess = excessOf(constraint, saidAs(name, trial))
    return Number.isNaN(excess) ? Infinity : Math.max(excess, 0)
  })
}

/** Whether a trial gave values. */
export const hasValues = ({ values }: Judged): boolean => values.every((value) => value < Infinity)

/** The trials, the best first, those without values last. */
export function inRank<T extends Judged>(trials: readonly T[]): T[] {
  const measured = trials.filter(hasValues)
  const total = totals(measured)
  const met = measured.filter((trial) => total.get(trial) === 0)
  const broken = measured.filter((trial) => total.get(trial)! > 0)
  return [
    ...byFronts(met),
    ...broken.sort((a, b) => total.get(a)! - total.get(b)! || a.number - b.number),
    ...trials.filter((trial) => !hasValues(trial)).sort((a, b) => a.number - b.number),
  ]
}

/** Whether a trial comes before another one whatever else there is: it breaks constraints by less, or beats it. */
export const isAhead = (a: Judged, b: Judged): boolean => isAsGood(a, b) && !isAsGood(b, a)

/** The same, or both are equal. A trial without values is as good as another one without. */
export function isAsGood(a: Judged, b: Judged): boolean {
  if (!hasValues(a) || !hasValues(b)) return !hasValues(b)
  const total = totals([a, b])
  if (total.get(a) !== total.get(b)) return total.get(a)! < total.get(b)!
  return total.get(a)! > 0 || a.values.every((value, k) => value <= b.values[k]!)
}

/**
 * By how much each trial breaks all constraints together. The largest excess of each constraint among these trials
 * counts as 1, since outputs have units of their own; so does an output that a trial did not say.
 */
function totals<T extends Judged>(trials: readonly T[]): Map<T, number> {
  const largest = trials[0]?.excesses.map((_, k) =>
    trials.reduce((most, { excesses }) => (excesses[k]! < Infinity ? Math.max(most, excesses[k]!) : most), 0),
  )
  return new Map(
    trials.map((trial) => [
      trial,
      trial.excesses.reduce((sum, excess, k) => sum + (excess === Infinity ? 1 : share(excess, largest![k]!)), 0),
    ]),
  )
}

const share = (excess: number, largest: number): number => (excess === 0 ? 0 : excess / largest)

/** Trials by the rank of their front, then by their room on it. */
function byFronts<T extends Judged>(trials: readonly T[]): T[] {
  const n = trials.length
  const m = trials[0]?.values.length ?? 0
  if (m <= 1) {
    return [...trials].sort((a, b) => {
      const [left, right] = [a.values[0]!, b.values[0]!]
      return left < right ? -1 : left > right ? 1 : a.number - b.number
    })
  }
  const points = Float64Array.from(trials.flatMap(({ values }) => [...values]))
  const ranks = ranksOf(points, n, m)
  const crowding = crowdingOf(points, n, m, ranks)
  return [...trials.keys()]
    .sort((a, b) => {
      if (ranks[a] !== ranks[b]) return ranks[a]! - ranks[b]!
      if (crowding[a] !== crowding[b]) return crowding[a]! > crowding[b]! ? -1 : 1
      return trials[a]!.number - trials[b]!.number
    })
    .map((i) => trials[i]!)
}
