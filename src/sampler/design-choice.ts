/** How a design is chosen: its word, or an object with its word and its own options. */

import type { Config } from '../trial.ts'

export type DesignName = 'center' | 'sobol' | 'random' | 'halton' | 'hammersley' | 'lhs' | 'k-lhs' | 'grid' | 'given'

export type DesignChoice =
  | Exclude<DesignName, 'given'>
  | { readonly kind: 'center' }
  | ({ readonly kind: 'sobol' } & SobolOptions)
  | { readonly kind: 'random' }
  | ({ readonly kind: 'halton' } & HaltonOptions)
  | ({ readonly kind: 'hammersley' } & HammersleyOptions)
  | ({ readonly kind: 'lhs' | 'k-lhs' } & LatinHypercubeOptions)
  | ({ readonly kind: 'grid' } & GridDesignOptions)
  | ({ readonly kind: 'given' } & GivenOptions)

export type SobolOptions = {
  /** Whether the points are scrambled by the seed; default true. Plain points have at most 64 coordinates. */
  readonly scramble?: boolean
  /** How many points are left out at the beginning; default 0. */
  readonly skip?: number
}

export type HaltonOptions = {
  /** How many points are left out at the beginning; default 0. */
  readonly minSkip?: number
  /** If larger than `minSkip`, the seed chooses how many are left out, from `minSkip` to this. Default: `minSkip`. */
  readonly maxSkip?: number
  /** The bases of the first parameters, in the order of the space. The others have the smallest primes left. */
  readonly primes?: readonly number[]
  /** Whether the digits are permuted by the seed; default false: every study has the same points. */
  readonly scramble?: boolean
}

export type SizedOptions = {
  /** Number of points. Default: as many as an opening has trials; in a sampler of its own, ten for each parameter. */
  readonly size?: number
}

export type HammersleyOptions = HaltonOptions & SizedOptions

export type LatinHypercubeOptions = SizedOptions & {
  /** Where in its stratum a point lies: anywhere (`classic`, the default), or in the middle (`centered`). */
  readonly type?: 'classic' | 'centered'
  /**
   * What the best of several hypercubes has: the largest smallest distance (`maximin`, the default), the smallest ratio
   * of the largest to the smallest distance (`ratio`), or the smallest correlation of two parameters (`correlation`).
   */
  readonly criterion?: 'maximin' | 'correlation' | 'ratio' | 'none'
  /** How many hypercubes there are to choose from. Default: 1000, or fewer where that would take long. */
  readonly iterations?: number
}

/** Which configs of a grid count: all of it, one that leaves out the bounds, or only those with a number at a bound. */
export type Border = 'include' | 'exclude' | 'only'

export type GridDesignOptions = SizedOptions & {
  /** Number of values of each number. Default: by the number of points. */
  readonly points?: number
  /** `include` the bounds (the default), `exclude` them, or `only` combinations with a number at a bound. */
  readonly border?: Border
  /** Whether all combinations of a smaller grid are there (the default), or a part of a larger one. */
  readonly full?: boolean
  /** The border of the grid that fills up a full layout; default `only`. */
  readonly append?: Border
}

export type GivenOptions = {
  /** The configs, in this order. */
  readonly configs: readonly Config[]
  /** The design that follows; default `sobol`. */
  readonly then?: DesignChoice
}
