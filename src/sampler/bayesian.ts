/**
 * Bayesian optimisation: models of the trials so far say where the next is worth most.
 *
 * The first trials are points of a scrambled Sobol sequence, by number, so that any number of workers begin without a word
 * between them. Then models take turns (`rotation.ts`); pending trials are believed to turn out as the model says.
 */

import { logExpectedImprovement } from '../acquisition/acquisition.ts'
import { axesOf, configOf } from '../space/axes.ts'
import type { Axes } from '../space/axes.ts'
import { criterionOf, forestCriterionOf } from '../acquisition/criterion.ts'
import type { Candidate } from '../acquisition/maximize.ts'
import { maximize } from '../acquisition/maximize.ts'
import { randomStream } from '../numerics/random.ts'
import { condition, predictMeans } from '../surrogate/gaussian-process.ts'
import { known } from './observations.ts'
import { fitForest } from '../surrogate/random-forest.ts'
import { warped } from '../surrogate/warp.ts'
import type { Known } from './observations.ts'
import type { Basis } from './rotation.ts'
import { ROLES, fitRole, readBasis } from './rotation.ts'
import type { Question, Sampler, Suggestion } from './sampler.ts'
import { sobol } from './sobol.ts'

export interface BayesianOptions {
  /** How many trials are Sobol points before a model is asked; default: the number of parameters and two more. */
  readonly initial?: number
}

export function bayesian(options: BayesianOptions = {}): Sampler {
  const { initial } = options
  if (initial !== undefined && !(Number.isInteger(initial) && initial >= 0)) {
    throw new RangeError(`option 'initial': must be a whole number of at least 0, got ${initial}`)
  }
  const opening = sobol()
  return {
    name: 'bayesian',
    suggest: (question) => {
      const axes = axesOf(question.space)
      const first = initial ?? initialCount(axes)
      if (axes.list.length === 0 || question.number < first) return opening.suggest(question)
      const record = known(question, axes)
      if (record.observed.length < Math.max(3, axes.list.length / 4)) return opening.suggest(question)
      return suggestByModel(question, axes, record) ?? opening.suggest(question)
    },
  }
}

/** An unordered choice of k values counts for up to three parameters: each value says something of its own. */
function effectiveDimension(axes: Axes): number {
  return axes.list.reduce((sum, axis) => sum + (axis.count === 1 ? 0 : axis.kind === 'category' ? Math.min(axis.count - 1, 3) : 1), 0)
}

function initialCount(axes: Axes): number {
  return Math.min(Math.max(effectiveDimension(axes) + 2, 5), 16)
}

function suggestByModel(question: Question, axes: Axes, record: Known): Suggestion | undefined {
  const { seed, number, draw } = question
  const d = axes.list.length
  const { observed } = record
  const basis = readBasis(question.basis, d)
  const points = rows(observed.map((o) => o.x), d)
  const y = Float64Array.from(observed, (o) => o.y)
  const random = randomStream('maximize', seed, number, draw)
  const order = observed.map((_, i) => i)
  const every = axes.list.some((axis) => axis.kind !== 'continuous') ? globalThis.X?.forestDiscrete ?? 5 : globalThis.X?.forestContinuous ?? 0
  if (every > 0 && number % every === every - 1) {
    const { values } = warped(y, { kind: 'yeo-johnson' })
    const levels = axes.list.map((axis) => axis.kind === 'category' ? axis.count : 0)
    const forest = fitForest(points, values, y.length, d, levels, { trees: 40 }, random)
    order.sort((a, b) => values[a]! - values[b]! || a - b)
    const found = maximize(forestCriterionOf(forest, logExpectedImprovement(values[order[0]!]!)), axes, order.slice(0, 5).map((i) => observed[i]!.x), random, {
      global: 2000, local: 800, shortlist: 2800, starts: 5, iterations: 0,
    })
    return firstUntriedOf(found, question, axes, basis)
  }
  const turn = every > 0 ? number - Math.floor(number / every) : number
  const role = ROLES[turn % ROLES.length]!
  const { observations, learned } = fitRole(role, points, y, axes.categories, effectiveDimension(axes), basis[role])
  const model = condition(observations, Float64Array.from(learned.theta), rows(record.pending, d))
  const means = predictMeans(model, points, observed.length)
  const judged = role === 'smooth' ? means : observations.values
  order.sort((a, b) => judged[a]! - judged[b]! || a - b)
  const criterion = criterionOf(model, logExpectedImprovement(judged[order[0]!]!))
  const found = maximize(criterion, axes, order.slice(0, 5).map((i) => observed[i]!.x), random, {
    global: 600, local: 300, shortlist: 400, starts: 5, iterations: 30,
  })
  return firstUntriedOf(found, question, axes, { ...basis, [role]: learned })
}

function firstUntriedOf(found: readonly Candidate[], question: Question, axes: Axes, basis: Basis): Suggestion | undefined {
  for (const { x } of found) {
    const config = configOf(axes, x)
    if (!question.isTried(config)) return { config, basis: JSON.parse(JSON.stringify(basis)) }
  }
  return undefined
}

function rows(points: readonly Float64Array[], d: number): Float64Array {
  const all = new Float64Array(points.length * d)
  for (const [i, x] of points.entries()) all.set(x, i * d)
  return all
}
