import { expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { categoryScale } from '../../src/report/range.ts'
import type { Scale } from '../../src/report/scale.ts'
import { isOn, placeText, ticksOf } from '../../src/report/tick.ts'

const scale = (kind: Scale['kind'], low: number, high: number, more: Partial<Scale> = {}): Scale => ({
  ...{ kind, title: '', low, high, words: [], better: null, rail: null },
  ...more,
})

const texts = (of: Scale, most: number): string[] => ticksOf(of, most).map(({ text }) => text)

test('a linear scale has ticks in steps of 1, 2 or 5, in short decimals', () => {
  expect(texts(scale('linear', 0, 1), 6)).toEqual(['0', '0.2', '0.4', '0.6', '0.8', '1'])
  expect(texts(scale('linear', 0.05, 0.37), 4)).toEqual(['0.1', '0.2', '0.3'])
  expect(texts(scale('linear', -300, 300), 3)).toEqual(['-200', '0', '200'])
})

test('trial numbers have whole ticks, however few trials there are', () => {
  expect(texts(scale('linear', 0, 2, { isWhole: true }), 20)).toEqual(['0', '1', '2'])
})

test('a logarithmic scale has decades, then 2 and 5, then steps where it spans less than a decade', () => {
  expect(texts(scale('log', 1e-5, 1), 6)).toEqual(['1e-5', '0.0001', '0.001', '0.01', '0.1', '1'])
  expect(texts(scale('log', 1e-5, 1), 3)).toEqual(['0.0001', '0.01', '1'])
  expect(texts(scale('log', 1, 100), 8)).toEqual(['1', '2', '5', '10', '20', '50', '100'])
  expect(texts(scale('log', 16, 512), 3)).toEqual(['20', '100', '500'])
  expect(texts(scale('log', 1.1, 1.6), 3)).toEqual(['1.2', '1.4', '1.6'])
})

test('numbers that differ late have the digits that tell them apart', () => {
  const ticks = texts(scale('linear', 1_000_000.1, 1_000_000.4), 4)
  expect(new Set(ticks).size).toBe(ticks.length)
  expect(ticks.length).toBeGreaterThan(1)
})

test('time has round clock times, and its date where the day changes', () => {
  const at = (text: string): number => Date.parse(`2026-11-${text}Z`)
  const hours = scale('time', at('26T17:40:00'), at('26T18:20:00'))
  expect(texts(hours, 5)).toEqual(['17:40', '17:50', '18:00', '18:10', '18:20'])
  expect(texts(scale('time', at('26T09:00:00'), at('28T01:00:00')), 4)).toEqual([
    '11-26 12:00',
    '11-27 00:00',
    '12:00',
    '11-28 00:00',
  ])
  expect(texts(scale('time', 0, 4), 5)).toHaveLength(5)
  expect(texts(scale('time', 0, 1e17), 4).length).toBeLessThanOrEqual(4)
})

test('categories are stepped over where they are more than there is room for', () => {
  const some = categoryScale('kind', ['a', 'b', 'c', 'd', 'e'])
  expect(texts(some, 9)).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect(texts(some, 3)).toEqual(['a', 'c', 'e'])
})

test('ticks of any range lie on it, ascend, and are at most as many as wanted', () => {
  const random = randomStream('ticks')
  for (let run = 0; run < 400; run++) {
    const isLog = run % 2 === 0
    const low = isLog ? 10 ** (random.next() * 24 - 12) : (random.next() - 0.5) * 10 ** (random.next() * 24 - 12)
    const high = isLog
      ? low * 10 ** (random.next() * 6) * 1.001
      : low + 10 ** (random.next() * 24 - 12) + Math.abs(low) * 1e-6
    const most = 1 + Math.floor(random.next() * 12)
    const of = scale(isLog ? 'log' : 'linear', low, high)
    const places = ticksOf(of, most).map(({ at }) => at)
    expect(places.length).toBeLessThanOrEqual(most)
    expect(places.filter((at) => !isOn(of, at))).toEqual([])
    expect([...places].sort((a, b) => a - b)).toEqual(places)
  }
})

test('a place in words is a number, a category, a time, or the name of the rail', () => {
  expect(placeText(scale('linear', 0, 1), 0.30000000000000004)).toBe('0.3')
  expect(placeText(categoryScale('kind', ['a', 'b']), 1)).toBe('b')
  expect(placeText(scale('time', 0, 1), Date.parse('2026-01-01T00:00:01.500Z'))).toBe('2026-01-01T00:00:01Z')
  expect([placeText(scale('linear', 0, 1), NaN), placeText(scale('linear', 0, 1, { rail: 'inactive' }), NaN)]).toEqual([
    '–',
    'inactive',
  ])
})
