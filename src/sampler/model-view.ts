/**
 * What a model says of one point, for `why`: its prediction in the objective's own units, and what the point is worth to it.
 *
 *   μ, σ   mean and deviation of the warped value      f*   the best posterior mean, which improvement is measured from
 */

import type { Criterion, Safety } from '../acquisition/criterion.ts'
import { normalCdf } from '../numerics/special.ts'
import type { GaussianProcess } from '../surrogate/gaussian-process.ts'
import { predictMany } from '../surrogate/prediction.ts'
import { predictForestInto } from '../surrogate/random-forest.ts'
import type { RandomForest } from '../surrogate/random-forest.ts'
import { warped } from '../surrogate/warp.ts'
import type { Warp } from '../surrogate/warp.ts'
import type { ModelExplanation } from './explanation.ts'
import type { Known } from './observations.ts'
import { measurementsOf } from './repeats.ts'
import type { Role } from './rotation.ts'

/** What a suggestion was made of, whatever the model. */
interface Basics {
  /** The values that the model was made of, to be minimised, and the map that it sees them through. */
  readonly y: Float64Array
  readonly warp: Warp
  /** f* */
  readonly best: number
  /** What was maximised. */
  readonly criterion: Criterion
  readonly safety: Safety | undefined
}

/** A deviation, of values of deviation 1, below which a place counts as known. */
const KNOWN = 0.1

export function processView(
  role: Role,
  record: Known,
  basics: Basics & { readonly model: GaussianProcess },
): (x: Float64Array) => ModelExplanation {
  return (x) => {
    const { means, variances } = predictMany(basics.model, x, 1)
    return view(role, record, basics, x, means[0]!, Math.sqrt(variances[0]!))
  }
}

export function forestView(
  record: Known,
  basics: Basics & { readonly forest: RandomForest },
): (x: Float64Array) => ModelExplanation {
  return (x) => {
    const mean = new Float64Array(1)
    const variance = new Float64Array(1)
    predictForestInto(basics.forest, x, 1, mean, variance)
    return view('forest', record, basics, x, mean[0]!, Math.sqrt(variance[0]!))
  }
}

function view(
  model: ModelExplanation['model'],
  record: Known,
  basics: Basics,
  x: Float64Array,
  mean: number,
  deviation: number,
): ModelExplanation {
  const { y, warp, best, criterion, safety } = basics
  const { inverse } = warped(y, warp)
  const valueOf = (t: number): number => record.sign * inverse(t)
  const ends = [valueOf(mean - deviation), valueOf(mean + deviation)]
  const label = safety === undefined ? undefined : predictMany(safety.model, x, 1)
  const measurements = measurementsOf(record, x)
  return {
    by: 'model',
    model,
    warp: warp.kind,
    observed: record.observed.length,
    failed: record.failed.length,
    pending: record.pending.length,
    ...(measurements > 0 ? { measurements } : {}),
    prediction: { value: valueOf(mean), low: Math.min(...ends), high: Math.max(...ends) },
    incumbent: valueOf(best),
    acquisition: { name: 'log expected improvement', value: criterion.values(x, 1)[0]! },
    improves: deviation > 0 ? normalCdf((best - mean) / deviation) : Number(mean < best),
    ...(label === undefined
      ? {}
      : { works: normalCdf(label.means[0]! / Math.sqrt(label.variances[0]! + safety!.model.noise)) }),
    mode: mean <= best || deviation < KNOWN ? 'exploit' : 'explore',
  }
}
