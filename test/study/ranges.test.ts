import { expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { addInPlace, includes, numbersOf, rangesOf, rangesText, readRanges, without } from '../../src/study/ranges.ts'

test('ranges hold the same numbers as a set, in any order of adding', () => {
  const random = randomStream('ranges')
  for (let round = 0; round < 50; round++) {
    const size = 1 + random.integer(60)
    const set = new Set<number>()
    const ranges: number[] = []
    for (let k = 0; k < size; k++) {
      const n = random.integer(50)
      set.add(n)
      addInPlace(ranges, n)
    }
    const sorted = [...set].sort((a, b) => a - b)
    expect([...numbersOf(ranges)]).toEqual(sorted)
    expect(Array.from({ length: 52 }, (_, n) => includes(ranges, n))).toEqual(
      Array.from({ length: 52 }, (_, n) => set.has(n)),
    )
    expect(ranges).toEqual(rangesOf(sorted))
    expect(readRanges(rangesText(ranges))).toEqual(ranges)
    // There is a gap between any two ranges.
    for (let k = 2; k < ranges.length; k += 2) expect(ranges[k]!).toBeGreaterThan(ranges[k - 1]! + 1)
    const other = rangesOf([1, 2, 3, 20])
    expect([...numbersOf(without(40, ranges, other))]).toEqual(
      Array.from({ length: 40 }, (_, n) => n).filter((n) => !set.has(n) && !includes(other, n)),
    )
  }
})

test('ranges are short to write and easy to read', () => {
  expect(rangesText(rangesOf([0, 1, 2, 41, 43, 44]))).toBe('0-2,41,43-44')
  expect(rangesText([])).toBe('')
  expect(readRanges('')).toEqual([])
  for (const text of ['3-1', '1,1', '5,3', 'x', '1-2-3', '-1', '1,', '1.5']) expect(readRanges(text)).toBeUndefined()
})
