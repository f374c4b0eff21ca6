/** The options of models that are made of trees, and their kinds by name. */

import type { TreeOptions } from './regression-tree.ts'

/**
 * The defaults are Breiman's forest, the safer choice if all features are unordered. If a feature is ordered, extremely
 * randomized trees (`{ splits: 'random', bootstrap: false, features: 1, minLeaf: 1 }`) are better: fitted to 40, 100
 * and 400 points of a mixed function like Func2C they left 30, 7 and 0.6 % of the variance unexplained, the defaults
 * 58, 21 and 2.2 %.
 */
export interface ForestOptions extends Partial<Omit<TreeOptions, 'features'>> {
  /** Number of trees. */
  readonly trees?: number
  /** Fraction of the features that a node tries, in (0, 1], or `sqrt` for √d of them. */
  readonly features?: number | 'sqrt'
  /** Fraction of the features that a tree may use, in (0, 1]; they are drawn for each tree. */
  readonly subspace?: number
  /** Whether a tree draws its rows with replacement. */
  readonly bootstrap?: boolean
  /** Number of rows that a tree draws, as a fraction of all rows, in (0, 1]. */
  readonly share?: number
  /** Most rows that a tree draws. */
  readonly rows?: number
}

export const FOREST_DEFAULTS: Required<ForestOptions> & { readonly features: number } = {
  trees: 40,
  features: 5 / 6,
  subspace: 1,
  bootstrap: true,
  share: 1,
  rows: 2000,
  minLeaf: 2,
  minSplit: 2,
  maxDepth: Infinity,
  splits: 'best',
  cuts: 'uniform',
}

export type ForestName = 'forest' | 'extra-trees' | 'bagging' | 'subspace'

/** The kinds of forest, as options that differ from the defaults. */
export const FORESTS: Readonly<Record<ForestName, ForestOptions>> = {
  forest: {},
  'extra-trees': { splits: 'random', bootstrap: false, features: 1, minLeaf: 1 },
  bagging: { features: 1, minLeaf: 1 },
  subspace: { bootstrap: false, features: 1, subspace: 0.5, minLeaf: 1 },
}

export interface BoostingOptions {
  /** Number of trees for each quantile. */
  readonly trees?: number
  /** Learning rate, in (0, 1]. */
  readonly rate?: number
  /** Most splits between the root of a tree and a leaf. */
  readonly maxDepth?: number
  /** Fewest rows of a leaf, and of a node that is split. */
  readonly minLeaf?: number
  readonly minSplit?: number
  /** Least deviation of a prediction, in units of the targets. */
  readonly floor?: number
}

export const BOOSTING_DEFAULTS: Required<BoostingOptions> = {
  trees: 30,
  rate: 0.1,
  maxDepth: 3,
  minLeaf: 1,
  minSplit: 2,
  floor: 0.01,
}
