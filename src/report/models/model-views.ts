/**
 * What models say of a study: a view for each objective, all of it from the one model that `recommend` judges by, and
 * what no model is needed for. The same question has the same answer.
 */

import { importances } from '../../sampler/importance.ts'
import type { Importance } from '../../sampler/importance.ts'
import { judgedAt } from '../../sampler/judge.ts'
import type { Bench } from '../../sampler/judge.ts'
import { limitsOf } from '../../sampler/limits.ts'
import { noiseShareOf } from '../../sampler/noise.ts'
import { historyOf } from '../../sampler/observations.ts'
import type { Observation } from '../../sampler/observations.ts'
import { EFFORTS } from '../../sampler/past.ts'
import { FEWEST_TO_TELL_NOISE, benchesOf, recommend } from '../../sampler/recommend.ts'
import type { Recommendation } from '../../sampler/recommend.ts'
import { effectiveDimension } from '../../sampler/role-fit.ts'
import { safetyOf } from '../../sampler/safety.ts'
import { searchedAxes } from '../../space/allowed.ts'
import type { Axis } from '../../space/axes.ts'
import { leafLabels } from '../../space/flatten.ts'
import type { Space, Where } from '../../space/parameter.ts'
import { leaveOneOut, rSquared } from '../../surrogate/explained.ts'
import type { Predictions } from '../../surrogate/model.ts'
import { isEnd } from '../../trial.ts'
import type { Goals, TrialRecord } from '../../trial.ts'
import { inColumnOrder, isLogarithmic } from '../columns.ts'
import { isShown } from '../importance-text.ts'
import { counted } from '../number-text.ts'
import { averageAlong, averagingPoints } from './average.ts'
import { calibrationOf } from './calibration.ts'
import { CONTOUR_CELLS, contourOver, strongestPairs } from './contour.ts'
import { CUT_PLACES, cutAlong } from './cut-line.ts'
import { inBrief } from './digits.ts'
import { bestPlace } from './optimum.ts'
import { nextOf, prospectOf, roomOf } from './prospect.ts'
import type { Risks, Surface } from './surface.ts'
import type { Cut, ImportanceView, Judged, ModelView } from './views.ts'

/** With fewer values than this, and with a lower R² of values left out, a model says nothing. */
export const FEWEST_VALUES = FEWEST_TO_TELL_NOISE
const LEAST_R2 = 0.25

/** What is asked of models. */
export interface ModelQuestion {
  readonly space: Space
  /** The conditions of the space, if there are any. */
  readonly where?: Where | undefined
  readonly goals: Goals
  /** All trials of the study. */
  readonly trials: readonly TrialRecord[]
  /** The trials that columns are made of, if not all: indexes are in these, and -1 for any other trial. */
  readonly shown?: readonly TrialRecord[]
  /** Seed of the study. */
  readonly seed: number
  /** Whether values may have noise, see `mayBeNoisy`. Default: true. */
  readonly isNoisy?: boolean
  /** Whether to say what the next trials are likely to bring. Default: false. */
  readonly forecast?: boolean
}

export interface ModelAnswer {
  /** One for each objective that a model can tell something about. */
  readonly models: readonly ModelView[]
  /** Why the other objectives have none, as a sentence without a full stop; null if all have one. */
  readonly noModel: string | null
  /** One for each objective with ten values or more. */
  readonly importances: readonly ImportanceView[]
  /** The trial to take home, as `study.recommend` says; undefined if there is none yet. */
  readonly recommendation: Recommendation | undefined
}

/** What models say of a study. */
export function modelViews(question: ModelQuestion): ModelAnswer {
  const { space, goals, trials, shown = trials, isNoisy = true } = question
  const indexes = new Map(inColumnOrder(shown).map((trial, index) => [trial, index]))
  const indexOf = (trial: TrialRecord): number => indexes.get(trial) ?? -1
  const ended = trials.filter(({ state, number }) => number !== null && isEnd(state))
  const benches = benchesOf(space, ended, goals)
  const recommendation = recommend(space, ended, goals, isNoisy, benches)
  const labels = leafLabels(space)
  const shares = importances(space, trials, goals.objectives).map((one) => importanceView(one, labels))
  const models: ModelView[] = []
  const missing: string[] = []
  const risks = once(() => risksOf(question, ended))
  for (const objective of Object.keys(goals.objectives)) {
    const bench = benches[objective]!
    const recommended = bench.observed.find(({ trial }) => trial === recommendation?.trial)
    const found = explainedBy(bench, recommended, labels.length)
    if (typeof found === 'string') {
      missing.push(Object.keys(goals.objectives).length === 1 ? found : `'${objective}': ${found}`)
      continue
    }
    const importance = shares.find((one) => one.objective === objective)
    models.push(viewOf({ question, objective, bench, ...found, importance, indexOf, risks: risks() }))
  }
  return {
    models,
    noModel: missing.length === 0 ? null : missing.join('; '),
    importances: shares,
    recommendation,
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}

/** What a model explains of values that it was not shown; in words, why it says nothing. */
function explainedBy(bench: Bench, recommended: Observation | undefined, parameters: number): Explained | string {
  const n = bench.observed.length
  if (parameters === 0) return 'there are no parameters that a model could tell something about'
  if (n < FEWEST_VALUES) return `${counted(n, 'value')} so far; a model needs ${FEWEST_VALUES}`
  if (recommended === undefined) return 'no trial may be recommended yet'
  const { process, observations } = bench.judge().made
  const leftOut = leaveOneOut(process, observations)
  const r2 = rSquared(observations.values, leftOut.means)
  if (r2 === undefined) return `all ${n} values are the same`
  if (r2 >= LEAST_R2) return { recommended, leftOut, r2 }
  return `the model of ${n} values predicts little better than their mean (R² ${r2.toFixed(2)}), so it tells nothing`
}

/** Where trials fail, and where they are likely to meet each constraint. */
function risksOf({ space, where, goals, seed }: ModelQuestion, ended: readonly TrialRecord[]): Risks {
  const axes = searchedAxes({ space, where, seed })
  const history = historyOf({ trials: ended, pending: [], ...goals }, axes)
  return {
    safety: safetyOf(history, axes.categories, effectiveDimension(axes))?.safety,
    limits: limitsOf({ ...goals, trials: ended }, { axes, history, effort: EFFORTS.full, basis: {} }),
  }
}

function importanceView({ objective, heldOut, trials, rows }: Importance, labels: readonly string[]): ImportanceView {
  return {
    objective,
    heldOut,
    trials,
    rows: rows.filter(isShown).map(({ parameters, share, low, high }) => ({
      parameters: parameters.map((label) => labels.indexOf(label)),
      share,
      low,
      high,
    })),
  }
}

/** A model that is good enough, and the trial that is recommended. */
interface Explained {
  readonly recommended: Observation
  readonly leftOut: Predictions
  readonly r2: number
}

/** What a view is made of. */
interface Basis extends Explained {
  readonly question: ModelQuestion
  readonly objective: string
  readonly bench: Bench
  readonly importance: ImportanceView | undefined
  readonly indexOf: (trial: TrialRecord) => number
  readonly risks: Risks
}

function viewOf({ question, objective, bench, importance, indexOf, risks, ...explained }: Basis): ModelView {
  const { space, where, seed, forecast = false } = question
  const { recommended, leftOut, r2 } = explained
  const axes = searchedAxes({ space, where, seed })
  const judge = bench.judge()
  const { made, chosen, valueOf } = judge
  const { process } = made
  const surface: Surface = { axes, judge, process, center: recommended.x, risks, token: `${seed} ${objective}` }
  const judged = (one: Observation): Judged => ({ trial: indexOf(one.trial), mean: judgedAt(judge, one) })
  const best = bench.observed.reduce((lowest, one) => (one.y < lowest.y ? one : lowest))
  const optimum = bestPlace(surface)
  const prospect = prospectOf(surface, optimum === undefined ? [] : [optimum.x], seed)
  const noiseShare = noiseShareOf(made.learned)
  const center = made.model.predict(recommended.x, 1).means[0]!
  const half = Math.sqrt(noiseShare)
  return inBrief({
    objective,
    trials: chosen.length,
    r2,
    noise: Math.abs(valueOf(center + half) - valueOf(center - half)) / 2,
    noiseShare,
    recommended: judged(recommended),
    best: judged(best),
    optimum: optimum === undefined ? null : { config: optimum.config, mean: optimum.mean },
    cuts: cutsOf(surface, seed),
    contours: contoursOf(surface, importance),
    calibration: calibrationOf(judge, leftOut, objective, indexOf),
    forecasts: [],
    room: roomOf(surface, prospect),
    next: forecast ? nextOf(surface, prospect) : null,
  })
}

/** The axes on which the recommended trial has a value. */
const activeAxes = ({ center }: Surface): number[] => [...center.keys()].filter((k) => !Number.isNaN(center[k]!))

function cutsOf(surface: Surface, seed: number): Cut[] {
  const active = activeAxes(surface)
  const points = averagingPoints(surface.axes, seed, active.length * CUT_PLACES)
  return active.map((k) => cutAlong(surface, k, (places) => averageAlong(surface, k, places, points)))
}

function contoursOf(surface: Surface, importance: ImportanceView | undefined): ModelView['contours'] {
  const { list } = surface.axes
  const isDrawn = ({ kind, count }: Axis): boolean => count > 1 && (kind !== 'category' || count <= CONTOUR_CELLS)
  const pairs = strongestPairs(
    importance,
    activeAxes(surface).filter((k) => isDrawn(list[k]!)),
  )
  const logarithmic = list.map(({ parameter }) => isLogarithmic(parameter))
  return pairs.map(([x, y]) => contourOver(surface, x, y, logarithmic))
}
