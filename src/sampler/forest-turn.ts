/** A turn of the random forest, which sees what no smooth function has, such as steps. */

import { logExpectedImprovement } from '../acquisition/acquisition.ts'
import { forestCriterionOf } from '../acquisition/criterion.ts'
import { maximize } from '../acquisition/maximize.ts'
import { fitForest } from '../surrogate/random-forest.ts'
import { warped } from '../surrogate/warp.ts'
import type { Warp } from '../surrogate/warp.ts'
import { evenly, modelSet } from './model-set.ts'
import { forestView } from './model-view.ts'
import { rowsOf, valuesOf } from './observations.ts'
import { MOST_FANTASIES, centersOf, lowestFirst } from './turn.ts'
import type { Found, Past } from './turn.ts'

/** The map of the values that the forest is fitted to. */
const WARP: Warp = { kind: 'yeo-johnson' }

/** A node of a tree tries this share of the features, and no more than `MOST_FEATURES`, which bounds its cost. */
const FEATURE_SHARE = 5 / 6
const MOST_FEATURES = 10

/** Shares of the candidates: from the whole space, and from around the best observations. */
const GLOBAL_SHARE = 0.7
const LOCAL_SHARE = 0.3

/** One turn of the forest. It is fitted anew each time and learns nothing for later turns. */
export function byForest({ axes, history, basis, random, effort, safety }: Past): Found {
  const { categories } = axes
  const d = categories.length
  const chosen = modelSet(history.observed, effort.largestForest, new Float64Array(d).fill(1), categories)
  const measured = valuesOf(chosen)
  const { values } = warped(measured, WARP)
  // A failure counts as the worst value.
  const failed = evenly(history.failed, MOST_FANTASIES)
  const y = Float64Array.from([...values, ...failed.map(() => Math.max(...values))])
  const points = rowsOf([...chosen.map(({ x }) => x), ...failed], d)
  const levels = axes.list.map(({ kind, count }) => (kind === 'category' ? count : 0))
  const features = Math.min(FEATURE_SHARE, MOST_FEATURES / d)
  const forest = fitForest(points, y, y.length, d, levels, { features }, random)

  const ranked = lowestFirst(values, chosen)
  const best = Math.min(...values)
  const criterion = forestCriterionOf(forest, logExpectedImprovement(best), safety)
  const found = maximize(criterion, axes, centersOf(ranked), random, {
    global: Math.ceil(GLOBAL_SHARE * effort.forestCandidates),
    local: Math.ceil(LOCAL_SHARE * effort.forestCandidates),
    shortlist: effort.forestCandidates,
    starts: effort.starts,
    iterations: 0,
  })
  const view = forestView(history, { forest, criterion, y: measured, warp: WARP, best, safety })
  return { ranked, found, learned: basis, view }
}
