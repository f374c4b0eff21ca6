/** What a user may say about how several objectives become one number: the types alone, which belong to the library. */

/** How objectives are combined. The larger the weight of an objective, the more it counts. */
export type Scalarization =
  'linear' | 'chebyshev' | 'augmented-chebyshev' | 'modified-chebyshev' | 'boundary' | 'quadratic'

/** How the values of each objective are scaled before. */
export type Scale = 'identity' | 'minmax' | 'minmax-log' | 'log' | 'quantile'

/** Weights of the objectives; only their ratios count. */
export type Weights =
  /** Equal ones, or ones drawn anew: each combination as likely as any other, or a reciprocal of such ones. */
  | 'uniform'
  | 'random'
  | 'reciprocal'
  /** Drawn between bounds, which are [low, high] for all objectives, or for each by name. */
  | {
      readonly kind: 'bounding-box'
      readonly limits?: readonly [number, number] | Readonly<Record<string, readonly [number, number]>>
      readonly every?: number
    }
  /** Drawn anew for one of `every` suggestions. */
  | { readonly kind: 'random' | 'reciprocal'; readonly every?: number }
  | 'bounding-box'
  /** By the name of each objective. */
  | Readonly<Record<string, number>>

interface TargetParts {
  readonly weights?: Weights
  readonly scale?: Scale
  /** The largest useful value of an objective that is minimized, by name, in its own unit. */
  readonly atMost?: Readonly<Record<string, number>>
  /** The least useful value of an objective that is maximized. */
  readonly atLeast?: Readonly<Record<string, number>>
}

/** How several objectives become one number, by the name of a scalarization or with options. */
export type TargetOptions =
  | Scalarization
  | (TargetParts & { readonly kind: 'linear' | 'chebyshev' | 'modified-chebyshev' })
  /** `share`: how much the sum counts; default 0.001. */
  | (TargetParts & { readonly kind: 'augmented-chebyshev'; readonly share?: number })
  /** `penalty`: how much the distance from the direction of the weights counts; default 5. */
  | (TargetParts & { readonly kind: 'boundary'; readonly penalty?: number })
  /** `across`: what a square across the direction of the weights costs, where one along it costs 1; default 10. */
  | (TargetParts & { readonly kind: 'quadratic'; readonly across?: number })

/** Functions of one's own in place of a scale or a scalarization. A study keeps their name only. */
export interface OwnTarget {
  /** The name of the sampler, since no other process can make it from its options. */
  readonly name: string
  /** From the values of an objective, to be minimized, to the map that scales one of them. */
  readonly scale?: (column: Float64Array) => (value: number) => number
  /** From scaled values and weights that sum to 1 to a number that must be minimized. */
  readonly scalarize?: (values: Float64Array, weights: Float64Array) => number
}
