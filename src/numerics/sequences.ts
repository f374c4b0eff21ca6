/**
 * Sequences of radical inverses: van der Corput, Halton, Hammersley. A point is computed without the points before it,
 * so any number of processes can draw one sequence without communicating.
 *
 *   k  index of a point, from 0      b  base, a whole number ≥ 2      d  number of coordinates
 *
 * The radical inverse of k mirrors its digits at the point: k = 6 is 110 in base 2, and its inverse is 0.011 = 3/8.
 *
 * Sources: Halton 1960, Numer. Math. 2; Hammersley 1960, Ann. N.Y. Acad. Sci. 86; Owen 2017, "A randomized Halton
 * algorithm in R", arXiv 1706.02808 (scrambling).
 */

import { differentIntegers, randomStream } from './random.ts'

/** Digits are scrambled as far as a double can tell numbers in [0, 1) apart. */
const FINEST = 2 ** 53

/** The primes found so far, in order. */
const PRIMES: number[] = [2, 3]

/** Which points a Halton sequence has. */
export interface HaltonOptions {
  /** The base of each coordinate; those beyond the list have the smallest primes that are not in it. Default: none. */
  readonly bases?: readonly number[]
  /** The seed by which the digits are permuted; undefined leaves them as they are. */
  readonly scramble?: number | undefined
}

/**
 * The radical inverse of k in base b: in base 2, those of 0, 1, 2, 3 are 0, 1/2, 1/4, 3/4.
 *
 * @param k  a whole number from 0 to 2⁵³/b
 * @returns a number in [0, 1), correctly rounded
 */
export function vanDerCorput(k: number, b: number): number {
  let mirrored = 0
  let scale = 1
  for (let rest = k; rest > 0; rest = Math.floor(rest / b)) {
    mirrored = mirrored * b + (rest % b)
    scale *= b
  }
  return mirrored / scale
}

/**
 * The same with a random permutation of each digit, of the zeros behind the last one too. It stays a sequence of low
 * discrepancy, and each of its points by itself is uniform.
 *
 * @param words  say which permutations
 */
export function scrambledVanDerCorput(k: number, b: number, ...words: readonly (number | string)[]): number {
  let mirrored = 0
  let scale = 1
  let rest = k
  for (let place = 0; scale * b <= FINEST; place++) {
    mirrored = mirrored * b + differentIntegers(b, b, randomStream('digits', ...words, place))[rest % b]!
    scale *= b
    rest = Math.floor(rest / b)
  }
  return mirrored / scale
}

/** Point k of the Halton sequence: coordinate j is the radical inverse of k in the j-th base. */
export function haltonPoint(k: number, d: number, { bases = [], scramble }: HaltonOptions = {}): Float64Array {
  const all = basesFor(d, bases)
  return Float64Array.from({ length: d }, (_, j) =>
    scramble === undefined ? vanDerCorput(k, all[j]!) : scrambledVanDerCorput(k, all[j]!, scramble, j),
  )
}

/**
 * Point i of the Hammersley set of n points: a point of the Halton sequence with one dimension fewer, then i/n. With
 * one dimension it is the van der Corput sequence. Scrambled, the last coordinate lies anywhere in its n-th.
 *
 * @param i     0 ≤ i < n
 * @param skip  how many points of the Halton sequence are left out
 */
export function hammersleyPoint(i: number, n: number, d: number, skip = 0, options: HaltonOptions = {}): Float64Array {
  const halton = haltonPoint(i + skip, Math.max(d - 1, Math.min(d, 1)), options)
  if (d < 2) return halton
  const within = options.scramble === undefined ? 0 : randomStream('hammersley', options.scramble, i).next()
  return Float64Array.of(...halton, (i + within) / n)
}

/** The bases of d coordinates: those of the list, then the smallest primes that are not in it. */
function basesFor(d: number, bases: readonly number[]): readonly number[] {
  const all = bases.slice(0, d)
  for (let i = 0; all.length < d; i++) {
    const prime = primeAt(i)
    if (!bases.includes(prime)) all.push(prime)
  }
  return all
}

/** The i-th prime, from 2 for i = 0. */
function primeAt(i: number): number {
  for (let n = PRIMES.at(-1)! + 2; PRIMES.length <= i; n += 2) if (isPrime(n)) PRIMES.push(n)
  return PRIMES[i]!
}

/** Whether an odd number has no divisor among the primes found so far; they reach beyond its square root. */
function isPrime(n: number): boolean {
  for (const prime of PRIMES) {
    if (prime * prime > n) return true
    if (n % prime === 0) return false
  }
  return true
}
