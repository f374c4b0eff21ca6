/**
 * Distances between points, with a lengthscale for each parameter, from which correlations are computed
 * (`correlation.ts`). A point may have numbers, categories, and parameters that are not active.
 *
 *   x      d        a point: a number's coordinate in [0, 1], a category's index, NaN where a parameter is not active
 *   w      d        weights, 1 / lengthscale²
 *   δ²              squared difference of one coordinate: (x − x')² for numbers, 0 or 1 for categories, `ABSENCE` if
 *                   the parameter is active in only one of the two points
 *   r²     Σ w δ²   scaled squared distance
 *
 * "Not active" acts as one more value, at a constant distance from all others. An additional coordinate would have the
 * same effect, so δ² is a squared distance and the covariance is positive definite.
 *
 * Source: Swersky et al. 2013, "Raiders of the lost architecture", for conditional parameters.
 */

import type { Kernel } from './correlation.ts'

/** δ² between a parameter that is active and one that is not. */
const ABSENCE = 0.25

/** By coordinate of a point: whether it is a category. */
export type Categories = readonly boolean[]

/** δ² of one coordinate. */
export function squaredDifference(a: number, b: number, isCategory: boolean): number {
  const difference = a - b
  if (Number.isNaN(difference)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : ABSENCE
  return isCategory ? (difference === 0 ? 0 : 1) : difference * difference
}

/**
 * δ² for each coordinate and each pair of points.
 *
 * @param points  n × d
 * @returns  d × n(n−1)/2: row k has coordinate k of the pairs (1, 0), (2, 0), (2, 1), (3, 0), …
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

/**
 * Fills the scaled squared distances r² of one point to each of n others, and `products`, if given, with their inner
 * products.
 *
 * @param x        the point: d entries from `offset` on
 * @param columns  d × stride, the transpose of the others: the first n entries of each row are read
 * @param weights  d
 * @param squared, products  n
 */
export function squaredDistancesInto(
  x: Float64Array,
  offset: number,
  columns: Float64Array,
  stride: number,
  weights: Float64Array,
  categories: Categories,
  squared: Float64Array,
  products?: Float64Array,
): void {
  squared.fill(0)
  products?.fill(0)
  for (let k = 0; k < weights.length; k++) {
    const at = x[offset + k]!
    const begin = k * stride
    const weight = weights[k]!
    if (products === undefined) {
      if (categories[k]) addMismatches(at, columns, begin, weight, squared)
      else addSquares(at, columns, begin, weight, squared)
    } else if (categories[k]) addMatches(at, columns, begin, weight, squared, products)
    else addSquaresAndProducts(at, columns, begin, weight, squared, products)
  }
  // NaN: a parameter is not active in one of the points. That is rare, so such pairs are computed once more.
  for (let j = 0; j < squared.length; j++) {
    if (squared[j] === squared[j]) continue
    squared[j] = distanceOfAbsent(x, offset, columns, stride, j, weights, categories)
    if (products !== undefined) products[j] = productOfAbsent(x, offset, columns, stride, j, categories)
  }
}

function addSquares(at: number, columns: Float64Array, begin: number, weight: number, squared: Float64Array): void {
  for (let j = 0; j < squared.length; j++) {
    const difference = at - columns[begin + j]!
    squared[j] = squared[j]! + weight * difference * difference
  }
}

function addSquaresAndProducts(
  at: number,
  columns: Float64Array,
  begin: number,
  weight: number,
  squared: Float64Array,
  products: Float64Array,
): void {
  const centered = at - 0.5
  for (let j = 0; j < squared.length; j++) {
    const other = columns[begin + j]!
    const difference = at - other
    squared[j] = squared[j]! + weight * difference * difference
    products[j] = products[j]! + centered * (other - 0.5)
  }
}

// Which rows have the same category is anybody's guess, also the processor's: a branch on it would cost more than all
// else. So δ² of two categories is a comparison as a number. What is added to it is 0, or NaN where one is not active.

function addMismatches(at: number, columns: Float64Array, begin: number, weight: number, squared: Float64Array): void {
  for (let j = 0; j < squared.length; j++) {
    const difference = at - columns[begin + j]!
    squared[j] = squared[j]! + weight * (Number(difference !== 0) + 0 * difference)
  }
}

function addMatches(
  at: number,
  columns: Float64Array,
  begin: number,
  weight: number,
  squared: Float64Array,
  products: Float64Array,
): void {
  for (let j = 0; j < squared.length; j++) {
    const difference = at - columns[begin + j]!
    const mismatch = Number(difference !== 0) + 0 * difference
    squared[j] = squared[j]! + weight * mismatch
    products[j] = products[j]! + 0.25 * (1 - mismatch)
  }
}

function distanceOfAbsent(
  x: Float64Array,
  offset: number,
  columns: Float64Array,
  stride: number,
  j: number,
  weights: Float64Array,
  categories: Categories,
): number {
  let sum = 0
  for (let k = 0; k < weights.length; k++)
    sum += weights[k]! * squaredDifference(x[offset + k]!, columns[k * stride + j]!, categories[k]!)
  return sum
}

function productOfAbsent(
  x: Float64Array,
  offset: number,
  columns: Float64Array,
  stride: number,
  j: number,
  categories: Categories,
): number {
  let sum = 0
  for (let k = 0; k < categories.length; k++) sum += productOf(x[offset + k]!, columns[k * stride + j]!, categories[k]!)
  return sum
}

/**
 * Inner product of two points about the middle of the cube, the covariance of a linear trend. Equal categories count
 * like two numbers at the same end of their range; a parameter that is not active counts 0.
 */
export function innerProduct(
  a: Float64Array,
  from: number,
  b: Float64Array,
  to: number,
  categories: Categories,
): number {
  let sum = 0
  for (let k = 0; k < categories.length; k++) sum += productOf(a[from + k]!, b[to + k]!, categories[k]!)
  return sum
}

/** The share of one coordinate in an inner product. */
export function productOf(x: number, y: number, isCategory: boolean): number {
  if (isCategory) return x === y ? 0.25 : 0
  return x !== x || y !== y ? 0 : (x - 0.5) * (y - 0.5)
}

/** The transpose of n points: row k has coordinate k of every point. */
export function columnsOf(points: Float64Array, n: number, d: number): Float64Array {
  const columns = new Float64Array(n * d)
  for (let i = 0; i < n; i++) for (let k = 0; k < d; k++) columns[k * n + i] = points[i * d + k]!
  return columns
}

/**
 * Fills the mean over the parameters of the correlations in one parameter alone, of one point with each of n others.
 * This is the correlation of a sum of functions of one parameter each.
 *
 * @param columns  d × stride, as for `squaredDistancesInto`
 * @param sums     n, filled
 * @param slopes   d × n, filled if given for the active numbers: the derivative of each one's correlation by its own
 *   squared distance
 */
export function additiveInto(
  x: Float64Array,
  offset: number,
  columns: Float64Array,
  stride: number,
  weights: Float64Array,
  categories: Categories,
  { factor, correlationAt, slopeAt }: Kernel,
  sums: Float64Array,
  slopes?: Float64Array,
): void {
  const d = weights.length
  const n = sums.length
  sums.fill(0)
  for (let k = 0; k < d; k++) {
    const at = x[offset + k]!
    const unit = Math.sqrt(factor * weights[k]!)
    const begin = k * stride
    if (categories[k] || at !== at) addMixedCorrelations(at, columns, begin, unit, categories[k]!, correlationAt, sums)
    else if (slopes === undefined) addCorrelations(at, columns, begin, unit, correlationAt, sums)
    else addCorrelationsAndSlopes(at, columns, begin, unit, correlationAt, slopeAt, sums, slopes, k * n)
  }
  for (let j = 0; j < n; j++) sums[j] = sums[j]! / d
}

function addCorrelations(
  at: number,
  columns: Float64Array,
  begin: number,
  unit: number,
  correlationAt: Kernel['correlationAt'],
  sums: Float64Array,
): void {
  for (let j = 0; j < sums.length; j++) {
    const a = unit * Math.abs(at - columns[begin + j]!)
    // NaN: the parameter is not active in the other point.
    sums[j] = sums[j]! + (a === a ? correlationAt(a) : correlationAt(unit * Math.sqrt(ABSENCE)))
  }
}

function addCorrelationsAndSlopes(
  at: number,
  columns: Float64Array,
  begin: number,
  unit: number,
  correlationAt: Kernel['correlationAt'],
  slopeAt: Kernel['slopeAt'],
  sums: Float64Array,
  slopes: Float64Array,
  row: number,
): void {
  const absent = unit * Math.sqrt(ABSENCE)
  for (let j = 0; j < sums.length; j++) {
    const distance = unit * Math.abs(at - columns[begin + j]!)
    const a = distance === distance ? distance : absent
    // Both before either is stored: so the exponential that they share is computed once.
    const correlation = correlationAt(a)
    const slope = slopeAt(a)
    sums[j] = sums[j]! + correlation
    slopes[row + j] = slope
  }
}

function addMixedCorrelations(
  at: number,
  columns: Float64Array,
  begin: number,
  unit: number,
  isCategory: boolean,
  correlationAt: Kernel['correlationAt'],
  sums: Float64Array,
): void {
  if (!isCategory || at !== at) {
    for (let j = 0; j < sums.length; j++)
      sums[j] = sums[j]! + correlationAt(unit * Math.sqrt(squaredDifference(at, columns[begin + j]!, isCategory)))
    return
  }
  // Two categories have one of three distances; see `addMismatches` for how it is found.
  const same = correlationAt(0)
  const different = correlationAt(unit)
  const absent = correlationAt(unit * Math.sqrt(ABSENCE))
  for (let j = 0; j < sums.length; j++) {
    const difference = at - columns[begin + j]!
    const mismatch = Number(difference !== 0) + 0 * difference
    const correlation = mismatch * different + (1 - mismatch) * same
    sums[j] = sums[j]! + (mismatch === mismatch ? correlation : absent)
  }
}
