/**
 * The options of the samplers: one table, and the gate that all options pass, from a program, a command line or a
 * study. Nothing behind it checks them again.
 *
 * A new option is a line in its table, and a line in the type that the table must satisfy. The help of the command line
 * (`anthill help sampler`), the notation of `--sampler` and all messages follow from the table.
 */

import { ACQUISITION } from './acquisition-table.ts'
import type { BayesianOptions } from './bayesian-options.ts'
import { BELIEF, methodOf } from './belief.ts'
import { BORDER, DESIGN, DESIGNS } from './design-options.ts'
import { MAXIMIZER } from './maximizer-options.ts'
import type { ModelChoice } from './model-choice.ts'
import { MODEL } from './model-options.ts'
import { flag, flagOr, listOf, parseTable, positive, whole, within, words } from '../space/option-values.ts'
import type { Option, Table } from '../space/option-values.ts'
import { PICK } from './pick.ts'
import type { SamplerName } from './sampler.ts'
import { SCALARIZE } from './target-table.ts'

const USUAL_MODELS: readonly ModelChoice[] = ['plain', 'smooth', 'best', 'forest']

export const BAYESIAN_OPTIONS = {
  initial: { value: whole(0), line: 'how many values must be known before a model is asked; by default a few' },
  design: { value: DESIGN, default: 'center', line: 'how the first configs cover the space, before there is a model' },
  effort: { value: words('full', 'low'), default: 'full', line: 'low takes a third of the time' },
  repeats: { value: whole(1), default: 1, line: 'how often one config may be measured, for noisy results' },
  noise: {
    value: flag,
    default: true,
    line: 'false if a config has the same value each time: nothing is taken for noise then',
  },
  models: { value: listOf(MODEL), default: USUAL_MODELS, line: 'the models that take turns' },
  pending: {
    value: words('believe', 'min', 'mean', 'max', 'ignore'),
    default: 'believe',
    line:
      'what a running trial is taken for: what the model predicts, the best, mean or worst value so far, or ' +
      'nothing',
  },
  failures: {
    value: words('avoid', 'mean', 'max', 'ignore'),
    default: 'avoid',
    line: 'what a failed trial is taken for: a place to keep away from, the mean or worst value so far, or chance',
  },
  pruned: {
    value: words('poor', 'predicted'),
    default: 'poor',
    line:
      'what a pruned trial is taken for: its last value, but no better than the median so far, or where its curve ' +
      'was expected to end, if its pruner said so',
  },
  acquisition: {
    value: ACQUISITION,
    line: 'what a point is worth to a model; by default ei, or hypervolume with several objectives',
  },
  scalarize: {
    value: SCALARIZE,
    line: 'how several objectives become one; by default not at all, or chebyshev with an acquisition of one value',
  },
  belief: {
    value: BELIEF,
    line: 'how the priors of the space count; by default pibo, where there are any',
  },
  maximizer: { value: MAXIMIZER, default: 'climb', line: 'how the point that is worth most is searched for' },
  pick: { value: PICK, default: 'best', line: 'which of the best points is suggested while trials run' },
  perSecond: {
    value: flagOr('cooled'),
    default: false,
    line: 'whether the worth of a point is per second of its trial; cooled: less so as the budget is used up',
  },
  transfer: {
    value: words('ranked', 'ignore'),
    default: 'ranked',
    line: 'what earlier studies count for: as much as their models rank the trials of this one well, or nothing',
  },
  randomShare: {
    value: within(0, 1),
    default: 0,
    line: 'share of the suggestions after the first ones that are random',
  },
} as const satisfies { readonly [K in keyof BayesianOptions]-?: Option<Exclude<BayesianOptions[K], undefined>> }

export const GRID_OPTIONS = {
  points: { value: whole(2), default: 5, line: 'how many values a float without steps has' },
  border: {
    value: BORDER,
    default: 'include',
    line: 'whether these include its bounds; only: nothing but configs with a number at a bound',
  },
} as const satisfies Table

/** The largest generation or population, and the most trials before a search. */
const MOST = 10_000

export const LOCAL_OPTIONS = {
  initial: { value: whole(1, MOST), default: 10, line: 'how many Sobol points come first' },
} as const satisfies Table

export const EVOLVE_OPTIONS = {
  parents: { value: whole(1, MOST), default: 4, line: 'how many trials of a generation have children' },
  children: { value: whole(1, MOST), default: 10, atLeast: 'parents', line: 'how many trials a generation has' },
} as const satisfies Table

export const BREED_OPTIONS = {
  population: { value: whole(2, MOST), default: 20, line: 'how many trials may have children; as many come first' },
  tournament: { value: whole(1, MOST), default: 2, line: 'how many of them compete to be a parent' },
  mutations: { value: whole(1, MOST), default: 1, line: 'how many parameters of a child change, on average' },
  crossover: { value: flag, default: false, line: 'whether a child has two parents' },
  aging: { value: flag, default: false, line: 'whether the latest trials have children, in place of the best' },
} as const satisfies Table

export const CMA_OPTIONS = {
  sigma: { value: positive(1), default: 0.2, line: 'deviation of the first trials, as a share of each range' },
  population: { value: whole(2, 1000), line: 'trials of the first generations; default: 4 + 3 ln d' },
} as const satisfies Table

/** The options of each sampler by its name. `auto` is `bayesian`. */
export const SAMPLER_OPTIONS: Readonly<Record<SamplerName, Table>> = {
  auto: BAYESIAN_OPTIONS,
  bayesian: BAYESIAN_OPTIONS,
  sobol: DESIGNS.sobol.options,
  random: DESIGNS.random.options,
  halton: DESIGNS.halton.options,
  hammersley: DESIGNS.hammersley.options,
  lhs: DESIGNS.lhs.options,
  'k-lhs': DESIGNS['k-lhs'].options,
  grid: GRID_OPTIONS,
  local: LOCAL_OPTIONS,
  evolve: EVOLVE_OPTIONS,
  breed: BREED_OPTIONS,
  cma: CMA_OPTIONS,
}

/**
 * The options of the sampler `bayesian` that were given, in their shortest form.
 *
 * @throws TypeError or RangeError for an option that is unknown, or makes no sense
 */
export function parseBayesian(value: unknown): BayesianOptions {
  const options: BayesianOptions = parseTable(BAYESIAN_OPTIONS, value, 'bayesian')
  if (options.noise === false) checkWithoutNoise(options)
  if (options.acquisition === 'hypervolume' && options.scalarize !== undefined)
    throw new RangeError(
      `option 'scalarize': makes one number of the objectives, but 'acquisition' is 'hypervolume', which needs each ` +
        `of them; leave one out`,
    )
  if (methodOf(options.belief) === 'bopro' && options.acquisition !== undefined)
    throw new RangeError(`option 'acquisition': means nothing beside 'belief' by 'bopro', which is one; leave one out`)
  return options
}

/** @throws RangeError for an option that says that there is noise */
function checkWithoutNoise({ repeats = 1, models = [] }: BayesianOptions): void {
  const remedy = "means nothing beside 'noise' false, which says that there is none; leave one of the two out"
  if (repeats > 1) throw new RangeError(`option 'repeats': ${remedy}`)
  const noisy = models.findIndex((model) => typeof model === 'object' && 'noise' in model && model.noise !== 0)
  if (noisy >= 0) throw new RangeError(`option 'models[${noisy}].noise': ${remedy}`)
}
