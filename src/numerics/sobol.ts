/**
 * Sobol points by number, plain or scrambled: point k needs no point before it, so that a thousand processes draw one
 * sequence without a word between them.
 *
 *   index  number of the point, 0 ≤ index < 2³²        d  number of coordinates, any
 *
 * Order and values are those of the usual Gray-code construction. Scrambling is Owen's nested uniform one, by hash, a
 * permutation of its own for each coordinate and seed; it keeps the net property. Coordinates beyond the table's 64
 * are plain random streams: there a low-discrepancy sequence of feasible length has nothing left to offer.
 *
 * Sources: Joe & Kuo 2008; Bratley & Fox 1988, Algorithm 659; Burley 2020, "Practical hash-based Owen scrambling",
 * JCGT 9(4), with the hash of Laine & Karras 2011.
 */

import { hashText, mix, randomStream } from './random.ts'
import { SOBOL_DIRECTIONS } from './sobol-directions.ts'

/** Coordinates that have direction numbers. */
export const SOBOL_DIMENSIONS = SOBOL_DIRECTIONS.length + 1

/** The unscrambled point: coordinate 0 of points 0, 1, 2, 3 is 0, 1/2, 3/4, 1/4. */
export function plainSobolPoint(index: number, d: number): Float64Array {
  if (d > SOBOL_DIMENSIONS)
    throw new RangeError(`a plain Sobol point has at most ${SOBOL_DIMENSIONS} coordinates, got d = ${d}`)
  return Float64Array.from({ length: d }, (_, j) => bitsOf(index, j) / 2 ** 32)
}

/** The scrambled point in [0, 1)ᵈ; `seed` chooses the scrambling. */
export function sobolPoint(index: number, d: number, seed: number): Float64Array {
  const point = new Float64Array(d)
  for (let j = 0; j < Math.min(d, SOBOL_DIMENSIONS); j++) {
    // Half a unit in the last place keeps the point off the edges of the cube.
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
    throw new RangeError(`a Sobol point's index is a whole number below 2^32, got ${index}`)
  const v = directionsOf(j)
  let x = 0
  for (let gray = (index ^ (index >>> 1)) >>> 0, bit = 0; gray !== 0; gray >>>= 1, bit++) if (gray & 1) x ^= v[bit]!
  return x >>> 0
}

/** Owen's nested uniform scramble: each digit is flipped by a hash of the seed and all digits before it. */
function scrambled(x: number, seed: number): number {
  let h = reversed(x) + seed
  h ^= Math.imul(h, 0x6c50b47c)
  h ^= Math.imul(h, 0xb82f1e52)
  h ^= Math.imul(h, 0xc7afe638)
  h ^= Math.imul(h, 0x8d22f6e6)
  return reversed(h)
}

function reversed(word: number): number {
  let x = word | 0
  x = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1)
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2)
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4)
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8)
  return ((x >>> 16) | (x << 16)) >>> 0
}

const directions: (Uint32Array | undefined)[] = []

/** Direction numbers of coordinate `j` by the recurrence of its polynomial (Bratley & Fox, eq. 2 and 3). */
function directionsOf(j: number): Uint32Array {
  const made = directions[j]
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
  return (directions[j] = v)
}
