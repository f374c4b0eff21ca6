/**
 * Which trials of a very large study a page holds: all that failed up to a number, the best, the newest, and of the
 * rest as many as there is room for, evenly. So nothing that is looked for first is missing, and histories keep their
 * shape.
 */

/** A page with more trials than this takes seconds to open. */
export const MOST_TRIALS = 50_000

/** How many of each kind are always kept. */
const MOST_FAILED = 2000
const MOST_BEST = 10_000
const MOST_NEWEST = 5000

/** What the choice goes by. */
export interface Ranked {
  readonly isFailed: boolean
  /** The lower the better; NaN for a trial that cannot be the best. */
  readonly worth: number
}

/**
 * The indexes of the trials that are kept, ascending; all of them if there are at most `most`.
 *
 * @param trials  in the order of their numbers
 */
export function keptTrials(trials: readonly Ranked[], most = MOST_TRIALS): number[] {
  const all = trials.map((_, i) => i)
  if (trials.length <= most) return all
  const share = Math.min(1, most / MOST_TRIALS)
  const kept = new Set<number>()
  const failed = all.filter((i) => trials[i]!.isFailed)
  for (const i of evenly(failed, Math.floor(MOST_FAILED * share))) kept.add(i)
  const ranked = all.filter((i) => !Number.isNaN(trials[i]!.worth)).sort((a, b) => trials[a]!.worth - trials[b]!.worth)
  for (const i of ranked.slice(0, Math.floor(MOST_BEST * share))) kept.add(i)
  for (const i of all.slice(-Math.floor(MOST_NEWEST * share))) kept.add(i)
  const rest = all.filter((i) => !kept.has(i))
  for (const i of evenly(rest, most - kept.size)) kept.add(i)
  return [...kept].sort((a, b) => a - b)
}

/** Evenly chosen elements, the first and the last one among them. */
function evenly(from: readonly number[], count: number): readonly number[] {
  if (from.length <= count) return from
  if (count < 2) return from.slice(0, Math.max(0, count))
  return Array.from({ length: count }, (_, k) => from[Math.round((k * (from.length - 1)) / (count - 1))]!)
}
