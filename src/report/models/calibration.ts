/**
 * Each trial of a model predicted from all others, under the same hyperparameters (`surrogate/explained.ts`): whether
 * the intervals of the model hold what they promise.
 */

import { intervalAround } from '../../sampler/model-view.ts'
import { TWO_SIDED_95 } from '../../sampler/judge.ts'
import type { Judge } from '../../sampler/judge.ts'
import type { Predictions } from '../../surrogate/model.ts'
import type { TrialRecord } from '../../trial.ts'
import type { Calibration } from './views.ts'

/** A normal variable lies within this many standard deviations of its mean with a probability of 50 %. */
const TWO_SIDED_50 = 0.67449

/**
 * The calibration of a model.
 *
 * @param leftOut    what the model predicts of each observation from all others, the noise of a measurement included
 * @param objective  its name
 * @param indexOf    the index of a trial in the columns
 */
export function calibrationOf(
  { made: { observations }, chosen, valueOf }: Judge,
  { means, variances }: Predictions,
  objective: string,
  indexOf: (trial: TrialRecord) => number,
): Calibration {
  const deviations = variances.map((variance) => Math.sqrt(variance))
  const bars = chosen.map((_, i) => intervalAround(means[i]!, TWO_SIDED_95 * deviations[i]!, valueOf))
  const within = (limit: number): number =>
    chosen.filter((_, i) => Math.abs(observations.values[i]! - means[i]!) <= limit * deviations[i]!).length /
    chosen.length
  return {
    trial: chosen.map(({ trial }) => indexOf(trial)),
    mean: bars.map(({ value }) => value),
    low: bars.map(({ low }) => low),
    high: bars.map(({ high }) => high),
    seen: chosen.map(({ trial }) => trial.values[objective]!),
    inHalf: within(TWO_SIDED_50),
    inMost: within(TWO_SIDED_95),
  }
}
