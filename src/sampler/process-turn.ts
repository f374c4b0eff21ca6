/**
 * A turn of a Gaussian process. It is fitted to a bounded set of the observations and conditioned on what is pending
 * and what failed. Then the improvement that it expects is maximized. Once the best basin is exhausted, it looks
 * elsewhere.
 */

import { weightsOf } from '../surrogate/hyperparameters.ts'
import type { Basis, Elsewhere } from './basis.ts'
import { beginElsewhere, byElsewhere, isExhausted, ongoing } from './elsewhere.ts'
import { modelSet } from './model-set.ts'
import { processView } from './model-view.ts'
import { isClear, isOnlyNoise } from './noise.ts'
import { fitRole, sampleOf } from './role-fit.ts'
import { warpOf } from './role.ts'
import type { Role } from './role.ts'
import { isTurnToPolish } from './rotation.ts'
import { conditioned, search } from './turn.ts'
import type { Found, Past } from './turn.ts'

/** One turn of the process in this role. */
export function byProcess(role: Role, past: Past): Found {
  const { axes, history, basis, number, effort, safety } = past
  const d = axes.list.length
  const earlier = basis[role]
  const weights = earlier === undefined ? new Float64Array(d).fill(1) : weightsOf(earlier.theta)
  const chosen = modelSet(history.observed, effort.largestModel, weights, axes.categories)
  const sample = sampleOf(chosen, history.observed.length, axes)
  const fitted = fitRole(role, sample, earlier, effort.fit)
  const { learned } = fitted

  // A model that smooths over ripples cannot see last digits, so it has no say in the search elsewhere.
  const isSharp = role !== 'smooth'
  const { elsewhere: before, ...models } = basis
  const current = isSharp ? ongoing(before, history.observed) : before
  const learnedWith = (elsewhere: Elsewhere | undefined): Basis => ({
    ...models,
    [role]: learned,
    ...(elsewhere === undefined ? {} : { elsewhere }),
  })

  const plain = role === 'plain' ? learned : (basis.plain ?? learned)
  const hasLeft = isSharp && current !== undefined && current.left > 0 && !isTurnToPolish(number)
  const beyond = hasLeft ? byElsewhere(chosen, current, plain, past) : undefined
  if (beyond?.found !== undefined) return { ...beyond.found, learned: learnedWith(beyond.elsewhere) }

  const elsewhere = beyond?.elsewhere ?? current
  const posterior = conditioned(fitted, chosen, past)
  const { model, criterion, ranked, best } = posterior
  const view = processView(role, history, { model, criterion, y: sample.y, warp: warpOf(role, learned), best, safety })
  if (role === 'plain' && isOnlyNoise(model) && safety === undefined)
    return { ranked, found: undefined, learned: learnedWith(elsewhere), view }

  const found = search(posterior, past)
  const isToBegin = isSharp && current === undefined && isClear(plain) && isExhausted(found[0])
  const next = isToBegin ? beginElsewhere(d, Math.min(...sample.y)) : elsewhere
  return { ranked, found, learned: learnedWith(next), view }
}
