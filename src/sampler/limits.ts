/**
 * Declared constraints as the models see them: one model for each output that is constrained, and the odds that a trial
 * at a point meets its constraint.
 *
 *   c   by how much a trial breaks a constraint, in the unit of the output: at most 0 if it does not
 *
 * A number is seen by a process of c under the warp of the highest evidence. A constraint that is linear stays so, and
 * the model knows it for sure after a few trials. Among values of all magnitudes, bilog is linear near the limit; far
 * from it, a large value says no more than it should. A truth value is seen by the model that knows where trials fail.
 * A trial that does not say an output is not an observation of it.
 *
 * Source: Gardner, Kusner, Xu, Weinberger & Cunningham 2014, "Bayesian optimization with inequality constraints".
 */

import { feasibility, within } from '../acquisition/terms.ts'
import { normalCdf } from '../numerics/special.ts'
import { pointOf } from '../space/axes.ts'
import type { Axes } from '../space/axes.ts'
import { excessOf, saidAs } from '../space/constraints.ts'
import { warped } from '../surrogate/warp.ts'
import type { Constraint } from '../trial.ts'
import type { Basis, LearnedKey } from './basis.ts'
import type { Limit } from './limit.ts'
import { makeProcess } from './made.ts'
import { modelSet } from './model-set.ts'
import { oddsOfValue } from './model-view.ts'
import { LATEST, inOrderOfNumbers } from './observations.ts'
import type { History, Observation } from './observations.ts'
import type { Effort } from './past.ts'
import { LIMIT_ROLE, UNMET_ROLE } from './role.ts'
import { effectiveDimension } from './role-fit.ts'
import { safetyOf } from './safety.ts'
import type { Question } from './sampler.ts'

/** Most observations of a model, and the share of the usual effort of a fit, since each constraint has a model. */
const LARGEST_MODEL = 100
const FIT_SHARE = 0.5

/** What a model of a constraint is made of. */
interface Ground {
  readonly axes: Axes
  readonly history: History
  readonly effort: Effort
  readonly basis: Basis
}

/**
 * What is known about each constraint. There is nothing for one that no trial has said anything about, or for a truth
 * value that no trial has broken.
 */
export function limitsOf(
  { constraints = {}, trials }: Pick<Question, 'constraints' | 'trials'>,
  ground: Ground,
): Limit[] {
  const wanted = Object.entries(constraints)
  if (wanted.length === 0) return []
  const ended = inOrderOfNumbers(trials)
    .filter(({ state }) => state === 'complete' || state === 'pruned')
    .map((trial) => ({ x: pointOf(ground.axes, trial.config), trial }))
  return wanted.flatMap(([name, constraint]) => {
    const excesses = ended.map(({ x, trial }): Observation => ({
      x,
      y: excessOf(constraint, saidAs(name, trial)),
      trial,
    }))
    const observed = excesses.filter(({ y }) => !Number.isNaN(y))
    if (observed.length === 0) return []
    const limit = isTruth(constraint) ? truthLimit(name, observed, ground) : numberLimit(name, observed, ground)
    return limit === undefined ? [] : [limit]
  })
}

const isTruth = (constraint: Constraint): boolean => typeof constraint === 'boolean'

function numberLimit(name: string, observed: readonly Observation[], { axes, history, effort, basis }: Ground): Limit {
  const key: LearnedKey = `limit:${name}`
  const weights = new Float64Array(axes.list.length).fill(1)
  // The best ones are those near the limit.
  const nearLimit = observed.map(({ x, y, trial }, i) => ({ x, y: Math.abs(y), trial, i }))
  const chosen = modelSet(nearLimit, Math.min(LARGEST_MODEL, effort.largestModel), weights, axes.categories)
  const rows = chosen.map(({ i }) => observed[i]!)
  const role = rows.some((one) => one.y <= 0) ? LIMIT_ROLE : UNMET_ROLE
  const before = basis[key]
  const earlier = (before?.warp ?? 0) < role.warps.length ? before : undefined
  const { model, y, warp, learned } = makeProcess(role, rows, observed.length, earlier, {
    axes,
    history: { ...history, sign: 1, failed: [] },
    effort: { ...effort, fit: FIT_SHARE * effort.fit },
    safety: undefined,
    beliefs: { pending: 'believe', failures: 'ignore' },
  })
  const isLevel = y.every((value) => value === y[0])
  // Equal values have no scale. Then the limit is one deviation away.
  const most = isLevel ? (y[0]! <= 0 ? 1 : -1) : warped(y, warp).forward(0)
  return {
    name,
    key,
    learned,
    term: within(name, model, most),
    oddsAt: (x) => {
      const { means, variances } = model.predict(x, 1)
      return normalCdf((most - means[0]!) / Math.sqrt(variances[0]! + model.noise))
    },
    numeric: { model, most },
    isMet: observed.some((one) => one.y <= 0),
  }
}

function truthLimit(name: string, observed: readonly Observation[], { axes, basis }: Ground): Limit | undefined {
  const key: LearnedKey = `safety:${name}`
  const met = observed.filter(({ y }) => y <= 0)
  const broken = observed.filter(({ y }) => y > 0)
  const recentFailures = observed.slice(-LATEST).filter(({ y }) => y > 0).length
  const known = { observed: met, failed: broken.map(({ x }) => x), recentFailures }
  const judged = safetyOf(known, axes.categories, effectiveDimension(axes), basis[key])
  if (judged === undefined) return undefined
  const { safety, learned } = judged
  return {
    name,
    key,
    learned,
    term: feasibility(safety, name),
    oddsAt: (x) => oddsOfValue(safety, x),
    judgment: safety,
    isMet: met.length > 0,
  }
}
