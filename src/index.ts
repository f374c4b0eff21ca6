/** The public library: everything that may be imported from `anthill`. */

export { StudyError } from './errors.ts'
export type { StudyErrorCode } from './errors.ts'
export type { FidelityOption } from './space/fidelity.ts'
export type { Best, Config, Constraint, Constraints, Curve, Direction, FailureReason, Goals, Json } from './trial.ts'
export type { Objectives, Output, Prediction, Preference, Said, TrialRecord, TrialState } from './trial.ts'
export {
  bool,
  branch,
  choice,
  derived,
  float,
  group,
  int,
  lognormal,
  normal,
  ordinal,
  repeat,
} from './space/parameter.ts'
export type { ConfigOf, Parameter, Space } from './space/parameter.ts'
export type { Prior } from './space/prior.ts'
export type { Near } from './space/neighbors.ts'
export { parseConfig, parseSpace } from './space/validate.ts'
export { bayesian } from './sampler/bayesian.ts'
export type { BayesianOptions } from './sampler/bayesian-options.ts'
export type { BeliefOptions } from './sampler/belief-choice.ts'
export type {
  OwnAcquisition,
  OwnFit,
  OwnKernel,
  OwnMaximizer,
  OwnMean,
  OwnModel,
  OwnSchedule,
  PartAxis,
  PartContext,
  PartSearch,
} from './sampler/own-part.ts'
export type { OwnTarget, TargetOptions } from './sampler/target-choice.ts'
export { breed } from './sampler/breed.ts'
export type { BreedSamplerOptions } from './sampler/breed.ts'
export { cma } from './sampler/cma.ts'
export type { CmaSamplerOptions } from './sampler/cma.ts'
export { evolve } from './sampler/evolve.ts'
export type { EvolveSamplerOptions } from './sampler/evolve.ts'
export { grid } from './sampler/grid.ts'
export type { GridOptions } from './sampler/grid.ts'
export { local } from './sampler/local.ts'
export type { LocalSamplerOptions } from './sampler/local.ts'
export { halton, hammersley, kLatinHypercube, latinHypercube, random, sobol } from './sampler/sequence.ts'
export type {
  DesignChoice,
  HaltonOptions,
  HammersleyOptions,
  LatinHypercubeOptions,
  SobolOptions,
} from './sampler/design-choice.ts'
export type { Earlier, Question, Sampler, SamplerName, Suggestion } from './sampler/sampler.ts'
export type {
  BeliefExplanation,
  ConstraintsExplanation,
  Explanation,
  Fallback,
  Interval,
  ModelExplanation,
  TargetExplanation,
  Why,
} from './sampler/explanation.ts'
export { priorFrom } from './sampler/prior-from.ts'
export type { PriorFromOptions } from './sampler/prior-from.ts'
export { importances as importance } from './sampler/importance.ts'
export type { Importance, ImportanceRow } from './sampler/importance.ts'
export { curve, halving, hyperband, median, patience, percentile, threshold } from './pruner/choose.ts'
export type { CurveFamiliesOptions, CurveOptions, LinearCurveOptions } from './pruner/curve.ts'
export type { HalvingOptions } from './pruner/halving.ts'
export type { HyperbandOptions } from './pruner/hyperband.ts'
export type { PatienceOptions } from './pruner/patience.ts'
export type { MedianOptions, PercentileOptions } from './pruner/percentile.ts'
export type { CurveQuestion, OtherCurve, Pruner, PrunerName, Verdict } from './pruner/pruner.ts'
export type { ThresholdOptions } from './pruner/threshold.ts'
export { samplerFrom } from './interop/other-tools.ts'
export type { OtherTool } from './interop/other-tools.ts'
export { Optimizer } from './optimizer.ts'
export type { Asked, OptimizerOptions } from './optimizer.ts'
export { bestConfig, openStudy } from './study/open-study.ts'
export type { Creation, StudyOptions } from './study/definition.ts'
export type { AskOptions } from './study/ask-options.ts'
export type { Study } from './study/study.ts'
export type { Silent, Unfinished } from './study/supply.ts'
export type { Learned, OldResult } from './study/learn.ts'
export type { Ending, EndOptions, LiveTrial, PruneOptions } from './study/live-trial.ts'
export { confirm } from './study/confirm.ts'
export type { Confirmation, ConfirmOptions, Finalist } from './study/confirm.ts'
export type { Objective } from './study/optimize.ts'
export type { Outcome, Waiting } from './study/patience.ts'
export type { Recommended } from './study/records.ts'
export type { Replay } from './study/replay.ts'
export type { StudyStatus } from './study/status.ts'
export type { StudyWorker } from './study/workers.ts'
export type { Enqueued } from './study/steering.ts'
