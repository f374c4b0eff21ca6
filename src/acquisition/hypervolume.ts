/**
 * How much a measurement adds to the volume that the front of several objectives takes. All are to be minimized, and
 * their predictions are independent.
 *
 *   m       number of objectives                       r      m, the reference: the corner that volumes begin at
 *   μ, σ    m each, the prediction                     ψ(c)   E max(c − y, 0) = σ (φ(z) + z Φ(z)), z = (c − μ) / σ
 *   c       an end of a box in one coordinate          w      m, weights
 *   s(y)    min over objectives of (r − y) / w         τ      a value of s; τ*, the largest on the front
 *
 * Two and three objectives have the exact expectation. What the front leaves free below the reference is cut into boxes
 * (`numerics/boxes.ts`), and y adds a part of each. The mean of that part is a product over objectives. All is a sum of
 * products: Σ Π (ψ(c₂) − ψ(c₁)), from the lower end c₁ of a box to the upper one, with ψ(−∞) = 0.
 *
 * For more, the volume is the mean of s^m over random weights, up to a constant. Each suggestion has one draw of
 * weights, and the expected improvement of s^m is an integral over one variable.
 *
 * Sources: Yang, Emmerich, Deutz & Bäck 2019, "Efficient computation of expected hypervolume improvement using box
 * decomposition algorithms" (the sum); Golovin & Zhang 2020, "Random hypervolume scalarizations for provable
 * multi-objective black box optimization", lemma 5; Ament et al. 2023, for logarithms.
 */

import { freeBoxes } from '../numerics/boxes.ts'
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
 * Log of the expected hypervolume improvement, exact for two or three objectives.
 *
 * @param front      k × m, m = 2 or 3
 * @param reference  r; points of the front that are not below it have no effect
 */
export function logHypervolumeImprovement(front: Float64Array, reference: Float64Array): JointAcquisition {
  const m = reference.length
  const { low, high } = freeBoxes(front, front.length / m, m, reference)
  const count = high.length / m
  const ends = Array.from({ length: m }, (_, k) => endsOf(low, high, k, m))
  const placesOf = (corners: Float64Array): Int32Array => Int32Array.from(corners, (at, i) => ends[i % m]!.indexOf(at))
  const [begin, end] = [placesOf(low), placesOf(high)]
  const tables = (): Float64Array[] => ends.map(({ length }) => new Float64Array(length).fill(-Infinity))
  const [improvements, below, densities] = [tables(), tables(), tables()]
  const sides = new Float64Array(count * m)
  const volumes = new Float64Array(count)
  const acquire = (means: Float64Array, deviations: Float64Array, hasSlopes: boolean, filled: JointValue): void => {
    for (let k = 0; k < m; k++) {
      const deviation = Math.max(deviations[k]!, LEAST_DEVIATION)
      const scale = Math.log(deviation)
      for (let j = 1; j < ends[k]!.length; j++) {
        const z = (ends[k]![j]! - means[k]!) / deviation
        improvements[k]![j] = scale + logImprovement(z).h
        if (!hasSlopes) continue
        below[k]![j] = normalLogCdf(z)
        densities[k]![j] = normalLogDensity(z)
      }
    }
    let most = -Infinity
    for (let i = 0; i < count; i++) {
      let volume = 0
      for (let k = 0; k < m; k++) {
        const at = i * m + k
        const [from, to] = [improvements[k]![begin[at]!]!, improvements[k]![end[at]!]!]
        // ln (ψ(c₂) − ψ(c₁)); rounding may leave nothing of a narrow side.
        sides[at] = from < to ? to + Math.log1p(-Math.exp(from - to)) : -Infinity
        volume += sides[at]!
      }
      volumes[i] = volume
      most = Math.max(most, volume)
    }
    let sum = 0
    for (const volume of volumes) sum += Math.exp(volume - most)
    const value = most + Math.log(sum)
    filled.value = value
    if (!hasSlopes) return
    const { byMeans, byDeviations } = filled
    byMeans.fill(0)
    byDeviations.fill(0)
    for (let i = 0; i < count; i++) {
      for (let k = 0; k < m; k++) {
        // ψ has the slopes −Φ and φ; the other sides of the box are its factors.
        let others = -value
        for (let o = 0; o < m; o++) if (o !== k) others += sides[i * m + o]!
        const [from, to] = [begin[i * m + k]!, end[i * m + k]!]
        byMeans[k]! -= Math.exp(below[k]![to]! + others) - Math.exp(below[k]![from]! + others)
        byDeviations[k]! += Math.exp(densities[k]![to]! + others) - Math.exp(densities[k]![from]! + others)
      }
    }
  }
  const improves = (means: Float64Array, deviations: Float64Array): number => {
    const cdfs = ends.map((list, k) =>
      list.map((at) => normalCdf((at - means[k]!) / Math.max(deviations[k]!, LEAST_DEVIATION))),
    )
    let sum = 0
    for (let i = 0; i < count; i++) {
      let odds = 1
      for (let k = 0; k < m; k++) odds *= cdfs[k]![end[i * m + k]!]! - cdfs[k]![begin[i * m + k]!]!
      sum += odds
    }
    return sum
  }
  return Object.assign(acquire, { improves })
}

/** The ends of boxes in coordinate k, ascending: first −∞, where ψ is 0. */
function endsOf(low: Float64Array, high: Float64Array, k: number, m: number): Float64Array {
  const corners = [low, high].flatMap((side) => [...side].filter((_, i) => i % m === k))
  return Float64Array.from(new Set([-Infinity, ...corners])).sort()
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
