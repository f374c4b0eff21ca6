/**
 * A race of finalists: which of a few configs has the best mean, when each value is one noisy measurement.
 *
 *   y   the values of one finalist, to be minimized; n of them, with the mean m
 *   s²  the variance of a measurement, pooled over all finalists, with ν = Σ (n − 1) degrees of freedom
 *
 * Values are normal with one unknown variance. Under the usual flat prior, σ² is ν s² / χ²(ν), and each true mean is
 * normal around m with variance σ² / n. How often a finalist is the lowest of such draws is the probability that it is
 * the best. Once all have two values, the leader or its challenger is measured, whichever has fewer values. A finalist
 * of small odds is left, and comes back if the others fall behind it.
 *
 * Sources: Gelman et al. 2013, Bayesian Data Analysis, 3rd ed., section 3.2 (the posterior); Russo 2016, "Simple
 * Bayesian algorithms for best arm identification", and Shang et al. 2020, "Fixed-confidence guarantees for Bayesian
 * best-arm identification" (the leader and its challenger).
 */

import { normalDraw } from '../numerics/draws.ts'
import { randomStream } from '../numerics/random.ts'
import { studentQuantile } from '../numerics/student.ts'

/** Each finalist is measured this often before any odds: fewer tell nothing of the noise. */
const FIRST = 2

/**
 * A finalist with smaller odds of being the best is not measured any more; where there are many of them, half of the
 * leader's odds are enough. With 0.01, a race needs a third more runs and names the best no more often.
 */
const LEAST_ODDS = 0.1

/** Draws from the posterior. Odds of 95 % are then right to half a percent. */
const DRAWS = 2000

/** The probability that is meant to lie within the interval of a mean. */
const COVERED = 0.95

/** What a race asks for. */
export interface RaceOptions {
  /** The most values of a finalist. */
  readonly repeats: number
  /** The race ends once the odds of one finalist are at least this. */
  readonly probability: number
}

/** A finalist on its way. */
export interface Runner {
  /** Its values, to be minimized. */
  readonly values: readonly number[]
  /** How many more are being measured. */
  readonly pending: number
}

/** The mean of some values. */
export const meanOf = (values: readonly number[]): number => values.reduce((sum, y) => sum + y, 0) / values.length

/** The variance of a measurement, pooled over the groups, and its degrees of freedom; 0 of 0 if no group has two. */
export function pooledVariance(groups: readonly (readonly number[])[]): { variance: number; df: number } {
  let [squares, df] = [0, 0]
  for (const values of groups) {
    const mean = meanOf(values)
    for (const y of values) squares += (y - mean) ** 2
    df += Math.max(values.length - 1, 0)
  }
  return { variance: df === 0 ? 0 : squares / df, df }
}

/**
 * Half of the interval around the mean of n values that has the true mean with a probability of 95 %; null without
 * degrees of freedom.
 */
export function halfOf({ variance, df }: ReturnType<typeof pooledVariance>, n: number): number | null {
  return n === 0 || df === 0 ? null : studentQuantile((1 + COVERED) / 2, df) * Math.sqrt(variance / n)
}

/**
 * The probability of each group that its true mean is the lowest; all equal while nothing is known of the noise. The
 * draws are always the same ones, so that the same values have the same odds.
 *
 * @param groups  values to be minimized; a group without any cannot be the best
 */
export function oddsOfBest(groups: readonly (readonly number[])[]): Float64Array {
  const { variance, df } = pooledVariance(groups)
  const odds = new Float64Array(groups.length)
  if (df === 0) return odds.fill(1 / groups.length)
  const means = groups.map((values) => (values.length === 0 ? Infinity : meanOf(values)))
  const random = randomStream('race', groups.length)
  const drawn = new Float64Array(groups.length)
  for (let k = 0; k < DRAWS; k++) {
    let squares = 0
    for (let i = 0; i < df; i++) squares += normalDraw(random) ** 2
    const sigma = Math.sqrt((df * variance) / squares)
    let lowest = Infinity
    for (const [i, mean] of means.entries()) {
      drawn[i] = mean + (sigma * normalDraw(random)) / Math.sqrt(groups[i]!.length || 1)
      lowest = Math.min(lowest, drawn[i]!)
    }
    // Without noise several may be equal.
    const winners = drawn.reduce((count, value) => count + (value === lowest ? 1 : 0), 0)
    for (const [i, value] of drawn.entries()) if (value === lowest) odds[i]! += 1 / (winners * DRAWS)
  }
  return odds
}

/** Which finalist to measure next; undefined if the race is decided, or all that matter have values enough. */
export function nextRunner(runners: readonly Runner[], { repeats, probability }: RaceOptions): number | undefined {
  const counts = runners.map(({ values, pending }) => values.length + pending)
  const fewest = (chosen: readonly number[]): number | undefined =>
    chosen.length === 0 ? undefined : chosen.reduce((least, i) => (counts[i]! < counts[least]! ? i : least))
  const all = [...runners.keys()]
  const unknown = all.filter((i) => counts[i]! < Math.min(FIRST, repeats))
  if (unknown.length > 0) return fewest(unknown)
  const odds = oddsOfBest(runners.map(({ values }) => values))
  const highest = Math.max(...odds)
  if (highest >= probability) return undefined
  const matter = all
    .filter((i) => odds[i]! >= Math.min(LEAST_ODDS, highest / 2))
    .sort((a, b) => odds[b]! - odds[a]! || a - b)
  return fewest(matter.filter((i) => counts[i]! < repeats).slice(0, 2))
}
