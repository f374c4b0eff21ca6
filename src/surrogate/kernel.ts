/**
 * The Matérn 5/2 covariance with a lengthscale for each parameter, over points with numbers, categories and parameters that
 * are not active.
 *
 *   x      d        a point: a number's coordinate in [0, 1], a category's index, NaN where a parameter is not active
 *   w      d        weights, 1 / lengthscale²
 *   r²     Σ w δ²   scaled squared distance; δ² is (x − x')² of numbers, 0 or 1 of categories, `ABSENCE` where just one is active
 *   k(r²)  (1 + √5 r + 5/3 r²) exp(−√5 r), its derivative by r² is −5/6 (1 + √5 r) exp(−√5 r), finite at 0
 *
 * "Not active" is one more point at a constant distance from all others, which an extra coordinate of its own would give as
 * well: δ² stays a squared distance, and the covariance positive definite.
 *
 * Sources: Rasmussen & Williams 2006, §4.2.1; Swersky et al. 2013, "Raiders of the lost architecture" (conditional parameters).
 */

import { decay } from '../numerics/exponential.ts'

/** Of the columns of a matrix of points, those that are categories. */
export type Categories = readonly boolean[]

/** δ² between a parameter that is active and one that is not. */
const ABSENCE = 0.25

/** δ² of one coordinate. */
export function squaredDifference(a: number, b: number, isCategory: boolean): number {
  const difference = a - b
  if (Number.isNaN(difference)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : ABSENCE
  return isCategory ? (difference === 0 ? 0 : 1) : difference * difference
}

/**
 * δ² of each pair of points, for each coordinate.
 *
 * @param points  n × d
 * @returns  d × n(n−1)/2: row k holds coordinate k of the pairs (1, 0), (2, 0), (2, 1), (3, 0), …
 */
export function pairDifferences(points: Float64Array, n: number, categories: Categories): Float64Array {
  const d = categories.length
  const pairs = (n * (n - 1)) / 2
  const differences = new Float64Array(d * pairs)
  for (let k = 0; k < d; k++) {
    const isCategory = categories[k]!
    let pair = k * pairs
    for (let i = 1; i < n; i++) {
      const x = points[i * d + k]!
      for (let j = 0; j < i; j++) differences[pair++] = squaredDifference(x, points[j * d + k]!, isCategory)
    }
  }
  return differences
}

/** Correlations of squared distances, and (where given) their derivatives by the squared distance. */
export function maternInto(squared: Float64Array, correlations: Float64Array, slopes?: Float64Array): void {
  for (let i = 0; i < squared.length; i++) {
    const a = Math.sqrt(5 * squared[i]!)
    const e = decay(a)
    correlations[i] = (1 + a + (1 / 3) * a * a) * e
    if (slopes !== undefined) slopes[i] = (-5 / 6) * (1 + a) * e
  }
}

/**
 * Scaled squared distances r² of one point to each of many, and (where given) their inner products.
 *
 * @param x        d, or more: only the d from `offset` on are read
 * @param points   n × d
 * @param weights  d
 * @param squared  n, filled; products likewise
 */
export function squaredDistancesInto(
  x: Float64Array, offset: number, points: Float64Array, n: number, weights: Float64Array, categories: Categories,
  squared: Float64Array, products?: Float64Array,
): void {
  const d = weights.length
  const hasCategories = categories.includes(true)
  for (let j = 0; j < n; j++) {
    const row = j * d
    let sum = 0
    let product = 0
    if (hasCategories) {
      for (let k = 0; k < d; k++) {
        const a = x[offset + k]!
        const b = points[row + k]!
        const square = (a - b) * (a - b)
        if (categories[k]) {
          sum += weights[k]! * (square > 0 ? 1 : square)
          product += square > 0 ? 0 : 0.25
        } else {
          sum += weights[k]! * square
          product += (a - 0.5) * (b - 0.5)
        }
      }
    } else if (products !== undefined) {
      for (let k = 0; k < d; k++) {
        const a = x[offset + k]!
        const b = points[row + k]!
        sum += weights[k]! * (a - b) * (a - b)
        product += (a - 0.5) * (b - 0.5)
      }
    } else {
      for (let k = 0; k < d; k++) {
        const difference = x[offset + k]! - points[row + k]!
        sum += weights[k]! * difference * difference
      }
    }
    // NaN: a parameter of one of the two is not active, which is rare enough to look again.
    const isWhole = sum === sum
    squared[j] = isWhole ? sum : distanceOfAbsent(x, offset, points, row, weights, categories)
    if (products !== undefined) products[j] = isWhole ? product : innerProduct(x, offset, points, row, categories)
  }
}

function distanceOfAbsent(x: Float64Array, offset: number, points: Float64Array, row: number, weights: Float64Array, categories: Categories): number {
  let sum = 0
  for (let k = 0; k < weights.length; k++) sum += weights[k]! * squaredDifference(x[offset + k]!, points[row + k]!, categories[k]!)
  return sum
}

/**
 * Inner product of two points about the middle of the cube: what a linear trend sees. Equal categories count as two numbers
 * at the same end of their range; a parameter that is not active has no share.
 */
export function innerProduct(a: Float64Array, from: number, b: Float64Array, to: number, categories: Categories): number {
  let sum = 0
  for (let k = 0; k < categories.length; k++) {
    const x = a[from + k]!
    const y = b[to + k]!
    if (categories[k]) sum += x === y ? 0.25 : 0
    else if (!Number.isNaN(x) && !Number.isNaN(y)) sum += (x - 0.5) * (y - 0.5)
  }
  return sum
}

/**
 * Mean over the parameters of the correlations in each alone, of one point with each of many: what a sum of functions of one
 * parameter has.
 *
 * @param sums    n, filled
 * @param slopes  n × d, filled where given: of each correlation by its own squared distance
 */
export function additiveInto(
  x: Float64Array, offset: number, points: Float64Array, n: number, weights: Float64Array, categories: Categories, sums: Float64Array, slopes?: Float64Array,
): void {
  const d = weights.length
  sums.fill(0, 0, n)
  for (let k = 0; k < d; k++) {
    const unit = Math.sqrt(5 * weights[k]!)
    const isCategory = categories[k]!
    const at = x[offset + k]!
    for (let j = 0; j < n; j++) {
      const b = points[j * d + k]!
      const difference = Math.abs(at - b)
      // NaN: one of the two is not active, or both.
      const a = unit * (isCategory || difference !== difference ? Math.sqrt(squaredDifference(at, b, isCategory)) : difference)
      const e = decay(a)
      sums[j] = sums[j]! + (1 + a + (1 / 3) * a * a) * e
      if (slopes !== undefined) slopes[j * d + k] = (-5 / 6) * (1 + a) * e
    }
  }
  for (let j = 0; j < n; j++) sums[j] = sums[j]! / d
}
