/** What a model wants, and the search for it. */

import { criterionOf } from '../acquisition/criterion.ts'
import type { Criterion, Term } from '../acquisition/criterion.ts'
import { drawCandidates } from '../acquisition/maximize.ts'
import type { Candidate, MaximizeOptions } from '../acquisition/maximize.ts'
import { feasibility } from '../acquisition/terms.ts'
import type { Random } from '../numerics/random.ts'
import type { Model } from '../surrogate/model.ts'
import { acquisitionOf } from './acquisitions.ts'
import type { SingleAcquisition } from './acquisition-options.ts'
import type { ChosenAcquisition } from './acquisitions.ts'
import { beliefTerm, bopro } from './belief.ts'
import type { ModelExplanation } from './explanation.ts'
import type { Made } from './made.ts'
import { viewOf } from './model-view.ts'
import { wouldRepeat } from './noise.ts'
import { placesOf } from './observations.ts'
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

/** Points at which a function is drawn, or the lowest value is looked for. */
const ANCHORS = { global: 150, local: 100 }

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
  readonly chosen: ChosenAcquisition
}

/**
 * What a model wants: what a point is worth, times the odds of a value and what is believed about it.
 *
 * @param wish  what it is worth; by default the improvement on the best mean. With a belief by BOPrO, that decides
 */
export function judged(
  made: Made,
  past: Pick<Past, 'axes' | 'history' | 'safety' | 'step' | 'chance' | 'limits'> & Partial<Past>,
  wish: SingleAcquisition = 'ei',
): Judged {
  const { model, best, ranked } = made
  const { axes, step, chance } = past
  const anchors = (): Float64Array => drawCandidates(model, axes, centersOf(ranked), chance, ANCHORS)
  const chosen =
    past.belief?.method === 'bopro'
      ? bopro(made.means, past.belief)
      : acquisitionOf(wish, {
          best,
          noise: wouldRepeat(model) ? Math.sqrt(model.noise) : 0,
          step,
          d: model.d,
          random: chance,
          screen: () => {
            const points = Float64Array.of(...placesOf(ranked, model.d), ...anchors())
            return model.predict(points, points.length / model.d)
          },
        })
  const asked = chosen.isOfDraw ? drawnFrom(model, anchors(), chance) : model
  const criterion = criterionOf(asked, chosen.acquisition, termsOf(past))
  return { criterion, view: viewOf(made, criterion, chosen, past), chosen }
}

/** What a point's worth is multiplied with: the odds of a value and of each constraint, the belief, and its price. */
export function termsOf({
  axes,
  safety,
  belief,
  limits,
  price,
}: Pick<Past, 'axes' | 'safety' | 'belief' | 'limits' | 'price'>): Term[] {
  const terms = [
    safety && feasibility(safety),
    belief && beliefTerm(axes, belief),
    ...limits.map(({ term }) => term),
    price?.term,
  ]
  return terms.filter((term) => term !== undefined)
}

/** The same where durations do not matter: whether there is something to gain is asked without a price. */
export const withoutPrice = (past: Past): Past => (past.price === undefined ? past : { ...past, price: undefined })

/** Candidates, best first. */
export function search(
  { model, ranked }: Made,
  { criterion }: Judged,
  past: Pick<Past, 'axes' | 'random' | 'effort' | 'maximizer' | 'limits' | 'belief' | 'price'>,
): Candidate[] {
  const { axes, random, effort, maximizer, limits, belief, price } = past
  const budget = budgetOf(model, effort)
  const isFar = limits.length > 0 || price !== undefined || (belief !== undefined && !belief.isOfChoices)
  return maximizer(criterion, axes, centersOf(ranked), random, isFar ? inFull(budget) : budget)
}

export const centersOf = (ranked: readonly Observation[]): Float64Array[] => ranked.slice(0, CENTERS).map(({ x }) => x)

function drawnFrom(model: Model, anchors: Float64Array, random: Random): Model {
  return model.drawn(anchors, anchors.length / model.d, random)
}

/** The budget where all candidates are evaluated in full: as many as would be otherwise. */
export function inFull(budget: MaximizeOptions): MaximizeOptions {
  const { global, local, shortlist } = budget
  const share = shortlist / (global + local)
  return { ...budget, global: Math.ceil(share * global), local: Math.ceil(share * local) }
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
