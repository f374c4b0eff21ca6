/** The models by name: what each is, and what may be set of it. How each becomes a role says `roles.ts`. */

import { flag, kindsOf, positive, positiveRule, ruled, whole, within, words } from '../space/option-values.ts'
import type { Kind, Option, Table, Value } from '../space/option-values.ts'
import { DEFAULT_FORM } from '../surrogate/hyperparameters.ts'
import { BOOSTING_DEFAULTS, FORESTS, FOREST_DEFAULTS } from '../surrogate/tree-options.ts'
import type { ForestName } from '../surrogate/tree-options.ts'
import type { ModelChoice, ModelName } from './model-choice.ts'
import { orOwn } from './own-part.ts'

/** More trees change predictions by less than their own noise. */
const MOST_TREES = 1000

/** Most rows of a leaf or a node, and most splits above a leaf, that can be asked for. */
const MOST_ROWS = 100_000
const MOST_DEPTH = 1000

/** Lengthscales and variances beyond this factor of the range, or of the values' variance, cannot be told from it. */
const MOST_FACTOR = 1e6

const FACTOR = positiveRule(MOST_FACTOR)
const SHARE = positiveRule(1)

const LEAST_ROWS_OF_SPLIT: Option = {
  value: whole(2, MOST_ROWS),
  default: FOREST_DEFAULTS.minSplit,
  line: 'fewest trials of a node that is split',
}

const PROCESS: Table = {
  kernel: {
    value: orOwn(words('matern12', 'matern32', 'matern52', 'rbf', 'hamming'), 'kernel'),
    default: DEFAULT_FORM.kernel,
    line: 'how smooth the function is: from rough to very; hamming is for choices only',
  },
  mean: {
    value: orOwn(
      ruled('WORD|X', {
        must: `'learned', 'mean', 'best', 'worst' or a number`,
        holds: (value) => ['learned', 'mean', 'best', 'worst'].includes(value as string) || Number.isFinite(value),
      }),
      'mean',
    ),
    default: DEFAULT_FORM.mean,
    line: 'value far from all trials: learned, that of the trials so far, or a number in units of the objective',
  },
  lengthscale: {
    value: ruled('X', {
      must: `${FACTOR.must}, or a list of such numbers`,
      holds: (value) => FACTOR.holds(value) || (Array.isArray(value) && value.length > 0 && value.every(FACTOR.holds)),
    }),
    line: 'fixed lengthscale in units of the range, one or one for each parameter; default: fitted',
  },
  signal: {
    value: positive(MOST_FACTOR),
    line: 'fixed variance of the function, in units of the variance of the values; default: fitted',
  },
  noise: {
    value: within(0, MOST_FACTOR),
    line: 'fixed variance of a measurement, in units of the variance of the values; default: fitted',
  },
  warp: {
    value: words('identity', 'yeo-johnson', 'log', 'best'),
    default: 'identity',
    line: 'map of the values; best: that of the highest evidence',
  },
  trend: { value: flag, default: false, line: 'whether there is a linear and a quadratic trend' },
  additive: { value: flag, default: false, line: 'whether there is a sum of functions of one parameter each' },
}

const BOOSTED: Table = {
  trees: { value: whole(1, MOST_TREES), default: BOOSTING_DEFAULTS.trees, line: 'trees for each quantile' },
  rate: {
    value: positive(1),
    default: BOOSTING_DEFAULTS.rate,
    line: 'learning rate: the part of each tree that counts',
  },
  maxDepth: {
    value: whole(1, MOST_DEPTH),
    default: BOOSTING_DEFAULTS.maxDepth,
    line: 'most splits above a leaf',
  },
  minLeaf: { value: whole(1, MOST_ROWS), default: BOOSTING_DEFAULTS.minLeaf, line: 'fewest trials of a leaf' },
  minSplit: { ...LEAST_ROWS_OF_SPLIT, default: BOOSTING_DEFAULTS.minSplit },
  floor: { value: within(0, MOST_FACTOR), default: BOOSTING_DEFAULTS.floor, line: 'least deviation of a prediction' },
}

/** All models: the table of the gate and of the help. */
export const MODELS: Readonly<Record<ModelName, Kind>> = {
  plain: { line: 'a Gaussian process of the values as they are', options: {} },
  smooth: { line: 'one that smooths over ripples', options: {} },
  best: { line: 'one of the values under their most likely map', options: {} },
  forest: forestKind('forest', 'a random forest: steps, and many trials at little cost'),
  process: { line: 'a Gaussian process of your own', options: PROCESS },
  'extra-trees': forestKind('extra-trees', 'extremely randomized trees: cuts are drawn at random'),
  bagging: forestKind('bagging', 'bagged trees: all parameters, trials drawn with replacement'),
  subspace: forestKind('subspace', 'random subspaces: each tree sees parameters of its own'),
  boosted: { line: 'gradient-boosted trees for three quantiles', options: BOOSTED },
  constant: { line: 'the mean of the values everywhere: what a model is compared with', options: {} },
}

/** A model of the option `models`. */
export const MODEL = orOwn(kindsOf(MODELS) as Value<ModelChoice>, 'model')

function forestKind(kind: ForestName, line: string): Kind {
  const standard = { ...FOREST_DEFAULTS, ...FORESTS[kind] }
  const options: Table = {
    trees: { value: whole(1, MOST_TREES), default: standard.trees, line: 'number of trees' },
    features: {
      value: ruled('X|sqrt', {
        must: `${SHARE.must}, or 'sqrt'`,
        holds: (value) => value === 'sqrt' || SHARE.holds(value),
      }),
      default: standard.features,
      line: 'parameters that a node tries, as a fraction of all, or their square root',
    },
    subspace: {
      value: positive(1),
      default: standard.subspace,
      line: 'parameters that a tree may use, as a fraction of all',
    },
    bootstrap: {
      value: flag,
      default: standard.bootstrap,
      line: 'whether a tree draws its trials with replacement',
    },
    share: { value: positive(1), default: standard.share, line: 'trials that a tree draws, as a fraction of all' },
    rows: { value: whole(1, MOST_ROWS), default: standard.rows, line: 'most trials that a tree draws' },
    minLeaf: { value: whole(1, MOST_ROWS), default: standard.minLeaf, line: 'fewest trials of a leaf' },
    minSplit: LEAST_ROWS_OF_SPLIT,
    maxDepth: {
      value: whole(1, MOST_DEPTH),
      line: 'most splits above a leaf; default: any number',
    },
    splits: {
      value: words('best', 'random'),
      default: standard.splits,
      line: 'the best cut of each parameter, or a random one',
    },
    cuts: {
      value: words('uniform', 'middle'),
      default: standard.cuts,
      line: 'where between two values a parameter is cut: anywhere, or in the middle',
    },
    part: {
      value: words('all', 'epistemic'),
      default: 'all',
      line: 'the variance that counts: all of it, or how far the trees disagree',
    },
    floor: { value: within(0, MOST_FACTOR), default: 0, line: 'least variance of a prediction' },
  }
  return { line, options }
}
