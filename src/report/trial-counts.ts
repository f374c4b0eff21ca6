/** What several pieces of advice count over the trials of a study. */

import type { Columns } from './columns.ts'
import type { Places } from './mark.ts'
import { bestFirst, topOf } from './taken.ts'

/** This many trials without a change say that a search has come to rest; as many must have come before. */
export const RESTED = 50

/** Fewer trials have no best ones. */
const FEWEST = 20

/** Fewer repeats say nothing about noise. */
const FEWEST_REPEATS = 3

/** The best trials of those that may be best, best first: the best tenth, or `share` of them; none of too few. */
export function bestTrials(columns: Pick<Columns, 'count' | 'worth'>, share?: number): readonly number[] {
  const ordered = bestFirst(columns)
  return ordered.length < FEWEST ? [] : [...topOf(ordered, share)]
}

/** Whether repeats of a config have always given its first value. Such values have no noise. */
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
