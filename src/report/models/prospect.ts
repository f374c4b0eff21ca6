/**
 * Places where something better than the recommended trial may be, drawn from together: how much room is left, and what
 * the next trials are likely to bring.
 *
 * Half of the places cover the space, half lie around the recommended trial; those that are not trusted are left out.
 * The value at the recommended trial is drawn with them, so that a gain is that of one function.
 */

import { logExpectedImprovement } from '../../acquisition/acquisition.ts'
import { drawCandidates } from '../../acquisition/maximize.ts'
import { randomStream } from '../../numerics/random.ts'
import type { Random } from '../../numerics/random.ts'
import { sobolPoint } from '../../numerics/sobol.ts'
import { rowsOf } from '../../numerics/vector.ts'
import { pointAt } from '../../space/axes.ts'
import { drawInto, factored } from '../../surrogate/joint-posterior.ts'
import { isTrusted, jointAt } from './surface.ts'
import type { Joint, Surface } from './surface.ts'
import type { Next, Room } from './views.ts'

/** Places, before those that are not trusted are left out. */
const PLACES = 400

/** Functions that are drawn. */
const DRAWS = 400

/** How many trials `next` looks ahead, and which gain counts, as a share of the recommended mean. */
const NEXT_TRIALS = 50
const GAIN_THAT_COUNTS = 0.01

/** The ends of an interval of 80 %. */
const ENDS = [0.1, 0.9] as const

/** The posterior at the recommended trial, which comes first, and at the places. */
export type Prospect = Joint

/**
 * The prospect of a surface.
 *
 * @param known  further places, such as the predicted optimum
 * @param seed   of the even half
 */
export function prospectOf(surface: Surface, known: readonly Float64Array[], seed: number): Prospect {
  const { axes, center, judge, token } = surface
  const d = axes.list.length
  const random = randomStream('prospect', token)
  const even = Array.from({ length: PLACES / 2 }, (_, i) => pointAt(axes, sobolPoint(i, d, seed), random))
  const local = drawCandidates(judge.made.model, axes, [center], random, { global: 0, local: PLACES / 2 })
  const around = Array.from({ length: PLACES / 2 }, (_, i) => local.slice(i * d, (i + 1) * d))
  const places = [...known, ...even, ...around].filter((x) => isTrusted(surface, x))
  return jointAt(surface, rowsOf([center, ...places], d), 1 + places.length)
}

/** How much better than the recommended trial the best of the places is; null if none of them is trusted. */
export function roomOf(surface: Surface, prospect: Prospect): Room | null {
  if (prospect.m < 2) return null
  const gains = gainsOf(surface, prospect, randomStream('room', surface.token)).sort()
  const at = (share: number): number => gains[Math.min(Math.floor(share * DRAWS), DRAWS - 1)]!
  return { middle: at(0.5), low: at(ENDS[0]), high: at(ENDS[1]) }
}

/**
 * What the next trials are likely to bring: the gain of the best of them by its mean. They are chosen one after another
 * as a suggestion is, by the expected improvement, each as if those before had turned out as predicted.
 */
export function nextOf(surface: Surface, prospect: Prospect): Next | null {
  if (prospect.m < 2) return null
  const chosen = chosenNext(surface, prospect)
  const gains = gainsOf(surface, partOf(prospect, [0, ...chosen]), randomStream('next', surface.token))
  const least = GAIN_THAT_COUNTS * Math.abs(surface.judge.valueOf(prospect.means[0]!))
  return {
    trials: NEXT_TRIALS,
    chance: gains.filter((gain) => gain > least).length / DRAWS,
    gain: gains.reduce((sum, gain) => sum + gain / DRAWS, 0),
  }
}

/**
 * For each of many functions, how much better its least value is than that at the first place, in the objective's unit.
 * It counts as at most the range of all values: beyond the lowest one, a map of the values may lead anywhere.
 */
function gainsOf({ judge, process }: Surface, { m, means, covariance }: Joint, random: Random): Float64Array {
  const root = factored(covariance, m, process.signal)
  const [drawn, normal] = [new Float64Array(m), new Float64Array(m)]
  const sorted = judge.made.y.toSorted()
  const range = sorted.at(-1)! - sorted[0]!
  return Float64Array.from({ length: DRAWS }, () => {
    drawInto(drawn, means, root, normal, random)
    const least = drawn.reduce((a, b) => Math.min(a, b))
    if (least === drawn[0]) return 0
    return Math.min(Math.abs(judge.valueOf(drawn[0]!) - judge.valueOf(least)) || 0, range)
  })
}

/** The places of the next trials. What is measured is believed to be the mean; the covariance shrinks as if it were. */
function chosenNext({ judge, process }: Surface, { m, means, covariance }: Prospect): number[] {
  const full = new Float64Array(m * m)
  for (let i = 0; i < m; i++) for (let j = 0; j <= i; j++) full[i * m + j] = full[j * m + i] = covariance[i * m + j]!
  const column = new Float64Array(m)
  const worth = { value: 0, byMean: 0, byDeviation: 0 }
  let { best } = judge.made
  const chosen = new Set<number>()
  while (chosen.size < Math.min(NEXT_TRIALS, m - 1)) {
    const improvement = logExpectedImprovement(best)
    let next = -1
    let most = -Infinity
    for (let i = 1; i < m; i++) {
      if (chosen.has(i)) continue
      improvement(means[i]!, Math.sqrt(Math.max(full[i * m + i]!, 0)), worth)
      if (worth.value > most || next < 0) {
        most = worth.value
        next = i
      }
    }
    chosen.add(next)
    best = Math.min(best, means[next]!)
    // Σ − s sᵀ / (s_next + noise), with s the column of the place that is measured.
    for (let i = 0; i < m; i++) column[i] = full[i * m + next]!
    const scale = 1 / (column[next]! + process.noise)
    for (let i = 0; i < m; i++) {
      const factor = column[i]! * scale
      for (let j = 0; j < m; j++) full[i * m + j] = full[i * m + j]! - factor * column[j]!
    }
  }
  return [...chosen].sort((a, b) => a - b)
}

/** The posterior at some of the places, which are in ascending order. */
function partOf({ m, means, covariance }: Joint, rows: readonly number[]): Joint {
  const part = new Float64Array(rows.length ** 2)
  for (const [i, row] of rows.entries())
    for (const [j, column] of rows.slice(0, i + 1).entries()) part[i * rows.length + j] = covariance[row * m + column]!
  return { m: rows.length, means: Float64Array.from(rows, (row) => means[row]!), covariance: part }
}
