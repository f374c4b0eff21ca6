import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { warped } from '../../src/surrogate/warp.ts'
import type { Warp } from '../../src/surrogate/warp.ts'

const CASES = JSON.parse(readFileSync(new URL('fixtures/yeo-johnson.json', import.meta.url), 'utf8')) as {
  y: number[]
  values: number[]
}[]
const WARPS: Warp[] = [
  { kind: 'identity' },
  { kind: 'yeo-johnson' },
  { kind: 'log', scale: 1 },
  { kind: 'log', scale: 0.1 },
  { kind: 'bilog' },
]

test('yeo-johnson agrees with scipy', () => {
  for (const { y, values } of CASES) {
    const { values: t } = warped(Float64Array.from(y), { kind: 'yeo-johnson' })
    for (const [i, value] of values.entries()) expect(t[i]).toBeCloseTo(value, 10)
  }
})

describe.each(WARPS)('warp %o', (warp) => {
  const random = randomStream('warp')
  const y = Float64Array.from({ length: 25 }, () => Math.exp(3 * random.next()) - 2)

  test('keeps the order, and gives mean 0 and deviation 1', () => {
    const { values } = warped(y, warp)
    const order = [...y.keys()].sort((a, b) => y[a]! - y[b]!)
    for (let i = 1; i < 25; i++) expect(values[order[i]!]).toBeGreaterThan(values[order[i - 1]!]!)
    expect(values.reduce((sum, t) => sum + t, 0)).toBeCloseTo(0, 10)
    expect(values.reduce((sum, t) => sum + t * t, 0)).toBeCloseTo(25, 10)
  })

  test('tells values apart of which half or more are the lowest', () => {
    for (const list of [
      [0, 0, 0, 0, 1, 2, 3],
      [5, 5, 5, 5, 5, 5, 7],
    ]) {
      const { values } = warped(Float64Array.from(list), warp)
      for (let i = 1; i < 7; i++) expect(values[i]! > values[i - 1]!).toBe(list[i]! > list[i - 1]!)
    }
  })

  test('can be inverted, and its inverse continues beyond the values in the same direction', () => {
    const { values, inverse } = warped(y, warp)
    for (let i = 0; i < 25; i++) expect(inverse(values[i]!)).toBeCloseTo(y[i]!, 8)
    const [low, high] = [Math.min(...values), Math.max(...values)]
    for (const step of [0.1, 1, 5]) {
      expect(inverse(low - step)).toBeLessThan(Math.min(...y))
      expect(inverse(high + step)).toBeGreaterThan(Math.max(...y))
    }
    expect(warped(Float64Array.of(4, 4), warp).inverse(0.7)).toBe(4)
  })

  test('does not depend on the unit of the objective, nor on its origin unless 0 means something', () => {
    const { values, logJacobian } = warped(y, warp)
    const origin = warp.kind === 'bilog' ? 0 : -77
    const moved = warped(
      y.map((value) => 1000 * value + origin),
      warp,
    )
    for (let i = 0; i < 25; i++) expect(moved.values[i]).toBeCloseTo(values[i]!, 8)
    expect(moved.logJacobian).toBeCloseTo(logJacobian, 6)
  })

  test('the log Jacobian agrees with differences', () => {
    // In a dense sample a secant has the slope of the map. Both warps get the same sample, so constants are equal.
    const dense = Float64Array.from({ length: 4001 }, (_, i) => (i / 4000) ** 3 - 0.2)
    const { values, logJacobian } = warped(dense, warp)
    let sum = 0
    for (let i = 0; i < 4001; i++) {
      const [before, after] = [Math.max(i - 1, 0), Math.min(i + 1, 4000)]
      sum += Math.log((values[after]! - values[before]!) / (dense[after]! - dense[before]!))
    }
    const identity = warped(dense, { kind: 'identity' })
    const unit = Math.log((identity.values[4000]! - identity.values[0]!) / 1)
    // The identity has the same slope everywhere; its log Jacobian is −n ln of a standard deviation.
    expect(logJacobian - identity.logJacobian).toBeCloseTo(sum - 4001 * unit, -1)
  })

  test('takes values of any size, ties, and a single value', () => {
    for (const list of [
      [5],
      [3, 3, 3],
      [-1e308, 1e308, 0],
      [1e-300, 2e-300, 3e-300],
      [1, 1, 1, 1, 2],
      [0, 1e-308, 1e300],
      [-0, 0],
    ]) {
      const { values } = warped(Float64Array.from(list), warp)
      expect([...values].every(Number.isFinite)).toBe(true)
    }
    expect([...warped(Float64Array.of(3, 3, 3), warp).values]).toEqual([0, 0, 0])
    const huge = warped(Float64Array.of(-1e308, 0, 1e308), warp).values
    expect(huge[0]! < huge[1]! && huge[1]! < huge[2]!).toBe(true)
    const { values, inverse } = warped(Float64Array.of(-1.5e308, 0, 1.5e308), warp)
    expect(inverse(values[0]!) / 1.5e308).toBeCloseTo(-1, 9)
    expect(inverse(values[2]!) / 1.5e308).toBeCloseTo(1, 9)
  })
})

test('the log warp spreads the values near the best', () => {
  const y = Float64Array.of(0, 0.001, 1, 1000)
  const gap = (warp: Warp): number => warped(y, warp).values[1]! - warped(y, warp).values[0]!
  expect(gap({ kind: 'log', scale: 0.1 })).toBeGreaterThan(gap({ kind: 'log', scale: 1 }))
  expect(gap({ kind: 'log', scale: 1 })).toBeGreaterThan(100 * gap({ kind: 'identity' }))
})

test('bilog has the same map on both sides of 0, with half of it within ln 2', () => {
  const y = Float64Array.of(-1000, -5, -2, -0.1, 0.1, 2, 5, 1000)
  const { values, forward } = warped(y, { kind: 'bilog' })
  const zero = forward(0)
  for (let i = 0; i < 8; i++) expect(values[i]! - zero).toBeCloseTo(-(values[7 - i]! - zero), 12)
  const unit = forward(5) - zero
  for (const value of y) {
    const expected = (Math.sign(value) * Math.log1p(Math.abs(value) / 5)) / Math.LN2
    expect((forward(value) - zero) / unit).toBeCloseTo(expected, 10)
  }
})
