/**
 * Latin hypercubes: n points of which each has a stratum (an n-th of the range) to itself on every axis.
 *
 *   n  number of points      d  number of coordinates      X  n × d, the points, row by row
 *
 * A hypercube is the best of several random ones by a criterion. The first of them is the one without a criterion, so a
 * criterion never makes it worse. Everything is a function of n, d, the options and the seed: processes that know these
 * have the same points.
 *
 * Sources: McKay, Beckman & Conover 1979, Technometrics 21; Johnson, Moore & Ylvisaker 1990, "Minimax and maximin
 * distance designs"; Iman & Conover 1982 (correlation).
 */

import { randomStream, shuffle } from './random.ts'

/** The default number of hypercubes to choose from, where the time for it is short. */
const MOST_ITERATIONS = 1000

/** The default keeps the number of coordinates that are compared below this: some 50 ms. */
const WORK = 3e7

/** This many hypercubes are remembered: a sampler asks for one point at a time. */
const REMEMBERED = 64

/** Hypercubes by everything that they are a function of; the oldest is first. */
const KNOWN = new Map<string, Float64Array>()

export type LatinType = 'classic' | 'centered'

export type LatinCriterion = 'maximin' | 'correlation' | 'ratio' | 'none'

export interface LatinOptions {
  /** Where in its stratum a point lies: anywhere, or in the middle. */
  readonly type: LatinType
  readonly criterion: LatinCriterion
  /** Number of hypercubes to choose from. Default: 1000, or fewer where n²d is large. */
  readonly iterations?: number | undefined
}

/**
 * What each criterion minimizes.
 *
 * - `maximin`: the smallest distance between two points, negative
 * - `ratio`: the largest distance by the smallest
 * - `correlation`: the largest correlation of two coordinates, without its sign
 */
export const CRITERIA: Readonly<
  Record<Exclude<LatinCriterion, 'none'>, (X: Float64Array, n: number, d: number) => number>
> = {
  maximin: (X, n, d) => -distances(X, n, d).smallest,
  ratio: (X, n, d) => {
    const { smallest, largest } = distances(X, n, d)
    return largest / smallest
  },
  correlation: largestCorrelation,
}

/**
 * Point k of a Latin hypercube.
 *
 * @param k      0 ≤ k < n
 * @param words  which hypercube: the seed, and what else tells two of one study apart
 */
export function latinHypercubePoint(
  k: number,
  n: number,
  d: number,
  options: LatinOptions,
  ...words: readonly (number | string)[]
): Float64Array {
  const key = JSON.stringify([n, d, options.type, options.criterion, options.iterations, words])
  const X = KNOWN.get(key) ?? latinHypercube(n, d, options, ...words)
  if (!KNOWN.has(key)) {
    if (KNOWN.size >= REMEMBERED) KNOWN.delete(KNOWN.keys().next().value!)
    KNOWN.set(key, X)
  }
  return X.slice(k * d, (k + 1) * d)
}

/** All n points of a Latin hypercube, row by row. */
export function latinHypercube(
  n: number,
  d: number,
  { type, criterion, iterations = defaultIterations(n, d) }: LatinOptions,
  ...words: readonly (number | string)[]
): Float64Array {
  const random = randomStream('latin hypercube', ...words)
  let best = new Float64Array(n * d)
  const strata = Int32Array.from({ length: n }, (_, i) => i)
  const draw = (X: Float64Array): void => {
    for (let j = 0; j < d; j++) {
      shuffle(strata, random)
      for (let i = 0; i < n; i++) X[i * d + j] = (strata[i]! + (type === 'centered' ? 0.5 : random.next())) / n
    }
  }
  draw(best)
  const isAlone = iterations < 2 || n < 2 || d < 1 || (criterion === 'correlation' && d < 2)
  if (criterion === 'none' || isAlone) return best
  const cost = CRITERIA[criterion]
  let least = cost(best, n, d)
  let other = new Float64Array(n * d)
  for (let i = 1; i < iterations; i++) {
    draw(other)
    const value = cost(other, n, d)
    if (!(value < least)) continue
    least = value
    const replaced = best
    best = other
    other = replaced
  }
  return best
}

function defaultIterations(n: number, d: number): number {
  return Math.min(Math.max(Math.floor((2 * WORK) / (n * n * d)), 1), MOST_ITERATIONS)
}

/** The smallest and the largest distance between two points. */
function distances(X: Float64Array, n: number, d: number): { smallest: number; largest: number } {
  let smallest = Infinity
  let largest = 0
  for (let i = 1; i < n; i++) {
    for (let k = 0; k < i; k++) {
      let square = 0
      for (let j = 0; j < d; j++) {
        const difference = X[i * d + j]! - X[k * d + j]!
        square += difference * difference
      }
      if (square < smallest) smallest = square
      if (square > largest) largest = square
    }
  }
  return { smallest: Math.sqrt(smallest), largest: Math.sqrt(largest) }
}

/** The largest correlation of two coordinates, without its sign. */
function largestCorrelation(X: Float64Array, n: number, d: number): number {
  const centered = Float64Array.from(X)
  const lengths = new Float64Array(d)
  for (let j = 0; j < d; j++) {
    let sum = 0
    for (let i = 0; i < n; i++) sum += X[i * d + j]!
    for (let i = 0; i < n; i++) lengths[j]! += (centered[i * d + j]! -= sum / n) ** 2
  }
  let largest = 0
  for (let j = 1; j < d; j++) {
    for (let k = 0; k < j; k++) {
      let product = 0
      for (let i = 0; i < n; i++) product += centered[i * d + j]! * centered[i * d + k]!
      largest = Math.max(largest, Math.abs(product) / Math.sqrt(lengths[j]! * lengths[k]!))
    }
  }
  return largest
}
