/** What the model says of the trial that it recommends: lines of `best --model`, and its part of `--json`. */

import { shortNumber } from './number-text.ts'

/** `mean`: the predicted mean there with its 95 % interval, null where the values have no noise that a model could see. */
export interface Modelled {
  readonly isNoisy: boolean
  readonly modelled: number
  readonly mean: { readonly value: number; readonly low: number; readonly high: number } | null
}

export const modelLine = ({ isNoisy, modelled, mean }: Modelled): object => ({ isNoisy, trials: modelled, mean })

export function modelPairs({ modelled, mean }: Modelled): [string, string][] {
  if (modelled === 0) return [['model', 'too few trials to tell noise: this is the best trial']]
  if (mean === null) return [['model', `no noise in ${modelled} trials: this is the best trial`]]
  const { value, low, high } = mean
  return [['mean', `${shortNumber(value)} (95 %: ${shortNumber(low)} to ${shortNumber(high)}), by a model of ${modelled} trials`]]
}
