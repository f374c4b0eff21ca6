/**
 * The models by name: what each is, which options it has, and the gate that refuses what is not one.
 *
 * A model is written as a word, `extra-trees`, or as an object with its word as `kind`: `{ kind: 'process', kernel:
 * 'rbf' }`. What the gate returns has every option, so that nothing behind it needs a default.
 */

import type { Json } from '../trial.ts'
import { didYouMean } from '../space/nearest-name.ts'
import { FLAG, checkOptions, isRecord, oneOf, wholeNumber } from '../space/options.ts'
import type { Rule } from '../space/options.ts'
import { shown } from '../space/shown.ts'
import { BOOSTING_DEFAULTS } from '../surrogate/gradient-boosting.ts'
import type { BoostingOptions } from '../surrogate/gradient-boosting.ts'
import { DEFAULT_FORM } from '../surrogate/hyperparameters.ts'
import type { Fixed, Form, PriorOptions } from '../surrogate/hyperparameters.ts'
import { FORESTS, FOREST_DEFAULTS } from '../surrogate/random-forest.ts'
import type { ForestName, ForestOptions } from '../surrogate/random-forest.ts'
import type { Warp } from '../surrogate/warp.ts'
import { ROLES } from './role.ts'

/** More trees change predictions by less than their own noise. */
const MOST_TREES = 1000

/** Most rows of a leaf or a node, and most splits above a leaf, that can be asked for. */
const MOST_ROWS = 100_000
const MOST_DEPTH = 1000

/** Lengthscales and variances beyond this factor of the range, or of the values' variance, cannot be told from it. */
const MOST_FACTOR = 1e6

const ABOVE_ZERO: Rule = {
  must: `a number above 0, up to ${MOST_FACTOR}`,
  holds: (value) => typeof value === 'number' && value > 0 && value <= MOST_FACTOR,
}

const NOT_NEGATIVE: Rule = {
  must: `a number from 0 to ${MOST_FACTOR}`,
  holds: (value) => typeof value === 'number' && value >= 0 && value <= MOST_FACTOR,
}

const SHARE: Rule = {
  must: 'a number above 0, up to 1',
  holds: (value) => typeof value === 'number' && value > 0 && value <= 1,
}

/** The warps that a process may have, by word. */
const WARPS_BY_WORD: Readonly<Record<string, readonly Warp[]>> = {
  identity: ROLES.plain.warps,
  'yeo-johnson': ROLES.smooth.warps,
  log: [{ kind: 'log', scale: 1 }],
  best: ROLES.best.warps,
}

const LEAST_ROWS_OF_SPLIT: ModelOption = {
  rule: wholeNumber(2, MOST_ROWS),
  initial: FOREST_DEFAULTS.minSplit,
  help: 'fewest trials of a node that is split',
}

const PROCESS: ModelKind['options'] = {
  kernel: {
    rule: oneOf('matern12', 'matern32', 'matern52', 'rbf', 'hamming'),
    initial: DEFAULT_FORM.kernel,
    help: 'how smooth the function is: from rough to very; hamming is for choices only',
  },
  mean: {
    rule: {
      must: `'learned', 'mean', 'best', 'worst' or a number`,
      holds: (value) => ['learned', 'mean', 'best', 'worst'].includes(value as string) || Number.isFinite(value),
    },
    initial: DEFAULT_FORM.mean,
    help: 'value far from all trials: learned, that of the trials so far, or a number in units of the objective',
  },
  lengthscale: {
    rule: {
      must: `${ABOVE_ZERO.must}, or a list of such numbers`,
      holds: (value) =>
        ABOVE_ZERO.holds(value) || (Array.isArray(value) && value.length > 0 && value.every(ABOVE_ZERO.holds)),
    },
    initial: null,
    help: 'fixed lengthscale in units of the range, one or one for each parameter; default: fitted',
  },
  signal: {
    rule: ABOVE_ZERO,
    initial: null,
    help: 'fixed variance of the function, in units of the variance of the values; default: fitted',
  },
  noise: {
    rule: NOT_NEGATIVE,
    initial: null,
    help: 'fixed variance of a measurement, in units of the variance of the values; default: fitted',
  },
  warp: {
    rule: oneOf(...Object.keys(WARPS_BY_WORD)),
    initial: 'identity',
    help: 'map of the values; best: that of the highest evidence',
  },
  trend: { rule: FLAG, initial: false, help: 'whether there is a linear and a quadratic trend' },
  additive: { rule: FLAG, initial: false, help: 'whether there is a sum of functions of one parameter each' },
}

const BOOSTED: ModelKind['options'] = {
  trees: { rule: wholeNumber(1, MOST_TREES), initial: BOOSTING_DEFAULTS.trees, help: 'trees for each quantile' },
  rate: { rule: SHARE, initial: BOOSTING_DEFAULTS.rate, help: 'learning rate: the part of each tree that counts' },
  maxDepth: {
    rule: wholeNumber(1, MOST_DEPTH),
    initial: BOOSTING_DEFAULTS.maxDepth,
    help: 'most splits above a leaf',
  },
  minLeaf: { rule: wholeNumber(1, MOST_ROWS), initial: BOOSTING_DEFAULTS.minLeaf, help: 'fewest trials of a leaf' },
  minSplit: { ...LEAST_ROWS_OF_SPLIT, initial: BOOSTING_DEFAULTS.minSplit },
  floor: { rule: NOT_NEGATIVE, initial: BOOSTING_DEFAULTS.floor, help: 'least deviation of a prediction' },
}

/** All models: the table of the gate and of the help. */
export const MODELS: Readonly<Record<ModelName, ModelKind>> = {
  process: {
    help: 'a Gaussian process: smooth functions of numbers and choices',
    options: PROCESS,
    make: processSpec,
  },
  forest: forestKind('forest', 'a random forest: steps, and many trials at little cost'),
  'extra-trees': forestKind('extra-trees', 'extremely randomized trees: cuts are drawn at random'),
  bagging: forestKind('bagging', 'bagged trees: all parameters, trials drawn with replacement'),
  subspace: forestKind('subspace', 'random subspaces: each tree sees parameters of its own'),
  boosted: {
    help: 'gradient-boosted trees for three quantiles',
    options: BOOSTED,
    make: (options) => ({ kind: 'boosted', boosting: options as Required<BoostingOptions> }),
  },
  constant: {
    help: 'the mean of the values everywhere: what a model is compared with',
    options: {},
    make: () => ({ kind: 'constant' }),
  },
}

export type ModelName = 'process' | ForestName | 'boosted' | 'constant'

/** A model that passed the gate. */
export type ModelSpec =
  /**
   * A number as mean (`prior.form.mean`) is in units of the objective: `Warped.forward` maps it once the values are
   * warped.
   */
  | { readonly kind: 'process'; readonly prior: PriorOptions; readonly warps: readonly Warp[] }
  | {
      readonly kind: ForestName
      readonly trees: Required<ForestOptions>
      /** The part of the variance that counts, and the least variance. */
      readonly part: 'all' | 'epistemic'
      readonly floor: number
    }
  | { readonly kind: 'boosted'; readonly boosting: Required<BoostingOptions> }
  | { readonly kind: 'constant' }

/** One option of a model: what it must be, what it is when left out (null: see the help), and one line of help. */
export interface ModelOption {
  readonly rule: Rule
  readonly initial: Json
  readonly help: string
}

export interface ModelKind {
  readonly help: string
  readonly options: Readonly<Record<string, ModelOption>>
  /** From the options, all of them, to the model. */
  readonly make: (options: Readonly<Record<string, unknown>>) => ModelSpec
}

/**
 * The model that somebody has chosen.
 *
 * @param value  a word, or an object with it as `kind`
 * @throws TypeError or RangeError for anything else, and for options that make no sense
 */
export function modelOf(value: unknown): ModelSpec {
  if (typeof value !== 'string' && !isRecord(value)) throw notAModel(value)
  const { kind, ...given } = typeof value === 'string' ? { kind: value } : value
  if (!isModelName(kind)) throw notAModel(kind ?? value)
  const { options, make } = MODELS[kind]
  const entries = Object.entries(options)
  checkOptions(`model '${kind}'`, given, Object.fromEntries(entries.map(([name, { rule }]) => [name, rule])))
  return make(Object.fromEntries(entries.map(([name, { initial }]) => [name, given[name] ?? initial])))
}

function isModelName(name: unknown): name is ModelName {
  return typeof name === 'string' && Object.hasOwn(MODELS, name)
}

function notAModel(value: unknown): Error {
  const names = Object.keys(MODELS)
  const message =
    `option 'models': a model must be one of ${names.join(', ')}, or an object with one of them as 'kind', ` +
    `got ${shown(value)}`
  return typeof value === 'string' ? new RangeError(message + didYouMean(value, names)) : new TypeError(message)
}

function processSpec(options: Readonly<Record<string, unknown>>): ModelSpec {
  const { kernel, mean, lengthscale, signal, noise, warp, trend, additive } = options
  const fixed = Object.fromEntries(
    Object.entries({ lengthscale, signal, noise }).filter(([, value]) => value !== null),
  ) as Fixed
  const prior: PriorOptions = {
    form: { kernel, mean } as Form,
    fixed,
    ...(trend === true ? { trend: ROLES.plain.prior.trend } : {}),
    ...(additive === true ? { additive: ROLES.best.prior.additive } : {}),
  }
  return { kind: 'process', prior, warps: WARPS_BY_WORD[warp as string]! }
}

function forestKind(kind: ForestName, help: string): ModelKind {
  const standard = { ...FOREST_DEFAULTS, ...FORESTS[kind] }
  const options: ModelKind['options'] = {
    trees: { rule: wholeNumber(1, MOST_TREES), initial: standard.trees, help: 'number of trees' },
    features: {
      rule: { must: `${SHARE.must}, or 'sqrt'`, holds: (value) => value === 'sqrt' || SHARE.holds(value) },
      initial: standard.features,
      help: 'parameters that a node tries, as a fraction of all, or their square root',
    },
    subspace: {
      rule: SHARE,
      initial: standard.subspace,
      help: 'parameters that a tree may use, as a fraction of all',
    },
    bootstrap: {
      rule: FLAG,
      initial: standard.bootstrap,
      help: 'whether a tree draws its trials with replacement',
    },
    share: { rule: SHARE, initial: standard.share, help: 'trials that a tree draws, as a fraction of all' },
    rows: { rule: wholeNumber(1, MOST_ROWS), initial: standard.rows, help: 'most trials that a tree draws' },
    minLeaf: { rule: wholeNumber(1, MOST_ROWS), initial: standard.minLeaf, help: 'fewest trials of a leaf' },
    minSplit: LEAST_ROWS_OF_SPLIT,
    maxDepth: {
      rule: wholeNumber(1, MOST_DEPTH),
      initial: null,
      help: 'most splits above a leaf; default: any number',
    },
    splits: {
      rule: oneOf('best', 'random'),
      initial: standard.splits,
      help: 'the best cut of each parameter, or a random one',
    },
    cuts: {
      rule: oneOf('uniform', 'middle'),
      initial: standard.cuts,
      help: 'where between two values a parameter is cut: anywhere, or in the middle',
    },
    part: {
      rule: oneOf('all', 'epistemic'),
      initial: 'all',
      help: 'the variance that counts: all of it, or how far the trees disagree',
    },
    floor: { rule: NOT_NEGATIVE, initial: 0, help: 'least variance of a prediction' },
  }
  return {
    help,
    options,
    make: ({ part, floor, maxDepth, ...trees }) => ({
      kind,
      trees: { ...trees, maxDepth: maxDepth ?? Infinity } as Required<ForestOptions>,
      part: part as 'all' | 'epistemic',
      floor: floor as number,
    }),
  }
}
