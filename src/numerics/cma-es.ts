/**
 * CMA-ES, the evolution strategy that adapts the covariance matrix of its normal distribution.
 *
 *   d           number of variables                      m   d       mean of the distribution
 *   λ, μ        points of a generation, parents          σ           step size
 *   w           λ       weights by rank, best first      C   d × d   covariance matrix
 *   p_σ, p_c    d       evolution paths                  B   d × d   eigenvectors of C, as columns
 *   y           d       a step: (x − m) / σ              D   d       square roots of its eigenvalues
 *
 * Points are told by rank alone. A point need not come from the distribution: a step that is longer than a step of the
 * distribution ever is gets shortened, so a point from elsewhere or from an earlier generation does no harm.
 *
 * A variable that stands for steps of a discrete one has a least deviation, so that its points do not all fall into one
 * cell before the search is over.
 *
 * Sources: Hansen 2016, "The CMA evolution strategy: a tutorial", arXiv 1604.00772 (the equation numbers below are
 * its); Hansen 2011, "Injecting external solutions into CMA-ES", arXiv 1110.4181 (the length of a step); Hamano et al.
 * 2022, "CMA-ES with margin" (the least deviation).
 */

import { normalDraw } from './draws.ts'
import type { Random } from './random.ts'
import { symmetricEigen } from './symmetric-eigen.ts'

/** A distribution whose axes differ by more than the root of this has lost its shape to rounding. */
const LARGEST_CONDITION = 1e14

/** The least variance of a variable before the step size, where all others are as small. */
const LEAST_VARIANCE = 1e-200

/** The step size grows by at most this in one generation, as a logarithm. */
const LARGEST_GROWTH = 1

export interface CmaState {
  readonly d: number
  readonly lambda: number
  readonly generation: number
  readonly mean: Float64Array
  readonly sigma: number
  readonly covariance: Float64Array
  readonly sigmaPath: Float64Array
  readonly covariancePath: Float64Array
  /** d × d: B, and d: D. */
  readonly axes: Float64Array
  readonly lengths: Float64Array
  /** d: the least standard deviation of each variable, 0 for a continuous one. */
  readonly least: Float64Array
}

/** The constants of the strategy; they depend on d and λ only. */
interface Constants {
  /** λ: the first μ are positive with the sum 1, the others at most 0. */
  readonly weights: Float64Array
  readonly mu: number
  readonly muEff: number
  readonly cSigma: number
  readonly dSigma: number
  readonly cC: number
  readonly c1: number
  readonly cMu: number
  /** The expected length of a standard normal vector. */
  readonly chi: number
}

/** The number of points in a generation that the tutorial recommends: eq. 48. */
export function defaultLambda(d: number): number {
  return 4 + Math.floor(3 * Math.log(Math.max(d, 1)))
}

/**
 * The state before the first generation.
 *
 * @param mean    where to begin
 * @param sigma   standard deviation of the first points
 * @param lambda  points of a generation, at least 2
 * @param least   d: least deviation of each variable; default 0
 */
export function beginCma(
  mean: Float64Array,
  sigma: number,
  lambda = defaultLambda(mean.length),
  least = new Float64Array(mean.length),
): CmaState {
  const d = mean.length
  const covariance = new Float64Array(d * d)
  for (let k = 0; k < d; k++) covariance[k * d + k] = 1
  return {
    d,
    lambda,
    generation: 0,
    mean: Float64Array.from(mean),
    sigma,
    covariance,
    sigmaPath: new Float64Array(d),
    covariancePath: new Float64Array(d),
    axes: Float64Array.from(covariance),
    lengths: new Float64Array(d).fill(1),
    least,
  }
}

/** The standard deviation of variable k. */
export function deviationOf({ sigma, covariance, d, least }: CmaState, k: number): number {
  return Math.max(sigma * Math.sqrt(covariance[k * d + k]!), least[k]!)
}

/** Fills x with a point of the distribution: eq. 40, stretched on a variable whose deviation is too small. */
export function drawCmaInto(state: CmaState, random: Random, x: Float64Array): void {
  const { d, mean, axes, lengths } = state
  const z = Float64Array.from({ length: d }, (_, k) => lengths[k]! * normalDraw(random))
  for (let i = 0; i < d; i++) {
    let sum = 0
    for (let k = 0; k < d; k++) sum += axes[i * d + k]! * z[k]!
    x[i] = mean[i]! + stretchOf(state, i) * sum
  }
}

/**
 * The state after a generation.
 *
 * @param points  the points of the generation, the best first. With fewer than λ of them the worst ones teach nothing.
 *   With fewer than two nothing is learned.
 */
export function toldCma(state: CmaState, points: readonly Float64Array[]): CmaState {
  const { d, lambda, sigma, generation } = state
  const told = points.slice(0, lambda)
  if (told.length < 2) return { ...state, generation: generation + 1 }
  const constants = constantsOf(d, lambda)
  const { muEff, cSigma, dSigma, cC, c1, cMu, chi } = constants
  const weights = weightsFor(told.length, constants, lambda)
  const longest = Math.sqrt(d) + (2 * d) / (d + 2) // Hansen 2011, table 1

  const steps = told.map((x) => stepOf(state, x))
  const lengths = steps.map((y) => Math.sqrt(squaredLength(whitened(state, y))))
  for (const [i, y] of steps.entries()) {
    if (lengths[i]! <= longest) continue
    for (let k = 0; k < d; k++) y[k] = (y[k]! * longest) / lengths[i]!
    lengths[i] = longest
  }

  const mean = Float64Array.from(state.mean)
  const step = new Float64Array(d) // ⟨y⟩_w
  for (const [i, y] of steps.entries()) {
    if (weights[i]! > 0) for (let k = 0; k < d; k++) step[k] = step[k]! + weights[i]! * y[k]!
  }
  for (let k = 0; k < d; k++) mean[k] = mean[k]! + stretchOf(state, k) * step[k]! // eq. 42

  const white = whitened(state, step)
  const along = Math.sqrt(cSigma * (2 - cSigma) * muEff)
  const sigmaPath = state.sigmaPath.map((p, k) => (1 - cSigma) * p + along * white[k]!) // eq. 43
  const length = Math.sqrt(squaredLength(sigmaPath))
  const growth = (cSigma / dSigma) * (length / chi - 1) // eq. 44
  const expected = Math.sqrt(1 - (1 - cSigma) ** (2 * (generation + 1))) * (1.4 + 2 / (d + 1)) * chi
  const h = length < expected ? 1 : 0
  const across = h * Math.sqrt(cC * (2 - cC) * muEff)
  const covariancePath = state.covariancePath.map((p, k) => (1 - cC) * p + across * step[k]!) // eq. 45

  let sum = 0
  for (const weight of weights) sum += weight
  const covariance = new Float64Array(d * d)
  const kept = 1 + c1 * (1 - h) * cC * (2 - cC) - c1 - cMu * sum
  const factors = weights.map((w, i) => (w >= 0 ? w : (w * d) / Math.max(lengths[i]! ** 2, 1e-300))) // eq. 46
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let entry = kept * state.covariance[i * d + j]! + c1 * covariancePath[i]! * covariancePath[j]!
      for (let r = 0; r < steps.length; r++) entry += cMu * factors[r]! * steps[r]![i]! * steps[r]![j]! // eq. 47
      covariance[i * d + j] = entry
      covariance[j * d + i] = entry
    }
  }
  raiseVariances(covariance, d)
  const { values, vectors } = symmetricEigen(covariance, d)
  return {
    ...state,
    generation: generation + 1,
    mean,
    sigma: sigma * Math.exp(Math.min(growth, LARGEST_GROWTH)),
    covariance,
    sigmaPath,
    covariancePath,
    axes: vectors,
    lengths: values.map((value) => Math.sqrt(Math.max(value, 0))),
  }
}

/**
 * Whether the search is over: every deviation is below the tolerance, or rounding has the upper hand.
 *
 * @param tolerance  in units of the variables
 */
export function isSpent(state: CmaState, tolerance: number): boolean {
  const { d, sigma, covariance, lengths } = state
  let largest = 0
  for (let k = 0; k < d; k++) largest = Math.max(largest, sigma * Math.sqrt(covariance[k * d + k]!))
  const longest = Math.max(...lengths)
  const shortest = Math.min(...lengths)
  return !(largest >= tolerance) || !(longest ** 2 <= LARGEST_CONDITION * shortest ** 2) || !Number.isFinite(largest)
}

/** A variable that was the same in all points keeps some variance: by rounding it may have none, or less than none. */
function raiseVariances(covariance: Float64Array, d: number): void {
  let least = LEAST_VARIANCE
  for (let k = 0; k < d; k++) least = Math.max(least, covariance[k * d + k]! / LARGEST_CONDITION)
  for (let k = 0; k < d; k++) covariance[k * d + k] = Math.max(covariance[k * d + k]!, least)
}

/** From a step along variable k to a difference of points. */
function stretchOf(state: CmaState, k: number): number {
  const deviation = state.sigma * Math.sqrt(state.covariance[k * state.d + k]!)
  return deviation >= state.least[k]! ? state.sigma : (state.sigma * state.least[k]!) / deviation
}

function stepOf(state: CmaState, x: Float64Array): Float64Array {
  return x.map((value, k) => (value - state.mean[k]!) / stretchOf(state, k))
}

/** C^(−1/2) y. */
function whitened({ d, axes, lengths }: CmaState, y: Float64Array): Float64Array {
  const inside = new Float64Array(d)
  const result = new Float64Array(d)
  for (let k = 0; k < d; k++) {
    let sum = 0
    for (let i = 0; i < d; i++) sum += axes[i * d + k]! * y[i]!
    inside[k] = sum / Math.max(lengths[k]!, 1e-150)
  }
  for (let i = 0; i < d; i++) {
    let sum = 0
    for (let k = 0; k < d; k++) sum += axes[i * d + k]! * inside[k]!
    result[i] = sum
  }
  return result
}

function squaredLength(y: Float64Array): number {
  let sum = 0
  for (const value of y) sum += value * value
  return sum
}

/** The weights of fewer points than a generation has: the positive ones again have the sum 1. */
function weightsFor(count: number, { weights, mu }: Constants, lambda: number): Float64Array {
  if (count === lambda) return weights
  const positive = weights.slice(0, Math.min(mu, Math.ceil(count / 2)))
  let sum = 0
  for (const weight of positive) sum += weight
  const some = new Float64Array(count)
  for (const [i, weight] of positive.entries()) some[i] = weight / sum
  return some
}

/** Table 1 of the tutorial, and eq. 49 to 58. */
function constantsOf(d: number, lambda: number): Constants {
  const raw = Float64Array.from({ length: lambda }, (_, i) => Math.log((lambda + 1) / 2) - Math.log(i + 1))
  const mu = Math.floor(lambda / 2)
  const sumOf = (list: Float64Array): number => list.reduce((sum, w) => sum + w, 0)
  const effective = (list: Float64Array): number => sumOf(list) ** 2 / list.reduce((sum, w) => sum + w * w, 0)
  const muEff = effective(raw.subarray(0, mu))
  const muEffNegative = effective(raw.subarray(mu))
  const cSigma = (muEff + 2) / (d + muEff + 5)
  const dSigma = 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (d + 1)) - 1) + cSigma
  const cC = (4 + muEff / d) / (d + 4 + (2 * muEff) / d)
  const c1 = 2 / ((d + 1.3) ** 2 + muEff)
  const cMu = Math.min(1 - c1, (2 * (0.25 + muEff + 1 / muEff - 2)) / ((d + 2) ** 2 + muEff))
  const negative = Math.min(
    1 + c1 / cMu,
    1 + (2 * muEffNegative) / (muEff + 2),
    (1 - c1 - cMu) / (d * cMu), // C stays positive definite
  )
  const positiveSum = sumOf(raw.map((w) => Math.max(w, 0)))
  const negativeSum = sumOf(raw.map((w) => Math.max(-w, 0)))
  const weights = raw.map((w) => (w >= 0 ? w / positiveSum : (negative * w) / negativeSum))
  const chi = Math.sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d * d))
  return { weights, mu, muEff, cSigma, dSigma, cC, c1, cMu, chi }
}
