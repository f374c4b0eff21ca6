/**
 * The front of a study of several objectives: the trials that no other one beats. A trial beats another if it is no
 * worse in any objective, and better in one.
 */

import { frontOf, hypervolume, isDominated } from '../numerics/front.ts'
import { areMet } from '../space/constraints.ts'
import { signOf } from '../space/objectives.ts'
import type { Goals, TrialRecord } from '../trial.ts'

/** How much of the objectives' space the trials of a study take. */
export interface Volume {
  /** The corner that it is measured to, by objective: what is worse than it in one objective adds nothing. */
  readonly reference: Readonly<Record<string, number>>
  /** For each trial that gave a value, in the order of numbers: the volume of the trials up to it. */
  readonly grows: readonly (readonly [number: number | null, volume: number])[]
}

/**
 * The trials of the front, best first by the first objective. A trial counts if it is complete and meets all
 * constraints. Trials with equal values are all in it.
 */
export function trialFront<T extends TrialRecord<unknown>>(trials: readonly T[], goals: Goals): T[] {
  const counted = countedOf(trials, goals)
  const points = pointsOf(counted, goals)
  const m = Object.keys(goals.objectives).length
  return frontOf(points, counted.length, m)
    .sort((a, b) => points[a * m]! - points[b * m]! || a - b)
    .map((row) => counted[row]!)
}

/**
 * The volume that the trials dominate, as it grew.
 *
 * @param reference  a corner by objective, in its unit; where it is left out, the worst value of any trial that counts
 */
export function volumeOf(
  trials: readonly TrialRecord<unknown>[],
  goals: Goals,
  reference: Readonly<Record<string, number>> = {},
): Volume {
  const counted = countedOf(trials, goals)
  const names = Object.keys(goals.objectives)
  const m = names.length
  const points = pointsOf(counted, goals)
  const signs = signsOf(goals)
  const corner = Float64Array.from(names, (name, k) => {
    const given = reference[name]
    if (given !== undefined) return signs[k]! * given
    return counted.reduce((worst, _trial, i) => Math.max(worst, points[i * m + k]!), -Infinity)
  })
  let front: number[] = []
  let volume = 0
  const grows = counted.map((trial, i) => {
    // What is dominated adds nothing, and most trials are: the volume of many objectives takes long.
    if (!isDominated(rowsAt(points, m, front), front.length, m, points.subarray(i * m, (i + 1) * m))) {
      const rows = [...front, i]
      front = frontOf(rowsAt(points, m, rows), rows.length, m).map((row) => rows[row]!)
      volume = hypervolume(rowsAt(points, m, front), front.length, m, corner)
    }
    return [trial.number, volume] as const
  })
  return { reference: Object.fromEntries(names.map((name, k) => [name, signs[k]! * corner[k]!])), grows }
}

function rowsAt(points: Float64Array, m: number, rows: readonly number[]): Float64Array {
  const at = new Float64Array(rows.length * m)
  for (const [i, row] of rows.entries()) at.set(points.subarray(row * m, (row + 1) * m), i * m)
  return at
}

function countedOf<T extends TrialRecord<unknown>>(trials: readonly T[], { objectives, constraints = {} }: Goals): T[] {
  const names = Object.keys(objectives)
  return trials.filter(
    (trial) =>
      trial.state === 'complete' &&
      names.every((name) => Number.isFinite(trial.values[name])) &&
      areMet(constraints, trial),
  )
}

const signsOf = ({ objectives }: Goals): number[] => Object.values(objectives).map(signOf)

/** Values to be minimized, a row for each trial. */
function pointsOf(trials: readonly TrialRecord<unknown>[], goals: Goals): Float64Array {
  const names = Object.keys(goals.objectives)
  const signs = signsOf(goals)
  return Float64Array.from(trials.flatMap((trial) => names.map((name, k) => signs[k]! * trial.values[name]!)))
}
