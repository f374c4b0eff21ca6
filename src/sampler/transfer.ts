/**
 * What earlier studies teach: a process of each, frozen, in an ensemble with the model of this study.
 *
 * A frozen process is right about the shape but not about the place of the optimum, and does not learn. So a process of
 * what it does not explain is stacked on it. Such a stack and the own model are weighed against each other: each counts
 * for as much as it ranks the values of this study well (`surrogate/ranking-weights.ts`). So studies that have nothing
 * to do with this one lose their say once there are some values.
 */

import { ensembleModel, stackedModel } from '../surrogate/ensemble.ts'
import type { Model } from '../surrogate/model.ts'
import { rankingWeights } from '../surrogate/ranking-weights.ts'
import { warped } from '../surrogate/warp.ts'
import { isEnough } from './lesson.ts'
import type { Lesson } from './lesson.ts'
import { bestOf, lowestFirst, makeProcess } from './made.ts'
import type { Made } from './made.ts'
import { placesOf } from './observations.ts'
import type { Observation } from './observations.ts'
import { EFFORTS } from './past.ts'
import type { Past } from './past.ts'
import { ROLES } from './role.ts'
import { NO_BELIEFS } from './unmeasured.ts'

/**
 * The role of these processes: the values as they are. Under a logarithm, a basin becomes a dip at the optimum of the
 * earlier study, which is not where that of this study lies.
 */
const ROLE = ROLES.plain

/**
 * A model of the only objective, in an ensemble with those of earlier studies. A model of steps stays as it is.
 *
 * @param chosen  the observations that it was made of
 */
export function taught(made: Made, chosen: readonly Observation[], past: Past): Made {
  const { lessons, objectives } = past
  if (lessons === undefined || made.leftOut === undefined || objectives.length > 1) return made
  const usable = lessons.of.filter(isEnough)
  if (usable.length === 0) return made
  const points = placesOf(chosen, made.model.d)
  const stacks = usable.map((lesson) => stackOn(frozen(lesson), made, chosen, points, past))
  const predictions = [made.leftOut(), ...stacks.map(({ leftOut }) => leftOut)]
  const weights = rankingWeights(predictions, made.y, lessons.random)
  if (weights.subarray(1).every((weight) => weight === 0)) return made
  const model = ensembleModel([made.model, ...stacks.map((stack) => stack.model)], weights)
  const { means } = model.predict(points, chosen.length)
  const earlier = usable.map(({ from }, i) => ({ from, weight: weights[i + 1]! }))
  return { ...made, model, means, best: bestOf(means, chosen), ranked: lowestFirst(means, chosen), earlier }
}

/** The process of an earlier study. */
function frozen(lesson: Lesson): Model {
  const { axes, history, chosen } = lesson
  lesson.model ??= makeProcess(ROLE, chosen, chosen.length, undefined, {
    axes,
    history: { ...history, failed: [] },
    effort: EFFORTS.full,
    safety: undefined,
    beliefs: NO_BELIEFS,
  }).model
  return lesson.model
}

/** A process of what an earlier study does not explain, on top of it; and its predictions of values left out. */
function stackOn(
  base: Model,
  { y, warp }: Made,
  chosen: readonly Observation[],
  points: Float64Array,
  past: Past,
): { readonly model: Model; readonly leftOut: Float64Array } {
  const n = chosen.length
  const { values } = warped(y, warp)
  const { means } = base.predict(points, n)
  const rho = slopeOf(means, values)
  const residuals = values.map((value, i) => value - rho * means[i]!)
  const rest = chosen.map((one, i) => ({ ...one, y: residuals[i]! }))
  const made = makeProcess(ROLES.plain, rest, n, undefined, past)
  const { inverse } = warped(residuals, made.warp)
  const shift = inverse(0)
  const scale = inverse(1) - shift
  const leftOut = made.leftOut!().map((mean, i) => rho * means[i]! + shift + scale * mean)
  return { model: stackedModel(base, made.model, { rho, shift, scale }), leftOut }
}

/** The slope of the line through values over predictions: at least 0, and smaller the fewer there are. */
function slopeOf(means: Float64Array, values: Float64Array): number {
  const n = means.length
  const average = (list: Float64Array): number => list.reduce((sum, each) => sum + each / n, 0)
  const [middle, center] = [average(means), average(values)]
  const across = means.reduce((sum, mean, i) => sum + (mean - middle) * (values[i]! - center), 0)
  const within = means.reduce((sum, mean) => sum + (mean - middle) ** 2, 0)
  return within > 0 ? Math.max(across / (within * (1 + 1 / n)), 0) : 0
}
