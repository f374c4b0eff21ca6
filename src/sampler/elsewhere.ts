/**
 * The search elsewhere, which begins once the best basin is exhausted: a model expects next to no improvement in it.
 *
 * A smooth function may have more than one basin, and polishing the last digits of the best one finds no other. So the
 * observations in the best basins are left out. A model of the others looks for an improvement on their best value. If
 * it expects none, one basin more is left out from then on.
 */

import type { Candidate } from '../acquisition/maximize.ts'
import { upperMedian } from '../numerics/vector.ts'
import { priorOf, weightsOf } from '../surrogate/hyperparameters.ts'
import { basinsOf, isOutside } from './basins.ts'
import type { Elsewhere } from './basis.ts'
import { byValuesAlone } from './belief.ts'
import type { ModelExplanation } from './explanation.ts'
import { lowestFirst, makeProcess } from './made.ts'
import { valuesOf } from './observations.ts'
import type { Observation } from './observations.ts'
import type { Past } from './past.ts'
import { ROLES, inThousandths } from './role.ts'
import type { Learned } from './role.ts'
import { judged, search } from './search.ts'
import type { Found } from './search.ts'

/**
 * The best basin is exhausted if the log of the largest expected improvement is below this. The improvement is in
 * standard deviations of the values, and multiplied by the odds of a value.
 */
const EXHAUSTED = -7

/**
 * A point outside the exhausted basins is worth a look only if the same logarithm, with the improvement in standard
 * deviations of the values outside, exceeds this.
 */
const HOPELESS = -5

/** The search elsewhere ends once the best value has improved by more than this fraction of (median − best). */
const GAIN = 1e-3

/**
 * The search elsewhere needs at least this many observations outside the basins that are left out, and at least d / 2.
 */
const FEWEST_OUTSIDE = 5

/** Most candidates outside the basins that are left out: enough that not all of them are pending or tried. */
const MOST_OUTSIDE = 20

/**
 * Whether the best basin is exhausted.
 *
 * @param best  the candidate of the largest expected improvement
 */
export function isExhausted(best: Candidate | undefined): boolean {
  return best !== undefined && best.value < EXHAUSTED
}

/**
 * The search elsewhere at its start. One basin is left out. Nothing has been fitted yet, so its hyperparameters are
 * those of the prior.
 *
 * @param lowest  the lowest value so far
 */
export function beginElsewhere(d: number, lowest: number): Elsewhere {
  return { theta: inThousandths(priorOf(d, d, ROLES.plain.prior).mean), fitted: 0, lowest, left: 1 }
}

/** The search elsewhere; undefined if it has ended, because the best value has improved since it began. */
export function ongoing(elsewhere: Elsewhere | undefined, observed: readonly Observation[]): Elsewhere | undefined {
  if (elsewhere === undefined) return undefined
  const sorted = valuesOf(observed).sort()
  const best = sorted[0]!
  return elsewhere.lowest - best <= GAIN * (upperMedian(sorted) - best) ? elsewhere : undefined
}

/**
 * Searches as if the observations in the exhausted basins did not exist. The many points at the bottom of one basin
 * would suggest lengthscales that are wrong everywhere else.
 *
 * Nothing is found if no improvement is expected outside, or if there are too few observations there.
 *
 * @param plain  hyperparameters whose lengthscales say what a basin is
 */
export function byElsewhere(
  chosen: readonly Observation[],
  elsewhere: Elsewhere,
  plain: Learned,
  past: Past,
): { readonly elsewhere: Elsewhere; readonly found?: Found } {
  const { axes } = past
  const { categories } = axes
  const weights = weightsOf(plain.theta)
  const points = chosen.map(({ x }) => x)
  const values = valuesOf(chosen)
  const basins = basinsOf(points, values, weights, categories)
  const others = chosen.filter((_, i) => basins.of[i]! >= elsewhere.left)
  if (others.length < Math.max(FEWEST_OUTSIDE, axes.list.length / 2)) return { elsewhere: { ...elsewhere, left: 0 } }

  const isUsable = elsewhere.fitted > 0 && elsewhere.fitted <= others.length
  const made = makeProcess(past.plain, others, others.length, isUsable ? elsewhere : undefined, past)
  const alone = byValuesAlone(past)
  const wanted = judged(made, alone)
  const found = search(made, wanted, alone)
  const outside: Candidate[] = []
  // What a candidate promises, at any price.
  const isPromising = ({ x, value }: Candidate): boolean => value - (past.price?.term.values(x, 1)[0] ?? 0) > HOPELESS
  for (const candidate of found) {
    if (outside.length === MOST_OUTSIDE || (!isPromising(candidate) && past.price === undefined)) break
    if (isPromising(candidate) && isOutside(candidate.x, elsewhere.left, basins, points, weights, categories))
      outside.push(candidate)
  }
  if (outside.length === 0) return { elsewhere: { ...elsewhere, fitted: 0, left: elsewhere.left + 1 } }

  const viewOutside = (x: Float64Array): ModelExplanation => ({ ...wanted.view(x), leftOut: elsewhere.left })
  return {
    elsewhere: { ...elsewhere, ...made.learned },
    found: { ranked: lowestFirst(values, chosen), found: [...outside, ...found], view: viewOutside },
  }
}
