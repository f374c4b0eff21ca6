/**
 * Bayesian optimisation: models of the trials so far say where the next is worth most.
 *
 * The first trials are points of a scrambled Sobol sequence, by number, so that any number of workers begin without a word
 * between them, until there are results enough; those from elsewhere are as good. Then models take turns, by number again:
 * three Gaussian processes (`rotation.ts`), and a random forest, which sees what no smooth function has. Pending trials are
 * believed to turn out as the model says; where trials fail, a model of the failures keeps away; where a model finds little
 * but noise, a place counts for less the better it is known.
 *
 * Sources: Snoek, Larochelle & Adams 2012, "Practical Bayesian optimization"; Ginsbourger et al. 2010 (pending trials);
 * Gelbart, Snoek & Adams 2014, "Bayesian optimization with unknown constraints" (failures).
 */

import type { Config, Json } from '../trial.ts'
import { augmented, logExpectedImprovement } from '../acquisition/acquisition.ts'
import { criterionOf, forestCriterionOf } from '../acquisition/criterion.ts'
import type { Safety } from '../acquisition/criterion.ts'
import { maximize } from '../acquisition/maximize.ts'
import type { Candidate } from '../acquisition/maximize.ts'
import { randomStream } from '../numerics/random.ts'
import type { Random } from '../numerics/random.ts'
import { axesOf, configOf } from '../space/axes.ts'
import type { Axes } from '../space/axes.ts'
import { condition, meansAtObservations } from '../surrogate/gaussian-process.ts'
import { fitForest } from '../surrogate/random-forest.ts'
import { warped } from '../surrogate/warp.ts'
import type { Warp } from '../surrogate/warp.ts'
import type { Explanation, Fallback, ModelExplanation } from './explanation.ts'
import { evenly, modelSet } from './model-set.ts'
import { forestView, processView } from './model-view.ts'
import { known } from './observations.ts'
import type { Known, Observation } from './observations.ts'
import { isRepeatable, isTurnToRepeat, leastMeasured, measurementsOf, toRepeat } from './repeats.ts'
import { ROLES, fitRole, isClear, readBasis, warpOf } from './rotation.ts'
import type { Basis, Role } from './rotation.ts'
import { isSafe, isUnsafe, safetyOf } from './safety.ts'
import type { Question, Sampler, Suggestion } from './sampler.ts'
import { explainSobol, suggestSobol } from './sobol.ts'

export interface BayesianOptions {
  /**
   * How many values must be known, of Sobol points or from elsewhere, before a model is asked; default: the number of parameters and
   * two more, 5 to 16.
   */
  readonly initial?: number
  /** `low`: a third of the cost of a suggestion, for objectives that take less than that; default `full`. */
  readonly effort?: 'full' | 'low'
  /**
   * How often one config may be measured, where the objective is noisy: the best ones are, now and then, and all of them where nothing
   * new is left; default 1, never twice.
   */
  readonly repeats?: number
  /** The models that take turns; default: all. */
  readonly models?: readonly ('plain' | 'smooth' | 'best' | 'forest')[]
}

/** What a suggestion may cost. */
interface Effort {
  /** Most observations of a Gaussian process, and of a forest. */
  readonly largestModel: number
  readonly largestForest: number
  /** Candidates of the maximiser; fewer where the coordinates to compare them with, all in all, are too many. */
  readonly candidates: number
  readonly starts: number
  readonly iterations: number
  /** Candidates of a forest, whose predictions cost little and have no slope. */
  readonly forestCandidates: number
  /** Share of the full effort for a fit. */
  readonly fit: number
}

const EFFORTS: Record<'full' | 'low', Effort> = {
  full: { largestModel: 200, largestForest: 400, candidates: 900, starts: 5, iterations: 30, forestCandidates: 2800, fit: 1 },
  low: { largestModel: 100, largestForest: 200, candidates: 300, starts: 2, iterations: 20, forestCandidates: 700, fit: 0.2 },
}

/** Most coordinates of observations that candidates are compared with. */
const LARGEST_SEARCH = 4e6

/** Features that a node of a tree tries: five of six, but no more than this. */
const MOST_FEATURES = 10

/** Most pending and failed trials that a model believes something of. */
const MOST_FANTASIES = 100

/** Observed points around which the maximiser looks. */
const CENTRES = 5

/** Points of which no coordinate differs by more are one to a pending trial. */
const CLOSE = 0.003

/** Noise by signal above which a model that is sure of a place would measure there again and again. */
const MUCH_NOISE = 0.15

/** Noise by signal above which the plain model has found nothing, and its turns go on to cover the space. */
const ONLY_NOISE = 1

const YEO_JOHNSON: Warp = { kind: 'yeo-johnson' }

/** ln of noise over signal below which choices alone need no model that sees through noise. */
const LITTLE_NOISE = -4

/** The forest's turn: every so many suggestions. */
const FOREST_TURN = { discrete: 5, continuous: 8 }

/** @throws RangeError for options that make no sense */
export function bayesian(options: BayesianOptions = {}): Sampler {
  const { initial, effort = 'full', repeats = 1, models = [...ROLES, 'forest'] } = options
  if (initial !== undefined && !(Number.isInteger(initial) && initial >= 0)) {
    throw new RangeError(`option 'initial': must be a whole number of at least 0, got ${initial}`)
  }
  if (!(Number.isInteger(repeats) && repeats >= 1)) throw new RangeError(`option 'repeats': must be a whole number of at least 1, got ${repeats}`)
  if (!Object.hasOwn(EFFORTS, effort)) throw new RangeError(`option 'effort': must be 'full' or 'low', got '${String(effort)}'`)
  const names: readonly string[] = [...ROLES, 'forest']
  if (!(Array.isArray(models) && models.length > 0 && models.every((model) => names.includes(model)))) {
    throw new RangeError(`option 'models': must be a list of some of ${names.join(', ')}, got ${JSON.stringify(models)}`)
  }
  const decide = (question: Question): Decision => {
    const axes = axesOf(question.space)
    const d = axes.list.length
    const opening = initial ?? initialCount(axes)
    const record = known(question, axes)
    const values = record.observed.length
    if (d === 0 || values < Math.max(opening, 3, d / 4)) {
      const because: Fallback = question.number < opening ? { reason: 'opening', of: opening } : { reason: 'few-values', values }
      const least = toRepeat(leastMeasured(record), record, repeats)
      return { because, again: least && { config: configOf(axes, least), explain: () => ({ by: 'repeat', measurements: measurementsOf(record, least) }) } }
    }
    const basis = readBasis(question.basis, d)
    const random = randomStream('maximize', question.seed, question.number, question.draw)
    const model = modelOf(question.number, axes, models, basis)
    const safety = safetyOf(record, axes.categories, effectiveDimension(axes), basis.safety)
    const past = {
      axes, record, random, effort: EFFORTS[effort], basis: safety === undefined ? basis : { ...basis, safety: safety.learned }, safety: safety?.safety,
    }
    const { ranked, found, learned, view } = model === 'forest' ? byForest(past) : byProcess(model, past)
    const kept = { basis: learned as unknown as Json }
    const best = toRepeat(ranked, record, repeats)
    const again = best && { config: configOf(axes, best), explain: () => view(best) }
    if (again !== undefined && isTurnToRepeat(question.number)) return { suggestion: { config: again.config, again: true, ...kept }, explain: again.explain }
    if (found === undefined) return { because: { reason: 'only-noise' }, again, ...kept }
    const mayRepeat = repeats > 1 && !isClear(learned.plain, LITTLE_NOISE) ? repeats : 1
    const isNew = ({ x }: Candidate): boolean => !question.isTried(configOf(axes, x)) || isRepeatable(record, x, mayRepeat)
    const isApart = ({ x }: Candidate): boolean => !record.pending.some((other) => isClose(x, other, axes))
    const isCareful = ({ x }: Candidate): boolean => past.safety === undefined || isSafe(past.safety, x)
    const chosen = found.find((candidate) => isCareful(candidate) && isApart(candidate) && isNew(candidate))
      ?? found.find((candidate) => isApart(candidate) && isNew(candidate)) ?? found.find(isNew)
    if (chosen === undefined) return { because: { reason: 'all-tried' }, again, ...kept }
    const config = configOf(axes, chosen.x)
    return { suggestion: { config, ...(question.isTried(config) ? { again: true } : {}), ...kept }, explain: () => view(chosen.x) }
  }
  const answerOf = (question: Question): Answer => {
    const decision = decide(question)
    if (!('because' in decision)) return decision
    const { because, again, ...kept } = decision
    const point = suggestSobol(question)
    if (point === undefined && again !== undefined) return { suggestion: { config: again.config, again: true, ...kept }, explain: again.explain }
    return { suggestion: point && { ...point, ...kept }, explain: () => explainSobol(question, because) }
  }
  return {
    name: 'bayesian',
    ...(Object.keys(options).length > 0 ? { options: { ...options } } : {}),
    suggest: (question) => answerOf(question).suggestion,
    explain: (question) => answerOf(question).explain(),
  }
}

interface Answer {
  readonly suggestion: Suggestion | undefined
  readonly explain: () => Explanation | undefined
}

/** A suggestion of a model; or why it is left to the sequence, what to measure once more should that have no more points, and what was learned. */
type Decision = Answer | { readonly because: Fallback; readonly again: Again | undefined; readonly basis?: Json }

interface Again {
  readonly config: Config
  readonly explain: () => Explanation
}

/**
 * Whose turn it is: the forest's every so many trials, else the next process's. Where the plain one finds no noise there is
 * nothing to see through, and the smooth one's turns go to the others. Where no value is next to another there are neither
 * ripples nor steps, and with little noise `plain` and `best`, which see what each choice and each pair of choices adds, take
 * all turns.
 */
function modelOf(number: number, axes: Axes, allowed: readonly (Role | 'forest')[], basis: Basis): Role | 'forest' {
  const sums = hasOrder(axes) || !isClear(basis.plain, LITTLE_NOISE) ? [] : allowed.filter((model) => model === 'plain' || model === 'best')
  const models = sums.length > 0 ? sums : allowed
  const roles = models.filter((model) => model !== 'forest')
  if (roles.length === 0) return 'forest'
  const hasForest = roles.length < models.length
  const every = axes.list.some((axis) => axis.kind !== 'continuous') ? FOREST_TURN.discrete : FOREST_TURN.continuous
  if (hasForest && number % every === every - 1) return 'forest'
  const role = roles[(hasForest ? number - Math.floor(number / every) : number) % roles.length]!
  const others = roles.filter((other) => other !== 'smooth')
  return role === 'smooth' && others.length > 0 && isClear(basis.plain) ? others[number % others.length]! : role
}

/** Whether there is a parameter of which one value may be nearer than another. */
function hasOrder(axes: Axes): boolean {
  return axes.list.some((axis) => axis.kind !== 'category' && axis.count > 1)
}

/** Whether a point would tell no more than a pending one, of which the model is so sure that it wants the same once more. */
function isClose(a: Float64Array, b: Float64Array, axes: Axes): boolean {
  return axes.list.every((axis, k) => axis.kind === 'continuous' ? !(Math.abs(a[k]! - b[k]!) > CLOSE) : Object.is(a[k], b[k]))
}

/** An unordered choice of k values counts for up to three parameters: each value says something of its own. */
export function effectiveDimension(axes: Axes): number {
  return axes.list.reduce((sum, axis) => sum + (axis.count === 1 ? 0 : axis.kind === 'category' ? Math.min(axis.count - 1, 3) : 1), 0)
}

function initialCount(axes: Axes): number {
  return Math.min(Math.max(effectiveDimension(axes) + 2, 5), 16)
}

/** What a model is made of. */
interface Past {
  readonly axes: Axes
  readonly record: Known
  readonly basis: Basis
  readonly random: Random
  readonly effort: Effort
  readonly safety: Safety | undefined
}

/** Candidates, the best first, undefined where a model found only noise; and what was learned on the way. */
interface Found {
  /** What was measured, the best mean first. */
  readonly ranked: readonly Observation[]
  readonly found: readonly Candidate[] | undefined
  readonly learned: Basis
  /** What the model says of a point. */
  readonly view: (x: Float64Array) => ModelExplanation
}

function byProcess(role: Role, { axes, record, basis, random, effort, safety }: Past): Found {
  const { categories } = axes
  const d = categories.length
  const effective = effectiveDimension(axes)
  const weights = Float64Array.from({ length: d }, (_, k) => Math.exp(-2 * (basis[role]?.theta[k] ?? 0)))
  const chosen = modelSet(record.observed, effort.largestModel, weights, categories)
  const points = rows(chosen, d)
  const y = Float64Array.from(chosen, (o) => o.y)
  const { observations, learned } = fitRole(role, points, y, record.observed.length, categories, effective, basis[role], effort.fit)
  const pending = evenly(record.pending, MOST_FANTASIES)
  const failed = evenly(record.failed, MOST_FANTASIES)
  const fantasies = rows([...pending, ...failed].map((x) => ({ x })), d)
  // Where trials fail they are taken to be no better than the middle of those that worked.
  const pessimism = safety && Float64Array.from([...pending.map(() => -Infinity), ...isUnsafe(safety, failed).map((is) => is ? 0 : -Infinity)])
  const model = condition(observations, Float64Array.from(learned.theta), fantasies, pessimism)
  const means = meansAtObservations(model, observations)
  const ranked = inOrderOf(means, chosen)
  const best = Math.min(...means)
  const noise = model.noise / (model.signal + model.additive)
  const improvement = logExpectedImprovement(best)
  const criterion = criterionOf(model, noise > MUCH_NOISE ? augmented(improvement, Math.sqrt(model.noise)) : improvement, safety)
  const view = processView(role, record, { model, criterion, y, warp: warpOf(role, learned), best, safety })
  const candidates = Math.min(effort.candidates, Math.floor(LARGEST_SEARCH / (model.n * d)))
  const found = role === 'plain' && noise > ONLY_NOISE && safety === undefined ? undefined : maximize(criterion, axes, centresOf(ranked), random, {
    global: Math.ceil((2 / 3) * candidates), local: Math.ceil(candidates / 3), shortlist: Math.ceil(candidates / 2),
    starts: effort.starts, iterations: effort.iterations,
  })
  return { ranked, found, learned: { ...basis, [role]: learned }, view }
}

/** The lowest first: with noise what was measured is the truth and some luck, and its mean says more. */
function inOrderOf(means: Float64Array, chosen: readonly Observation[]): readonly Observation[] {
  return chosen.map((_, i) => i).sort((a, b) => means[a]! - means[b]! || a - b).map((i) => chosen[i]!)
}

const centresOf = (ranked: readonly Observation[]): Float64Array[] => ranked.slice(0, CENTRES).map(({ x }) => x)

function byForest({ axes, record, basis, random, effort, safety }: Past): Found {
  const { categories } = axes
  const d = categories.length
  const chosen = modelSet(record.observed, effort.largestForest, new Float64Array(d).fill(1), categories)
  const { values } = warped(Float64Array.from(chosen, (o) => o.y), YEO_JOHNSON)
  // A failure counts as poor as the worst.
  const failed = evenly(record.failed, MOST_FANTASIES)
  const y = Float64Array.from([...values, ...failed.map(() => Math.max(...values))])
  const points = rows([...chosen, ...failed.map((x) => ({ x }))], d)
  const levels = axes.list.map((axis) => axis.kind === 'category' ? axis.count : 0)
  const forest = fitForest(points, y, y.length, d, levels, { features: Math.min(5 / 6, MOST_FEATURES / d) }, random)
  const ranked = inOrderOf(values, chosen)
  const best = Math.min(...values)
  const criterion = forestCriterionOf(forest, logExpectedImprovement(best), safety)
  const found = maximize(criterion, axes, centresOf(ranked), random, {
    global: Math.ceil(0.7 * effort.forestCandidates), local: Math.ceil(0.3 * effort.forestCandidates), shortlist: effort.forestCandidates,
    starts: effort.starts, iterations: 0,
  })
  const view = forestView(record, { forest, criterion, y: Float64Array.from(chosen, (o) => o.y), warp: YEO_JOHNSON, best, safety })
  return { ranked, found, learned: basis, view }
}

function rows(points: readonly { readonly x: Float64Array }[], d: number): Float64Array {
  const all = new Float64Array(points.length * d)
  for (const [i, { x }] of points.entries()) all.set(x, i * d)
  return all
}
