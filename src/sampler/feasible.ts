/**
 * A turn before there are enough values for any model of them: failures alone teach where trials may work.
 *
 * The next trial goes where the odds of a value are good and little is known, which is far from the failures and, once
 * something has worked, near that. Pending trials count as known.
 *
 * Source: Bryan et al. 2005, "Active learning for identifying function threshold boundaries", for the choice by
 * uncertainty; here the odds of success take the place of the distance to the boundary.
 */

import type { Acquisition } from '../acquisition/acquisition.ts'
import { criterionOf } from '../acquisition/criterion.ts'
import { maximize } from '../acquisition/maximize.ts'
import { feasibility } from '../acquisition/terms.ts'
import { rowsOf } from '../numerics/vector.ts'
import { condition } from '../surrogate/gaussian-process.ts'
import { priorOf } from '../surrogate/hyperparameters.ts'
import { processModel } from '../surrogate/model.ts'
import { evenly } from './model-set.ts'
import { oddsOfValue } from './model-view.ts'
import { isSamePoint } from './observations.ts'
import type { Past } from './past.ts'
import { budgetOf } from './search.ts'
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
export function byOdds({ axes, history, basis, random, effort, safety }: Past): Turn | undefined {
  if (safety === undefined) return undefined
  const d = axes.list.length
  const worked = history.observed.map(({ x }) => x)
  const pending = evenly(history.pending, MOST_PENDING)
  // So few values say little about how far a place reaches: as far as the trials lie apart, for all that is known.
  const n = worked.length + history.failed.length + pending.length
  const theta = priorOf(d, 1, { lengthscale: REACH * n ** (-1 / d), noise: NOISE }).mean
  const process = condition(safety.labels, theta, rowsOf(pending, d))
  const model = processModel(process)
  const criterion = criterionOf(model, ignorance, [feasibility({ model: process, least: safety.least })])
  const budget = worked.length > 0 ? budgetOf(model, effort) : FEW_CANDIDATES
  const found = maximize(criterion, axes, evenly(worked, CENTERS), random, budget)
  return {
    ranked: [],
    found: found.filter(({ x }) => !worked.some((other) => isSamePoint(x, other))),
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
