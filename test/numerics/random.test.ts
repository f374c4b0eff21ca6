import { expect, test } from 'vitest'
import { differentIntegers, randomStream, shuffle } from '../../src/numerics/random.ts'

const first = (...words: (number | string)[]): number[] => {
  const random = randomStream(...words)
  return Array.from({ length: 4 }, () => random.next())
}

test('the same words give the same stream, other words give another one', () => {
  expect(first(1, 2, 'a')).toEqual(first(1, 2, 'a'))
  const streams = [first(1, 2, 'a'), first(2, 1, 'a'), first(12, 'a'), first('1', 2, 'a'), first(1, 2, 'b'), first()]
  expect(new Set(streams.map((s) => s[0])).size).toBe(streams.length)
})

test('draws are uniform: mean, variance and ten bins of 100,000 draws lie within five standard deviations', () => {
  const random = randomStream('uniform')
  const n = 100_000
  const bins = new Array<number>(10).fill(0)
  let sum = 0
  let squares = 0
  for (let i = 0; i < n; i++) {
    const u = random.next()
    sum += u
    squares += (u - 0.5) ** 2
    bins[Math.floor(10 * u)]!++
  }
  expect(Math.abs(sum / n - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / n))
  expect(Math.abs(squares / n - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / n))
  for (const bin of bins) expect(Math.abs(bin - n / 10)).toBeLessThan(5 * Math.sqrt(n * 0.09))
})

test('the first draws of streams with neighboring numbers are uncorrelated', () => {
  const n = 20_000
  let product = 0
  for (let i = 0; i < n; i++) product += (randomStream(5, i).next() - 0.5) * (randomStream(5, i + 1).next() - 0.5)
  expect(Math.abs(product / n)).toBeLessThan(5 / 12 / Math.sqrt(n))
})

test('whole numbers stay below their bound, and every one occurs', () => {
  const random = randomStream('integers')
  const seen = new Set(Array.from({ length: 1000 }, () => random.integer(7)))
  expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6])
})

test('a shuffled list has the same numbers, and each of them is as often in each place', () => {
  const random = randomStream('shuffle')
  const counts = Array.from({ length: 4 }, () => [0, 0, 0, 0])
  const n = 8000
  for (let i = 0; i < n; i++) {
    const order = Int32Array.of(0, 1, 2, 3)
    shuffle(order, random)
    expect([...order].sort()).toEqual([0, 1, 2, 3])
    order.forEach((number, place) => counts[place]![number]!++)
  }
  for (const count of counts.flat()) expect(Math.abs(count - n / 4)).toBeLessThan(5 * Math.sqrt((n * 3) / 16))
})

test('different integers differ, lie below their bound, and are all of it if as many are asked for', () => {
  const random = randomStream('different')
  for (const [count, n] of [
    [5, 5],
    [9, 5],
    [3, 7],
    [1000, 2 ** 53],
    [0, 4],
  ] as const) {
    const numbers = differentIntegers(count, n, random)
    expect(numbers.length).toBe(Math.min(count, n))
    expect(new Set(numbers).size).toBe(numbers.length)
    expect(numbers.every((number) => Number.isSafeInteger(number) && number >= 0 && number < n)).toBe(true)
  }
})

test('each pair of three different integers comes first equally often', () => {
  const random = randomStream('pairs')
  const counts = new Map<string, number>()
  const n = 6000
  for (let i = 0; i < n; i++) {
    const pair = differentIntegers(2, 3, random).join()
    counts.set(pair, (counts.get(pair) ?? 0) + 1)
  }
  expect(counts.size).toBe(6)
  for (const count of counts.values()) expect(Math.abs(count - n / 6)).toBeLessThan(5 * Math.sqrt((n * 5) / 36))
})
