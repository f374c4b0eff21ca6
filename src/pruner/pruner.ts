/**
 * The contract of pruners: a curve of intermediate values goes in, a verdict comes out.
 *
 * A pruner is a pure function of its question, so a verdict does not depend on when it is asked for. Values are those
 * of the first objective. NaN stands for a value that was not finite, which is the worst of all.
 */

import type { Curve, Direction, Json, Prediction, TrialState } from '../trial.ts'

/** Another trial of the study, as far as its curve goes. A `TrialRecord` fits it. */
export interface OtherCurve {
  readonly number: number | null
  readonly curve: Curve
  readonly state: TrialState
  /** Its value by the first objective; null while it has none, and if it breaks a constraint. */
  readonly value: number | null
}

/** What a pruner is asked. */
export interface CurveQuestion {
  /** The intermediate values of the trial in question, in the order of reporting. */
  readonly curve: Curve
  /** The other trials of the study, in any order. */
  readonly others: readonly OtherCurve[]
  readonly direction: Direction
  /** The number of the trial in question. */
  readonly number: number
}

/** Why a trial should stop. */
export interface Verdict {
  /** The reason in words, which follow "stopped, because". */
  readonly because: string
  /** Where its curve was expected to end, if the pruner predicts that. */
  readonly predicted?: Prediction
}

/** Decides which trials are stopped early. */
export interface Pruner {
  /** A name of anthill's, or one of your own. */
  readonly name: string
  /** What it was made with, as JSON; the study keeps it. Left out if there is nothing. */
  readonly options?: { readonly [option: string]: Json }
  /** Undefined as long as the trial may go on. It must not change the question. */
  readonly stops: (question: CurveQuestion) => Verdict | undefined
}

/** The pruners of anthill. `none` stops nothing. */
export const PRUNER_NAMES = [
  'none',
  'median',
  'percentile',
  'threshold',
  'patience',
  'halving',
  'hyperband',
  'curve',
] as const

export type PrunerName = (typeof PRUNER_NAMES)[number]

export const isPrunerName = (name: string): name is PrunerName => (PRUNER_NAMES as readonly string[]).includes(name)
