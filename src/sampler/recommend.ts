/**
 * The trial to use in the end. Without noise it is the one with the best value. With noise it is the one with the best
 * posterior mean, because the best of many noisy values is the luckiest. So is a trial that only just met a constraint
 * on a noisy output: there the predicted mean must meet it too.
 */

import type { Goals, Json, TrialRecord } from '../trial.ts'
import { isRecord } from '../space/options.ts'
import { axesOf, pointOf } from '../space/axes.ts'
import type { Axes } from '../space/axes.ts'
import { areMet, excessOf, saidAs } from '../space/constraints.ts'
import { worthOf } from '../space/goals.ts'
import type { Space } from '../space/parameter.ts'
import { warped } from '../surrogate/warp.ts'
import type { Interval } from './explanation.ts'
import { LARGEST_MODEL, benchOf, judgeOf, judgedAt } from './judge.ts'
import type { Bench, Judge } from './judge.ts'
import { modelSet } from './model-set.ts'
import { isClear, isMisleading } from './noise.ts'
import { historiesOf, inOrderOfNumbers, valuesOf } from './observations.ts'
import type { Observation } from './observations.ts'
import { fitRole, sampleOf } from './role-fit.ts'
import { ROLES } from './role.ts'

/** With fewer complete trials than this no model can tell noise from the objective. */
export const FEWEST_TO_TELL_NOISE = 20

/** The best ones of the trials are this share of them, but at least `FEWEST_TO_TELL_NOISE`. */
const GOOD_SHARE = 0.5

export interface Recommendation {
  readonly trial: TrialRecord
  /** Whether the model found noise; then it chose the trial. */
  readonly isNoisy: boolean
  /**
   * Whether the trial may owe its value to luck although all values together show no noise. `likely`: the best ones
   * differ by noise among themselves; `none`: they do not, or the mean decided; `unknown`: nothing tells.
   */
  readonly luck: 'none' | 'unknown' | 'likely'
  /** How many trials the model was made of; 0 if they were too few for one, or if none was needed. */
  readonly modelled: number
  /**
   * The mean of the objective, or of the preferred sum of several, at the trial's config, with its 95 % interval; null
   * without noise, where the trial's value is it.
   */
  readonly mean: Interval | null
  /** The constraints and preferred bounds that were judged by predicted means, because what they are about is noisy. */
  readonly judged: readonly string[]
}

/** Whether values may have noise, by the options of the sampler that asked for them. @internal */
export function mayBeNoisy(options: Json | undefined): boolean {
  return !(isRecord(options) && options.noise === false)
}

/**
 * The trial to use, by the first objective or what `prefer` says. Undefined before a trial meets the constraints and is
 * within the preferred bounds.
 *
 * @param isNoisy  whether values may have noise; if not, the one with the best value is the best
 * @param benches  `benchesOf` the same, for a caller that needs the models too
 *
 * @internal
 */
export function recommend(
  space: Space,
  trials: readonly TrialRecord[],
  goals: Goals,
  isNoisy = true,
  benches = benchesOf(space, trials, goals),
): Recommendation | undefined {
  const axes = axesOf(space)
  const first = Object.keys(goals.objectives)[0]!
  const isWeighted = goals.prefer !== undefined && 'weights' in goals.prefer
  const bench = isWeighted ? benchOf(weighted(benches[first]!.observed, goals), 1, axes) : benches[first]!
  const complete = bench.observed
  const { candidates, judged } = candidatesAmong(complete, trials, goals, axes, isNoisy)
  if (candidates.length === 0) return undefined
  const lowest = candidates.reduce((best, observation) => (observation.y < best.y ? observation : best))
  if (!isNoisy) return { trial: lowest.trial, isNoisy: false, luck: 'none', modelled: 0, mean: null, judged }
  const d = axes.list.length
  if (complete.length < FEWEST_TO_TELL_NOISE || d === 0)
    return { trial: lowest.trial, isNoisy: false, luck: 'unknown', modelled: 0, mean: null, judged }

  const judge = bench.judge()
  const modelled = judge.chosen.length
  if (!isNoiseMisleading(judge))
    return { trial: lowest.trial, isNoisy: false, luck: luckAmongGood(complete, axes), modelled, mean: null, judged }

  const found = judge.made.ranked.find((one) => candidates.includes(one)) ?? lowest
  return { trial: found.trial, isNoisy: true, luck: 'none', modelled, mean: judgedAt(judge, found), judged }
}

/**
 * What each objective is judged by: the complete trials that meet all constraints, and the model of their values.
 *
 * @internal
 */
export function benchesOf(space: Space, trials: readonly TrialRecord[], goals: Goals): Readonly<Record<string, Bench>> {
  const axes = axesOf(space)
  const histories = historiesOf({ trials, pending: [], ...goals }, axes)
  return Object.fromEntries(
    Object.keys(goals.objectives).map((name, k) => {
      const { observed, sign } = histories[k]!
      const valid = observed.filter(({ trial, breaks }) => trial.state === 'complete' && breaks !== true)
      return [name, benchOf(valid, sign, axes)]
    }),
  )
}

/** The observations with the weighted sum of their objectives as values. */
function weighted(valid: readonly Observation[], goals: Goals): Observation[] {
  const worth = worthOf(goals)
  return valid.flatMap((one) => {
    const y = worth({ ...one.trial.values, ...one.trial.outputs })
    return y === undefined ? [] : [{ ...one, y }]
  })
}

/**
 * The observations that may be recommended: within the preferred bounds, and by what models say of each noisy number
 * that has a bound, not merely by luck. If no trial is left by these means, their measured values decide.
 */
function candidatesAmong(
  complete: readonly Observation[],
  trials: readonly TrialRecord[],
  { constraints = {}, prefer }: Goals,
  axes: Axes,
  isNoisy: boolean,
): { readonly candidates: readonly Observation[]; readonly judged: readonly string[] } {
  const within = prefer !== undefined && 'within' in prefer ? prefer.within : {}
  const inside = complete.filter(({ trial }) => areMet(within, trial))
  if (!isNoisy || axes.list.length === 0) return { candidates: inside, judged: [] }
  const noisy = [...Object.entries(constraints), ...Object.entries(within)].flatMap(([name, limit]) => {
    const valueAt = typeof limit === 'boolean' ? undefined : meanOfNoisy(name, trials, axes)
    return valueAt === undefined
      ? []
      : [{ name, isMet: (one: Observation): boolean => excessOf(limit, valueAt(one.x)) <= 0 }]
  })
  const likely = inside.filter((one) => noisy.every(({ isMet }) => isMet(one)))
  return {
    candidates: likely.length > 0 ? likely : inside,
    judged: likely.length > 0 ? [...new Set(noisy.map(({ name }) => name))] : [],
  }
}

/** The mean of an output or objective as a function of the place; undefined if its values are few, or show no noise. */
function meanOfNoisy(
  name: string,
  trials: readonly TrialRecord[],
  axes: Axes,
): ((x: Float64Array) => number) | undefined {
  const observed = inOrderOfNumbers(trials).flatMap((trial): Observation[] => {
    const y = trial.state === 'complete' ? saidAs(name, trial) : undefined
    return typeof y === 'number' ? [{ x: pointOf(axes, trial.config), y, trial }] : []
  })
  if (observed.length < FEWEST_TO_TELL_NOISE) return undefined
  const { made, valueOf } = judgeOf(observed, 1, axes)
  if (!isMisleading(made.learned)) return undefined
  return (x) => valueOf(made.model.predict(x, 1).means[0]!)
}

/** Whether noise decides which value is the best one, in the eyes of a model of all trials. */
function isNoiseMisleading({ made: { learned, y, warp, ranked }, chosen }: Judge): boolean {
  const { values } = warped(y, warp)
  const valueOf = new Map(chosen.map((observation, i) => [observation, values[i]!]))
  const good = ranked.slice(0, goodCount(ranked.length)).map((observation) => valueOf.get(observation)!)
  return isMisleading(learned, varianceOf(good))
}

const goodCount = (n: number): number => Math.min(n, Math.max(FEWEST_TO_TELL_NOISE, Math.ceil(GOOD_SHARE * n)))

function varianceOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
}

/**
 * Whether a model of the good trials alone finds noise. Bad regions may have values so large that noise among the good
 * ones is nothing beside them. The box around the good trials is stretched to the whole space, since a model cannot
 * tell points apart that are very close.
 */
function luckAmongGood(complete: readonly Observation[], axes: Axes): Recommendation['luck'] {
  const limit = valuesOf(complete).sort()[goodCount(complete.length) - 1]!
  const good = complete.filter(({ y }) => y <= limit)
  const stretched = good.map((observation) => ({ ...observation, x: observation.x.slice() }))
  for (const k of axes.list.keys()) {
    if (axes.categories[k] === true) continue
    const known = good.map(({ x }) => x[k]!).filter((u) => !Number.isNaN(u))
    const low = known.reduce((a, b) => Math.min(a, b), Infinity)
    const width = known.reduce((a, b) => Math.max(a, b), -Infinity) - low
    if (width > 0) for (const { x } of stretched) x[k] = (x[k]! - low) / width
  }
  const weights = new Float64Array(axes.list.length).fill(1)
  const chosen = modelSet(stretched, LARGEST_MODEL, weights, axes.categories)
  const { learned } = fitRole(ROLES.plain, sampleOf(chosen, good.length, axes))
  return isMisleading(learned) ? 'likely' : isClear(learned) ? 'none' : 'unknown'
}
