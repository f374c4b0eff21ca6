/**
 * The trial to take home: without noise the one with the best value; with noise the one whose posterior mean is best, since the
 * best of many noisy values is the luckiest.
 */

import type { Objectives, TrialRecord } from '../trial.ts'
import { axesOf } from '../space/axes.ts'
import type { Space } from '../space/parameter.ts'
import { condition, meansAtObservations } from '../surrogate/gaussian-process.ts'
import { predictMany } from '../surrogate/prediction.ts'
import { warped } from '../surrogate/warp.ts'
import type { Interval } from './explanation.ts'
import { modelSet } from './model-set.ts'
import { known, rowsOf } from './observations.ts'
import { effectiveDimension, fitRole, warpOf } from './rotation.ts'

/** With fewer trials than this nobody can tell noise from the objective. */
const FEWEST_TRIALS = 20

/** A share of noise in the variance above which the objective counts as noisy. */
const NOISY = 0.01

const LARGEST_MODEL = 300

export interface Recommendation {
  readonly trial: TrialRecord
  /** Whether the model found noise, and chose. */
  readonly isNoisy: boolean
  /** Of how many trials the model was made; 0 where they were too few for one. */
  readonly modelled: number
  /** What the objective is there on average, with its 95 % interval; null without noise, where the trial's value says it. */
  readonly mean: Interval | null
}

/** Deviations of a normal distribution that hold 95 % of it. */
const TWO_SIDED_95 = 1.959964

/** The trial to use, by the first objective; undefined before the first value. */
export function recommend(
  space: Space,
  trials: readonly TrialRecord[],
  objectives: Objectives,
): Recommendation | undefined {
  const axes = axesOf(space)
  const { observed, sign } = known({ trials, objectives, pending: [] }, axes)
  const measured = observed.filter(({ trial }) => trial.state === 'complete')
  let lowest = measured[0]
  if (lowest === undefined) return undefined
  for (const observation of measured) if (observation.y < lowest.y) lowest = observation
  const d = axes.list.length
  if (measured.length < FEWEST_TRIALS || d === 0)
    return { trial: lowest.trial, isNoisy: false, modelled: 0, mean: null }
  const chosen = modelSet(measured, LARGEST_MODEL, new Float64Array(d).fill(1), axes.categories)
  const points = rowsOf(
    chosen.map((o) => o.x),
    d,
  )
  const y = Float64Array.from(chosen, (o) => o.y)
  const { observations, learned } = fitRole(
    'plain',
    points,
    y,
    measured.length,
    axes.categories,
    effectiveDimension(axes),
  )
  const model = condition(observations, Float64Array.from(learned.theta))
  if (model.noise < NOISY) return { trial: lowest.trial, isNoisy: false, modelled: chosen.length, mean: null }
  const means = meansAtObservations(model, observations)
  let best = 0
  for (let i = 1; i < means.length; i++) if (means[i]! < means[best]!) best = i
  const prediction = predictMany(model, chosen[best]!.x, 1)
  const half = TWO_SIDED_95 * Math.sqrt(prediction.variances[0]!)
  const { inverse } = warped(y, warpOf('plain', learned))
  const valueOf = (t: number): number => sign * inverse(t)
  const ends = [valueOf(means[best]! - half), valueOf(means[best]! + half)]
  const mean = { value: valueOf(means[best]!), low: Math.min(...ends), high: Math.max(...ends) }
  return { trial: chosen[best]!.trial, isNoisy: true, modelled: chosen.length, mean }
}
