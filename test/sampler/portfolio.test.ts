import { expect, test } from 'vitest'
import {
  drawnBy,
  gainsAfter,
  isStanding,
  noGains,
  normalized,
  oddsOfGains,
  rowsOfStanding,
  scoresAfter,
  standingOf,
} from '../../src/sampler/portfolio.ts'
import { randomStream } from '../../src/numerics/random.ts'

const NAMES = ['ei', 'lcb', 'pi']

const POINTS = [Float64Array.of(0.25, NaN), Float64Array.of(0.5, 3), Float64Array.of(1, 0.123456789)]

test('SKO-36 gains of 1, 0 and −1 have the odds that skopt gives them', () => {
  const odds = oddsOfGains(Float64Array.of(1, 0, -1), 1)
  for (const [i, expected] of [0.66524096, 0.24472847, 0.09003057].entries()) expect(odds[i]).toBeCloseTo(expected, 8)
})

test('the odds do not overflow, are equal for equal gains, and for an eta of 0', () => {
  expect([...oddsOfGains(Float64Array.of(1e5, 0), 1)]).toEqual([1, 0])
  expect([...oddsOfGains(Float64Array.of(-1e9, -1e9), 3)]).toEqual([0.5, 0.5])
  expect([...oddsOfGains(Float64Array.of(7, -7, 0, 1), 0)]).toEqual([0.25, 0.25, 0.25, 0.25])
})

test('SKO-36 the newer model takes what it predicts at the last proposals from the gains', () => {
  const standing = standingOf(NAMES, Float64Array.of(0.5, 0, -1), POINTS, 1)
  expect([...gainsAfter(standing, Float64Array.of(-1, 2, 0.25))]).toEqual([1.5, -2, -1.25])
})

test('HYE-49 with forgetting only the acquisition that was followed has a new score', () => {
  const standing = standingOf(NAMES, Float64Array.of(0.5, 0.2, -1), POINTS, 1)
  const scores = scoresAfter(standing, Float64Array.of(-9, -2, -9), 0.5, 0.9)
  expect(scores[0]).toBe(0.5)
  expect(scores[1]).toBeCloseTo(0.9 * 2.5 + 0.1 * 0.2, 12)
  expect(scores[2]).toBe(-1)
})

test('HYE-50 scores go on counting: who leads to low values gets more turns from then on', () => {
  let standing = standingOf(NAMES, noGains(3), POINTS, 0)
  const before = oddsOfGains(Float64Array.from(standing.gains), 1)
  for (let k = 0; k < 5; k++)
    standing = standingOf(NAMES, gainsAfter(standing, Float64Array.of(-1, 0.5, 0.5)), POINTS, 0)
  const after = oddsOfGains(Float64Array.from(standing.gains), 1)
  expect(before[0]).toBeCloseTo(1 / 3, 12)
  expect(after[0]).toBeGreaterThan(0.99)
})

test('HYE-49 fixed odds are in proportion, and equal where all are 0', () => {
  expect([...normalized(Float64Array.of(3, 1, 0))]).toEqual([0.75, 0.25, 0])
  expect([...normalized(new Float64Array(4))]).toEqual([0.25, 0.25, 0.25, 0.25])
})

test('an acquisition is drawn as often as its odds say, and never with odds of 0', () => {
  const random = randomStream('odds')
  const counts = [0, 0, 0, 0]
  for (let k = 0; k < 10_000; k++) counts[drawnBy(Float64Array.of(0, 0.7, 0.3, 0), random)]!++
  expect(counts[0]! + counts[3]!).toBe(0)
  expect(Math.abs(counts[1]! - 7000)).toBeLessThan(4 * Math.sqrt(10_000 * 0.21))
  const last = { next: () => 1 - 2 ** -53, integer: () => 0 }
  expect(drawnBy(Float64Array.of(0.1, 0.9 - 1e-15, 0), last)).toBe(1)
})

test('what is kept comes back from JSON: gains, points with parameters that are not active, and the choice', () => {
  const kept = JSON.parse(JSON.stringify(standingOf(NAMES, Float64Array.of(1 / 3, 0, -2), POINTS, 2)))
  expect(isStanding(kept, 2)).toBe(true)
  expect(kept).toEqual({
    of: NAMES,
    gains: [0.333333, 0, -2],
    points: [
      [0.25, null],
      [0.5, 3],
      [1, 0.1235],
    ],
    chosen: 2,
  })
  expect(rowsOfStanding(kept)).toEqual(Float64Array.of(0.25, NaN, 0.5, 3, 1, 0.1235))
})

test('nonsense in a basis is none', () => {
  const good = standingOf(NAMES, noGains(3), POINTS, 0)
  expect(isStanding(good as never, 3)).toBe(false)
  for (const wrong of [
    null,
    [],
    'ei',
    {},
    { ...good, of: [] },
    { ...good, of: ['ei', 'pi'] },
    { ...good, gains: [0, 0, '0'] },
    { ...good, points: [[0, 0]] },
    { ...good, chosen: 3 },
    { ...good, chosen: 0.5 },
  ])
    expect(isStanding(wrong as never, 2), JSON.stringify(wrong)).toBe(false)
})
