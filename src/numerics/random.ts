/**
 * Random streams. A stream is a pure function of some words, so every trial number of a study has its own stream, the
 * same in every process and on every machine.
 *
 *   words → 128 bits by a string hash (FNV-1a, then the finalizer of MurmurHash3), once for each 32 bits → xoshiro128**
 *
 * Not for secrets.
 *
 * Source: Blackman & Vigna 2021, "Scrambled linear pseudorandom number generators", ACM TOMS 47(4).
 */

export interface Random {
  /** A uniform number in [0, 1), with 53 random bits. */
  next(): number
  /** A uniform whole number in [0, n), for 1 ≤ n ≤ 2⁵³. */
  integer(n: number): number
}

/** The stream of these words. Another word, another order or another type (1 or '1') gives another stream. */
export function randomStream(...words: readonly (number | string)[]): Random {
  const s = new Uint32Array(4)
  const text = words.map((word) => `${typeof word === 'number' ? '#' : '$'}${word}`).join('\u0000')
  for (let i = 0; i < 4; i++) s[i] = hashText(text, i + 1)
  if ((s[0]! | s[1]! | s[2]! | s[3]!) === 0) s[0] = 1 // xoshiro cannot leave the state 0
  const bits = (): number => {
    const result = Math.imul(rotateLeft(Math.imul(s[1]!, 5), 7), 9) >>> 0
    const t = s[1]! << 9
    s[2]! ^= s[0]!
    s[3]! ^= s[1]!
    s[1]! ^= s[2]!
    s[0]! ^= s[3]!
    s[2]! ^= t
    s[3] = rotateLeft(s[3]!, 11)
    return result
  }
  const next = (): number => (bits() * 2 ** 21 + (bits() >>> 11)) / 2 ** 53
  return { next, integer: (n) => Math.floor(next() * n) }
}

/** Brings a list into random order (Fisher & Yates). */
export function shuffle<T>(list: { readonly length: number; [index: number]: T }, random: Random): void {
  for (let i = list.length - 1; i > 0; i--) {
    const other = random.integer(i + 1)
    const kept = list[i]!
    list[i] = list[other]!
    list[other] = kept
  }
}

/**
 * `count` different whole numbers from 0 to n − 1 in random order, for n up to 2⁵³; all of them if there are fewer.
 * Time and memory grow with `count`, not with n: only the cards of the deck that have changed places are kept.
 */
export function differentIntegers(count: number, n: number, random: Random): number[] {
  const moved = new Map<number, number>()
  return Array.from({ length: Math.min(count, n) }, (_, i) => {
    const other = i + random.integer(n - i)
    const taken = moved.get(other) ?? other
    moved.set(other, moved.get(i) ?? i)
    return taken
  })
}

/** A 32-bit hash of a text; each seed gives another hash function. */
export function hashText(text: string, seed: number): number {
  let h = 2166136261 ^ mix(seed)
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619)
  return mix(h ^ text.length)
}

/** The finalizer of MurmurHash3: every bit of the input affects every bit of the output. */
export function mix(word: number): number {
  let h = word | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

const rotateLeft = (word: number, by: number): number => (word << by) | (word >>> (32 - by))
