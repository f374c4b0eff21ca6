/**
 * The basis of a suggestion: what earlier fits have learned, as the slot of a trial keeps it.
 *
 * It comes back as JSON from a file. Therefore every entry is checked again, and an entry that makes no sense counts as
 * absent.
 */

import type { Json } from '../trial.ts'
import { dimensionOf, lengthOfTheta, priorOf } from '../surrogate/hyperparameters.ts'
import type { PriorOptions } from '../surrogate/hyperparameters.ts'
import { isStanding } from './portfolio.ts'
import type { Standing } from './portfolio.ts'
import { LIMIT_ROLE, ROLES } from './role.ts'
import type { Learned, Role, RoleKey } from './role.ts'

/** A basis keeps hyperparameters in thousandths, so that rounding may carry them past a bound by this much. */
const ROUNDING = 0.001

/** A key of another objective or of a constraint. Names have no colon, and no brace, with which a role's may end. */
const NAMED = /^(?<base>.*):[A-Za-z_][A-Za-z0-9_./@ -]*$/s

/** What is known about the search elsewhere, outside the exhausted basins (`elsewhere.ts`). */
export interface Elsewhere extends Learned {
  /** The lowest value when the best basin was found exhausted. */
  readonly lowest: number
  /** How many of the best basins are left out as exhausted; 0 if no other basin is worth a look. */
  readonly left: number
}

/**
 * What is learned of the first objective is kept by the name of the role; of another objective or of a constraint, by
 * the role and a name.
 */
export type LearnedKey = RoleKey | 'safety' | 'seconds' | `${string}:${string}`

/** What each role has learned, by its name, the models of failures and durations, and a portfolio of acquisitions. */
export type Basis = { readonly [R in LearnedKey]?: Learned } & {
  readonly elsewhere?: Elsewhere
  readonly portfolio?: Standing
}

/**
 * The basis in a question, without the entries that make no sense.
 *
 * @param d      number of parameters
 * @param roles  those that learn something, in place of the usual ones or beside them
 */
export function readBasis(basis: Json | undefined, d: number, roles: readonly Role[] = []): Basis {
  if (typeof basis !== 'object' || basis === null || Array.isArray(basis)) return {}
  return Object.fromEntries(
    Object.entries(basis).filter(([key, entry]) =>
      key === 'portfolio' ? isStanding(entry, d) : isEntry(key, (entry ?? {}) as Partial<Elsewhere>, d, roles),
    ),
  ) as unknown as Basis
}

function isEntry(key: string, entry: Partial<Elsewhere>, d: number, roles: readonly Role[]): boolean {
  const kept = keptAs(key, roles)
  if (kept === undefined) return false
  const { theta, fitted, warp = 0, chosen = 0, of: owner = '', lowest, left } = entry
  if (key === 'elsewhere' && !(Number.isFinite(lowest) && Number.isInteger(left) && left! >= 0)) return false
  return (
    Array.isArray(theta) &&
    theta.length === lengthOfTheta(d) &&
    isWithinBounds(theta, kept.prior) &&
    Number.isInteger(fitted) &&
    Number.isInteger(warp) &&
    warp >= 0 &&
    warp < kept.warps &&
    Number.isInteger(chosen) &&
    typeof owner === 'string'
  )
}

/** The prior that an entry was fitted under, and how many warps it may name; undefined for an unknown key. */
function keptAs(
  key: string,
  roles: readonly Role[],
): { readonly prior: PriorOptions; readonly warps: number } | undefined {
  // The bounds of the model of failures lie within those of a prior without options.
  const base = NAMED.exec(key)?.groups?.base ?? key
  if (base === 'limit') return { prior: LIMIT_ROLE.prior, warps: LIMIT_ROLE.warps.length }
  if (base === 'safety') return { prior: {}, warps: 1 }
  const name = base === 'elsewhere' || base === 'seconds' ? 'plain' : base
  const role = [...roles, ...Object.values<Role>(ROLES)].find((one) => one.name === name)
  return role?.make === 'process' ? { prior: role.prior, warps: role.warps.length } : undefined
}

/** Whether a fit could have ended with these hyperparameters. With others a covariance may have no Cholesky factor. */
function isWithinBounds(theta: readonly unknown[], options: PriorOptions): boolean {
  const { low, high } = priorOf(dimensionOf(theta), 1, options)
  return theta.every((t, k) => typeof t === 'number' && t >= low[k]! - ROUNDING && t <= high[k]! + ROUNDING)
}
