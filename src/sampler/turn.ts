/**
 * One model's turn: from the record to candidates for the next trial, the best first.
 *
 * A process is fitted to a bounded set of the trials, told what is pending and what failed, and its improvement maximised. Once
 * the best basin holds nothing more that it could see, it goes on as if that were not there.
 */

import { augmented, logExpectedImprovement } from '../acquisition/acquisition.ts'
import { criterionOf, forestCriterionOf } from '../acquisition/criterion.ts'
import type { Criterion, Safety } from '../acquisition/criterion.ts'
import { maximize } from '../acquisition/maximize.ts'
import type { Candidate } from '../acquisition/maximize.ts'
import type { Random } from '../numerics/random.ts'
import type { Axes } from '../space/axes.ts'
import { condition, meansAtObservations } from '../surrogate/gaussian-process.ts'
import type { GaussianProcess } from '../surrogate/gaussian-process.ts'
import { logNoiseBySignalAndSum, weightsOf } from '../surrogate/hyperparameters.ts'
import { fitForest } from '../surrogate/random-forest.ts'
import { warped } from '../surrogate/warp.ts'
import type { Warp } from '../surrogate/warp.ts'
import { basinsOf, isOutside } from './basins.ts'
import { beginElsewhere } from './basis.ts'
import type { Basis, Elsewhere } from './basis.ts'
import type { ModelExplanation } from './explanation.ts'
import { evenly, modelSet } from './model-set.ts'
import { forestView, processView } from './model-view.ts'
import { rowsOf } from './observations.ts'
import type { Known, Observation } from './observations.ts'
import { effectiveDimension, fitRole, isClear, warpOf } from './rotation.ts'
import type { Fitted, Role } from './rotation.ts'
import { isUnsafe } from './safety.ts'

/** What a model is made of. */
export interface Past {
  readonly axes: Axes
  readonly record: Known
  readonly basis: Basis
  readonly random: Random
  readonly number: number
  readonly effort: Effort
  readonly safety: Safety | undefined
}

/** Candidates, the best first, undefined where a model found only noise; and what was learned on the way. */
export interface Found {
  /** What was measured, the best mean first. */
  readonly ranked: readonly Observation[]
  readonly found: readonly Candidate[] | undefined
  readonly learned: Basis
  /** What the model says of a point. */
  readonly view: (x: Float64Array) => ModelExplanation
}

/** What a suggestion may cost. */
export interface Effort {
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

export const EFFORTS: Record<'full' | 'low', Effort> = {
  full: {
    largestModel: 200,
    largestForest: 400,
    candidates: 900,
    starts: 5,
    iterations: 30,
    forestCandidates: 2800,
    fit: 1,
  },
  low: {
    largestModel: 100,
    largestForest: 200,
    candidates: 300,
    starts: 2,
    iterations: 20,
    forestCandidates: 700,
    fit: 0.2,
  },
}

/** Most coordinates of observations that candidates are compared with. */
const LARGEST_SEARCH = 4e6

/** Features that a node of a tree tries: five of six, but no more than this. */
const MOST_FEATURES = 10

/** Most pending and failed trials that a model believes something of. */
const MOST_FANTASIES = 100

/** Observed points around which the maximiser looks. */
const CENTRES = 5

/** ln of noise by signal above which a model that is sure of a place would measure there again and again. */
const MUCH_NOISE = Math.log(0.15)

/** ln of noise by signal above which the plain model has found nothing, and its turns go on to cover the space. */
const ONLY_NOISE = 0

const YEO_JOHNSON: Warp = { kind: 'yeo-johnson' }

/** ln of the expected improvement, in deviations and times the odds of a value, below which the best basin holds nothing more that a model could see. */
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

/** A turn of a Gaussian process. */
export function byProcess(role: Role, past: Past): Found {
  const { axes, record, basis, random, effort, safety } = past
  const { categories } = axes
  const d = categories.length
  const effective = effectiveDimension(axes)
  const weights = basis[role] === undefined ? new Float64Array(d).fill(1) : weightsOf(basis[role].theta)
  const chosen = modelSet(record.observed, effort.largestModel, weights, categories)
  const y = Float64Array.from(chosen, (o) => o.y)
  const fitted = fitRole(
    role,
    rowsOf(
      chosen.map((o) => o.x),
      d,
    ),
    y,
    record.observed.length,
    categories,
    effective,
    basis[role],
    effort.fit,
  )
  const { learned } = fitted
  // A model that smooths over ripples sees no last digit, and has no say in this.
  const isSharp = role !== 'smooth'
  const { elsewhere: earlier, ...models } = basis
  const settled = isSharp ? ofSettled(earlier, record.observed) : earlier
  const keep = (elsewhere: Elsewhere | undefined): Basis => ({
    ...models,
    [role]: learned,
    ...(elsewhere === undefined ? {} : { elsewhere }),
  })
  const plain = role === 'plain' ? learned : (basis.plain ?? learned)
  const isToLeave =
    isSharp && settled !== undefined && settled.left > 0 && past.number % POLISH_TURN !== POLISH_TURN - 1
  const beyond = isToLeave ? byElsewhere(chosen, settled, Float64Array.from(plain.theta), past) : undefined
  if (beyond?.found !== undefined) return { ...beyond.found, learned: keep(beyond.elsewhere) }

  const { model, noise, criterion, ranked, best } = criterionOfFit(fitted, chosen, past)
  const view = processView(role, record, { model, criterion, y, warp: warpOf(role, learned), best, safety })
  if (role === 'plain' && noise > ONLY_NOISE && safety === undefined)
    return { ranked, found: undefined, learned: keep(beyond?.elsewhere ?? settled), view }
  const found = search(criterion, axes, centresOf(ranked), random, effort, model.n)
  const isExhausted =
    isSharp && settled === undefined && isClear(plain) && found[0] !== undefined && found[0].value < EXHAUSTED
  return {
    ranked,
    found,
    learned: keep(isExhausted ? beginElsewhere(d, Math.min(...y)) : (beyond?.elsewhere ?? settled)),
    view,
  }
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
  chosen: readonly Observation[],
  elsewhere: Elsewhere,
  theta: Float64Array,
  past: Past,
): { readonly elsewhere: Elsewhere; readonly found?: Omit<Found, 'learned'> } {
  const { axes, record, random, effort, safety } = past
  const { categories } = axes
  const d = categories.length
  const weights = weightsOf(theta)
  const points = chosen.map((o) => o.x)
  const values = Float64Array.from(chosen, (o) => o.y)
  const basins = basinsOf(points, values, weights, categories)
  const others = chosen.filter((_, i) => basins.of[i]! >= elsewhere.left)
  if (others.length < Math.max(FEWEST_OUTSIDE, d / 2)) return { elsewhere: { ...elsewhere, left: 0 } }
  const y = Float64Array.from(others, (o) => o.y)
  const warm = elsewhere.fitted > 0 && elsewhere.fitted <= others.length ? elsewhere : undefined
  const fitted = fitRole(
    'plain',
    rowsOf(
      others.map((o) => o.x),
      d,
    ),
    y,
    others.length,
    categories,
    effectiveDimension(axes),
    warm,
    effort.fit,
  )
  const { model, criterion, ranked, best } = criterionOfFit(fitted, others, past)
  const found = search(criterion, axes, centresOf(ranked), random, effort, model.n)
  const outside: Candidate[] = []
  for (const candidate of found) {
    if (outside.length === MOST_OUTSIDE || !(candidate.value > HOPELESS)) break
    if (isOutside(candidate.x, elsewhere.left, basins, points, weights, categories)) outside.push(candidate)
  }
  if (outside.length === 0) return { elsewhere: { ...elsewhere, fitted: 0, left: elsewhere.left + 1 } }
  const view = processView('plain', record, {
    model,
    criterion,
    y,
    warp: warpOf('plain', fitted.learned),
    best,
    safety,
  })
  const leaving = (x: Float64Array): ModelExplanation => ({ ...view(x), leftOut: elsewhere.left })
  return {
    elsewhere: { ...elsewhere, ...fitted.learned },
    found: { ranked: inOrderOf(values, chosen), found: [...outside, ...found], view: leaving },
  }
}

/** The model of a fit, with what is pending and what failed, the ln of its noise by signal, and the criterion that improves on its best mean. */
function criterionOfFit(
  { observations, learned }: Fitted,
  chosen: readonly Observation[],
  { record, safety }: Past,
): { model: GaussianProcess; noise: number; criterion: Criterion; ranked: readonly Observation[]; best: number } {
  const pending = evenly(record.pending, MOST_FANTASIES)
  const failed = evenly(record.failed, MOST_FANTASIES)
  const fantasies = rowsOf([...pending, ...failed], observations.categories.length)
  // Where trials fail they are taken to be no better than the middle of those that worked.
  const pessimism =
    safety &&
    Float64Array.from([...pending.map(() => -Infinity), ...isUnsafe(safety, failed).map((is) => (is ? 0 : -Infinity))])
  const model = condition(observations, Float64Array.from(learned.theta), fantasies, pessimism)
  const means = meansAtObservations(model, observations)
  const ranked = inOrderOf(means, chosen)
  const best = Math.min(...means)
  const noise = logNoiseBySignalAndSum(model)
  const improvement = logExpectedImprovement(best)
  const criterion = criterionOf(
    model,
    noise > MUCH_NOISE ? augmented(improvement, Math.sqrt(model.noise)) : improvement,
    safety,
  )
  return { model, noise, criterion, ranked, best }
}

function search(
  criterion: Criterion,
  axes: Axes,
  centres: readonly Float64Array[],
  random: Random,
  effort: Effort,
  n: number,
): Candidate[] {
  const candidates = Math.min(effort.candidates, Math.floor(LARGEST_SEARCH / (n * criterion.d)))
  return maximize(criterion, axes, centres, random, {
    global: Math.ceil((2 / 3) * candidates),
    local: Math.ceil(candidates / 3),
    shortlist: Math.ceil(candidates / 2),
    starts: effort.starts,
    iterations: effort.iterations,
  })
}

/** The lowest first: with noise what was measured is the truth and some luck, and its mean says more. */
function inOrderOf(means: Float64Array, chosen: readonly Observation[]): readonly Observation[] {
  return chosen
    .map((_, i) => i)
    .sort((a, b) => means[a]! - means[b]! || a - b)
    .map((i) => chosen[i]!)
}

const centresOf = (ranked: readonly Observation[]): Float64Array[] => ranked.slice(0, CENTRES).map(({ x }) => x)

/** A turn of the random forest, which sees what no smooth function has. */
export function byForest({ axes, record, basis, random, effort, safety }: Past): Found {
  const { categories } = axes
  const d = categories.length
  const chosen = modelSet(record.observed, effort.largestForest, new Float64Array(d).fill(1), categories)
  const { values } = warped(
    Float64Array.from(chosen, (o) => o.y),
    YEO_JOHNSON,
  )
  // A failure counts as poor as the worst.
  const failed = evenly(record.failed, MOST_FANTASIES)
  const y = Float64Array.from([...values, ...failed.map(() => Math.max(...values))])
  const points = rowsOf([...chosen.map((o) => o.x), ...failed], d)
  const levels = axes.list.map((axis) => (axis.kind === 'category' ? axis.count : 0))
  const forest = fitForest(points, y, y.length, d, levels, { features: Math.min(5 / 6, MOST_FEATURES / d) }, random)
  const ranked = inOrderOf(values, chosen)
  const best = Math.min(...values)
  const criterion = forestCriterionOf(forest, logExpectedImprovement(best), safety)
  const found = maximize(criterion, axes, centresOf(ranked), random, {
    global: Math.ceil(0.7 * effort.forestCandidates),
    local: Math.ceil(0.3 * effort.forestCandidates),
    shortlist: effort.forestCandidates,
    starts: effort.starts,
    iterations: 0,
  })
  const view = forestView(record, {
    forest,
    criterion,
    y: Float64Array.from(chosen, (o) => o.y),
    warp: YEO_JOHNSON,
    best,
    safety,
  })
  return { ranked, found, learned: basis, view }
}
