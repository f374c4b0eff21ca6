/**
 * The sampler of a HyperMapper 2.2 scenario. What a scenario says about the space, the objectives, the budget and the
 * files is not the sampler's, and is left alone: the command has options of its own for it.
 */

import { isRecord } from '../space/options.ts'
import { givenOf, readingOf } from './reading.ts'
import type { Reading } from './reading.ts'

/** Keys of a scenario that say what is optimized, for how long, and where it is written. */
const NOT_OF_THE_SAMPLER = [
  'application_name',
  'optimization_objectives',
  'hypermapper_mode',
  'optimization_iterations',
  'evaluations_per_optimization_iteration',
  'time_budget',
  'run_directory',
  'output_data_file',
  'output_pareto_file',
  'log_file',
  'timestamp',
  'print_best',
  'verbose_logging',
  'number_of_cpus',
  'max_number_of_predictions',
  'evolution_generations',
  'profiling_file',
] as const

const DESIGNS = {
  'random sampling': 'random',
  'standard latin hypercube': 'lhs',
  'k latin hypercube': 'k-lhs',
  grid_search: 'grid',
}

const METHODS = {
  bayesian_optimization: 'bayesian',
  random_scalarizations: 'bayesian',
  prior_guided_optimization: 'bayesian',
  local_search: 'local',
  evolutionary_optimization: 'breed',
}

const ACQUISITIONS = { EI: 'ei', UCB: { kind: 'lcb', kappa: 'growing' }, TS: 'thompson' }

/** A grid of HyperMapper has this many values of a real parameter. */
const VALUES_OF_A_REAL = 10

const SEVERAL = 'the sampler auto has scalarize for it: anthill help sampler'

const OF_THE_SPACE = 'give each parameter its prior, as in normal(0.3,0.1): anthill help prior'

const ESTIMATED = 'priorFrom of the library makes priors of earlier trials'

const WITHOUT = {
  scalarization_method: SEVERAL,
  weight_sampling: SEVERAL,
  bounding_box_limits: SEVERAL,
  local_search_scalarization_weights: SEVERAL,
  scalarization_key: SEVERAL,
  custom_gaussian_prior_means: OF_THE_SPACE,
  custom_gaussian_prior_stds: OF_THE_SPACE,
  prior_estimation_file: ESTIMATED,
  prior_estimation_quantile: ESTIMATED,
  prior_limit_estimation_points: ESTIMATED,
  estimate_multivariate_priors: ESTIMATED,
  bandwidth_parameter: ESTIMATED,
  bandwidth_n_factor: ESTIMATED,
  resume_optimization: 'a study goes on by itself: start the same line again',
  resume_optimization_data: 'bring its rows into a study by: anthill import FILE',
  print_posterior_best: 'ask for it: anthill best --model',
  print_parameter_importance: 'ask for it: anthill importance',
  normalize_inputs: 'parameters are always scaled to their ranges',
  number_of_repetitions: 'noisy results: repeats=N',
  profiling: 'nothing is profiled',
  output_image: 'there are no plots of this kind',
}

export function fromHyperMapper(options: Readonly<Record<string, unknown>>): object {
  const given = readingOf('hypermapper', options)
  for (const name of NOT_OF_THE_SAMPLER) given.any(name)
  const opening = given.below('design_of_experiment')
  const design = opening.word('doe_type', DESIGNS, 'random sampling')
  const initial = opening.number('number_of_samples', 10)
  opening.end({})
  const samplers = {
    bayesian: bayesianOf(given, initial, design),
    local: { kind: 'local', initial },
    breed: breedOf(given),
  }
  const method = given.word('optimization_method', METHODS, 'bayesian_optimization')
  readFeasibility(given)
  given.end(WITHOUT)
  return design === 'grid' ? { kind: 'grid', points: VALUES_OF_A_REAL } : samplers[method as keyof typeof samplers]
}

function bayesianOf(given: Reading, initial: number, design: string): object {
  const belief = beliefOf(given)
  const acquisition = given.word<object | string>('acquisition_function', ACQUISITIONS, 'EI')
  return {
    initial,
    design,
    models: [modelOf(given.below('models'), given.flag('noise', true))],
    // BOPrO is an acquisition itself.
    ...(belief?.kind === 'bopro' ? {} : { acquisition }),
    ...(belief && { belief }),
    maximizer: maximizerOf(given),
    randomShare: given.number('epsilon_greedy_threshold', 0.1),
  }
}

/** How priors count; undefined if the scenario has none and says nothing about them. */
function beliefOf(given: Reading): { readonly kind: string } | undefined {
  const parameters = given.any('input_parameters')
  const hasPriors = isRecord(parameters) && Object.values(parameters).some((one) => isRecord(one) && 'prior' in one)
  const words = ['prior_method', 'prior_beta', 'prior_floor', 'model_posterior_weight', 'model_good_quantile']
  const isSaid = words.some((word) => given.any(word) !== undefined)
  const kind = given.word('prior_method', { pibo: 'pibo', bopro: 'bopro' }, 'pibo')
  const beta = given.number('prior_beta', -1)
  const pibo = { doubt: false, floor: given.number('prior_floor', 1e-6), ...(beta === -1 ? {} : { decay: beta }) }
  const bopro = {
    floor: given.number('posterior_computation_lower_limit', 1e-8),
    decay: given.number('model_posterior_weight', 10),
    quantile: given.number('model_good_quantile', 0.05),
  }
  if (!hasPriors && !isSaid) return undefined
  return { kind, ...(kind === 'pibo' ? pibo : bopro) }
}

function modelOf(given: Reading, isNoisy: boolean): object {
  const model = given.word('model', { random_forest: 'forest', gaussian_process: 'process' }, 'random_forest')
  const forest = {
    trees: given.number('number_of_trees', 10),
    features: given.number('max_features', 0.5),
    bootstrap: given.flag('bootstrap', false),
    minSplit: given.number('min_samples_split', 5),
    minLeaf: 1,
    floor: 1e-5,
  }
  given.end({})
  if (model === 'forest') return { kind: model, ...forest }
  return { kind: model, ...(isNoisy ? {} : { noise: 0 }) }
}

function maximizerOf(given: Reading): object {
  const limit = given.number('local_search_evaluation_limit', -1)
  const local = {
    points: given.number('local_search_random_points', 10_000),
    starts: given.number('local_search_starting_points', 10),
    ...givenOf({ evaluations: limit === -1 ? undefined : limit }),
  }
  const cma = { sigma: given.number('cma_es_sigma', 0.2), points: given.number('cma_es_random_points', 10_000) }
  // CMA-ES begins anew at another point as long as its evaluations last.
  given.any('cma_es_starting_points')
  const kind = given.word('acquisition_function_optimizer', { local_search: 'local', cma_es: 'cma' }, 'local_search')
  return { kind, ...(kind === 'local' ? local : cma) }
}

function breedOf(given: Reading): object {
  return {
    kind: 'breed',
    population: given.number('evolution_population_size', 50),
    tournament: given.number('batch_size', 2),
    mutations: given.number('mutation_rate', 1),
    crossover: given.flag('evolution_crossover', false),
    aging: given.flag('regularize_evolution', false),
  }
}

/** A trial that fails is not feasible, and a model of failures keeps away from such: nothing has to be said. */
function readFeasibility(given: Reading): void {
  const feasible = given.below('feasible_output')
  for (const name of ['name', 'true_value', 'false_value', 'enable_feasible_predictor']) feasible.any(name)
  feasible.end({})
}
