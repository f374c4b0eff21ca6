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
import { wholeMsOf } from './duration.ts'

/** A trial on the ladder. */
export interface Climber {
  readonly number: number
  /** Its value at each rung that it has reached, from the lowest on, to be minimized. */
  readonly values: readonly number[]
  /**
   * `resting`: it waits at the last of these rungs; `interrupted`: it waits on the way to the next one; `ended`: it is
   * complete, or failed or was pruned on the way.
   */
  readonly state: 'resting' | 'interrupted' | 'running' | 'ended'
}

/**
 * The way up from a rung counts as closed once this many trials have failed or were pruned on it, and this many more
 * for each one that came through: the first ones may have failed by chance.
 */
const MOST_FALLS = 3

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
    const next = best.find((one) => one.state === 'resting' && isAt(one, rung))
    if (next !== undefined) return next.number
  }
  return undefined
}

/**
 * The trial to go on with once nothing else is left to do, so that a study of few trials has a complete one: the best
 * on the highest rung where one waits. Undefined if a trial has reached the top, one is on its way, or none waits; also
 * if the way up from that rung seems closed: a program that fails there would bring down one trial after another.
 */
export function lastUp(climbers: readonly Climber[], rungs: number): number | undefined {
  const isOnItsWay = ({ values, state }: Climber): boolean => state === 'running' && values.length > 0
  if (climbers.some((one) => one.values.length >= rungs || isOnItsWay(one))) return undefined
  for (let rung = rungs - 2; rung >= 0; rung--) {
    const here = climbers.filter((one) => isAt(one, rung))
    const waiting = here.filter(({ state }) => state !== 'ended')
    if (waiting.length === 0) continue
    const passed = climbers.filter(({ values }) => values.length > rung + 1).length
    const isClosed = here.length - waiting.length >= MOST_FALLS * (1 + passed)
    return isClosed ? undefined : ranked(waiting, rung)[0]!.number
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
 * else: its value is carried up by the median step from rung to rung of the trials that took it. Durations are carried
 * up to the top rung (`wholeMsOf`).
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
    const reached = values[i]!.length
    const timed = { ...trial, wholeMs: wholeMsOf(trial, rungs, reached) }
    const own = values[i]!.slice(0, rung + 1)
    if (own.length === 0) return timed
    const value = steps.slice(own.length - 1).reduce((at, step) => at + step, own.at(-1)!)
    return valued(timed, objective, signOf(direction) * value)
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

const isAt = ({ values }: Climber, rung: number): boolean => values.length === rung + 1

/** Best first; of equal ones, the lower number. */
const ranked = (climbers: readonly Climber[], rung: number): Climber[] =>
  [...climbers].sort((a, b) => a.values[rung]! - b.values[rung]! || a.number - b.number)
