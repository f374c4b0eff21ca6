/**
 * The options of scikit-optimize's `Optimizer`, in the fork that DeepHyper 0.7 has, and of DeepHyper's own search
 * (CBO). The two differ in names, in defaults, and in direction: `Optimizer` minimizes, CBO maximizes, so that its lie
 * `cl_max` and its failures `min` are the best and the worst value.
 */

import { flattened, givenOf, readingOf } from './reading.ts'
import type { Reading } from './reading.ts'

/** What tells the two apart. */
interface Dialect {
  readonly estimator: string
  readonly strategy: string
  readonly estimators: Readonly<
    Record<string, 'random' | { readonly kind: string; readonly [option: string]: unknown }>
  >
  readonly lies: Readonly<Record<string, Lie>>
  readonly failures: Readonly<Record<string, string>>
  readonly usual: Readonly<Record<'estimator' | 'acquisition' | 'lie' | 'failures', string>> & { readonly xi: number }
}

/** What makes the proposals of a batch differ. */
interface Lie {
  readonly pending?: string
  readonly pick?: string
  readonly isDrawn?: true
}

type Kind = 'ei' | 'pi' | 'lcb' | 'mes' | 'portfolio' | 'drawn'

const KINDS: Readonly<Record<string, Kind>> = {
  EI: 'ei',
  PI: 'pi',
  LCB: 'lcb',
  UCB: 'lcb',
  qLCB: 'drawn',
  qUCB: 'drawn',
  MES: 'mes',
  gp_hedge: 'portfolio',
}

/** With a `d` at the end, an acquisition sees the epistemic part of a forest's variance only. */
const ACQUISITIONS: Readonly<Record<string, { readonly kind: Kind; readonly part: string | undefined }>> = {
  ...Object.fromEntries(Object.entries(KINDS).map(([word, kind]) => [word, { kind, part: undefined }])),
  ...Object.fromEntries(Object.entries(KINDS).map(([word, kind]) => [`${word}d`, { kind, part: 'epistemic' }])),
}

const SECONDS = 'the seconds of a trial are not counted; take EI or PI'
const PER_SECOND = { EIps: SECONDS, PIps: SECONDS }

const MODELS_WITHOUT = { MF: 'take ET', HGBRT: 'take GBRT' }

const DESIGNS = {
  random: 'random',
  sobol: 'sobol',
  halton: 'halton',
  hammersly: 'hammersley',
  lhs: 'lhs',
  grid: 'grid',
}

const MAXIMIZERS = { auto: 'auto', sampling: 'sampling', lbfgs: 'climb', ga: 'breed', mixedga: 'breed' }

/** The options of scikit-learn's forests, and what they are called here. */
const TREES = {
  n_estimators: 'trees',
  max_features: 'features',
  min_samples_split: 'minSplit',
  min_samples_leaf: 'minLeaf',
  max_depth: 'maxDepth',
  max_samples: 'share',
  bootstrap: 'bootstrap',
} as const

const SKOPT: Dialect = {
  estimator: 'base_estimator',
  estimators: {
    GP: { kind: 'process' },
    RF: { kind: 'forest', trees: 100, minLeaf: 3 },
    ET: { kind: 'extra-trees', trees: 100, minLeaf: 3 },
    GBRT: { kind: 'boosted' },
    DUMMY: 'random',
  },
  strategy: 'strategy',
  lies: {
    cl_min: { pending: 'min' },
    cl_mean: { pending: 'mean' },
    cl_max: { pending: 'max' },
    topk: { pick: 'topk' },
    boltzmann: { pick: 'boltzmann' },
    qLCB: { isDrawn: true },
  },
  failures: { mean: 'mean', max: 'max', ignore: 'ignore' },
  usual: { estimator: 'GP', acquisition: 'gp_hedge', lie: 'cl_min', failures: 'mean', xi: 0.01 },
}

const DEEPHYPER: Dialect = {
  estimator: 'surrogate_model',
  estimators: {
    ...SKOPT.estimators,
    RF: { kind: 'forest', trees: 100, features: 'sqrt', share: 0.8, minLeaf: 1 },
    ET: { kind: 'extra-trees', trees: 100 },
    TB: { kind: 'bagging', trees: 100 },
    RS: { kind: 'forest', trees: 100, features: 'sqrt', bootstrap: false, minLeaf: 1 },
  },
  strategy: 'multi_point_strategy',
  lies: { ...SKOPT.lies, cl_min: { pending: 'max' }, cl_max: { pending: 'min' }, qUCB: { isDrawn: true } },
  failures: { min: 'max', mean: 'mean', ignore: 'ignore' },
  usual: { estimator: 'ET', acquisition: 'UCBd', lie: 'cl_max', failures: 'min', xi: 0.001 },
}

const SEVERAL = 'the sampler auto has scalarize for it: anthill help sampler'

/** What has no counterpart, and what to do instead. */
const WITHOUT = {
  random_state: 'give the seed to the study: --seed',
  n_jobs: 'start more workers: --jobs',
  model_queue_size: 'no fitted model is kept',
  model_sdv: 'put known good configs first: design=given',
  sample_max_size: 'a model takes the trials that it needs by itself',
  update_prior: 'models alone say where good configs are',
  acq_optimizer_freq: 'each suggestion is searched for alike',
  max_failures: 'the command stops by itself: --max-failures',
  moo_scalarization_strategy: SEVERAL,
  moo_scalarization_weight: SEVERAL,
  moo_upper_bounds: SEVERAL,
  moo_lower_bounds: SEVERAL,
  sync_communication: 'workers never wait for each other',
} as const

type Options = Readonly<Record<string, unknown>>

/** The options of `deephyper.skopt.Optimizer`; `strategy` is what its `ask` takes. */
export const fromSkopt = (options: Options): object => translated('skopt', options, SKOPT)

/** The options of `deephyper.search.hps.CBO`. */
export const fromDeepHyper = (options: Options): object => translated('deephyper', options, DEEPHYPER)

function translated(tool: string, options: Options, dialect: Dialect): object {
  const given = readingOf(tool, flattened(options, 'acq_func_kwargs', 'acq_optimizer_kwargs'))
  const { usual } = dialect
  const estimator = given.word(dialect.estimator, dialect.estimators, usual.estimator, MODELS_WITHOUT)
  const { kind, part } = given.word('acq_func', ACQUISITIONS, usual.acquisition, PER_SECOND)
  const { isDrawn = false, ...lie } = given.word(dialect.strategy, dialect.lies, usual.lie)
  const acquisition = acquisitionsOf(given, usual.xi)[isDrawn ? 'drawn' : kind]
  const initial = given.number('n_initial_points') ?? given.number('n_random_starts', 10)
  const trees = treesOf(given)
  const found = {
    initial,
    design: designOf(given),
    models: [typeof estimator === 'string' ? estimator : { ...estimator, ...givenOf({ part }), ...trees }],
    acquisition,
    maximizer: maximizerOf(given, typeof estimator !== 'string' && estimator.kind === 'process'),
    failures: given.word('filter_failures', dialect.failures, usual.failures),
    ...lie,
  }
  given.end(WITHOUT)
  return estimator === 'random' ? { kind: 'random' } : found
}

/** What each acquisition is, with the numbers that were given. */
function acquisitionsOf(given: Reading, usualXi: number): Readonly<Record<Kind, object>> {
  const [mean, least, eta] = [given.any('kappa') ?? 1.96, given.number('xi', usualXi), given.number('eta')]
  const schedule = scheduleOf(given.below('scheduler'))
  const [kappa, xi] = [schedule(mean, 'kappa_final', 0.1), schedule(least, 'xi_final', 1e-4)]
  const [ei, lcb, pi] = [
    { kind: 'ei', xi },
    { kind: 'lcb', kappa },
    { kind: 'pi', xi },
  ]
  return {
    ei,
    lcb,
    pi,
    mes: { kind: 'mes' },
    portfolio: { kind: 'portfolio', of: [ei, lcb, pi], ...givenOf({ eta }) },
    drawn: { kind: 'lcb', kappa: { kind: 'drawn', mean } },
  }
}

/** How κ and ξ change. Without a scheduler they do not, as the manual says; the original takes `bandit` then. */
function scheduleOf(given: Reading): (from: unknown, final: string, usual: number) => unknown {
  const kind = given.word('type', { none: 'none', bandit: 'bandit', 'periodic-exp-decay': 'periodic' }, 'none')
  const [period, rate] = [given.number('period', 25), given.number('rate')]
  const bandit = givenOf({ delta: given.number('delta'), lambda: given.number('lamb') })
  const finals = { kappa_final: given.number('kappa_final'), xi_final: given.number('xi_final') }
  given.end({})
  return (from, final, usual) => {
    if (kind === 'none' || (kind === 'bandit' && final === 'xi_final')) return from
    if (kind === 'bandit') return { kind, ...bandit }
    const to = finals[final as keyof typeof finals] ?? usual
    return { kind, from, to: rate === undefined ? to : (from as number) * Math.exp(-rate * period), period }
  }
}

function designOf(given: Reading): unknown {
  const design = given.word('initial_point_generator', DESIGNS, 'random')
  const configs = given.any('initial_points')
  return configs === undefined ? design : { kind: 'given', configs, then: design }
}

/** `auto` climbs where there are slopes, and else takes the best of its points. */
function maximizerOf(given: Reading, hasSlopes: boolean): object {
  const word = given.word('acq_optimizer', MAXIMIZERS, 'auto', { cobyqa: 'take lbfgs' })
  const [points, starts] = [given.number('n_points', 10_000), given.number('n_restarts_optimizer', 5)]
  const kind = word === 'auto' ? (hasSlopes ? 'climb' : 'sampling') : word
  if (kind === 'climb') return { kind, points, starts }
  return kind === 'sampling' ? { kind, points } : { kind, points, generations: 1000 }
}

function treesOf(given: Reading): object {
  const below = given.below('surrogate_model_kwargs')
  const trees = Object.entries(TREES).map(([name, own]) => [own, below.any(name)] as const)
  below.end({ random_state: WITHOUT.random_state, n_jobs: WITHOUT.n_jobs })
  return givenOf(Object.fromEntries(trees))
}
