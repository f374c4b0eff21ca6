/** A parameter with many categories, as a figure shows it: the frequent ones, and the others together. */

import type { ParameterColumn } from './columns.ts'
import type { Places } from './mark.ts'

/** A figure names this many categories at most. */
export const MOST_CATEGORIES = 30

/** The golden ratio: its multiples spread evenly between whole numbers. */
const GOLDEN = 0.6180339887498949

export interface FewerCategories {
  /** The names in their old order, then `other (n)` where some were put together. */
  readonly words: readonly string[]
  /** The place of each trial among these. */
  readonly at: Places
  /** The new index of each old category. */
  readonly indexes: Int32Array
}

/**
 * The most frequent categories and the rest as one; all of them where they are few.
 *
 * @param named  categories that have a name in any case
 */
export function fewerCategories(
  { words, at }: Pick<ParameterColumn, 'words' | 'at'>,
  named: readonly number[] = [],
): FewerCategories {
  if (words.length <= MOST_CATEGORIES) return { words, at, indexes: Int32Array.from(words, (_, k) => k) }
  const counts = new Float64Array(words.length)
  for (const place of at) if (!Number.isNaN(place)) counts[place]!++
  for (const place of named) counts[place] = Infinity
  const order = words.map((_, k) => k).sort((a, b) => counts[b]! - counts[a]! || a - b)
  const kept = order.slice(0, MOST_CATEGORIES).sort((a, b) => a - b)
  const indexes = new Int32Array(words.length).fill(kept.length)
  kept.forEach((old, k) => (indexes[old] = k))
  return {
    words: [...kept.map((old) => words[old]!), `other (${words.length - kept.length})`],
    at: at.map((place) => (Number.isNaN(place) ? NaN : indexes[place]!)),
    indexes,
  }
}

/**
 * Places beside those of categories, so that equal ones do not cover each other: within a third of a category, the same
 * for the same trial each time.
 */
export const beside = (at: Places): Places => at.map((place, i) => place + ((((i + 1) * GOLDEN) % 1) - 0.5) * (2 / 3))
