/**
 * Bayesian optimisation: models of the trials so far say where the next is worth most.
 *
 * The first trials are points of a scrambled Sobol sequence, by number, so that any number of workers begin without a word
 * between them, until there are results enough; those from elsewhere are as good. Then models take turns, by number again:
 * three Gaussian processes (`rotation.ts`), and a random forest (`turn.ts`). Pending trials are believed to turn out as the
 * model says; where trials fail, a model of the failures keeps away; where a model finds little
 * but noise, a place counts for less the better it is known. Where the best basin is known to the last digit that a model can
 * see, most turns go on as if it were not there: a smooth function may have more than one, and whoever polishes finds no other.
 *
 * Sources: Snoek, Larochelle & Adams 2012, "Practical Bayesian optimization"; Ginsbourger et al. 2010 (pending trials);
 * Gelbart, Snoek & Adams 2014, "Bayesian optimization with unknown constraints" (failures).
 */

import type { Json } from '../trial.ts'
import type { Candidate } from '../acquisition/maximize.ts'
import { randomStream } from '../numerics/random.ts'
import { axesOf, configOf } from '../space/axes.ts'
import type { Axes } from '../space/axes.ts'
import { readBasis } from './basis.ts'
import type { Basis } from './basis.ts'
import type { Explanation, Fallback } from './explanation.ts'
import { known } from './observations.ts'
import { hasRepeated, isRepeatable, isTurnToRepeat, leastMeasured, placeAt, repeatsOf, toRepeat } from './repeats.ts'
import type { Place } from './repeats.ts'
import { ROLES, effectiveDimension, isClear } from './rotation.ts'
import type { Role } from './rotation.ts'
import { isSafe, safetyOf } from './safety.ts'
import type { Question, Sampler, Suggestion } from './sampler.ts'
import { explainSobol, suggestSobol } from './sobol.ts'
import { EFFORTS, byForest, byProcess } from './turn.ts'

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

/** Points of which no coordinate differs by more are one to a pending trial. */
const CLOSE = 0.003

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
  if (!(Number.isInteger(repeats) && repeats >= 1))
    throw new RangeError(`option 'repeats': must be a whole number of at least 1, got ${repeats}`)
  if (!Object.hasOwn(EFFORTS, effort))
    throw new RangeError(`option 'effort': must be 'full' or 'low', got '${String(effort)}'`)
  const names: readonly string[] = [...ROLES, 'forest']
  if (!(Array.isArray(models) && models.length > 0 && models.every((model) => names.includes(model)))) {
    throw new RangeError(
      `option 'models': must be a list of some of ${names.join(', ')}, got ${JSON.stringify(models)}`,
    )
  }
  const decide = (question: Question): Decision => {
    const axes = axesOf(question.space)
    const d = axes.list.length
    const opening = initial ?? initialCount(axes)
    const record = known(question, axes)
    const repeatable = repeatsOf(record, repeats, question.isTried)
    const values = record.observed.length
    if (d === 0 || values < Math.max(opening, 3, d / 4)) {
      const because: Fallback =
        question.number < opening ? { reason: 'opening', of: opening } : { reason: 'few-values', values }
      const least = leastMeasured(repeatable)
      return { because, again: least && repetition(least, () => ({ by: 'repeat', measurements: least.measurements })) }
    }
    const basis = readBasis(question.basis, d)
    const random = randomStream('maximize', question.seed, question.number, question.draw)
    const model = modelOf(question.number, axes, models, basis)
    const safety = safetyOf(record, axes.categories, effectiveDimension(axes), basis.safety)
    const past = {
      axes,
      record,
      random,
      number: question.number,
      effort: EFFORTS[effort],
      basis: safety === undefined ? basis : { ...basis, safety: safety.learned },
      safety: safety?.safety,
    }
    const { ranked, found, learned, view } = model === 'forest' ? byForest(past) : byProcess(model, past)
    const kept = { basis: learned as unknown as Json }
    const best = toRepeat(ranked, repeatable)
    const again = best && repetition(best, () => view(best.first.x), kept)
    const isExact = isClear(learned.plain) && hasRepeated(repeatable)
    if (again !== undefined && isTurnToRepeat(question.number) && !isExact) return again
    if (found === undefined) return { because: { reason: 'only-noise' }, again, ...kept }
    const isNoisy = !isClear(learned.plain, LITTLE_NOISE)
    const isNew = ({ x }: Candidate): boolean => {
      const place = placeAt(repeatable, x)
      return place === undefined ? !question.isTried(configOf(axes, x)) : isNoisy && isRepeatable(place, repeatable)
    }
    const isApart = ({ x }: Candidate): boolean => !record.pending.some((other) => isClose(x, other, axes))
    const isCareful = ({ x }: Candidate): boolean => past.safety === undefined || isSafe(past.safety, x)
    const chosen =
      found.find((candidate) => isCareful(candidate) && isApart(candidate) && isNew(candidate)) ??
      found.find((candidate) => isApart(candidate) && isNew(candidate)) ??
      found.find(isNew)
    if (chosen === undefined) return { because: { reason: 'all-tried' }, again, ...kept }
    const place = placeAt(repeatable, chosen.x)
    if (place !== undefined) return repetition(place, () => view(chosen.x), kept)
    return { suggestion: { config: configOf(axes, chosen.x), ...kept }, explain: () => view(chosen.x) }
  }
  const answerOf = (question: Question): Answer => {
    const decision = decide(question)
    if (!('because' in decision)) return decision
    const { because, again, ...kept } = decision
    const point = suggestSobol(question)
    if (point === undefined && again !== undefined) return again
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
type Decision = Answer | { readonly because: Fallback; readonly again: Answer | undefined; readonly basis?: Json }

function repetition({ first }: Place, explain: () => Explanation, kept: { readonly basis?: Json } = {}): Answer {
  return { suggestion: { config: first.trial.config, again: true, ...kept }, explain }
}

/**
 * Whose turn it is: the forest's every so many trials, else the next process's. Where the plain one finds no noise there is
 * nothing to see through, and the smooth one's turns go to the others. Where no value is next to another there are neither
 * ripples nor steps, and with little noise `plain` and `best`, which see what each choice and each pair of choices adds, take
 * all turns.
 */
function modelOf(number: number, axes: Axes, allowed: readonly (Role | 'forest')[], basis: Basis): Role | 'forest' {
  const sums =
    hasOrder(axes) || !isClear(basis.plain, LITTLE_NOISE)
      ? []
      : allowed.filter((model) => model === 'plain' || model === 'best')
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
  return axes.list.every((axis, k) =>
    axis.kind === 'continuous' ? !(Math.abs(a[k]! - b[k]!) > CLOSE) : Object.is(a[k], b[k]),
  )
}

function initialCount(axes: Axes): number {
  return Math.min(Math.max(effectiveDimension(axes) + 2, 5), 16)
}
