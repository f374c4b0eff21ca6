/**
 * How much a measurement adds to the volume that the front of several objectives takes. All are to be minimized, and
 * their predictions are independent.
 *
 *   m       number of objectives                       r      m, the reference: the corner that volumes begin at
 *   μ, σ    m each, the prediction                     ψ(c)   E max(c − y, 0) = σ (φ(z) + z Φ(z)), z = (c − μ) / σ
 *   a, b    coordinates of the front, a rising         w      m, weights
 *   s(y)    min over objectives of (r − y) / w         τ      a value of s; τ*, the largest on the front
 *
 * Two objectives have the exact expectation. The area that y adds consists of strips between two points of the front,
 * so that it is a sum of products: Σ (ψ₁(aᵢ₊₁) − ψ₁(aᵢ)) ψ₂(bᵢ), with ψ₁(a₀) = 0, b₀ = r₂, and r₁ after the last a.
 *
 * For more, the volume is the mean of s^m over random weights, up to a constant. Each suggestion has one draw of
 * weights, and the expected improvement of s^m is an integral over one variable.
 *
 * Sources: Emmerich, Yang, Deutz, Wang & Fonseca 2016, "A multicriteria generalization of Bayesian global optimization"
 * (strips); Golovin & Zhang 2020, "Random hypervolume scalarizations for provable multi-objective black box
 * optimization", lemma 5; Ament et al. 2023, for logarithms.
 */

import { normalCdf, normalHazard, normalLogCdf, normalLogDensity } from '../numerics/special.ts'
import { LEAST_DEVIATION, logImprovement } from './acquisition.ts'

/** Gauss-Legendre quadrature with 16 nodes: the positive half of its nodes on [−1, 1], and their weights. */
const HALF_NODES = [
  [0.0950125098376374, 0.1894506104550685],
  [0.2816035507792589, 0.1826034150449236],
  [0.4580167776572274, 0.1691565193950025],
  [0.6178762444026438, 0.1495959888165767],
  [0.755404408355003, 0.1246289712555339],
  [0.8656312023878318, 0.0951585116824928],
  [0.9445750230732326, 0.0622535239386479],
  [0.9894009349916499, 0.0271524594117541],
] as const
const NODES = HALF_NODES.flatMap(([at, weight]) => [-at, at].map((x) => ({ at: (1 + x) / 2, weight: weight / 2 })))

/** A normal variable is taken to lie within this many deviations of its mean. */
const SURE = 6

/** A smaller deviation counts as this in an integral, whose nodes must differ. Values are standardized. */
const LEAST_SPREAD = 1e-9

/** An integrand that falls exponentially counts up to this many decay lengths. */
const DECAY_LENGTHS = 8

/** The value of a joint acquisition, and its derivatives by each mean and each deviation. */
export interface JointValue {
  value: number
  /** m each; filled only when slopes are asked for. */
  readonly byMeans: Float64Array
  readonly byDeviations: Float64Array
}

/** What a point is worth by the predictions of several models: the logarithm of something positive. */
export interface JointAcquisition {
  (means: Float64Array, deviations: Float64Array, hasSlopes: boolean, filled: JointValue): void
  /** The probability that the point adds anything. */
  readonly improves: (means: Float64Array, deviations: Float64Array) => number
}

/**
 * Log of the expected hypervolume improvement, exact for two objectives.
 *
 * @param front      k × 2, no point of which dominates another
 * @param reference  r; points of the front beyond it add nothing
 */
export function logHypervolumeImprovement(front: Float64Array, reference: Float64Array): JointAcquisition {
  const [right, top] = [reference[0]!, reference[1]!]
  const corners = Array.from({ length: front.length / 2 }, (_, i) => [front[2 * i]!, front[2 * i + 1]!] as const)
    .filter(([a, b]) => a < right && b < top)
    .sort(([a], [b]) => a - b)
  const ends = Float64Array.from([...corners.map(([a]) => a), right])
  const heights = Float64Array.from([top, ...corners.map(([, b]) => b)])
  const strips = ends.length
  const width = new Float64Array(strips)
  const depth = new Float64Array(strips)
  const acquire = (means: Float64Array, deviations: Float64Array, hasSlopes: boolean, filled: JointValue): void => {
    const sigma = [Math.max(deviations[0]!, LEAST_DEVIATION), Math.max(deviations[1]!, LEAST_DEVIATION)] as const
    const log = [Math.log(sigma[0]), Math.log(sigma[1])] as const
    const across = (i: number): number => (ends[i]! - means[0]!) / sigma[0]
    const down = (i: number): number => (heights[i]! - means[1]!) / sigma[1]
    let before = -Infinity
    let most = -Infinity
    for (let i = 0; i < strips; i++) {
      const upTo = log[0] + logImprovement(across(i)).h
      // ln (ψ₁(aᵢ₊₁) − ψ₁(aᵢ)); rounding may leave nothing of a narrow strip.
      width[i] = before < upTo ? upTo + Math.log1p(-Math.exp(before - upTo)) : -Infinity
      depth[i] = log[1] + logImprovement(down(i)).h
      most = Math.max(most, width[i]! + depth[i]!)
      before = upTo
    }
    let sum = 0
    for (let i = 0; i < strips; i++) sum += Math.exp(width[i]! + depth[i]! - most)
    const value = most + Math.log(sum)
    filled.value = value
    if (!hasSlopes) return
    const { byMeans, byDeviations } = filled
    byMeans.fill(0)
    byDeviations.fill(0)
    for (let i = 0; i < strips; i++) {
      // ψ has the slopes −Φ and φ. A strip ends at one end of the front and begins at the one before.
      const share = depth[i]! - value
      const [end, begin] = [across(i), i > 0 ? across(i - 1) : -Infinity]
      byMeans[0]! -= Math.exp(normalLogCdf(end) + share) - (i > 0 ? Math.exp(normalLogCdf(begin) + share) : 0)
      byDeviations[0]! += Math.exp(normalLogDensity(end) + share) - Math.exp(normalLogDensity(begin) + share)
      byMeans[1]! -= Math.exp(normalLogCdf(down(i)) + width[i]! - value)
      byDeviations[1]! += Math.exp(normalLogDensity(down(i)) + width[i]! - value)
    }
  }
  const improves = (means: Float64Array, deviations: Float64Array): number => {
    const below = (at: number, k: number): number =>
      normalCdf((at - means[k]!) / Math.max(deviations[k]!, LEAST_DEVIATION))
    return ends.reduce((sum, end, i) => {
      const begin = i > 0 ? below(ends[i - 1]!, 0) : 0
      return sum + (below(end, 0) - begin) * below(heights[i]!, 1)
    }, 0)
  }
  return Object.assign(acquire, { improves })
}

/**
 * Log of the expected improvement of s^m, for any number of objectives, accurate to about 1 %.
 *
 * @param front    k × m
 * @param weights  m, above 0
 */
export function logScalarizedImprovement(
  front: Float64Array,
  reference: Float64Array,
  weights: Float64Array,
): JointAcquisition {
  const m = reference.length
  let best = 0
  for (let i = 0; i < front.length; i += m) {
    const levels = reference.map((at, k) => (at - front[i + k]!) / weights[k]!)
    best = Math.max(best, Math.min(...levels))
  }
  const terms = new Float64Array(NODES.length)
  const levels = new Float64Array(NODES.length)
  const acquire = (means: Float64Array, deviations: Float64Array, hasSlopes: boolean, filled: JointValue): void => {
    const deviation = (k: number): number => Math.max(deviations[k]!, LEAST_SPREAD)
    const z = (tau: number, k: number): number => (reference[k]! - weights[k]! * tau - means[k]!) / deviation(k)
    // Up to `sure`, s exceeds τ for sure; beyond `end`, it does not. The nodes lie between the two.
    let [low, high, decay] = [Infinity, Infinity, 0]
    for (let k = 0; k < m; k++) {
      const [center, spread] = [(reference[k]! - means[k]!) / weights[k]!, deviation(k) / weights[k]!]
      low = Math.min(low, center - SURE * spread)
      high = Math.min(high, center + SURE * spread)
      decay += normalHazard(z(best, k)) / spread
    }
    const sure = Math.max(low, best)
    const reach = Math.max(high - sure, DECAY_LENGTHS / decay, LEAST_SPREAD)
    const end = sure > best ? Math.max(high, sure + LEAST_SPREAD) : sure + reach
    let most = -Infinity
    for (const [j, { at, weight }] of NODES.entries()) {
      const tau = sure + at * (end - sure)
      let term = Math.log(m * weight * (end - sure)) + (m - 1) * Math.log(tau)
      for (let k = 0; k < m; k++) term += normalLogCdf(z(tau, k))
      levels[j] = tau
      terms[j] = term
      most = Math.max(most, term)
    }
    const certain = Math.log(sure ** m - best ** m)
    most = Math.max(most, certain)
    let sum = Math.exp(certain - most)
    for (const term of terms) sum += Math.exp(term - most)
    filled.value = most + Math.log(sum)
    if (!hasSlopes) return
    const { byMeans, byDeviations } = filled
    for (let k = 0; k < m; k++) {
      let [byMean, byDeviation] = [0, 0]
      for (const [j, tau] of levels.entries()) {
        const share = Math.exp(terms[j]! - most) / sum
        if (share === 0) continue
        const slope = (share * normalHazard(z(tau, k))) / deviation(k)
        byMean -= slope
        byDeviation -= slope * z(tau, k)
      }
      byMeans[k] = byMean
      byDeviations[k] = byDeviation
    }
  }
  const improves = (means: Float64Array, deviations: Float64Array): number =>
    reference.reduce((product, at, k) => {
      const z = (at - weights[k]! * best - means[k]!) / Math.max(deviations[k]!, LEAST_SPREAD)
      return product * normalCdf(z)
    }, 1)
  return Object.assign(acquire, { improves })
}
