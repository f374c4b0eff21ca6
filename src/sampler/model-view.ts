/**
 * What a model says about one point, for `why`: its prediction in the objective's own units, and how much the point is
 * worth.
 *
 *   μ, σ   mean and standard deviation of the warped value
 *   f*     the best posterior mean, which an improvement is measured from
 */

import type { Criterion } from '../acquisition/criterion.ts'
import type { Safety } from '../acquisition/terms.ts'
import { normalCdf } from '../numerics/special.ts'
import { upperMedian } from '../numerics/vector.ts'
import { predictMany } from '../surrogate/prediction.ts'
import { warped } from '../surrogate/warp.ts'
import type { ChosenAcquisition } from './acquisitions.ts'
import { beliefAt } from './belief.ts'
import type { Interval, ModelExplanation } from './explanation.ts'
import type { Made } from './made.ts'
import { modelsOf } from './objective-models.ts'
import type { Past } from './past.ts'
import { ROLES } from './role.ts'
import { measurementsOf } from './repeats.ts'

/** A point with σ below this counts as well known, so that a trial there exploits. Warped values have deviation 1. */
const WELL_KNOWN = 0.1

// A predicted value is near the best if at most this share of the measured values is better (one value at least), or if
// it is larger by at most this share of the best; and if its distance is at most this share of (median − best).
const BETTER_SHARE = 0.1
const RELATIVE = 0.02
const NEAR = 0.1

/** What a view tells beside the model. */
type Known = Pick<Past, 'axes' | 'history' | 'safety' | 'limits' | 'belief' | 'price'>

/**
 * What a model says about a point.
 *
 * @param criterion  what was maximized
 * @param chosen     the acquisition in it
 */
export function viewOf(
  made: Made,
  criterion: Criterion,
  chosen: ChosenAcquisition,
  past: Known & Partial<Past>,
): (x: Float64Array) => ModelExplanation {
  return (x) => ({ ...view(made, criterion, chosen, past, x), ...targetAt(past, x) })
}

/** What is said of objectives that were made into one number: predictions by a model of each. */
function targetAt({ target, ...past }: Known & Partial<Past>, x: Float64Array): Partial<ModelExplanation> {
  if (target === undefined) return {}
  const { objectives } = past as Past
  const { made } = modelsOf(ROLES.plain, past as Past)
  const predictions = objectives.map(({ name, history }, k) => [name, predictionAt(made[k]!, history.sign, x)] as const)
  const { y, warp, best } = made[0]!
  return {
    prediction: predictions[0]![1],
    predictions: Object.fromEntries(predictions),
    incumbent: objectives[0]!.history.sign * warped(y, warp).inverse(best),
    target: target.said,
  }
}

/**
 * What a model predicts of a measurement at a point, in units of the objective: the median, one deviation below it, and
 * one above. A measurement contains noise, which the model's own deviation does not.
 */
export function predictionAt({ model, y, warp }: Made, sign: 1 | -1, x: Float64Array): Interval {
  const { means, variances } = model.predict(x, 1)
  const { inverse } = warped(y, warp)
  return intervalAround(means[0]!, Math.sqrt(variances[0]! + model.noise), (t) => sign * inverse(t))
}

/** An interval around a mean in the units of a model, by the map to units of the objective. */
export function intervalAround(mean: number, half: number, valueOf: (t: number) => number): Interval {
  const ends = [valueOf(mean - half), valueOf(mean + half)]
  return { value: valueOf(mean), low: Math.min(...ends), high: Math.max(...ends) }
}

function view(
  made: Made,
  criterion: Criterion,
  { name, isPlain, with: numbers }: ChosenAcquisition,
  past: Known,
  x: Float64Array,
): ModelExplanation {
  const { history } = past
  const { model, y, warp, best } = made
  const { means, variances } = model.predict(x, 1)
  const mean = means[0]!
  const deviation = Math.sqrt(variances[0]!)
  const { inverse } = warped(y, warp)
  return {
    ...seenBy(made, past, x),
    prediction: predictionAt(made, history.sign, x),
    incumbent: history.sign * inverse(best),
    acquisition: { name, value: criterion.values(x, 1)[0]!, ...(isPlain ? {} : { with: numbers }) },
    // Φ((f* − μ) / σ)
    improves: normalCdf((best - mean) / deviation),
    ...oddsAt(past, x),
    ...beliefAt(past, x),
    mode:
      mean <= best || (deviation < WELL_KNOWN && isNearBest(inverse(mean), inverse(best), y)) ? 'exploit' : 'explore',
  }
}

/** Which model it is, what it had seen, and how good it is. */
export function seenBy(
  { role, warp, earlier, explained: explain }: Made,
  { history }: Pick<Known, 'history'>,
  x: Float64Array,
): Pick<
  ModelExplanation,
  'by' | 'model' | 'warp' | 'observed' | 'failed' | 'plateau' | 'pending' | 'explained' | 'measurements' | 'earlier'
> {
  const explained = explain()
  const measurements = measurementsOf(history, x)
  const { plateau = 0 } = history
  return {
    by: 'model',
    model: role.kind,
    warp: warp.kind,
    observed: history.observed.length + plateau,
    failed: history.failed.length - plateau,
    ...(plateau > 0 ? { plateau } : {}),
    pending: history.pending.length,
    ...(explained === undefined ? {} : { explained }),
    ...(measurements > 0 ? { measurements } : {}),
    ...(earlier === undefined ? {} : { earlier }),
  }
}

/** The probabilities of a value and of meeting each constraint, and how long a trial takes if that matters. */
export function oddsAt(
  { safety, limits, price }: Pick<Known, 'safety' | 'limits' | 'price'>,
  x: Float64Array,
): Pick<ModelExplanation, 'works' | 'constraints' | 'seconds'> {
  return {
    ...(price === undefined ? {} : { seconds: { ...price.predictedAt(x), power: price.power } }),
    ...(safety === undefined ? {} : { works: oddsOfValue(safety, x) }),
    ...(limits.length === 0
      ? {}
      : { constraints: Object.fromEntries(limits.map((limit) => [limit.name, limit.oddsAt(x)])) }),
  }
}

/** Whether a predicted value is close to the best, among the measured values. All are to be minimized. */
function isNearBest(value: number, best: number, y: Float64Array): boolean {
  const sorted = y.toSorted()
  const gap = value - best
  const better = sorted.findIndex((measured) => measured >= value)
  const isAmongBest = better >= 0 && better <= Math.max(1, Math.floor(BETTER_SHARE * y.length))
  const isSmall = gap <= RELATIVE * Math.abs(best)
  return (isAmongBest || isSmall) && gap <= NEAR * (upperMedian(sorted) - best)
}

/** The probability that a trial gives a value: that its label, noise included, is above 0. */
export const oddsOfValue = (safety: Safety, x: Float64Array): number => oddsOfValues(safety, x, 1)[0]!

/** The same at m points, the rows of `points`. */
export function oddsOfValues({ model }: Safety, points: Float64Array, m: number): Float64Array {
  const { means, variances } = predictMany(model, points, m)
  return means.map((mean, c) => normalCdf(mean / Math.sqrt(variances[c]! + model.noise)))
}
