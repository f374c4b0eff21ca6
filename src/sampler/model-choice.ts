/** How a model is chosen: its word, or an object with its word as `kind` and what is set of it. */

import type { OwnKernel, OwnMean, OwnModel } from './own-part.ts'

export type ModelChoice =
  | ModelName
  | { readonly kind: 'plain' | 'smooth' | 'best' | 'constant' }
  | ({ readonly kind: 'process' } & ProcessOptions)
  | ({ readonly kind: ForestKind } & ForestModelOptions)
  | ({ readonly kind: 'boosted' } & BoostedOptions)
  | OwnModel

export type ModelName = 'plain' | 'smooth' | 'best' | 'process' | ForestKind | 'boosted' | 'constant'

type ForestKind = 'forest' | 'extra-trees' | 'bagging' | 'subspace'

export type ProcessOptions = {
  /** How smooth the function is, from rough to very; `hamming` is for choices only. Default `matern52`. */
  readonly kernel?: 'matern12' | 'matern32' | 'matern52' | 'rbf' | 'hamming' | OwnKernel
  /** The value far from all trials: learned (the default), of those so far, or a number in units of the objective. */
  readonly mean?: 'learned' | 'mean' | 'best' | 'worst' | number | OwnMean
  /** Fixed lengthscale in units of the range: one, or one for each parameter. Default: fitted. */
  readonly lengthscale?: number | readonly number[]
  /** Fixed variances, of the function and of a measurement, in units of the values' variance. Default: fitted. */
  readonly signal?: number
  readonly noise?: number
  /** The map of the values; `best`: that of the highest evidence. Default `identity`. */
  readonly warp?: 'identity' | 'yeo-johnson' | 'log' | 'best'
  /** Whether there is a linear and a quadratic trend; default false. */
  readonly trend?: boolean
  /** Whether there is a sum of functions of one parameter each; default false. */
  readonly additive?: boolean
}

export type ForestModelOptions = {
  readonly trees?: number
  /** Parameters that a node tries, as a fraction of all, or `sqrt` for their square root. */
  readonly features?: number | 'sqrt'
  /** Parameters that a tree may use, as a fraction of all. */
  readonly subspace?: number
  /** Whether a tree draws its trials with replacement; how many, as a fraction of all; at most how many. */
  readonly bootstrap?: boolean
  readonly share?: number
  readonly rows?: number
  /** Fewest trials of a leaf and of a node that is split; most splits above a leaf. */
  readonly minLeaf?: number
  readonly minSplit?: number
  readonly maxDepth?: number
  /** The best cut of each parameter, or a random one; where between two values it lies. */
  readonly splits?: 'best' | 'random'
  readonly cuts?: 'uniform' | 'middle'
  /** The variance that counts: all of it, or how far the trees disagree; its least value. */
  readonly part?: 'all' | 'epistemic'
  readonly floor?: number
}

export type BoostedOptions = {
  /** Trees for each quantile, and the part of each that counts. */
  readonly trees?: number
  readonly rate?: number
  readonly maxDepth?: number
  readonly minLeaf?: number
  readonly minSplit?: number
  /** Least deviation of a prediction. */
  readonly floor?: number
}
