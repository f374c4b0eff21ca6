/**
 * Covariances of points that differ in one or a few coordinates from a common point, as the neighbors do that a search
 * looks at. Only what differs is computed: with d parameters that is about d times less.
 *
 *   x   d        the common point            r², p, Σ   n   its squared distances to the n points of a model, its inner
 *   δ²           as in `kernel.ts`                          products with them, and its sums over the parameters
 *
 * The results differ from those of `covariancesInto` by rounding errors.
 */

import { covariancesInto, distancesInto, sumsInto } from './gaussian-process.ts'
import type { Distances, GaussianProcess } from './gaussian-process.ts'
import { hasTrend, isAdditive } from './hyperparameters.ts'
import { productOf, squaredDifference } from './kernel.ts'

/** A point that differs in more coordinates is computed as a whole. */
const MOST_DIFFERENCES = 3

/** With fewer parameters, or for fewer points, little is to be gained. */
const FEWEST_PARAMETERS = 16
const FEWEST_POINTS = 16

/** What is known about the common point. */
interface Common extends Distances {
  readonly x: Float64Array
  readonly sums: Float64Array
}

/**
 * The function that fills the covariances of a point, the row of `points` that begins at an offset, with all points of
 * a model.
 *
 * @param points  m × d
 */
export function covariancesOfRows(
  model: GaussianProcess,
  points: Float64Array,
  m: number,
): (offset: number, buffers: Distances, covariances: Float64Array) => void {
  const d = model.weights.length
  if (d < FEWEST_PARAMETERS || m < FEWEST_POINTS)
    return (offset, buffers, covariances) => covariancesInto(model, points, offset, buffers, covariances)
  return covariancesAround(model, commonOf(points, m, d), points)
}

/** The same for rows that are known to differ in few coordinates from a common point x; others cost more, not less. */
export function covariancesAround(
  model: GaussianProcess,
  x: Float64Array,
  points: Float64Array,
): ReturnType<typeof covariancesOfRows> {
  const differing = new Int32Array(MOST_DIFFERENCES)
  const { n } = model
  const sums = new Float64Array(n)
  let common: Common | undefined
  return (offset, buffers, covariances) => {
    const count = differencesInto(x, points, offset, differing)
    if (count > MOST_DIFFERENCES) return covariancesInto(model, points, offset, buffers, covariances)
    common ??= aroundOf(model, x)
    const { squared, products } = buffers
    squared.set(common.squared)
    if (hasTrend(model)) products.set(common.products)
    if (isAdditive(model)) sums.set(common.sums)
    for (let i = 0; i < count; i++) {
      const k = differing[i]!
      moveInPlace(model, k, x[k]!, points[offset + k]!, squared, products, sums)
    }
    model.kernel.correlationsInto(squared, covariances)
    scaleInPlace(covariances, model, products, sums)
  }
}

/**
 * A point that rows which differ in few coordinates have in common: in each coordinate what two of three rows have.
 */
function commonOf(points: Float64Array, m: number, d: number): Float64Array {
  const [middle, last] = [(m >> 1) * d, (m - 1) * d]
  return Float64Array.from({ length: d }, (_, k) =>
    Object.is(points[middle + k], points[last + k]) ? points[last + k]! : points[k]!,
  )
}

/** Fills the coordinates in which a row differs, as far as they fit; returns how many there are, or one too many. */
function differencesInto(x: Float64Array, points: Float64Array, offset: number, differing: Int32Array): number {
  let count = 0
  for (let k = 0; k < x.length; k++) {
    const [a, b] = [x[k]!, points[offset + k]!]
    if (a === b || (a !== a && b !== b)) continue
    if (count === differing.length) return count + 1
    differing[count++] = k
  }
  return count
}

function aroundOf(model: GaussianProcess, x: Float64Array): Common {
  const { n } = model
  const common = { x, squared: new Float64Array(n), products: new Float64Array(n), sums: new Float64Array(n) }
  distancesInto(model, x, 0, common)
  if (isAdditive(model)) sumsInto(model, x, 0, common.sums)
  return common
}

/** What changes when one coordinate of a point goes from `from` to `to`. */
function moveInPlace(
  model: GaussianProcess,
  k: number,
  from: number,
  to: number,
  squared: Float64Array,
  products: Float64Array,
  sums: Float64Array,
): void {
  if (model.categories[k] && from === from && to === to)
    moveCategoryInPlace(model, k, from, to, squared, products, sums)
  else moveValueInPlace(model, k, from, to, squared, products, sums)
}

/** A category becomes another one; without a branch, as in `kernel.ts`. */
function moveCategoryInPlace(
  model: GaussianProcess,
  k: number,
  from: number,
  to: number,
  squared: Float64Array,
  products: Float64Array,
  sums: Float64Array,
): void {
  const { columns, n, weights, kernel } = model
  const weight = weights[k]!
  const begin = k * n
  // What a sum gains where the category was the same, and loses where it becomes the same.
  const share = (kernel.correlationAt(Math.sqrt(kernel.factor * weight)) - kernel.correlationAt(0)) / weights.length
  const byMove = isAdditive(model) ? share : 0
  const product = hasTrend(model) ? 0.25 : 0
  for (let j = 0; j < n; j++) {
    const other = columns[begin + j]!
    const change = Number(other === from) - Number(other === to)
    squared[j] = Math.max(squared[j]! + weight * change, 0)
    products[j] = products[j]! - product * change
    sums[j] = sums[j]! + byMove * change
  }
}

/** Any value becomes another one, or active, or inactive. */
function moveValueInPlace(
  model: GaussianProcess,
  k: number,
  from: number,
  to: number,
  squared: Float64Array,
  products: Float64Array,
  sums: Float64Array,
): void {
  const { columns, n, weights, categories, kernel } = model
  const weight = weights[k]!
  const unit = Math.sqrt(kernel.factor * weight)
  const isCategory = categories[k]!
  const begin = k * n
  const d = weights.length
  const isSum = isAdditive(model)
  const isTrend = hasTrend(model)
  for (let j = 0; j < n; j++) {
    const other = columns[begin + j]!
    const before = squaredDifference(from, other, isCategory)
    const after = squaredDifference(to, other, isCategory)
    if (isTrend) products[j] = products[j]! + productOf(to, other, isCategory) - productOf(from, other, isCategory)
    if (before === after) continue
    squared[j] = Math.max(squared[j]! + weight * (after - before), 0)
    if (isSum)
      sums[j] =
        sums[j]! + (kernel.correlationAt(unit * Math.sqrt(after)) - kernel.correlationAt(unit * Math.sqrt(before))) / d
  }
}

/** Replaces correlations by covariances. */
function scaleInPlace(
  correlations: Float64Array,
  model: GaussianProcess,
  products: Float64Array,
  sums: Float64Array,
): void {
  const { signal, linear, quadratic, additive, meanVariance } = model
  const isSum = isAdditive(model)
  const isTrend = hasTrend(model)
  for (let j = 0; j < correlations.length; j++) {
    let covariance = signal * correlations[j]! + meanVariance
    if (isTrend) covariance += (linear + quadratic * products[j]!) * products[j]!
    correlations[j] = isSum ? covariance + additive * sums[j]! : covariance
  }
}
