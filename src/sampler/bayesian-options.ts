/** The options of the sampler `bayesian`, as a program gives them. The gate that checks them is in `options.ts`. */

import type { AcquisitionOptions, Pick } from './acquisition-options.ts'
import type { BeliefOptions } from './belief-choice.ts'
import type { DesignChoice } from './design-choice.ts'
import type { MaximizerChoice } from './maximizer-choice.ts'
import type { ModelChoice } from './model-choice.ts'
import type { TargetOptions } from './target-choice.ts'

export interface BayesianOptions {
  /**
   * How many values must be known, of opening points or from elsewhere, before a model is asked. Default: the number of
   * parameters plus 2, at least 5 and at most 16; an unordered choice counts for up to three parameters.
   */
  readonly initial?: number
  /**
   * The design of the opening. Default `center`: the middle of the space, then Sobol points, which also go on where
   * another design ends.
   */
  readonly design?: DesignChoice
  /** `low` takes a third of the time, for objectives that are faster than a suggestion; default `full`. */
  readonly effort?: 'full' | 'low'
  /**
   * How often one config may be measured, for a noisy objective. The best configs are measured again now and then, and
   * all of them once nothing new is left. Default 1: never twice.
   */
  readonly repeats?: number
  /**
   * Whether the objective may be noisy; default true: the models find out. False for one that gives the same value for
   * the same config each time: then differences between neighbors are never taken for noise.
   */
  readonly noise?: boolean
  /** The models that take turns, by name or with options; default: plain, smooth, best and forest. */
  readonly models?: readonly ModelChoice[]
  /**
   * What a pending trial is taken for: `believe`, the default: it turns out as the model predicts; `min`, `mean`,
   * `max`: the best, mean or worst value that was measured; `ignore`: nothing.
   */
  readonly pending?: 'believe' | 'min' | 'mean' | 'max' | 'ignore'
  /**
   * What a failed trial is taken for: `avoid`, the default: a place to keep away from; `mean`, `max`: the mean or worst
   * value that was measured; `ignore`: chance, which says nothing.
   */
  readonly failures?: 'avoid' | 'mean' | 'max' | 'ignore'
  /**
   * What a pruned trial is taken for: `poor`, the default: its last value, but no better than the median of the
   * complete ones; `predicted`: where its curve was expected to end, if its pruner said so, else as `poor`.
   */
  readonly pruned?: 'poor' | 'predicted'
  /**
   * What a point is worth, by name or with options: `{ kind: 'lcb', kappa: 2.5 }`. Default `ei`, the improvement; with
   * several objectives `hypervolume`, what the front gains.
   */
  readonly acquisition?: AcquisitionOptions
  /**
   * How several objectives become one number: `{ kind: 'chebyshev', weights: { loss: 2, latency: 1 } }`. Left out, they
   * do not, unless an acquisition of one value is given; then it is `chebyshev`.
   */
  readonly scalarize?: TargetOptions
  /**
   * How the priors of the space count. `pibo`, the default where there are any: a point's worth is multiplied with
   * their density, less and less; `bopro`: the odds of a good value by the priors and by the model.
   */
  readonly belief?: BeliefOptions
  /** How the candidate that is worth most is searched for, by name or with its budget; default `climb`. */
  readonly maximizer?: MaximizerChoice
  /**
   * Which candidate is taken: `best`, the default; `topk`: the (p + 1)-th best with p pending trials; `boltzmann`: the
   * best if nothing is pending, else drawn.
   */
  readonly pick?: Pick
  /**
   * Whether the worth of a point is divided by the seconds that its trial will take, and by their cube in the turns of
   * `plain` and `forest` where `best` takes turns too. `cooled`: in full at first, and less as the budget is used up;
   * without a budget, in full. Default false.
   */
  readonly perSecond?: boolean | 'cooled'
  /**
   * What earlier studies count for (`warmStart`). `ranked`, the default: their models count in an ensemble, by how well
   * they rank the values of this study; `ignore`: nothing.
   */
  readonly transfer?: 'ranked' | 'ignore'
  /** Share of the suggestions after the opening that are random; default 0. */
  readonly randomShare?: number
}
