/**
 * Plateaus of bad values: a penalty in place of a failure, such as 1e10, or whatever a program reports where nothing
 * works.
 *
 * A plateau says no more than that its places are bad. It has no slope, and its height is arbitrary. In a model of the
 * values its edge would look like a cliff, and a great height would leave no digits for the good values. So its trials
 * count as failures. There are two signs of a plateau:
 *
 * - Values that are equal and no better than the median of the others, while the others differ from each other. If all
 *   values are equal, none of them is good, for all that is known.
 * - A gap that is far wider than all that is below it and all that is above it.
 *
 * An objective without equal values and without such a gap is left as it is.
 */

import type { TrialRecord } from '../trial.ts'

/** This many equal values are a plateau; two are if they lie above the others by as much as the others differ. */
const FEWEST_EQUAL = 3

/** Values are equal if they differ by at most this share of their distance from the best one. */
const EQUAL = 1e-9

/** At least this share of the other values must be different. */
const DIFFERENT = 0.8

/** A gap is far wider than a group of values if it is this many times as wide. */
const FAR = 30

/** A gap tells something above this many values. */
const FEWEST_BELOW = 4

/**
 * The trials on a plateau of bad values.
 *
 * @param sign     a value, multiplied by this, must be minimized
 * @param valueOf  the value of a trial, if not that of the first objective
 */
export function plateauOf(
  trials: readonly TrialRecord[],
  sign: 1 | -1,
  valueOf: (trial: TrialRecord) => number | null = ({ value }) => value,
): ReadonlySet<TrialRecord> {
  const known = trials
    .map((trial) => ({ trial, y: trial.state === 'complete' ? sign * (valueOf(trial) ?? NaN) : NaN }))
    .filter(({ y }) => Number.isFinite(y))
  const sorted = Float64Array.from(known, ({ y }) => y).sort()
  const [first, last] = equalRange(sorted) ?? beyondGap(sorted) ?? [0, 0]
  if (last === 0) return new Set()
  const [low, high] = [sorted[first]!, sorted[last - 1]!]
  const plateau = known.filter(({ y }) => y >= low && y <= high).map(({ trial }) => trial)
  // One config that is measured again and again says nothing about a region.
  const isOneConfig = first === 0 && new Set(plateau.map(({ config }) => JSON.stringify(config))).size < FEWEST_EQUAL
  return new Set(isOneConfig ? [] : plateau)
}

type Range = readonly [first: number, last: number]

/** The longest run of equal values, if it is a plateau. */
function equalRange(sorted: Float64Array): Range | undefined {
  const n = sorted.length
  const low = sorted[0]!
  let longest: Range = [0, 0]
  let different = 0
  for (let first = 0, last = 0; first < n; first = last) {
    while (last < n && sorted[last]! - sorted[first]! <= EQUAL * (sorted[first]! - low)) last++
    different++
    if (last - first >= longest[1] - longest[0]) longest = [first, last]
  }
  const [first, last] = longest
  const others = n - (last - first)
  if (last - first < 2 || first < n - last || different - 1 < DIFFERENT * others) return undefined
  if (last - first >= FEWEST_EQUAL) return longest
  const isFar = last === n && others >= 2 && sorted[first]! - sorted[first - 1]! >= sorted[first - 1]! - low
  return isFar ? longest : undefined
}

/** The values above a gap that is far wider than they and those below it. */
function beyondGap(sorted: Float64Array): Range | undefined {
  const n = sorted.length
  for (let first = FEWEST_BELOW; first < n; first++) {
    const gap = sorted[first]! - sorted[first - 1]!
    if (gap > FAR * (sorted[first - 1]! - sorted[0]!) && gap > FAR * (sorted[n - 1]! - sorted[first]!))
      return [first, n]
  }
  return undefined
}
