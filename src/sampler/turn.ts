/**
 * One turn, whatever the model: it is made of a bounded set of the observations, and what it wants is searched for.
 * Once the best basin is exhausted, a model that sees last digits looks elsewhere.
 */

import { weightsOf } from '../surrogate/hyperparameters.ts'
import type { Basis, Elsewhere } from './basis.ts'
import { beginElsewhere, byElsewhere, isExhausted, ongoing } from './elsewhere.ts'
import type { Explanation } from './explanation.ts'
import { make } from './made.ts'
import type { Made } from './made.ts'
import { modelSet } from './model-set.ts'
import { isClear, isOnlyNoise } from './noise.ts'
import type { Observation } from './observations.ts'
import type { Past } from './past.ts'
import { ownedBy, startOf } from './role.ts'
import type { Role } from './role.ts'
import { isTurnToPolish } from './rotation.ts'
import { judged } from './search.ts'
import type { Found } from './search.ts'
import { taught } from './transfer.ts'
import { wishOf } from './wish.ts'

/** What a turn finds. */
export interface Turn extends Omit<Found, 'view'> {
  /** What is said about a point. */
  readonly view: (x: Float64Array) => Explanation
  /** The basis, with what was learned in this turn. */
  readonly learned: Basis
}

/** The model in this role, made of a bounded set of the observations. */
export function makeFor(role: Role, past: Past): { readonly made: Made; readonly chosen: readonly Observation[] } {
  const { axes, history, basis, effort } = past
  const owner = past.target?.owner
  const earlier = startOf(basis[role.name], owner)
  const weights = earlier === undefined ? new Float64Array(axes.list.length).fill(1) : weightsOf(earlier.theta)
  const size = role.make === 'process' ? effort.largestModel : effort.largestForest
  const chosen = modelSet(history.observed, size, weights, axes.categories)
  const alone = make(role, chosen, history.observed.length, earlier, past)
  const made = taught(alone, chosen, past)
  return { made: made.learned === undefined ? made : { ...made, learned: ownedBy(made.learned, owner) }, chosen }
}

/** One turn of the model in this role. */
export function byModel(role: Role, past: Past): Turn {
  const { axes, history, basis, number, safety } = past
  const d = axes.list.length
  const { made, chosen } = makeFor(role, past)
  const { learned, model, ranked, y } = made

  const { limits, objectives } = past
  // Regions that are left out are told by the value alone.
  const mayLeave = objectives.length === 1 && limits.length === 0
  const isSharp = mayLeave && role.make === 'process' && role.isSharp
  const { elsewhere: before, ...models } = basis
  const current = isSharp ? ongoing(before, history.observed) : before
  const learnedWith = (elsewhere: Elsewhere | undefined): Basis =>
    learned === undefined
      ? basis
      : { ...models, [role.name]: learned, ...(elsewhere === undefined ? {} : { elsewhere }) }

  const plain = role.name === 'plain' ? learned : (basis.plain ?? learned)
  const hasLeft = isSharp && current !== undefined && current.left > 0 && !isTurnToPolish(number)
  const beyond = hasLeft && plain !== undefined ? byElsewhere(chosen, current, plain, past) : undefined
  if (beyond?.found !== undefined) return { ...beyond.found, learned: learnedWith(beyond.elsewhere) }

  const elsewhere = beyond?.elsewhere ?? current
  if (mayLeave && role.name === 'plain' && isOnlyNoise(model) && safety === undefined)
    return { ranked, found: undefined, learned: learnedWith(elsewhere), view: judged(made, past).view }

  const { found, view, mostImproving, standing } = wishOf(made, past)
  const isToBegin = isSharp && current === undefined && isClear(plain) && isExhausted(mostImproving())
  const next = isToBegin ? beginElsewhere(d, Math.min(...y)) : elsewhere
  const kept = standing === undefined ? {} : { portfolio: standing }
  return { ranked, found, learned: { ...learnedWith(next), ...kept }, view }
}
