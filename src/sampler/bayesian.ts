/**
 * Bayesian optimization: models of the trials so far say where the next one is worth most.
 *
 * The first trials are points of a design, by number, so that any number of workers can begin without communicating;
 * by default, the middle of the space and points of a scrambled Sobol sequence. They go on until there are enough
 * values; values told from elsewhere count as well. Then models take turns, by number again (`rotation.ts`): three
 * Gaussian processes and a random forest (`turn.ts`), or those that somebody has chosen.
 *
 * - A pending trial is believed to turn out as the model predicts (`unmeasured.ts`).
 * - Where trials fail, a model of the failures keeps away (`safety.ts`), except from those by luck (`luck.ts`). Before
 *   there are enough values, failures alone teach (`feasible.ts`). A plateau of bad values counts as failures
 *   (`plateau.ts`).
 * - Where a model finds much noise, a point counts for less the better it is known (`noise.ts`). It may be told that
 *   there is none (`roles.ts`).
 * - Where the best basin is known to the last digit that a model can see, most turns look elsewhere (`elsewhere.ts`).
 *
 * Sources: Snoek, Larochelle & Adams 2012, "Practical Bayesian optimization"; Ginsbourger et al. 2010 (pending trials);
 * Gelbart, Snoek & Adams 2014, "Bayesian optimization with unknown constraints" (failures).
 */

import type { Config, Json } from '../trial.ts'
import type { Candidate } from '../acquisition/maximize.ts'
import { randomStream } from '../numerics/random.ts'
import type { Random } from '../numerics/random.ts'
import { searchedAxes } from '../space/allowed.ts'
import { configOf, pointOf } from '../space/axes.ts'
import type { Axes, Axis } from '../space/axes.ts'
import type { BayesianOptions } from './bayesian-options.ts'
import { readBasis } from './basis.ts'
import { beliefOf, methodOf } from './belief.ts'
import { designOf } from './designs.ts'
import type { Explanation, Fallback, Interval } from './explanation.ts'
import { maximizerOf } from './maximizers.ts'
import { predictionAt } from './model-view.ts'
import { byConstraints, byOdds } from './feasible.ts'
import { byHypervolume } from './front-turn.ts'
import { limitsOf } from './limits.ts'
import { hasLittleNoise, isClear } from './noise.ts'
import { historiesOf, isKnown } from './observations.ts'
import type { History } from './observations.ts'
import { modelsOf } from './objective-models.ts'
import { keptOptions, withDefaults } from '../space/option-values.ts'
import { BAYESIAN_OPTIONS, parseBayesian } from './options.ts'
import { EFFORTS } from './past.ts'
import type { Past } from './past.ts'
import { inOrder, isLeftToChance } from './pick.ts'
import { firstRepeatable, hasRepeated, isRepeatable, leastMeasured, measuredAt, repeatsOf } from './repeats.ts'
import type { MeasuredPoint, Repeats } from './repeats.ts'
import { effectiveDimension } from './role-fit.ts'
import type { Role } from './role.ts'
import { checkModels, plainRole, roleOf } from './roles.ts'
import { doesExplore, isTurnToRepeat, modelOf } from './rotation.ts'
import { isSafe, safetyOf } from './safety.ts'
import { priceOf } from './seconds.ts'
import type { Question, Sampler, Suggestion } from './sampler.ts'
import { explainPoint, random, suggestPoint } from './sequence.ts'
import { checkOwn, targetOf } from './target.ts'
import type { OwnTarget } from './target-choice.ts'
import { isEnough, lentPoint, lessonsOf } from './lesson.ts'
import type { Lesson } from './lesson.ts'
import { byModel, makeFor } from './turn.ts'
import type { Turn } from './turn.ts'

/** A point is too close to a pending one if no coordinate differs by more than this. Coordinates lie in [0, 1]. */
const CLOSE = 0.003

/**
 * The default number of values before a model is asked: this many more than there are parameters, within these bounds.
 * With an earlier study to learn from there are fewer: they show which studies rank the values of this one.
 */
const INITIAL = { beyondDimension: 2, least: 5, most: 16, taught: 4 }

/** Fewer values than this, or than a quarter of the number of parameters, are too few for any model. */
const FEWEST_VALUES = 3

/**
 * Every fourth opening point follows the beliefs of the space, from the first on. The others cover all of it: from
 * points in a wrong corner alone, no model would learn that it is wrong.
 */
const BELIEVED_EVERY = 4

/** The options with their defaults. */
type Unset = 'initial' | 'acquisition' | 'scalarize' | 'belief'
type Settings = Omit<Required<BayesianOptions>, Unset> & Pick<BayesianOptions, Unset> & { readonly own?: OwnTarget }

/** A suggestion, and why it was made. */
interface ReasonedSuggestion {
  readonly suggestion: Suggestion | undefined
  readonly explain: () => Explanation | undefined
}

/** The decision that the design makes the suggestion. */
interface LeftToSequence {
  readonly because: Fallback
  /** What to measure again if the design has nothing left. */
  readonly again: ReasonedSuggestion | undefined
  /** What the model has learned, if one was asked. */
  readonly basis?: Json
}

/**
 * The default sampler: Bayesian optimization.
 *
 * @param own  functions of one's own that make one number of several objectives, and a name for the sampler
 * @throws TypeError or RangeError for options that make no sense
 */
export function bayesian(options: BayesianOptions = {}, own?: OwnTarget): Sampler {
  const given = parseBayesian(options)
  const settings: Settings = { ...withDefaults(given, BAYESIAN_OPTIONS), ...(own && { own: checkOwn(own) }) }
  const design = { ...designOf(settings.design), believedEvery: BELIEVED_EVERY }
  const answer = (question: Question): ReasonedSuggestion => {
    const decision = decide(question, settings)
    if (!('because' in decision)) return decision
    const { because, again, ...kept } = decision
    const initial = initialOf(question, searchedAxes(question), settings)
    const point = suggestPoint(design, question, initial)
    if (point === undefined && again !== undefined) return again
    return {
      suggestion: point && { ...point, ...kept },
      explain: () => explainPoint(design, question, initial, because),
    }
  }
  return {
    name: own?.name ?? 'bayesian',
    ...keptOptions(given),
    check: (task) => {
      const question = { ...task, trials: [], pending: [], number: 0, draw: 0, isTried: () => false }
      const axes = searchedAxes(question)
      checkModels(settings.models, axes)
      aimOf(question, axes, settings)
    },
    suggest: (question) => answer(question).suggestion,
    explain: (question) => answer(question).explain(),
    predict: (question, config, objective) => predicted(question, config, settings, objective),
  }
}

/** What to try next: a candidate of the model whose turn it is, or a point of the design if no model can say. */
function decide(question: Question, settings: Settings): ReasonedSuggestion | LeftToSequence {
  const axes = searchedAxes(question)
  checkModels(settings.models, axes)
  const aim = aimOf(question, axes, settings)
  const { history } = aim
  const repeats = repeatsOf(history, settings.repeats, question.isTried)
  const because = opening(question.number, history, axes, initialOf(question, axes, settings))
  const streamFor = streamsOf(question)
  const inPickedOrder = (found: readonly Candidate[]): readonly Candidate[] =>
    inOrder(found, settings.pick, { pending: history.pending.length, number: question.number }, streamFor('pick'))
  if (because === undefined) {
    if (settings.randomShare > 0 && isLeftToChance(settings.randomShare, streamFor('share'))) return byChance(question)
    const { role, past } = turnOf(question, axes, aim, settings)
    return decideAfterTurn(question, past, repeats, turnFor(role, past), inPickedOrder)
  }
  const lent = lentTo(question, axes, history, settings)
  if (lent !== undefined) return lent
  if (because.reason === 'few-values' && axes.list.length > 0) {
    const { past } = turnOf(question, axes, aim, settings)
    const turn = byOdds(past)
    if (turn !== undefined) return decideAfterTurn(question, past, repeats, turn, inPickedOrder)
  }
  const least = leastMeasured(repeats)
  const again = least && repetition(least, () => ({ by: 'repeat', measurements: least.measurements }), {})
  return { because, again }
}

/** The random streams of a question, by purpose: a new option shifts no other's draws. */
function streamsOf({ seed, number, draw }: Question): (purpose: string) => Random {
  return (purpose) => randomStream(purpose, seed, number, draw)
}

/** What is aimed at. */
interface Aim extends Pick<Past, 'history' | 'objectives' | 'target' | 'acquisition'> {}

/**
 * What a suggestion aims at: one objective, the front of several, or one number that they are made into.
 *
 * @throws RangeError for options that do not fit the objectives
 */
function aimOf(question: Question, axes: Axes, settings: Settings): Aim {
  const { failures, pruned, acquisition, scalarize, belief, own } = settings
  const names = Object.keys(question.objectives)
  const histories = historiesOf(question, axes, failures !== 'avoid', pruned === 'predicted')
  const objectives = names.map((name, k) => ({ name, history: histories[k]! }))
  const isOfFront = acquisition === 'hypervolume'
  if (names.length === 1) {
    if (scalarize !== undefined || own !== undefined)
      throw new RangeError(`option 'scalarize': needs several objectives, got '${names[0]}' only; leave it out`)
    if (isOfFront)
      throw new RangeError(`option 'acquisition': 'hypervolume' needs several objectives, got '${names[0]}' only`)
    return { history: histories[0]!, objectives, acquisition: acquisition ?? 'ei' }
  }
  const isWhole = scalarize === undefined && own === undefined && (acquisition === undefined || isOfFront)
  if (isWhole && methodOf(belief) === 'bopro')
    throw new RangeError(
      `option 'belief': 'bopro' needs one number for the objectives; add 'scalarize', or take 'pibo'`,
    )
  if (isWhole) return { history: histories[0]!, objectives, acquisition: 'hypervolume' }
  const { seed, number: step } = question
  const target = targetOf(histories, question.objectives, scalarize ?? 'chebyshev', { seed, step }, own)
  return { history: target.history, objectives, target, acquisition: acquisition ?? 'ei' }
}

/** Whose turn it is, and what is known. */
function turnOf(
  question: Question,
  axes: Axes,
  { history, objectives, target, acquisition }: Aim,
  settings: Settings,
): { readonly role: Role; readonly past: Past } {
  const d = axes.list.length
  const allowed = settings.models.map((model) => roleOf(model, settings.noise))
  const basis = readBasis(question.basis, d, allowed)
  const { pending, failures } = settings
  const role = modelOf(question.number, axes, allowed, basis, target === undefined ? objectives.length : 1)
  const safety =
    failures === 'avoid' ? safetyOf(history, axes.categories, effectiveDimension(axes), basis.safety) : undefined
  const effort = EFFORTS[settings.effort]
  const limits = limitsOf(question, { axes, history, effort, basis })
  const isToExplore = doesExplore(role, allowed)
  const price =
    settings.perSecond === false
      ? undefined
      : priceOf(question, settings.perSecond, { axes, effort, basis, isToExplore })
  const learned = {
    ...Object.fromEntries(limits.map((limit) => [limit.key, limit.learned])),
    ...(price && { seconds: price.learned }),
  }
  const lessons = lessonsFor(question, axes, settings)
  const step = Math.max(question.number - initialOf(question, axes, settings), 0)
  const ended = history.observed.length + history.failed.length
  // The values of the first of several objectives say nothing about the others.
  const observed = objectives.length > 1 && target === undefined ? [] : history.observed
  const belief = beliefOf(settings.belief, axes, { step, ended, observed, budget: () => question.budget })
  const past: Past = {
    // Where beliefs do not count, no candidates are drawn as they say.
    axes: belief === undefined && axes.hasBeliefs ? { ...axes, hasBeliefs: false } : axes,
    history,
    objectives,
    limits,
    ...(price && { price }),
    ...(target && { target }),
    random: streamsOf(question)('maximize'),
    number: question.number,
    effort,
    basis: { ...basis, ...(safety && { safety: safety.learned }), ...learned },
    safety: safety?.safety,
    beliefs: { pending, failures },
    plain: plainRole(settings.noise),
    acquisition,
    maximizer: maximizerOf(settings.maximizer),
    step,
    belief,
    chance: streamsOf(question)('acquisition'),
    weights: streamsOf(question)('weights'),
    ...(lessons.length > 0 && { lessons: { of: lessons, random: streamsOf(question)('transfer') } }),
  }
  return { role, past }
}

/** What the model whose turn it is predicts of a config; undefined before there are enough values for one. */
function predicted(
  question: Question,
  config: Config,
  settings: Settings,
  objective = Object.keys(question.objectives)[0]!,
): Interval | undefined {
  const index = Object.keys(question.objectives).indexOf(objective)
  if (index === -1) throw new RangeError(`objective '${objective}': not in this study`)
  const axes = searchedAxes(question)
  const aim = aimOf(question, axes, settings)
  const { history, objectives } = aim
  if (opening(question.number, history, axes, initialOf(question, axes, settings)) !== undefined) return undefined
  const { role, past } = turnOf(question, axes, aim, settings)
  const x = pointOf(axes, config)
  if (objectives.length === 1) return predictionAt(makeFor(role, past).made, history.sign, x)
  return predictionAt(modelsOf(role, past).made[index]!, objectives[index]!.history.sign, x)
}

/** One turn: of the constraints before any trial has met them, else of what is aimed at. */
function turnFor(role: Role, past: Past): Turn {
  if (past.limits.length > 0 && past.history.observed.every(({ breaks }) => breaks === true)) return byConstraints(past)
  return past.objectives.length > 1 && past.target === undefined ? byHypervolume(role, past) : byModel(role, past)
}

/** A point of an earlier study, if there are any and it is their turn. */
function lentTo(question: Question, axes: Axes, history: History, settings: Settings): ReasonedSuggestion | undefined {
  const lent = lentPoint(question, axes, history, lessonsFor(question, axes, settings))
  if (lent === undefined) return undefined
  const { from, observation } = lent
  const { config, value } = observation.trial
  return { suggestion: { config }, explain: () => ({ by: 'earlier', from, value: value! }) }
}

const lessonsFor = (question: Question, axes: Axes, { transfer }: Settings): readonly Lesson[] =>
  transfer === 'ignore' ? [] : lessonsOf(question, axes)

/** A random config. */
function byChance(question: Question): ReasonedSuggestion {
  const sampler = random()
  return { suggestion: sampler.suggest(question), explain: () => sampler.explain!(question) }
}

/** Why no model is asked yet; undefined if one is. */
function opening(number: number, { observed }: History, axes: Axes, initial: number): Fallback | undefined {
  const d = axes.list.length
  const values = observed.length
  if (d > 0 && values >= Math.max(initial, FEWEST_VALUES, d / 4)) return undefined
  return number < initial ? { reason: 'opening', of: initial } : { reason: 'few-values', values }
}

/** The number of opening points: fewer where earlier studies teach a model. */
function initialOf(question: Question, axes: Axes, settings: Settings): number {
  if (settings.initial !== undefined) return settings.initial
  const { beyondDimension, least, most, taught } = INITIAL
  const hasOneObjective = Object.keys(question.objectives).length === 1
  if (hasOneObjective && lessonsFor(question, axes, settings).some(isEnough)) return taught
  return Math.min(Math.max(effectiveDimension(axes) + beyondDimension, least), most)
}

/**
 * What to try next, from what a turn found: a repetition if it is time for one, else the best candidate that may be
 * tried.
 */
function decideAfterTurn(
  question: Question,
  { axes, history, safety }: Past,
  repeats: Repeats,
  { ranked, found, learned, view }: Turn,
  inPickedOrder: (found: readonly Candidate[]) => readonly Candidate[],
): ReasonedSuggestion | LeftToSequence {
  const kept = { basis: learned as unknown as Json }
  const best = firstRepeatable(ranked, repeats)
  const again = best && repetition(best, () => view(best.first.x), kept)
  const hasShownNoNoise = isClear(learned.plain) && hasRepeated(repeats)
  if (again !== undefined && isTurnToRepeat(question.number) && !hasShownNoNoise) return again
  if (found === undefined) return { because: { reason: 'only-noise' }, again, ...kept }

  const mayRepeat = !hasLittleNoise(learned.plain)
  const mayBeTried = ({ x }: Candidate): boolean => {
    const point = measuredAt(repeats, x)
    if (point !== undefined) return mayRepeat && isRepeatable(point, repeats)
    return axes.allowed?.holds(x) !== false && !isKnown(x, history, axes) && !question.isTried(configOf(axes, x))
  }
  const isApart = ({ x }: Candidate): boolean => !history.pending.some((other) => isClose(x, other, axes))
  const isCareful = ({ x }: Candidate): boolean => safety === undefined || isSafe(safety, x)
  const ordered = inPickedOrder(found)
  const chosen =
    ordered.find((candidate) => isCareful(candidate) && isApart(candidate) && mayBeTried(candidate)) ??
    ordered.find((candidate) => isApart(candidate) && mayBeTried(candidate)) ??
    ordered.find(mayBeTried)
  if (chosen === undefined) return { because: { reason: 'all-tried' }, again, ...kept }

  const explain = (): Explanation => view(chosen.x)
  const point = measuredAt(repeats, chosen.x)
  if (point !== undefined) return repetition(point, explain, kept)
  return { suggestion: { config: configOf(axes, chosen.x), ...kept }, explain }
}

/** Measures a config again. */
function repetition(
  { first }: MeasuredPoint,
  explain: () => Explanation,
  kept: { readonly basis?: Json },
): ReasonedSuggestion {
  return { suggestion: { config: first.trial.config, again: true, ...kept }, explain }
}

/**
 * Whether a point would tell nothing beyond a pending one. A model that is sure of its best point wants much the same
 * point for every worker.
 */
function isClose(a: Float64Array, b: Float64Array, axes: Axes): boolean {
  return axes.list.every(({ kind }, k) => isCloseOn(kind, a[k]!, b[k]!))
}

function isCloseOn(kind: Axis['kind'], a: number, b: number): boolean {
  switch (kind) {
    case 'continuous':
      // Not <=: two inactive parameters, which are both NaN, are close.
      return !(Math.abs(a - b) > CLOSE)
    case 'grid':
    case 'category':
      return Object.is(a, b)
  }
  return kind satisfies never
}
