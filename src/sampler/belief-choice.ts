/** The option `belief` of `bayesian`, as a program gives it. The gate that checks it is in `belief.ts`. */

export type BeliefMethod = 'pibo' | 'bopro'

/**
 * A method, or what is set of it. `kind` and `method` mean the same. `pibo` multiplies the worth of a point with the
 * density of the priors; `bopro` takes the odds of a good value by the priors and by the model.
 */
export type BeliefOptions =
  | BeliefMethod
  | {
      readonly kind?: BeliefMethod
      readonly method?: BeliefMethod
      /** β: how many suggestions a belief lasts. */
      readonly decay?: number
      /** Added to the density of a belief, so that nothing is ruled out. */
      readonly floor?: number
      /** Of `pibo`: whether it counts for less while the best results lie where it is low; default true. */
      readonly doubt?: boolean
      /** Of `bopro`: a point counts as good if its value is among this share of the best. */
      readonly quantile?: number
    }
