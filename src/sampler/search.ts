/** What a model wants, and the search for it. */

import { augmented, logExpectedImprovement } from '../acquisition/acquisition.ts'
import { criterionOf } from '../acquisition/criterion.ts'
import type { Criterion } from '../acquisition/criterion.ts'
import { maximize } from '../acquisition/maximize.ts'
import type { Candidate, MaximizeOptions } from '../acquisition/maximize.ts'
import { feasibility } from '../acquisition/terms.ts'
import type { Model } from '../surrogate/model.ts'
import type { ModelExplanation } from './explanation.ts'
import type { Made } from './made.ts'
import { viewOf } from './model-view.ts'
import { wouldRepeat } from './noise.ts'
import type { Observation } from './observations.ts'
import type { Effort, Past } from './past.ts'

/**
 * Most numbers that a search compares: candidates times observations times parameters. Beyond it there are fewer
 * candidates.
 */
const LARGEST_SEARCH = 4e6

/**
 * Shares of the candidates: from the whole space, from around the best observations, and evaluated in full. Where
 * predictions have slopes, a climb finds what is near the best, and a variance costs more than a mean.
 */
const SHARES = {
  slopes: { global: 2 / 3, local: 1 / 3, shortlist: 1 / 2 },
  steps: { global: 0.7, local: 0.3, shortlist: 1 },
}

/** The maximizer looks around this many of the best observed points. */
const CENTERS = 5

/** What a search finds. */
export interface Found {
  /** The observations that the model was made of, lowest mean first. */
  readonly ranked: readonly Observation[]
  /** Candidates, best first; undefined if the model found only noise. */
  readonly found: readonly Candidate[] | undefined
  /** What the model says about a point. */
  readonly view: (x: Float64Array) => ModelExplanation
}

/** What a model wants, and what it says about a point. */
export interface Judged {
  readonly criterion: Criterion
  readonly view: Found['view']
}

/** What a model wants: the improvement on its best mean, times the odds of a value. */
export function judged(made: Made, { history, safety }: Pick<Past, 'history' | 'safety'>): Judged {
  const { model, best } = made
  const improvement = logExpectedImprovement(best)
  const acquisition = wouldRepeat(model) ? augmented(improvement, Math.sqrt(model.noise)) : improvement
  const criterion = criterionOf(model, acquisition, safety === undefined ? [] : [feasibility(safety)])
  return { criterion, view: viewOf(made, criterion, history, safety) }
}

/** Candidates, best first. */
export function search({ model, ranked }: Made, { criterion }: Judged, { axes, random, effort }: Past): Candidate[] {
  const centers = ranked.slice(0, CENTERS).map(({ x }) => x)
  return maximize(criterion, axes, centers, random, budgetOf(model, effort))
}

/** What a search in this model may cost. */
export function budgetOf(
  { n, d, slope }: Model,
  { candidates, forestCandidates, starts, iterations }: Effort,
): MaximizeOptions {
  const { global, local, shortlist } = slope === undefined ? SHARES.steps : SHARES.slopes
  const count = slope === undefined ? forestCandidates : Math.min(candidates, Math.floor(LARGEST_SEARCH / (n * d)))
  return {
    global: Math.ceil(global * count),
    local: Math.ceil(local * count),
    shortlist: Math.ceil(shortlist * count),
    starts,
    iterations: slope === undefined ? 0 : iterations,
  }
}
