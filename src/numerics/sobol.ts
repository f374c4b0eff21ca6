/**
 * Sobol points by number, plain or scrambled. A point is computed without the points before it, so a thousand processes
 * can draw one sequence without communicating.
 *
 *   index  number of the point, 0 ≤ index < 2³²        d  number of coordinates, without limit
 *
 * Order and values are those of the usual Gray-code construction. The scrambling is Owen's nested uniform one, done by
 * a hash, with another permutation for each coordinate and seed; it keeps the net property. Coordinates beyond the 64
 * of the table are plain random streams: there a low-discrepancy sequence of feasible length has no advantage left.
 *
 * Sources: Joe & Kuo 2008; Bratley & Fox 1988, Algorithm 659; Burley 2020, "Practical hash-based Owen scrambling",
 * JCGT 9(4), with the hash of Laine & Karras 2011.
 */

import { hashText, mix, randomStream } from './random.ts'
import { SOBOL_DIRECTIONS } from './sobol-directions.ts'

/** Number of coordinates that have direction numbers. */
export const SOBOL_DIMENSIONS = SOBOL_DIRECTIONS.length + 1

/** Direction numbers by coordinate, computed at first use. */
const DIRECTIONS: (Uint32Array | undefined)[] = []

/**
 * The unscrambled point: coordinate 0 of points 0, 1, 2, 3 is 0, 1/2, 3/4, 1/4.
 *
 * @throws RangeError for more than `SOBOL_DIMENSIONS` coordinates, or an index out of range
 */
export function plainSobolPoint(index: number, d: number): Float64Array {
  if (d > SOBOL_DIMENSIONS)
    throw new RangeError(`a plain Sobol point must have at most ${SOBOL_DIMENSIONS} coordinates, got ${d}`)
  return Float64Array.from({ length: d }, (_, j) => bitsOf(index, j) / 2 ** 32)
}

/**
 * The scrambled point in [0, 1)ᵈ.
 *
 * @param seed  chooses the scrambling
 * @throws RangeError for an index out of range
 */
export function sobolPoint(index: number, d: number, seed: number): Float64Array {
  const point = new Float64Array(d)
  for (let j = 0; j < Math.min(d, SOBOL_DIMENSIONS); j++) {
    // Half a unit in the last place keeps the point away from the edges of the cube.
    point[j] = (scrambled(bitsOf(index, j), mix(hashText('sobol', seed) + j)) + 0.5) / 2 ** 32
  }
  if (d > SOBOL_DIMENSIONS) {
    const random = randomStream('beyond sobol', seed, index)
    for (let j = SOBOL_DIMENSIONS; j < d; j++) point[j] = random.next()
  }
  return point
}

/** The first 32 binary digits of coordinate `j`. */
function bitsOf(index: number, j: number): number {
  if (!(Number.isInteger(index) && index >= 0 && index < 2 ** 32))
    throw new RangeError(`a Sobol point's index must be a whole number from 0 to 2^32 - 1, got ${index}`)
  const v = directionsOf(j)
  let x = 0
  for (let gray = (index ^ (index >>> 1)) >>> 0, bit = 0; gray !== 0; gray >>>= 1, bit++) if (gray & 1) x ^= v[bit]!
  return x >>> 0
}

/**
 * Owen's nested uniform scrambling: a hash of the seed and of all digits before it decides whether a digit is flipped.
 */
function scrambled(x: number, seed: number): number {
  let h = reversed(x) + seed
  h ^= Math.imul(h, 0x6c50b47c)
  h ^= Math.imul(h, 0xb82f1e52)
  h ^= Math.imul(h, 0xc7afe638)
  h ^= Math.imul(h, 0x8d22f6e6)
  return reversed(h)
}

/** The 32 bits of a word in reverse order. */
function reversed(word: number): number {
  let x = word | 0
  x = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1)
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2)
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4)
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8)
  return ((x >>> 16) | (x << 16)) >>> 0
}

/** The direction numbers of coordinate `j`, by the recurrence of its polynomial (Bratley & Fox, eq. 2 and 3). */
function directionsOf(j: number): Uint32Array {
  const made = DIRECTIONS[j]
  if (made !== undefined) return made
  const v = new Uint32Array(32)
  const row = SOBOL_DIRECTIONS[j - 1]
  if (row === undefined) {
    for (let k = 0; k < 32; k++) v[k] = 2 ** (31 - k)
  } else {
    const [polynomial, ...initial] = row as [number, ...number[]]
    const degree = initial.length
    for (let k = 0; k < 32; k++) {
      if (k < degree) {
        v[k] = initial[k]! * 2 ** (31 - k)
        continue
      }
      let word = v[k - degree]! ^ (v[k - degree]! >>> degree)
      for (let i = 1; i < degree; i++) if ((polynomial >>> (degree - i)) & 1) word ^= v[k - i]!
      v[k] = word
    }
  }
  return (DIRECTIONS[j] = v)
}
