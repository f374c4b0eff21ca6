/**
 * Successive halving without waiting: at each rung, a trial stops unless it is among the best of those that have come
 * to it.
 *
 *   η         1 of η trials goes on from a rung to the next one
 *   min·η^k   the step of rung k, k = 0, 1, …
 *
 * A trial is judged at the highest rung that it has reached, by its best value up to there, and again whenever it is
 * asked for: what others report later may stop it between two rungs. So no worker waits for another one, and the rungs
 * are filled from what is known. Source: Li et al., A System for Massively Parallel Hyperparameter Tuning, MLSys 2020,
 * algorithm 2, with stopping in place of promotion.
 */

import type { CurveQuestion, Pruner, Verdict } from './pruner.ts'
import { bestUpTo, lastStep, shownWorth, worthsAt } from './reached.ts'

/** The options of `halving`. */
export interface HalvingOptions {
  /** The step of the first rung: above 0, default 1. */
  readonly min?: number
  /** One of this many trials goes on from a rung: above 1, default 3. */
  readonly factor?: number
  /** The first trials that come to a rung go on, this many: a whole number of at least 1, default 3. */
  readonly least?: number
}

/** The pruner of these rungs. */
export function halvingRule(options: Required<HalvingOptions>): Pruner['stops'] {
  return (question) => halve(question, options)
}

/** The verdict on a trial at the highest rung that it has reached. */
export function halve(
  { curve, others, direction }: CurveQuestion,
  { min, factor, least }: Required<HalvingOptions>,
): Verdict | undefined {
  const rung = rungAt(lastStep(curve), min, factor)
  if (rung === undefined) return undefined
  const worths = worthsAt(others, rung, direction)
  const count = worths.length + 1
  if (count <= least) return undefined
  const own = bestUpTo(curve, rung, direction)
  const better = worths.findLastIndex((worth) => worth < own) + 1
  const places = Math.max(1, Math.floor(count / factor))
  if (better < places) return undefined
  const value = `its best value up to step ${rung} is ${shownWorth(own, direction)}`
  return { because: `${value}, number ${better + 1} of the ${count} trials there, and the best ${places} go on` }
}

/** The step of the highest rung at or below a step; undefined below the first one. */
export function rungAt(step: number, min: number, factor: number): number | undefined {
  if (!(step >= min)) return undefined
  let rung = min
  while (rung * factor <= step) rung *= factor
  return rung
}
