/**
 * The turns before values decide: failures alone teach where trials may work, while there are too few values for a
 * model of them; and while no trial has met all constraints, models of these say where that is most likely.
 *
 * After failures, the next trial goes where the odds of a value are good and little is known. That is far from the
 * failures and, once something has worked, near it. Pending trials count as known.
 *
 * Source: Bryan et al. 2005, "Active learning for identifying function threshold boundaries", for the choice by
 * uncertainty; here the odds of success take the place of the distance to the boundary.
 */

import { logProbabilityOfImprovement } from '../acquisition/acquisition.ts'
import type { Acquisition } from '../acquisition/acquisition.ts'
import { criterionOf } from '../acquisition/criterion.ts'
import type { Term } from '../acquisition/criterion.ts'
import { maximize } from '../acquisition/maximize.ts'
import type { Candidate } from '../acquisition/maximize.ts'
import { feasibility } from '../acquisition/terms.ts'
import { rowsOf } from '../numerics/vector.ts'
import { condition } from '../surrogate/gaussian-process.ts'
import { priorOf } from '../surrogate/hyperparameters.ts'
import { processModel } from '../surrogate/model.ts'
import { evenly } from './model-set.ts'
import { oddsAt, oddsOfValue } from './model-view.ts'
import { isSamePoint } from './observations.ts'
import type { Past } from './past.ts'
import type { Judgment } from './safety.ts'
import { budgetOf, termsOf } from './search.ts'
import type { Turn } from './turn.ts'

/** The search looks around this many of the trials that worked. */
const CENTERS = 5

/** Most pending trials that count as known. */
const MOST_PENDING = 100

/** How far a label is felt, in distances between neighbors. */
const REACH = 0.5

/** Noise variance of a label. A trial does not work by luck, so labels have next to no noise. */
const NOISE = { median: 0.01, spread: 1, floor: 0.01 }

/**
 * The search while nothing has worked: the best of a few random points. The best of all would lie in the corners, which
 * are far from everything, again and again (Mitchell 1991, "Spectrally optimal sampling for distribution ray tracing").
 */
const FEW_CANDIDATES = { global: 12, local: 0, shortlist: 12, starts: 1, iterations: 0 }

/** ln σ: how little is known about a place. */
const ignorance: Acquisition = Object.assign(
  (_mean: number, deviation: number, filled: { value: number; byMean: number; byDeviation: number }): void => {
    filled.value = Math.log(deviation)
    filled.byMean = 0
    filled.byDeviation = 1 / deviation
  },
  { looksFar: true },
)

/** A turn by the failures alone; undefined if none is known. */
export function byOdds(past: Past): Turn | undefined {
  const { history, basis, safety } = past
  if (safety === undefined) return undefined
  const worked = history.observed.map(({ x }) => x)
  return {
    ranked: [],
    found: unknownPlaces(past, safety, worked),
    learned: basis,
    view: (x) => ({
      by: 'odds',
      observed: history.observed.length,
      failed: history.failed.length,
      pending: history.pending.length,
      works: oddsOfValue(safety, x),
    }),
  }
}

/**
 * A turn before any trial has met all constraints: the place where that is most likely. If a constraint on
 * a truth value was never met, nothing says where it might be. Then a place counts for more if little is known there.
 *
 * @param past  with at least one limit
 */
export function byConstraints(past: Past): Turn {
  const { axes, history, basis, limits, random, effort } = past
  const truths = limits.flatMap(({ name, judgment, isMet }) =>
    judgment === undefined ? [] : [{ name, judgment, isMet }],
  )
  const numeric = limits.find((limit) => limit.numeric !== undefined)
  const centers = evenly(history.observed, CENTERS).map(({ x }) => x)
  const search = (): Candidate[] => {
    const truth = truths.find(({ isMet }) => !isMet) ?? (numeric === undefined ? truths[0] : undefined)
    if (truth !== undefined || numeric === undefined) {
      const { name, judgment } = truth!
      return unknownPlaces(
        past,
        judgment,
        [],
        termsOf({ ...past, limits: limits.filter((limit) => limit.name !== name) }),
      )
    }
    const { model, most } = numeric.numeric!
    // The probability of an improvement on the limit is the odds of meeting it.
    const terms = termsOf({ ...past, limits: limits.filter((limit) => limit !== numeric) })
    const criterion = criterionOf(model, logProbabilityOfImprovement(most), terms)
    return maximize(criterion, axes, centers, random, budgetOf(model, effort))
  }
  return {
    ranked: [],
    found: search(),
    learned: basis,
    view: (x) => ({
      by: 'constraints',
      observed: history.observed.length,
      failed: history.failed.length,
      pending: history.pending.length,
      constraints: {},
      ...oddsAt(past, x),
    }),
  }
}

/**
 * Places where little is known, and the odds are good.
 *
 * @param worked  where trials worked; around some of them it looks more closely
 * @param terms   further factors of a place's worth
 */
function unknownPlaces(
  { axes, history, random, effort }: Past,
  { labels, least }: Judgment,
  worked: readonly Float64Array[],
  terms: readonly Term[] = [],
): Candidate[] {
  const d = axes.list.length
  const pending = evenly(history.pending, MOST_PENDING)
  // So few values say little about how far a place reaches: as far as the trials lie apart, for all that is known.
  const n = history.observed.length + history.failed.length + pending.length
  const theta = priorOf(d, 1, { lengthscale: REACH * n ** (-1 / d), noise: NOISE }).mean
  const process = condition(labels, theta, rowsOf(pending, d))
  const model = processModel(process)
  const criterion = criterionOf(model, ignorance, [feasibility({ model: process, least }), ...terms])
  const budget = worked.length > 0 ? budgetOf(model, effort) : FEW_CANDIDATES
  return maximize(criterion, axes, evenly(worked, CENTERS), random, budget).filter(
    ({ x }) => !worked.some((other) => isSamePoint(x, other)),
  )
}
