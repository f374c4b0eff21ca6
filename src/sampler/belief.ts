/**
 * How much the beliefs of a space count in a suggestion: πBO or BOPrO, and what may be set of them.
 *
 *   t   suggestions of models up to this one, from 1             β   how long a belief lasts
 *
 * With πBO a point's worth is multiplied with (π + floor)^(β / t), where π is the density of the belief. It may be
 * doubted there: it counts for less while its density at the best trial is lower than its mean over all trials.
 * With BOPrO the odds of a good point under the belief are multiplied with those of the model, to the power of t / β.
 *
 * Sources: Hvarfner et al. 2022, "πBO", eq. 6, with β = N / 10 for a budget of N trials; Souza et al. 2021, "Bayesian
 * optimization with a prior for the optimum". Defaults are those of HyperMapper 2.2.
 */

import { oddsBelow } from '../acquisition/acquisition.ts'
import { belief, beliefOdds, logBelief } from '../acquisition/belief.ts'
import type { Term } from '../acquisition/criterion.ts'
import type { Axes } from '../space/axes.ts'
import { isRecord } from '../space/options.ts'
import { BOPRO } from './acquisition-table.ts'
import type { ChosenAcquisition } from './acquisitions.ts'
import type { BeliefMethod, BeliefOptions } from './belief-choice.ts'
import type { BeliefExplanation } from './explanation.ts'
import { flag, kinds, positive } from '../space/option-values.ts'
import type { Observation } from './observations.ts'
import type { Option, Value } from '../space/option-values.ts'

/** β of πBO is this share of the budget. */
const SHARE_OF_BUDGET = 0.1

/** β of πBO where no budget is known, and β of BOPrO. */
const USUAL_DECAY = 10

/** Added to densities, and the least chances: as in HyperMapper 2.2. */
const FLOORS = { pibo: 1e-6, bopro: 1e-8 }

/** The share of the values that count as good: as in HyperMapper 2.2. */
const QUANTILE = 0.05

/** After this many trials the weights of choices in a space without priors count as given; after more, less. */
const TRIALS_OF_WEIGHTS = 10

/** A belief that is trusted less than this no longer counts: then suggestions are searched for as without it. */
const LEAST_TRUST = 1e-3

/** How much beliefs count in one suggestion. */
export interface Belief {
  readonly method: BeliefMethod
  /** β / t, and less where it is doubted. */
  readonly weight: number
  readonly floor: number
  readonly quantile: number
  /** Whether there is nothing but weights of choices, which need no option. */
  readonly isOfChoices: boolean
}

const floor = (usual: number): Option => ({
  value: positive(1),
  default: usual,
  line: 'added to the density of the belief, so that nothing is ruled out',
})

const METHODS = kinds(
  {
    pibo: {
      decay: {
        value: positive(),
        line: 'suggestions that it lasts; by default a tenth of the budget, or 10 where no budget is known',
      },
      floor: floor(FLOORS.pibo),
      doubt: {
        value: flag,
        default: true,
        line: 'whether it counts for less while the best results lie where it is low',
      },
    },
    bopro: {
      decay: {
        value: positive(),
        default: USUAL_DECAY,
        line: 'suggestions after which the model counts as much as the belief',
      },
      floor: { ...floor(FLOORS.bopro), line: 'the least chance of a good and of a bad point' },
      quantile: { value: positive(1), default: QUANTILE, line: 'share of the values that count as good' },
    },
  },
  {
    pibo: "what a point is worth, times the belief's density to the power of decay / t, at suggestion t",
    bopro: 'in place of an acquisition: the odds of a good value, by the belief and by the model',
  },
)

/** The option. */
export const BELIEF: Value<BeliefOptions> = {
  ...METHODS,
  parse: (value, name) => {
    if (!isRecord(value) || value.kind !== undefined) return METHODS.parse(value, name) as BeliefOptions
    const { method = 'pibo', ...options } = value
    return METHODS.parse({ ...options, kind: method }, name) as BeliefOptions
  },
}

/** The method that is asked for. */
export const methodOf = (options: BeliefOptions | undefined): BeliefMethod =>
  (isRecord(options) ? options.kind : options) ?? 'pibo'

/** Where a study stands. */
interface Standpoint {
  /** Suggestions of models before this one. */
  readonly step: number
  /** Trials that have ended. */
  readonly ended: number
  /** Those with a value, to be minimized; none if no single value says which is best. */
  readonly observed: readonly Pick<Observation, 'x' | 'y'>[]
  /** The budget of the study, if it is known. It is asked for only where it counts. */
  readonly budget: () => number | undefined
}

/**
 * How much beliefs count; undefined in a space without any, and where they are doubted so much that they do not count.
 *
 * @throws RangeError for the option in such a space
 */
export function beliefOf(
  options: BeliefOptions | undefined,
  axes: Axes,
  { step, ended, observed, budget }: Standpoint,
): Belief | undefined {
  const hasWeights = axes.list.some(({ parameter }) => parameter.type === 'choice' && parameter.weights !== undefined)
  if (options === undefined && !axes.hasBeliefs) {
    if (!hasWeights) return undefined
    const weight = TRIALS_OF_WEIGHTS / Math.max(ended, TRIALS_OF_WEIGHTS)
    return { method: 'pibo', weight, floor: 0, quantile: QUANTILE, isOfChoices: true }
  }
  if (!axes.hasBeliefs && !hasWeights)
    throw new RangeError(
      `option 'belief': nothing is believed in this space; give a parameter a 'prior' or 'weights', or leave it out`,
    )
  const method = methodOf(options)
  const set = isRecord(options) ? (options as Exclude<BeliefOptions, BeliefMethod>) : {}
  const usual = (): number => {
    const trials = method === 'pibo' ? budget() : undefined
    return trials === undefined ? USUAL_DECAY : SHARE_OF_BUDGET * trials
  }
  const trust = method === 'pibo' && set.doubt !== false ? trustIn(axes, observed) : 1
  if (trust < LEAST_TRUST) return undefined
  return {
    method,
    weight: (trust * (set.decay ?? usual())) / (step + 1),
    floor: set.floor ?? FLOORS[method],
    quantile: set.quantile ?? QUANTILE,
    isOfChoices: false,
  }
}

/**
 * How much a belief is trusted after what was measured: its density at the best trial, divided by its mean density over
 * all trials; at most 1. If the belief is right, the best trial lies where it is high. If the trials that follow it are
 * not better than the others, it fades at once.
 */
function trustIn(axes: Axes, observed: Standpoint['observed']): number {
  const [first] = observed
  if (first === undefined) return 1
  const best = observed.reduce((a, b) => (b.y < a.y ? b : a), first)
  const logs = observed.map(({ x }) => logBelief(axes, x)!)
  const highest = logs.reduce((a, b) => Math.max(a, b))
  const mean = logs.reduce((sum, log) => sum + Math.exp(log - highest), 0) / logs.length
  // All at −∞: nothing tells them apart.
  return mean > 0 ? Math.min(Math.exp(logBelief(axes, best.x)! - highest) / mean, 1) : 1
}

/** What a point's worth is multiplied with. */
export function beliefTerm(axes: Axes, { method, weight, floor }: Belief): Term | undefined {
  return method === 'pibo' ? belief(axes, weight, floor) : beliefOdds(axes, floor)
}

/**
 * The acquisition of BOPrO: the odds that a value is among the best share of those so far, to the power of t / β.
 *
 * @param means  of the values so far, as the model sees them
 */
export function bopro(means: Float64Array, { weight, quantile }: Belief): ChosenAcquisition {
  const sorted = means.toSorted()
  const threshold = sorted[Math.min(Math.floor(quantile * sorted.length), sorted.length - 1)]!
  const acquisition = oddsBelow(threshold, 1 / weight)
  return { kind: 'bopro', acquisition, name: BOPRO.name, with: {}, isOfDraw: false, isPlain: false }
}

/** The same without what the priors of the space say: what the values alone are worth. */
export function byValuesAlone<P extends { readonly belief?: Belief | undefined }>(past: P): P {
  return past.belief === undefined || past.belief.isOfChoices ? past : { ...past, belief: undefined }
}

/** What the belief says about a point, for `why`. */
export function beliefAt(
  { axes, belief }: { readonly axes: Axes; readonly belief?: Belief | undefined },
  x: Float64Array,
): { readonly belief?: BeliefExplanation } {
  if (belief === undefined || belief.isOfChoices) return {}
  return { belief: { times: Math.exp(logBelief(axes, x)!), weight: belief.weight } }
}
