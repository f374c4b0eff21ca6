/**
 * Sets of trial numbers as ranges: in memory `[first, last, first, last, …]`, as text `0-41,43,45-99`.
 *
 * The ranges are in ascending order, and there is a gap between any two. Numbers are taken from the bottom up, so
 * 10,000 trials of which 1,000 are open make only a few ranges.
 */

export type Ranges = number[]

/** Adds a number; does nothing if it is there already. */
export function addInPlace(ranges: Ranges, n: number): void {
  const k = rangeAt(ranges, n)
  if (k < ranges.length && n >= ranges[k]!) return
  const joinsBefore = k > 0 && ranges[k - 1] === n - 1
  const joinsAfter = k < ranges.length && ranges[k] === n + 1
  if (joinsBefore && joinsAfter) ranges.splice(k - 1, 2)
  else if (joinsBefore) ranges[k - 1] = n
  else if (joinsAfter) ranges[k] = n
  else ranges.splice(k, 0, n, n)
}

export function includes(ranges: Ranges, n: number): boolean {
  const k = rangeAt(ranges, n)
  return k < ranges.length && n >= ranges[k]!
}

export function rangesOf(numbers: Iterable<number>): Ranges {
  const ranges: Ranges = []
  for (const n of numbers) addInPlace(ranges, n)
  return ranges
}

/** The numbers from 0 up to, but not including, `end` that are in none of the sets. */
export function without(end: number, ...sets: readonly Ranges[]): Ranges {
  const pairs = sets.flatMap((ranges) =>
    Array.from({ length: ranges.length / 2 }, (_, i) => [ranges[2 * i]!, ranges[2 * i + 1]!] as const),
  )
  const left: Ranges = []
  let next = 0
  for (const [first, last] of pairs.sort((a, b) => a[0] - b[0])) {
    if (first > next) left.push(next, Math.min(first, end) - 1)
    next = Math.max(next, last + 1)
  }
  if (next < end) left.push(next, end - 1)
  return left
}

/** Every number, in ascending order. */
export function* numbersOf(ranges: Ranges): Generator<number> {
  for (let k = 0; k < ranges.length; k += 2) for (let n = ranges[k]!; n <= ranges[k + 1]!; n++) yield n
}

export function rangesText(ranges: Ranges): string {
  const parts: string[] = []
  for (let k = 0; k < ranges.length; k += 2)
    parts.push(ranges[k] === ranges[k + 1] ? String(ranges[k]) : `${ranges[k]}-${ranges[k + 1]}`)
  return parts.join(',')
}

/** Reads the text form; undefined for a text that is not a list of ranges in ascending order. */
export function readRanges(text: string): Ranges | undefined {
  const ranges: Ranges = []
  if (text === '') return ranges
  for (const part of text.split(',')) {
    const [, first, last = first] = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(part) ?? []
    if (first === undefined || Number(last) < Number(first) || Number(first) <= (ranges.at(-1) ?? -1)) return undefined
    ranges.push(Number(first), Number(last))
  }
  return ranges
}

/** Index of the first range that ends at `n` or later; the length of the list when there is none. By bisection. */
function rangeAt(ranges: Ranges, n: number): number {
  let low = 0
  let high = ranges.length / 2
  while (low < high) {
    const middle = (low + high) >> 1
    if (ranges[2 * middle + 1]! < n) low = middle + 1
    else high = middle
  }
  return 2 * low
}
