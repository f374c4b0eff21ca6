/** What several pieces of advice count over the trials of a study. */

import type { Columns } from './columns.ts'
import type { Places } from './mark.ts'

/** The best trials are this share of those that count, and at least this many. */
const BEST_SHARE = 0.1
const LEAST_BEST = 5

/** Fewer trials have no best ones. */
const FEWEST = 20

/** Fewer repeats say nothing about noise. */
const FEWEST_REPEATS = 3

/** The best trials of those that may be best, best first: the best tenth, or `share` of them; none of too few. */
export function bestTrials({ worth }: Pick<Columns, 'worth'>, share = BEST_SHARE): number[] {
  const counted = Array.from(worth, (_, i) => i).filter((i) => Number.isFinite(worth[i]!))
  if (counted.length < FEWEST) return []
  const most = Math.max(Math.ceil(Math.min(share, 1) * counted.length), LEAST_BEST)
  return counted.sort((a, b) => worth[a]! - worth[b]! || a - b).slice(0, most)
}

/** How long each trial took, in milliseconds; NaN where that is not known. */
export const tookOf = ({ started, ended }: Pick<Columns, 'started' | 'ended'>): Places =>
  started.map((from, i) => ended[i]! - from)

/** Whether configs that were measured again have always given the same value, so that there is no noise. */
export function isRepeatable({ parameters, repeat, state }: Columns, values: Places): boolean {
  if (repeat.filter((k, i) => k > 0 && state[i] === 'complete').length < FEWEST_REPEATS) return false
  const first = new Map<string, number>()
  for (const [i, value] of values.entries()) {
    if (state[i] !== 'complete') continue
    const key = parameters.map(({ at }) => at[i]).join()
    const known = first.get(key)
    if (known === undefined) first.set(key, value)
    else if (known !== value) return false
  }
  return true
}

/** The probability of at most k of n, if each has the probability p. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (p >= 1) return k >= n ? 1 : 0
  let log = n * Math.log1p(-p)
  let sum = 0
  for (let i = 0; i <= k; i++) {
    sum += Math.exp(log)
    log += Math.log(((n - i) / (i + 1)) * (p / (1 - p)))
  }
  return Math.min(sum, 1)
}
