/**
 * What the turns of all models share: what a turn is given, what it finds, what it may cost, and the search for the
 * largest improvement that a fitted process expects.
 */

import { augmented, logExpectedImprovement } from '../acquisition/acquisition.ts'
import { criterionOf } from '../acquisition/criterion.ts'
import type { Criterion, Safety } from '../acquisition/criterion.ts'
import { maximize } from '../acquisition/maximize.ts'
import type { Candidate } from '../acquisition/maximize.ts'
import type { Random } from '../numerics/random.ts'
import type { Axes } from '../space/axes.ts'
import { condition, meansAtObservations } from '../surrogate/gaussian-process.ts'
import type { GaussianProcess } from '../surrogate/gaussian-process.ts'
import type { Basis } from './basis.ts'
import type { ModelExplanation } from './explanation.ts'
import { evenly } from './model-set.ts'
import { wouldRepeat } from './noise.ts'
import { rowsOf } from './observations.ts'
import type { History, Observation } from './observations.ts'
import type { Fitted } from './role-fit.ts'
import { isUnsafe } from './safety.ts'

/** The two efforts that `BayesianOptions` offers. `low` takes about a third of the time. */
export const EFFORTS: Readonly<Record<'full' | 'low', Effort>> = {
  full: {
    largestModel: 200,
    largestForest: 400,
    candidates: 900,
    starts: 5,
    iterations: 30,
    forestCandidates: 2800,
    fit: 1,
  },
  low: {
    largestModel: 100,
    largestForest: 200,
    candidates: 300,
    starts: 2,
    iterations: 20,
    forestCandidates: 700,
    fit: 0.2,
  },
}

/**
 * Most numbers that a search compares: candidates times observations times parameters. Beyond it there are fewer
 * candidates.
 */
const LARGEST_SEARCH = 4e6

/** Shares of a process's candidates: from the whole space, from around the best observations, and evaluated in full. */
const GLOBAL_SHARE = 2 / 3
const LOCAL_SHARE = 1 / 3
const SHORTLIST_SHARE = 1 / 2

/** The maximizer looks around this many of the best observed points. */
const CENTERS = 5

/** A model is conditioned on at most this many pending and this many failed trials, because each adds to its cost. */
export const MOST_FANTASIES = 100

/** What a turn is given. */
export interface Past {
  readonly axes: Axes
  readonly history: History
  readonly basis: Basis
  readonly random: Random
  readonly number: number
  readonly effort: Effort
  readonly safety: Safety | undefined
}

/** What a turn finds. */
export interface Found {
  /** The observations that the model was made of, lowest mean first. */
  readonly ranked: readonly Observation[]
  /** Candidates, best first; undefined if the model found only noise. */
  readonly found: readonly Candidate[] | undefined
  /** The basis, with what was learned in this turn. */
  readonly learned: Basis
  /** What the model says about a point. */
  readonly view: (x: Float64Array) => ModelExplanation
}

/** What a suggestion may cost. */
export interface Effort {
  /** Most observations of a Gaussian process, and of a forest. */
  readonly largestModel: number
  readonly largestForest: number
  /** Candidates of the maximizer; fewer if `LARGEST_SEARCH` requires it. */
  readonly candidates: number
  /** Candidates that the maximizer climbs from. */
  readonly starts: number
  /** Gradient steps of one climb. */
  readonly iterations: number
  /** Candidates of a forest, whose predictions are cheap and have no slope. */
  readonly forestCandidates: number
  /** Share of the usual effort that a fit may cost. */
  readonly fit: number
}

/** A conditioned process and what it wants. */
export interface ConditionedProcess {
  readonly model: GaussianProcess
  /** What to maximize: the improvement on `best`, and the odds of a value. */
  readonly criterion: Criterion
  /** The observations, lowest mean first. */
  readonly ranked: readonly Observation[]
  /** The lowest mean at an observation, as the model sees values. */
  readonly best: number
}

/** Conditions a fitted process on what it was fitted to, on what is pending, and on what failed. */
export function conditioned(
  { observations, learned }: Fitted,
  chosen: readonly Observation[],
  { history, safety }: Past,
): ConditionedProcess {
  const pending = evenly(history.pending, MOST_FANTASIES)
  const failed = evenly(history.failed, MOST_FANTASIES)
  const fantasies = rowsOf([...pending, ...failed], observations.categories.length)
  // A pending trial is believed to turn out as the model predicts. A failed one, where trials do fail, is believed to
  // be no better than the mean of the values, 0.
  const leastMeans =
    safety &&
    Float64Array.from([...pending.map(() => -Infinity), ...isUnsafe(safety, failed).map((is) => (is ? 0 : -Infinity))])
  const model = condition(observations, Float64Array.from(learned.theta), fantasies, leastMeans)
  const means = meansAtObservations(model, observations)
  const best = Math.min(...means)
  const improvement = logExpectedImprovement(best)
  const acquisition = wouldRepeat(model) ? augmented(improvement, Math.sqrt(model.noise)) : improvement
  return { model, criterion: criterionOf(model, acquisition, safety), ranked: lowestFirst(means, chosen), best }
}

/** Candidates of a process, best first. */
export function search({ model, criterion, ranked }: ConditionedProcess, past: Past): Candidate[] {
  const { axes, random, effort } = past
  const candidates = Math.min(effort.candidates, Math.floor(LARGEST_SEARCH / (model.n * criterion.d)))
  return maximize(criterion, axes, centersOf(ranked), random, {
    global: Math.ceil(GLOBAL_SHARE * candidates),
    local: Math.ceil(LOCAL_SHARE * candidates),
    shortlist: Math.ceil(SHORTLIST_SHARE * candidates),
    starts: effort.starts,
    iterations: effort.iterations,
  })
}

/** Observations in the order of their means, lowest first. Values contain noise; posterior means say more. */
export function lowestFirst(means: Float64Array, chosen: readonly Observation[]): readonly Observation[] {
  return chosen
    .map((_, i) => i)
    .sort((a, b) => means[a]! - means[b]! || a - b)
    .map((i) => chosen[i]!)
}

/** The points around which the maximizer looks. */
export const centersOf = (ranked: readonly Observation[]): Float64Array[] => ranked.slice(0, CENTERS).map(({ x }) => x)
