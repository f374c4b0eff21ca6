/**
 * Densities of one number in [0, 1], for what somebody believes about it.
 *
 *   u   a place in [0, 1]            π(u)   the density: 1 where it is that of the uniform distribution
 *   p   a share of the mass          F(u)   the mass below u
 *   m   mean of a normal distribution that is cut at 0 and 1             s   its standard deviation
 */

import { betaCdf, logBeta } from './beta.ts'
import { normalCdf, normalDensity, normalLogDensity, normalQuantile } from './special.ts'

/** Nearer to an end than this, a density without a bound counts as level. */
const EDGE = 1e-9

/** Most steps to a quantile; each at least halves the way. */
const MOST_STEPS = 60

export interface Density {
  /** ln π(u); −∞ where the density is 0. */
  readonly log: (u: number) => number
  /** The slope of ln π; 0 where that is not finite. */
  readonly slope: (u: number) => number
  /** F(u). */
  readonly below: (u: number) => number
  /** The u with F(u) = p. */
  readonly quantile: (p: number) => number
  /** The largest ln π. */
  readonly peak: number
  /** Where π is largest; the median where a beta distribution has no largest value between the ends. */
  readonly mode: number
}

/** The mass that a normal distribution has in [0, 1]. */
export function normalMass(m: number, s: number): number {
  const [a, b] = [-m / s, (1 - m) / s]
  // In the tail that does not round to 1.
  return a > 0 ? normalCdf(-a) - normalCdf(-b) : normalCdf(b) - normalCdf(a)
}

/** A normal distribution, cut at 0 and 1; it must have mass there. */
export function normalPrior(m: number, s: number): Density {
  const mass = normalMass(m, s)
  const isUpper = m < 0
  const start = isUpper ? normalCdf(m / s) : normalCdf(-m / s)
  const log = (u: number): number => normalLogDensity((u - m) / s) - Math.log(s * mass)
  return {
    log,
    slope: (u) => (m - u) / (s * s),
    below: (u) => {
      const z = (u - m) / s
      return clamped((isUpper ? start - normalCdf(-z) : normalCdf(z) - start) / mass)
    },
    quantile: (p) => {
      const z = isUpper ? -normalQuantile(clamped(start - p * mass)) : normalQuantile(clamped(start + p * mass))
      return p <= 0 ? 0 : p >= 1 ? 1 : clamped(m + s * z)
    },
    peak: log(clamped(m)),
    mode: clamped(m),
  }
}

/** The mass that a log-normal distribution has between two ends. */
export function logNormalMass(low: number, high: number, mean: number, deviation: number): number {
  const [a, b] = [low, high].map((x) => (x > 0 ? (Math.log(x) - mean) / deviation : -Infinity)) as [number, number]
  return a > 0 ? normalCdf(-a) - normalCdf(-b) : normalCdf(b) - normalCdf(a)
}

/**
 * A log-normal distribution of x = low + u (high − low), cut at both ends; it must have mass there.
 *
 * @param mean       of ln x
 * @param deviation  of ln x
 */
export function logNormalPrior(low: number, high: number, mean: number, deviation: number): Density {
  const width = high - low
  const mass = logNormalMass(low, high, mean, deviation)
  const zOf = (u: number): number => {
    const x = low + u * width
    return x > 0 ? (Math.log(x) - mean) / deviation : -Infinity
  }
  const first = zOf(0)
  const isUpper = first > 0
  const start = isUpper ? normalCdf(-first) : normalCdf(first)
  const placeOf = (x: number): number => clamped((x - low) / width)
  const mode = placeOf(Math.exp(mean - deviation ** 2))
  const log = (u: number): number => {
    const z = zOf(u)
    if (z === -Infinity) return -Infinity
    return normalLogDensity(z) - Math.log(deviation * (low + u * width)) + Math.log(width / mass)
  }
  return {
    log,
    slope: (u) => {
      const z = zOf(u)
      return z === -Infinity ? 0 : ((-z / deviation - 1) * width) / (low + u * width)
    },
    below: (u) => {
      const z = zOf(u)
      return clamped((isUpper ? start - normalCdf(-z) : normalCdf(z) - start) / mass)
    },
    quantile: (p) => {
      const z = isUpper ? -normalQuantile(clamped(start - p * mass)) : normalQuantile(clamped(start + p * mass))
      return p <= 0 ? 0 : p >= 1 ? 1 : placeOf(Math.exp(mean + deviation * z))
    },
    peak: log(mode),
    mode,
  }
}

/** A beta distribution. */
export function betaPrior(a: number, b: number): Density {
  const constant = logBeta(a, b)
  const inside = (u: number): number => Math.min(Math.max(u, EDGE), 1 - EDGE)
  const log = (at: number): number => {
    const u = inside(at)
    return (a - 1) * Math.log(u) + (b - 1) * Math.log1p(-u) - constant
  }
  const below = (u: number): number => betaCdf(u, a, b)
  // With a < 1 or b < 1 the density is largest at an end.
  const mode = a > 1 && b > 1 ? (a - 1) / (a + b - 2) : undefined
  return {
    log,
    slope: (u) => (inside(u) === u ? (a - 1) / u - (b - 1) / (1 - u) : 0),
    below,
    quantile: (p) => quantileOf(below, log, p),
    peak: mode === undefined ? Math.max(log(0), log(1), log(0.5)) : log(mode),
    mode: mode ?? quantileOf(below, log, 0.5),
  }
}

/**
 * A density that goes in straight lines from knot to knot, and is level before the first and after the last.
 *
 * @param places   rising, at least one
 * @param heights  of each, at least 0, one of them above 0; in proportion
 */
export function linearPrior(places: readonly number[], heights: readonly number[]): Density {
  const xs = [0, ...places, 1]
  const ys = [heights[0]!, ...heights, heights.at(-1)!]
  const areas = ys.slice(1).map((y, i) => ((y + ys[i]!) / 2) * (xs[i + 1]! - xs[i]!))
  const total = areas.reduce((sum, area) => sum + area, 0)
  const sums = [0]
  for (const area of areas) sums.push(sums.at(-1)! + area / total)
  const segmentAt = (u: number): number =>
    Math.min(
      Math.max(
        xs.findLastIndex((x) => x <= u),
        0,
      ),
      areas.length - 1,
    )
  const slopeIn = (i: number): number => {
    const width = xs[i + 1]! - xs[i]!
    return width > 0 ? (ys[i + 1]! - ys[i]!) / width / total : 0
  }
  const highest = Math.max(...ys)
  // The highest place in a piece; if the piece is level, its point nearest to the middle.
  const highestIn = (i: number, low: number, high: number): number[] => {
    const [isLow, isHigh] = [ys[i] === highest, ys[i + 1] === highest]
    if (isLow && isHigh) return [Math.min(Math.max(0.5, low), high)]
    return isLow ? [low] : isHigh ? [high] : []
  }
  const heightAt = (u: number, i: number): number => ys[i]! / total + slopeIn(i) * (u - xs[i]!)
  return {
    log: (u) => Math.log(Math.max(heightAt(u, segmentAt(u)), 0)),
    slope: (u) => {
      const i = segmentAt(u)
      const height = heightAt(u, i)
      return height > 0 ? slopeIn(i) / height : 0
    },
    below: (u) => {
      const i = segmentAt(u)
      return clamped(sums[i]! + ((u - xs[i]!) * (ys[i]! / total + heightAt(u, i))) / 2)
    },
    quantile: (p) => {
      const i = Math.max(Math.min(sums.findIndex((sum) => sum > p) - 1, areas.length - 1), 0)
      const j = p >= 1 ? areas.findLastIndex((area) => area > 0) : i
      const left = Math.max(p - sums[j]!, 0)
      const [height, slope] = [ys[j]! / total, slopeIn(j)]
      // left = height t + slope t² / 2, solved so that no digits are lost where the slope is small.
      const root = Math.sqrt(Math.max(height ** 2 + 2 * slope * left, 0))
      const t = height + root > 0 ? (2 * left) / (height + root) : 0
      return clamped(Math.min(xs[j]! + t, xs[j + 1]!))
    },
    peak: Math.log(highest / total),
    mode: nearestToMiddle(xs.slice(1).flatMap((x, i) => highestIn(i, xs[i]!, x))),
  }
}

/**
 * A density of steps: level within each cell.
 *
 * @param widths  of the cells, from 0 to 1
 * @param masses  of the cells, at least 0, one of them above 0; in proportion
 */
export function stepPrior(widths: ArrayLike<number>, masses: ArrayLike<number>): Density {
  const count = widths.length
  const edges = new Float64Array(count + 1)
  const sums = new Float64Array(count + 1)
  for (let i = 0; i < count; i++) {
    edges[i + 1] = edges[i]! + widths[i]!
    sums[i + 1] = sums[i]! + masses[i]!
  }
  const total = sums[count]!
  const logs = Float64Array.from(widths, (width, i) => Math.log(masses[i]! / total / width))
  const highest = logs.reduce((a, b) => Math.max(a, b), -Infinity)
  const cellAt = (sorted: Float64Array, at: number): number => Math.max(Math.min(firstAbove(sorted, at), count) - 1, 0)
  return {
    log: (u) => logs[cellAt(edges, u)]!,
    slope: () => 0,
    below: (u) => {
      const i = cellAt(edges, u)
      return clamped((sums[i]! + (masses[i]! * (u - edges[i]!)) / widths[i]!) / total)
    },
    quantile: (p) => {
      const i = cellAt(sums, p * total)
      const share = masses[i]! > 0 ? (p * total - sums[i]!) / masses[i]! : 0
      return clamped(edges[i]! + Math.min(share, 1) * widths[i]!)
    },
    peak: highest,
    mode: nearestToMiddle(
      Array.from(widths, (width, i) => (logs[i] === highest ? [edges[i]! + width / 2] : [])).flat(),
    ),
  }
}

/** The same density in steps: the mass of each cell is spread over it. */
export function inSteps({ below }: Density, widths: ArrayLike<number>): Density {
  let [edge, mass] = [0, 0]
  const masses = Float64Array.from(widths, (width, i) => {
    const before = mass
    edge += width
    mass = i === widths.length - 1 ? 1 : below(edge)
    return Math.max(mass - before, 0)
  })
  return stepPrior(widths, masses)
}

/**
 * A kernel density: the mean of normal distributions around places, cut at 0 and 1, and of one uniform distribution, so
 * that nothing is ruled out.
 *
 * @param places  at least one, in [0, 1]
 * @param s       standard deviation of each
 */
export function kernelPrior(places: readonly number[], s: number): Density {
  const kernels = places.map((m) => normalPrior(m, s))
  const count = places.length + 1
  const masses = places.map((m) => normalMass(m, s))
  const at = (u: number): number => {
    let sum = 1
    for (const [i, m] of places.entries()) sum += normalDensity((u - m) / s) / (s * masses[i]!)
    return sum / count
  }
  const log = (u: number): number => Math.log(at(u))
  const mode = places.reduce((best, m) => (log(m) > log(best) ? m : best), places[0]!)
  const below = (u: number): number => {
    let sum = clamped(u)
    for (const kernel of kernels) sum += kernel.below(u)
    return sum / count
  }
  return {
    log,
    slope: (u) => {
      let sum = 0
      for (const [i, m] of places.entries())
        sum += ((m - u) / (s * s)) * (normalDensity((u - m) / s) / (s * masses[i]!))
      return sum / count / at(u)
    },
    below,
    quantile: (p) => quantileOf(below, log, p),
    peak: log(mode),
    mode,
  }
}

/** Newton's method, kept within bounds that close in on the quantile. */
function quantileOf(below: Density['below'], log: Density['log'], p: number): number {
  if (p <= 0) return 0
  if (p >= 1) return 1
  let [low, high, u] = [0, 1, p]
  for (let step = 0; step < MOST_STEPS; step++) {
    const excess = below(u) - p
    if (excess > 0) high = u
    else low = u
    const newton = u - excess / Math.exp(log(u))
    const next = newton > low && newton < high ? newton : (low + high) / 2
    if (Math.abs(next - u) <= 1e-15) return next
    u = next
  }
  return u
}

/** The index of the first number above x in rising ones; their count if there is none. */
function firstAbove(sorted: Float64Array, x: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! > x) high = middle
    else low = middle + 1
  }
  return low
}

/** The place that is nearest to the middle of the range. */
const nearestToMiddle = (places: readonly number[]): number =>
  places.reduce((best, u) => (Math.abs(u - 0.5) < Math.abs(best - 0.5) ? u : best))

const clamped = (u: number): number => Math.min(Math.max(u, 0), 1)
