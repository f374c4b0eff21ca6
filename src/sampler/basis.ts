/**
 * The basis of a suggestion: what earlier fits have learned, as the slot of a trial keeps it.
 *
 * It comes back as JSON from a file. Therefore every entry is checked again, and an entry that makes no sense counts as
 * absent.
 */

import type { Json } from '../trial.ts'
import { dimensionOf, lengthOfTheta, priorOf } from '../surrogate/hyperparameters.ts'
import { PRIORS, ROLES, WARPS } from './role.ts'
import type { Learned, Role } from './role.ts'

/** A basis keeps hyperparameters in thousandths, so that rounding may carry them past a bound by this much. */
const ROUNDING = 0.001

const KEYS: readonly string[] = [...ROLES, 'safety', 'elsewhere']

/** What is known about the search elsewhere, outside the exhausted basins (`elsewhere.ts`). */
export interface Elsewhere extends Learned {
  /** The lowest value when the best basin was found exhausted. */
  readonly lowest: number
  /** How many of the best basins are left out as exhausted; 0 if no other basin is worth a look. */
  readonly left: number
}

export type Basis = { readonly [R in Role | 'safety']?: Learned } & { readonly elsewhere?: Elsewhere }

/**
 * The basis in a question, without the entries that make no sense.
 *
 * @param d  number of parameters
 */
export function readBasis(basis: Json | undefined, d: number): Basis {
  if (typeof basis !== 'object' || basis === null || Array.isArray(basis)) return {}
  return Object.fromEntries(
    Object.entries(basis).filter(
      ([key, entry]) => KEYS.includes(key) && isEntry(key as keyof Basis, (entry ?? {}) as Partial<Elsewhere>, d),
    ),
  )
}

function isEntry(key: keyof Basis, entry: Partial<Elsewhere>, d: number): boolean {
  const { theta, fitted, warp = 0, chosen = 0, lowest, left } = entry
  if (key === 'elsewhere' && !(Number.isFinite(lowest) && Number.isInteger(left) && left! >= 0)) return false
  return (
    Array.isArray(theta) &&
    theta.length === lengthOfTheta(d) &&
    isWithinBounds(theta, key) &&
    Number.isInteger(fitted) &&
    Number.isInteger(warp) &&
    warp >= 0 &&
    warp < WARPS.length &&
    Number.isInteger(chosen)
  )
}

/** Whether a fit could have ended with these hyperparameters. With others a covariance may have no Cholesky factor. */
function isWithinBounds(theta: readonly unknown[], key: keyof Basis): boolean {
  // The bounds of the model of failures lie within those of a prior without options.
  const options = key === 'safety' ? {} : PRIORS[key === 'elsewhere' ? 'plain' : key]
  const { low, high } = priorOf(dimensionOf(theta), 1, options)
  return theta.every((t, k) => typeof t === 'number' && t >= low[k]! - ROUNDING && t <= high[k]! + ROUNDING)
}
