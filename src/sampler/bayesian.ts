/**
 * Bayesian optimisation: models of the trials so far say where the next is worth most.
 *
 * The first trials are points of a scrambled Sobol sequence, by number, so that any number of workers begin without a word
 * between them, until there are results enough; those from elsewhere are as good. Then models take turns, by number again:
 * three Gaussian processes (`rotation.ts`), and a random forest, which sees what no smooth function has. Pending trials are
 * believed to turn out as the model says; where trials fail, a model of the failures keeps away; where a model finds little
 * but noise, a place counts for less the better it is known. Where the best basin is known to the last digit that a model can
 * see, most turns go on as if it were not there: a smooth function may have more than one, and whoever polishes finds no other.
 *
 * Sources: Snoek, Larochelle & Adams 2012, "Practical Bayesian optimization"; Ginsbourger et al. 2010 (pending trials);
 * Gelbart, Snoek & Adams 2014, "Bayesian optimization with unknown constraints" (failures).
 */

import type { Json } from '../trial.ts'
import { augmented, logExpectedImprovement } from '../acquisition/acquisition.ts'
import { criterionOf, forestCriterionOf } from '../acquisition/criterion.ts'
import type { Criterion, Safety } from '../acquisition/criterion.ts'
import { maximize } from '../acquisition/maximize.ts'
import type { Candidate } from '../acquisition/maximize.ts'
import { randomStream } from '../numerics/random.ts'
import type { Random } from '../numerics/random.ts'
import { axesOf, configOf } from '../space/axes.ts'
import type { Axes } from '../space/axes.ts'
import { condition, meansAtObservations } from '../surrogate/gaussian-process.ts'
import type { GaussianProcess } from '../surrogate/gaussian-process.ts'
import { fitForest } from '../surrogate/random-forest.ts'
import { warped } from '../surrogate/warp.ts'
import type { Warp } from '../surrogate/warp.ts'
import { basinsOf, isOutside } from './basins.ts'
import type { Fallback, ModelExplanation } from './explanation.ts'
import { evenly, modelSet } from './model-set.ts'
import { forestView, processView } from './model-view.ts'
import { known } from './observations.ts'
import type { Known, Observation } from './observations.ts'
import { ROLES, fitRole, isClear, readBasis, warpOf } from './rotation.ts'
import type { Basis, Elsewhere, Fitted, Role } from './rotation.ts'
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

/** ln of the expected improvement, in deviations, below which the best basin holds nothing more that a model could see. */
const EXHAUSTED = -7

/** ln of the expected improvement outside of it, in the deviations there, below which nothing is worth a look. */
const HOPELESS = -5

/** Share of what the best value is better than the median that a basin still has to gain before it counts as one that holds more. */
const GAIN = 1e-3

/** Fewest observations outside of the basins that are left out. */
const FEWEST_OUTSIDE = 5

/** While the best basin holds nothing more, its turn: every so many suggestions. */
const POLISH_TURN = 6

/** Candidates outside of the basins that are left out, the best first. */
const MOST_OUTSIDE = 20

/** The forest's turn: every so many suggestions. */
const FOREST_TURN = { discrete: 5, continuous: 8 }

/** @throws RangeError for options that make no sense */
export function bayesian(options: BayesianOptions = {}): Sampler {
  const { initial, effort = 'full', models = [...ROLES, 'forest'] } = options
  if (initial !== undefined && !(Number.isInteger(initial) && initial >= 0)) {
    throw new RangeError(`option 'initial': must be a whole number of at least 0, got ${initial}`)
  }
  if (!Object.hasOwn(EFFORTS, effort)) throw new RangeError(`option 'effort': must be 'full' or 'low', got '${String(effort)}'`)
  const names: readonly string[] = [...ROLES, 'forest']
  if (!(Array.isArray(models) && models.length > 0 && models.every((model) => names.includes(model)))) {
    throw new RangeError(`option 'models': must be a list of some of ${names.join(', ')}, got ${JSON.stringify(models)}`)
  }
  const decide = (question: Question): Decision => {
    const axes = axesOf(question.space)
    const d = axes.list.length
    const opening = initial ?? initialCount(axes)
    if (d === 0) return { because: { reason: 'opening', of: opening } }
    const record = known(question, axes)
    const values = record.observed.length
    if (values < Math.max(opening, 3, d / 4)) {
      return { because: question.number < opening ? { reason: 'opening', of: opening } : { reason: 'few-values', values } }
    }
    const basis = readBasis(question.basis, d)
    const random = randomStream('maximize', question.seed, question.number, question.draw)
    const model = modelOf(question.number, axes, models, basis)
    const safety = safetyOf(record, axes.categories, effectiveDimension(axes), basis.safety)
    const past = {
      axes, record, random, number: question.number, effort: EFFORTS[effort], basis: safety === undefined ? basis : { ...basis, safety: safety.learned }, safety: safety?.safety,
    }
    const { found, learned, view } = model === 'forest' ? byForest(past) : byProcess(model, past)
    if (found === undefined) return { because: { reason: 'only-noise' }, basis: learned as unknown as Json }
    const isNew = ({ x }: Candidate): boolean => !question.isTried(configOf(axes, x))
    const isApart = ({ x }: Candidate): boolean => !record.pending.some((other) => isClose(x, other, axes))
    const isCareful = ({ x }: Candidate): boolean => past.safety === undefined || isSafe(past.safety, x)
    const chosen = found.find((candidate) => isCareful(candidate) && isApart(candidate) && isNew(candidate))
      ?? found.find((candidate) => isApart(candidate) && isNew(candidate)) ?? found.find(isNew)
    if (chosen === undefined) return { because: { reason: 'all-tried' }, basis: learned as unknown as Json }
    return { suggestion: { config: configOf(axes, chosen.x), basis: learned as unknown as Json }, explain: () => view(chosen.x) }
  }
  return {
    name: 'bayesian',
    ...(Object.keys(options).length > 0 ? { options: { ...options } } : {}),
    suggest: (question) => {
      const decision = decide(question)
      if (!('because' in decision)) return decision.suggestion
      const suggestion = suggestSobol(question)
      return suggestion && decision.basis !== undefined ? { ...suggestion, basis: decision.basis } : suggestion
    },
    explain: (question) => {
      const decision = decide(question)
      return 'because' in decision ? explainSobol(question, decision.because) : decision.explain()
    },
  }
}

/** A suggestion of a model, or why it is left to the sequence, and what was learned even so. */
type Decision =
  | { readonly because: Fallback; readonly basis?: Json }
  | { readonly suggestion: Suggestion; readonly explain: () => ModelExplanation }

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
  readonly number: number
  readonly effort: Effort
  readonly safety: Safety | undefined
}

/** Candidates, the best first, undefined where a model found only noise; and what was learned on the way. */
interface Found {
  readonly found: readonly Candidate[] | undefined
  readonly learned: Basis
  /** What the model says of a point. */
  readonly view: (x: Float64Array) => ModelExplanation
}

function byProcess(role: Role, past: Past): Found {
  const { axes, record, basis, random, effort, safety } = past
  const { categories } = axes
  const d = categories.length
  const effective = effectiveDimension(axes)
  const weights = Float64Array.from({ length: d }, (_, k) => Math.exp(-2 * (basis[role]?.theta[k] ?? 0)))
  const chosen = modelSet(record.observed, effort.largestModel, weights, categories)
  const y = Float64Array.from(chosen, (o) => o.y)
  const fitted = fitRole(role, rows(chosen, d), y, record.observed.length, categories, effective, basis[role], effort.fit)
  const { learned } = fitted
  const outside = role === 'smooth' ? undefined : ofSettled(basis.elsewhere, record.observed)
  const { elsewhere: last, ...models } = basis
  const kept = role === 'smooth' ? last : outside
  const next: Basis = { ...models, [role]: learned, ...(kept === undefined ? {} : { elsewhere: kept }) }
  const clear = role === 'plain' ? learned : basis.plain ?? learned
  const there = outside !== undefined && outside.left > 0 && past.number % POLISH_TURN !== POLISH_TURN - 1
    ? byElsewhere(chosen, outside, Float64Array.from(clear.theta), past) : undefined
  if (there?.found !== undefined) return { ...there.found, learned: { ...next, elsewhere: there.elsewhere } }
  const { model, criterion, centres, best } = criterionOfFit(fitted, chosen, past)
  const noise = model.noise / (model.signal + model.additive)
  const view = processView(role, record, { model, criterion, y, warp: warpOf(role, learned), best, safety })
  if (role === 'plain' && noise > ONLY_NOISE && safety === undefined) return { found: undefined, learned: next, view }
  const candidates = search(criterion, axes, centres, random, effort, model.n)
  const isExhausted = role !== 'smooth' && outside === undefined && isClear(clear) && candidates[0] !== undefined && candidates[0].value < EXHAUSTED
  const elsewhere = isExhausted ? { theta: clear.theta, fitted: 0, lowest: Math.min(...y), left: 1 } : there?.elsewhere
  return { found: candidates, learned: elsewhere === undefined ? next : { ...next, elsewhere }, view }
}

/** What is known of the search elsewhere, unless the best value is a better one since. */
function ofSettled(elsewhere: Elsewhere | undefined, observed: readonly Observation[]): Elsewhere | undefined {
  if (elsewhere === undefined) return undefined
  const sorted = Float64Array.from(observed, (o) => o.y).sort()
  return elsewhere.lowest - sorted[0]! <= GAIN * (sorted[sorted.length >> 1]! - sorted[0]!) ? elsewhere : undefined
}

/**
 * Goes on as if there were only the observations outside of the best basins: a model of them, and their own best value to improve
 * on. What many points at the bottom of one basin say of lengthscales would be wrong everywhere else. Nothing is found where no
 * improvement is to be expected; then one basin more is left out from then on.
 *
 * @param theta  hyperparameters whose lengthscales say what a basin is
 */
function byElsewhere(
  chosen: readonly Observation[], elsewhere: Elsewhere, theta: Float64Array, past: Past,
): { readonly elsewhere: Elsewhere; readonly found?: Omit<Found, 'learned'> } {
  const { axes, record, random, effort, safety } = past
  const { categories } = axes
  const d = categories.length
  const weights = Float64Array.from({ length: d }, (_, k) => Math.exp(-2 * theta[k]!))
  const points = chosen.map((o) => o.x)
  const basins = basinsOf(points, Float64Array.from(chosen, (o) => o.y), weights, categories)
  const others = chosen.filter((_, i) => basins.of[i]! >= elsewhere.left)
  if (others.length < Math.max(FEWEST_OUTSIDE, d / 2)) return { elsewhere: { ...elsewhere, left: 0 } }
  const y = Float64Array.from(others, (o) => o.y)
  const warm = elsewhere.fitted > 0 && elsewhere.fitted <= others.length ? elsewhere : undefined
  const fitted = fitRole('plain', rows(others, d), y, others.length, categories, effectiveDimension(axes), warm, effort.fit)
  const { model, criterion, centres, best } = criterionOfFit(fitted, others, past)
  const found = search(criterion, axes, centres, random, effort, model.n)
  const outside: Candidate[] = []
  for (const candidate of found) {
    if (outside.length === MOST_OUTSIDE || !(candidate.value > HOPELESS)) break
    if (isOutside(candidate.x, elsewhere.left, basins, points, weights, categories)) outside.push(candidate)
  }
  if (outside.length === 0) return { elsewhere: { ...elsewhere, fitted: 0, left: elsewhere.left + 1 } }
  const view = processView('plain', record, { model, criterion, y, warp: warpOf('plain', fitted.learned), best, safety })
  return { elsewhere: { ...elsewhere, ...fitted.learned }, found: { found: [...outside, ...found], view } }
}

/** The model of a fit, with what is pending and what failed, and the criterion that improves on its best mean. */
function criterionOfFit(
  { observations, learned }: Fitted, chosen: readonly Observation[], { record, safety }: Past,
): { model: GaussianProcess; criterion: Criterion; centres: Float64Array[]; best: number } {
  const pending = evenly(record.pending, MOST_FANTASIES)
  const failed = evenly(record.failed, MOST_FANTASIES)
  const fantasies = rows([...pending, ...failed].map((x) => ({ x })), observations.categories.length)
  // Where trials fail they are taken to be no better than the middle of those that worked.
  const pessimism = safety && Float64Array.from([...pending.map(() => -Infinity), ...isUnsafe(safety, failed).map((is) => is ? 0 : -Infinity)])
  const model = condition(observations, Float64Array.from(learned.theta), fantasies, pessimism)
  const { centres, best } = incumbents(meansAtObservations(model, observations), chosen)
  const noise = model.noise / (model.signal + model.additive)
  const improvement = logExpectedImprovement(best)
  const criterion = criterionOf(model, noise > MUCH_NOISE ? augmented(improvement, Math.sqrt(model.noise)) : improvement, safety)
  return { model, criterion, centres, best }
}

function search(criterion: Criterion, axes: Axes, centres: readonly Float64Array[], random: Random, effort: Effort, n: number): Candidate[] {
  const candidates = Math.min(effort.candidates, Math.floor(LARGEST_SEARCH / (n * criterion.d)))
  return maximize(criterion, axes, centres, random, {
    global: Math.ceil((2 / 3) * candidates), local: Math.ceil(candidates / 3), shortlist: Math.ceil(candidates / 2),
    starts: effort.starts, iterations: effort.iterations,
  })
}

/** The observed points with the best means: what was measured is the truth and some noise. */
function incumbents(means: Float64Array, chosen: readonly Observation[]): { centres: Float64Array[]; best: number } {
  const order = chosen.map((_, i) => i).sort((a, b) => means[a]! - means[b]! || a - b)
  return { centres: order.slice(0, CENTRES).map((i) => chosen[i]!.x), best: means[order[0]!]! }
}

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
  const order = chosen.map((_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b)
  const centres = order.slice(0, CENTRES).map((i) => chosen[i]!.x)
  const criterion = forestCriterionOf(forest, logExpectedImprovement(values[order[0]!]!), safety)
  const found = maximize(criterion, axes, centres, random, {
    global: Math.ceil(0.7 * effort.forestCandidates), local: Math.ceil(0.3 * effort.forestCandidates), shortlist: effort.forestCandidates,
    starts: effort.starts, iterations: 0,
  })
  const view = forestView(record, { forest, criterion, y: Float64Array.from(chosen, (o) => o.y), warp: YEO_JOHNSON, best: values[order[0]!]!, safety })
  return { found, learned: basis, view }
}

function rows(points: readonly { readonly x: Float64Array }[], d: number): Float64Array {
  const all = new Float64Array(points.length * d)
  for (const [i, { x }] of points.entries()) all.set(x, i * d)
  return all
}
