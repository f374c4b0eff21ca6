import { expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'

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
