/** A model of each objective, all in the same role and made of the same observations. */

import { ranksOf } from '../numerics/front.ts'
import type { LearnedKey } from './basis.ts'
import { make } from './made.ts'
import type { Made } from './made.ts'
import { modelSet } from './model-set.ts'
import type { Observation } from './observations.ts'
import type { Past } from './past.ts'
import { ownedBy, startOf } from './role.ts'
import type { Role } from './role.ts'

/** The models of the objectives in a role, made of the same observations. */
export function modelsOf(
  role: Role,
  past: Past,
): {
  /** The observations, with the values of the first objective. */
  readonly chosen: readonly Observation[]
  /** For each objective. */
  readonly made: readonly Made[]
  readonly learned: Past['basis']
} {
  const { objectives, axes, basis, effort } = past
  const [first] = objectives
  const { observed } = first!.history
  const n = observed.length
  const largest = role.make === 'process' ? effort.largestModel : effort.largestForest
  // Each model is smaller, so that all together do not cost much more than one.
  const size = Math.ceil(largest / Math.sqrt(objectives.length))
  const values = columnsOf(objectives.map(({ history }) => Float64Array.from(history.observed, ({ y }) => y)))
  const ranks = n > size ? ranksOf(values, n, objectives.length) : new Int32Array(n)
  const ranked = observed.map((one, i) => ({ ...one, y: ranks[i]!, i }))
  const rows = modelSet(ranked, size, new Float64Array(axes.list.length).fill(1), axes.categories).map(({ i }) => i)
  const keys = objectives.map(({ name }, k): LearnedKey => (k === 0 ? role.name : `${role.name}:${name}`))
  const made = objectives.map(({ history }, k) => {
    const chosen = rows.map((i) => history.observed[i]!)
    return make(role, chosen, n, startOf(basis[keys[k]!]), { ...past, history })
  })
  const learned = made.flatMap((one, k) =>
    one.learned === undefined ? [] : [[keys[k]!, ownedBy(one.learned)] as const],
  )
  return { chosen: rows.map((i) => observed[i]!), made, learned: Object.fromEntries(learned) }
}

/** Columns as the rows of one matrix. */
export function columnsOf(columns: readonly Float64Array[]): Float64Array {
  const m = columns.length
  const rows = new Float64Array(m * (columns[0]?.length ?? 0))
  for (const [k, column] of columns.entries()) for (let i = 0; i < column.length; i++) rows[i * m + k] = column[i]!
  return rows
}
