/**
 * One function drawn from a model, as a model of its own: Thompson sampling looks for its lowest place.
 *
 *   X, A      n × d, m × d   points of the model; anchors, where the function is drawn
 *   L, M      n × n, m × m   Cholesky factors of K(X, X) and of the posterior covariance of A
 *   b         n + m          L^T α, then m independent standard normal numbers
 *
 * A Gaussian process is drawn at the anchors jointly and exactly; between them the function is the mean of the process
 * given these values. The alternative, a prior drawn by random features and corrected by the observations, needs an
 * embedding of categories and of parameters that are not active, and its prior is an approximation everywhere.
 *
 * Sources: Thompson 1933; Rasmussen & Williams 2006, eq. 2.24 and A.2, for the joint draw.
 */

import { solveLowerTransposedInPlace } from '../numerics/cholesky.ts'
import type { Random } from '../numerics/random.ts'
import { normalQuantile } from '../numerics/special.ts'
import type { GaussianProcess } from './gaussian-process.ts'
import { factored, jointPosterior } from './joint-posterior.ts'
import { columnsOf } from './kernel.ts'
import type { RandomForest } from './random-forest.ts'

/**
 * A function drawn from the posterior of a process, as the mean of another process. Without noise: it passes through
 * the values drawn at the anchors.
 *
 * @param anchors  m × d; the more there are in a place, the more the function can differ from the mean there
 */
export function drawnProcess(
  process: GaussianProcess,
  anchors: Float64Array,
  m: number,
  random: Random,
): GaussianProcess {
  const { n, points } = process
  const d = process.weights.length
  const size = n + m
  const all = new Float64Array(size * d)
  all.set(points)
  all.set(anchors, n * d)
  const drawn: GaussianProcess = {
    ...process,
    points: all,
    columns: columnsOf(all, size, d),
    n: size,
    factor: new Float64Array(size * size),
    alpha: new Float64Array(size),
  }
  extendFactorInto(drawn, process, anchors, m)
  const { factor, alpha } = drawn
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) alpha[j] = alpha[j]! + factor[i * size + j]! * process.alpha[i]!
  for (let c = n; c < size; c++) alpha[c] = normalQuantile(Math.max(random.next(), Number.EPSILON))
  solveLowerTransposedInPlace(alpha, factor, size)
  return drawn
}

/** One tree of a forest: a function drawn from what the forest holds possible. */
export function drawnForest(forest: RandomForest, random: Random): RandomForest {
  return { ...forest, trees: [forest.trees[random.integer(forest.trees.length)]!] }
}

/** Fills the Cholesky factor of the covariance of X and A, where A has no noise: the rows of L, then those of A. */
function extendFactorInto(drawn: GaussianProcess, process: GaussianProcess, anchors: Float64Array, m: number): void {
  const { n, factor: known, signal } = process
  const { n: size, factor } = drawn
  const { cross, covariance } = jointPosterior(process, anchors, m)
  const anchored = factored(covariance, m, signal)
  for (let i = 0; i < n; i++) factor.set(known.subarray(i * n, i * n + i + 1), i * size)
  for (let c = 0; c < m; c++) {
    factor.set(cross.subarray(c * n, (c + 1) * n), (n + c) * size)
    factor.set(anchored.subarray(c * m, c * m + c + 1), (n + c) * size + n)
  }
}
