/** What the model says of the trial that it recommends: lines of `best --model`, and its part of `--json`. */

import type { Recommendation } from '../sampler/recommend.ts'
import { numberWithin } from './number-text.ts'

type Modelled = Omit<Recommendation, 'trial'>

export const modelLine = ({ isNoisy, modelled, mean }: Modelled): object => ({ isNoisy, trials: modelled, mean })

export function modelPairs({ modelled, mean }: Modelled): [string, string][] {
  if (modelled === 0) return [['model', 'too few trials to tell noise: this is the best trial']]
  if (mean === null) return [['model', `no noise in ${modelled} trials: this is the best trial`]]
  const [middle, low, high] = [mean.value, mean.low, mean.high].map((value) => numberWithin(mean, value))
  return [['mean', `${middle} (95 %: ${low} to ${high}), by a model of ${modelled} trials`]]
}
