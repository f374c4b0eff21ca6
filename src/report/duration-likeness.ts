/** Whether the config of a trial decides how long it takes: then similar configs take alike. */

import type { Columns, ParameterColumn } from './columns.ts'
import { shareOf } from './scale.ts'

/** Fewer trials say nothing. */
const FEWEST = 30

/**
 * A correlation counts beyond this many times 1 / √n, its deviation over n pairs of noise. Two trials are often nearest
 * to each other, which counts one pair twice: as little as n / 2 pairs are independent, and 5 / √2 = 3.5 deviations of
 * those are exceeded by chance in 1 of 4,000 studies.
 */
const DEVIATIONS = 5

export interface Likeness {
  /** What a trial's config takes: the mean of it and of the trial nearest to it, on a logarithmic scale. */
  readonly expected: (trial: number) => number
  /** The correlation of the logarithm of a duration with that of the nearest trial. */
  readonly correlation: number
  readonly of: number
}

/** Null if durations are as different among similar configs as among all, or too few are known. */
export function durationLikeness(
  { parameters }: Pick<Columns, 'parameters'>,
  trials: readonly number[],
  took: ArrayLike<number>,
): Likeness | null {
  const n = trials.length
  if (n < FEWEST) return null
  const logs = new Map(trials.map((trial) => [trial, Math.log(took[trial]!)]))
  const near = new Map(trials.map((trial) => [trial, nearestOf(parameters, trials, trial)]))
  const mean = [...logs.values()].reduce((sum, log) => sum + log, 0) / n
  let [own, both] = [0, 0]
  for (const [trial, log] of logs) {
    own += (log - mean) ** 2
    both += (log - mean) * (logs.get(near.get(trial)!)! - mean)
  }
  const correlation = both / own
  if (!(correlation > DEVIATIONS / Math.sqrt(n))) return null
  const expected = (trial: number): number => {
    const log = logs.get(trial)
    return log === undefined ? NaN : Math.exp((log + logs.get(near.get(trial)!)!) / 2)
  }
  return { expected, correlation: Math.min(correlation, 1), of: n }
}

function nearestOf(parameters: readonly ParameterColumn[], trials: readonly number[], trial: number): number {
  let [nearest, least] = [trial, Infinity]
  for (const other of trials) {
    if (other === trial) continue
    let distance = 0
    for (const column of parameters) distance += gap(column, column.at[trial]!, column.at[other]!) ** 2
    if (distance < least) [nearest, least] = [other, distance]
  }
  return nearest
}

/** The difference of two places, as a share of the range; 1 for two categories, and if only one of them is there. */
function gap({ kind, leaf: { parameter } }: ParameterColumn, a: number, b: number): number {
  if (Object.is(a, b)) return 0
  if (kind === 'category' || !('low' in parameter)) return 1
  const { low, high } = parameter
  const share = shareOf({ kind, low, high }, a) - shareOf({ kind, low, high }, b)
  return Number.isNaN(share) ? 1 : share
}
