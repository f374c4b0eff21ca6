/**
 * What was predicted before trials ran, against what came out. The predictions are those of `study.why`, which computes
 * a suggestion again from what was known then; nothing that came later is in them.
 */

import type { Why } from '../../sampler/explanation.ts'
import { evenly } from '../../sampler/model-set.ts'
import { IMPORTED } from '../../trial.ts'
import type { TrialRecord } from '../../trial.ts'
import type { Forecast } from './views.ts'

/** The numbers of the trials whose suggestions are worth computing again: the newest first, at even distances. */
export function numbersToForecast(trials: readonly TrialRecord[], most: number): number[] {
  const suggested = trials
    .filter(({ state, origin }) => state === 'complete' && origin !== 'queue' && !origin.startsWith(IMPORTED))
    .flatMap(({ number }) => number ?? [])
    .sort((a, b) => a - b)
  return evenly(suggested, most).reverse()
}

/**
 * The forecasts of one objective among some explanations, in the order of the trials. A trial that no model suggested
 * has none.
 *
 * @param indexOf  the index of a trial in the columns
 */
export function forecastsOf(
  whys: readonly Why[],
  objective: string,
  indexOf: (trial: TrialRecord) => number,
): Forecast[] {
  return whys
    .flatMap(({ trial, explanation }): Forecast[] => {
      const seen = trial.values[objective]
      if (explanation?.by !== 'model' || trial.state !== 'complete' || seen === undefined) return []
      const { prediction, predictions = { [objective]: prediction } } = explanation
      const predicted = predictions[objective]
      if (predicted === undefined) return []
      // The ends lie one deviation of a measurement away. Under a warp the two halves differ.
      const deviation = seen > predicted.value ? predicted.high - predicted.value : predicted.value - predicted.low
      const error = (seen - predicted.value) / deviation
      return Number.isFinite(error) ? [{ trial: indexOf(trial), predicted, seen, error }] : []
    })
    .sort((a, b) => a.trial - b.trial)
}
