import { expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { binRows } from '../../src/surrogate/binned-rows.ts'

const bin = (values: number[], levels: number, y = new Float64Array(values.length)): number[] => [
  ...binRows(Float64Array.from(values), y, values.length, 1, Int32Array.of(levels)).codes,
]

test('each of up to 255 values has its own code, however many rows share a value', () => {
  const rare = Array.from({ length: 254 }, (_, i) => i / 1000)
  const codes = bin([...rare, ...new Array<number>(3000).fill(0.9)], 0)
  expect(codes.slice(0, 254)).toEqual(rare.map((_, i) => i + 1))
  expect(new Set(codes.slice(254))).toEqual(new Set([255]))
})

test('more values share codes in their order, about equally many each, and a bin ends at its outermost values', () => {
  const random = randomStream('bins')
  for (const n of [300, 2000, 20_000]) {
    const values = Array.from({ length: n }, () => random.next() ** 3)
    const { codes, low, high } = binRows(Float64Array.from(values), new Float64Array(n), n, 1, Int32Array.of(0))
    const byCode = new Map<number, number[]>()
    values.forEach((value, i) => byCode.set(codes[i]!, [...(byCode.get(codes[i]!) ?? []), value]))
    expect(byCode.size).toBeGreaterThan(200)
    let last = -1
    for (const code of [...byCode.keys()].sort((a, b) => a - b)) {
      const members = byCode.get(code)!
      expect(members.length).toBeLessThanOrEqual(Math.ceil((n / 255) * 3))
      expect(low[code]).toBe(Math.min(...members))
      expect(high[code]).toBe(Math.max(...members))
      expect(low[code]).toBeGreaterThan(last)
      last = high[code]!
    }
  }
})

test('inactive is code 0 for both kinds of features', () => {
  expect(bin([NaN, 0.5, NaN], 0)).toEqual([0, 1, 0])
  expect(bin([NaN, 0, 2], 3)).toEqual([0, 1, 3])
  expect(bin([NaN, NaN], 0)).toEqual([0, 0])
})

test('more than 254 levels share codes in the order of their means; a level that does not occur has code 255', () => {
  const values = Array.from({ length: 508 }, (_, i) => 2 * i)
  const y = Float64Array.from(values, (level) => (level * 37) % 1016)
  const rows = binRows(Float64Array.from(values), y, 508, 1, Int32Array.of(2000))
  const codeOf = rows.codeOfLevel[0]!
  expect(codeOf[1]).toBe(255)
  const byMean = [...values].sort((a, b) => y[a / 2]! - y[b / 2]!)
  expect(byMean.map((level) => codeOf[level]!)).toEqual(values.map((_, k) => 1 + Math.floor(k / 2)))
  expect(rows.levelsPerCode[0]).toBe(2)
})

test('the mean of a level seen once is shrunk more than the mean of a level seen often', () => {
  const others = Array.from({ length: 300 }, (_, i) => i + 10)
  const y = Float64Array.of(10, 9, 9, 9, 9, 9, ...others.map(() => 0))
  const codeOf = binRows(Float64Array.of(0, 1, 1, 1, 1, 1, ...others), y, y.length, 1, Int32Array.of(1000))
    .codeOfLevel[0]!
  expect(codeOf[0]).toBeLessThan(codeOf[1]!)
})
