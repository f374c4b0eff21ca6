/**
 * The basis of a suggestion: what was learned at some cost before, as the slot of a trial keeps it.
 *
 * It comes back as JSON from a file, so that everything in it is looked at again; what makes no sense counts as not there.
 */

import type { Json } from '../trial.ts'
import { dimensionOf, lengthOfTheta, priorOf } from '../surrogate/hyperparameters.ts'
import { PRIORS, ROLES, WARPS, inThousandths } from './rotation.ts'
import type { Learned, Role } from './rotation.ts'

/** What is known of the search outside of basins that hold nothing more. */
export interface Elsewhere extends Learned {
  /** The lowest value when the best basin was found to hold nothing more. */
  readonly lowest: number
  /** How many of the best basins are left out; 0 where nothing is worth a look in any other. */
  readonly left: number
}

export type Basis = { readonly [R in Role | 'safety']?: Learned } & { readonly elsewhere?: Elsewhere }

/** Hyperparameters are kept in thousandths, and may pass a bound by as much. */
const ROUNDED = 0.001

/** What is known of the search elsewhere as it begins: one basin is left out, and nothing was fitted, so that hyperparameters are but those of the prior. */
export function beginElsewhere(d: number, lowest: number): Elsewhere {
  return { theta: inThousandths(priorOf(d, d, PRIORS.plain).mean), fitted: 0, lowest, left: 1 }
}

/** The basis in a question; what makes no sense is left out. */
export function readBasis(basis: Json | undefined, d: number): Basis {
  if (typeof basis !== 'object' || basis === null || Array.isArray(basis)) return {}
  return Object.fromEntries(
    Object.entries(basis).filter(([role, learned]) => {
      if (!([...ROLES, 'safety', 'elsewhere'] as string[]).includes(role)) return false
      const { theta, fitted, warp = 0, chosen = 0, lowest, left } = (learned ?? {}) as Partial<Elsewhere>
      if (role === 'elsewhere' && !(Number.isFinite(lowest) && Number.isInteger(left) && left! >= 0)) return false
      return (
        Array.isArray(theta) &&
        theta.length === lengthOfTheta(d) &&
        isOfFit(theta, role as keyof Basis) &&
        Number.isInteger(fitted) &&
        Number.isInteger(warp) &&
        warp >= 0 &&
        warp < WARPS.length &&
        Number.isInteger(chosen)
      )
    }),
  )
}

/** Whether hyperparameters are some that a fit ends with; with others a covariance may have no Cholesky factor. */
function isOfFit(theta: readonly unknown[], role: keyof Basis): boolean {
  // The box of the model of failures lies within that of a prior without options.
  const { low, high } = priorOf(
    dimensionOf(theta),
    1,
    role === 'safety' ? {} : PRIORS[role === 'elsewhere' ? 'plain' : role],
  )
  return theta.every((t, k) => typeof t === 'number' && t >= low[k]! - ROUNDED && t <= high[k]! + ROUNDED)
}
