/** Curves and questions for tests of pruners. */

import { prunerNamed } from '../../src/pruner/choose.ts'
import type { CurveQuestion, OtherCurve, Verdict } from '../../src/pruner/pruner.ts'
import type { Curve, TrialState } from '../../src/trial.ts'

/** A curve with these values at steps 1, 2, … */
export const curveOf = (...values: readonly number[]): Curve => values.map((value, k) => [k + 1, value] as const)

/** Another trial. Its value is the last one of its curve if it is complete. */
export function other(number: number, curve: Curve, state: TrialState = 'complete', value?: number): OtherCurve {
  return { number, curve, state, value: value ?? (state === 'complete' ? curve.at(-1)![1] : null) }
}

/** A question about a curve whose values are to be minimized. */
export const asked = (
  curve: Curve,
  others: readonly OtherCurve[],
  rest: Partial<CurveQuestion> = {},
): CurveQuestion => ({ curve, others, direction: 'minimize', number: 99, ...rest })

/** The same question where all values have the other sign, and more is better. */
export const mirrored = ({ curve, others, ...rest }: CurveQuestion): CurveQuestion => {
  const turned = (points: Curve): Curve => points.map(([step, value]) => [step, -value])
  return {
    ...rest,
    curve: turned(curve),
    others: others.map((one) => ({ ...one, curve: turned(one.curve), value: one.value === null ? null : -one.value })),
    direction: 'maximize',
  }
}

/** The verdict of a pruner, which must be the same for the mirrored question. */
export function verdictOf(name: string, options: object, question: CurveQuestion): Verdict | undefined {
  const { stops } = prunerNamed(name, options)
  const verdict = stops(question)
  const again = stops(mirrored(question))
  if ((verdict === undefined) !== (again === undefined)) throw new Error(`${name} is not the same when mirrored`)
  return verdict
}
