/** The best place by its predicted mean, among those where a trial may be expected to count. It may be untried. */

import { confidenceBound } from '../../acquisition/acquisition.ts'
import { criterionOf } from '../../acquisition/criterion.ts'
import { maximize } from '../../acquisition/maximize.ts'
import { randomStream } from '../../numerics/random.ts'
import { EFFORTS } from '../../sampler/past.ts'
import { budgetOf, centersOf, termsOf } from '../../sampler/search.ts'
import { configOf, pointOf } from '../../space/axes.ts'
import type { Config } from '../../trial.ts'
import type { Interval } from '../../sampler/explanation.ts'
import { intervalAt, isTrusted } from './surface.ts'
import type { Surface } from './surface.ts'

/** A place must be better than the recommended one by this many deviations of all values, which is not rounding. */
const LEAST_GAIN = 1e-6

export interface BestPlace {
  readonly x: Float64Array
  readonly config: Config
  readonly mean: Interval
}

/** The best place; undefined where none is better than the recommended trial. */
export function bestPlace(surface: Surface): BestPlace | undefined {
  const { axes, center, judge, risks, token } = surface
  const { model, ranked, best } = judge.made
  // With κ = 0 the lowest mean is worth most.
  const terms = termsOf({ axes, ...risks })
  const criterion = criterionOf(model, confidenceBound(best, 0), terms)
  const random = randomStream('optimum', token)
  const found = maximize(criterion, axes, [center, ...centersOf(ranked)], random, budgetOf(model, EFFORTS.full))
  const chosen = found.find(({ x }) => isTrusted(surface, x))
  if (chosen === undefined) return undefined
  const config = configOf(axes, chosen.x)
  const x = pointOf(axes, config)
  const { means, variances } = model.predict(x, 1)
  if (!(means[0]! < model.predict(center, 1).means[0]! - LEAST_GAIN)) return undefined
  return { x, config, mean: intervalAt(surface, means[0]!, variances[0]!) }
}
