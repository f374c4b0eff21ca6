/**
 * Which trial goes on to the next rung of a fidelity, and what models see of trials that rest on different rungs.
 *
 * Asynchronous successive halving: a worker that needs something to do looks from the top rung down for a trial that
 * rests among the best 1/η of its rung, and goes on with that one; else it begins a new trial. Nobody waits for a rung
 * to be full. L. Li et al., "A system for massively parallel hyperparameter tuning", MLSys 2020, Algorithm 2.
 *
 *   η  one trial in η goes on to the next rung
 */

import type { Direction, Objectives, TrialRecord } from '../trial.ts'
import { upperMedian } from '../numerics/vector.ts'
import { signOf } from '../space/objectives.ts'

/** A trial on the ladder. */
export interface Climber {
  readonly number: number
  /** Its value at each rung that it has reached, from the lowest on, to be minimized. */
  readonly values: readonly number[]
  /** Whether it waits at the last of these rungs: it is not running, and it has not ended. */
  readonly isResting: boolean
}

/**
 * The number of the trial to go on with; undefined if none has earned it.
 *
 * @param rungs  how many rungs the ladder has
 * @param factor  η
 */
export function nextUp(climbers: readonly Climber[], rungs: number, factor: number): number | undefined {
  for (let rung = rungs - 2; rung >= 0; rung--) {
    const here = climbers.filter(({ values }) => values.length > rung)
    const best = ranked(here, rung).slice(0, Math.floor(here.length / factor))
    const next = best.find((one) => isAt(one, rung))
    if (next !== undefined) return next.number
  }
  return undefined
}

/**
 * The trial to go on with once nothing else is left to do, so that a study of few trials has a complete one: the best
 * on the highest rung where one rests. Undefined if a trial has reached the top, or none rests.
 */
export function lastUp(climbers: readonly Climber[], rungs: number): number | undefined {
  if (climbers.some(({ values }) => values.length >= rungs)) return undefined
  for (let rung = rungs - 2; rung >= 0; rung--) {
    const resting = climbers.filter((one) => isAt(one, rung))
    if (resting.length > 0) return ranked(resting, rung)[0]!.number
  }
  return undefined
}

/** The value of a trial at each rung that it has reached, to be minimized; the last point of its curve there counts. */
export function valuesAtRungs(
  { curve }: Pick<TrialRecord, 'curve'>,
  rungs: readonly number[],
  direction: Direction,
): number[] {
  const at = new Map(curve)
  const values: number[] = []
  for (const rung of rungs) {
    const value = at.get(rung)
    if (value === undefined) break
    values.push(Number.isFinite(value) ? signOf(direction) * value : Infinity)
  }
  return values
}

/**
 * The trials as if all had been tried at one rung: the highest that has results enough, or else the lowest. The rule is
 * that of S. Falkner et al., "BOHB: robust and efficient hyperparameter optimization at scale", ICML 2018, §3.2. What
 * rests below counts too, since a model of those alone that have come so far would look for better ones everywhere
 * else: its value is carried up by the median step from rung to rung of the trials that took it.
 *
 * @param trials  trials that have ended or rest, and those that go on from a rung where they rested
 * @param least   this many results are enough
 */
export function atOneRung(
  trials: readonly TrialRecord[],
  rungs: readonly number[],
  objectives: Objectives,
  least: number,
): TrialRecord[] {
  const [[objective, direction]] = Object.entries(objectives) as [[string, Direction]]
  const values = trials.map((trial) => valuesAtRungs(trial, rungs, direction))
  let rung = rungs.length - 1
  while (rung > 0 && values.filter((own) => Number.isFinite(own[rung])).length < least) rung--
  const steps = rungs.slice(1, rung + 1).map((_, k) => medianStep(values, k))
  return trials.map((trial, i) => {
    const own = values[i]!.slice(0, rung + 1)
    if (own.length === 0) return trial
    const value = steps.slice(own.length - 1).reduce((at, step) => at + step, own.at(-1)!)
    return valued(trial, objective, signOf(direction) * value)
  })
}

/** The median change from a rung to the next one, over the trials that have both values. */
function medianStep(values: readonly (readonly number[])[], rung: number): number {
  const steps = values.map((own) => own[rung + 1]! - own[rung]!).filter(Number.isFinite)
  return steps.length === 0 ? 0 : upperMedian(steps.sort((a, b) => a - b))
}

/** A trial with this value; a failed one if the value is not finite. */
function valued(trial: TrialRecord, objective: string, value: number): TrialRecord {
  return Number.isFinite(value)
    ? { ...trial, state: 'complete', value, values: { [objective]: value } }
    : { ...trial, state: 'failed', value: null, values: {} }
}

const isAt = ({ values, isResting }: Climber, rung: number): boolean => isResting && values.length === rung + 1

/** Best first; of equal ones, the lower number. */
const ranked = (climbers: readonly Climber[], rung: number): Climber[] =>
  [...climbers].sort((a, b) => a.values[rung]! - b.values[rung]! || a.number - b.number)
