import { describe, expect, test } from 'vitest'
import { betaCdf, logGamma } from '../../src/numerics/beta.ts'
import {
  betaPrior,
  inSteps,
  kernelPrior,
  linearPrior,
  logNormalPrior,
  normalMass,
  normalPrior,
  stepPrior,
} from '../../src/numerics/density.ts'
import type { Density } from '../../src/numerics/density.ts'
import { randomStream } from '../../src/numerics/random.ts'

const SMOOTH: Readonly<Record<string, Density>> = {
  normal: normalPrior(0.3, 0.1),
  'narrow normal': normalPrior(0.5, 0.003),
  'normal beyond the lower end': normalPrior(-0.4, 0.1),
  'normal beyond the upper end': normalPrior(1.3, 0.1),
  'log-normal': logNormalPrior(0.5, 8, 0.4, 0.6),
  'log-normal from 0': logNormalPrior(0, 10, 0.4, 0.8),
  'log-normal of a tail': logNormalPrior(20, 30, 0, 1),
  'beta(3,3)': betaPrior(3, 3),
  'beta(0.8,1)': betaPrior(0.8, 1),
  'beta(1,0.8)': betaPrior(1, 0.8),
  'beta(200,400)': betaPrior(200, 400),
  points: linearPrior([0.2, 0.5, 0.6], [1, 4, 0]),
  kernels: kernelPrior([0.1, 0.12, 0.7, 1], 0.05),
}

const STEPS: Readonly<Record<string, Density>> = {
  steps: stepPrior([0.25, 0.25, 0.5], [1, 0, 3]),
  'steps of a normal': inSteps(normalPrior(0.4, 0.05), [0.2, 0.3, 0.5]),
}

const ALL = Object.entries({ ...SMOOTH, ...STEPS })

/** Places where a density of these tests jumps, or has a corner or all of its mass. */
const CORNERS = [0, 0.2, 0.25, 0.5, 0.6, 1]

/** The mass of a density below a place, piece by piece between its corners. */
function massBelow(density: Density, u: number): number {
  const pieces = CORNERS.slice(1).map((high, i) => [CORNERS[i]!, Math.min(high, u)] as const)
  return pieces.reduce((sum, [low, high]) => (high > low ? sum + massBetween(density, low, high) : sum), 0)
}

/** By Gauss's rule of two nodes, in cells that are small at both ends. */
function massBetween({ log }: Density, low: number, high: number): number {
  const cells = 1000
  let sum = 0
  const edge = (i: number): number => low + ((high - low) * (1 - Math.cos((Math.PI * i) / cells))) / 2
  for (let i = 0; i < cells; i++) {
    const [a, b] = [edge(i), edge(i + 1)]
    const [middle, half] = [(a + b) / 2, (b - a) / 2]
    for (const at of [-1, 1]) sum += half * Math.exp(log(middle + (at * half) / Math.sqrt(3)))
  }
  return sum
}

describe.each(ALL)('%s', (_, density) => {
  test('has the mass 1, and its masses are those that its density has', () => {
    expect(massBelow(density, 1)).toBeCloseTo(1, 4)
    expect(density.below(0)).toBe(0)
    expect(density.below(1)).toBeCloseTo(1, 12)
    for (const u of [0.1, 0.37, 0.8]) expect(density.below(u)).toBeCloseTo(massBelow(density, u), 4)
  })

  test('its mode is a place of the largest density; the median where that lies at an end without bound', () => {
    if (density.mode !== density.quantile(0.5)) expect(density.log(density.mode)).toBeCloseTo(density.peak, 9)
    for (let u = 0.01; u < 1; u += 0.01) expect(density.log(u)).toBeLessThan(density.peak + 1e-9)
  })

  test('a quantile has as much mass below it as it should, and lies in the range', () => {
    const random = randomStream('quantiles', 1)
    expect(density.quantile(0)).toBeGreaterThanOrEqual(0)
    expect(density.quantile(1)).toBeLessThanOrEqual(1)
    let last = 0
    for (const p of Float64Array.from({ length: 200 }, random.next).sort()) {
      const u = density.quantile(p)
      expect(u).toBeGreaterThanOrEqual(last)
      expect(u).toBeLessThanOrEqual(1)
      expect(density.below(u)).toBeCloseTo(p, 9)
      last = u
    }
  })

  test('is nowhere larger than its peak', () => {
    for (let i = 0; i <= 1000; i++) expect(density.log(i / 1000)).toBeLessThanOrEqual(density.peak + 1e-3)
  })
})

test.each(Object.entries(SMOOTH))('the slope of the logarithm of %s is that of differences', (_, density) => {
  const random = randomStream('slopes', 1)
  for (let i = 0; i < 100; i++) {
    const u = 0.01 + 0.98 * random.next()
    const h = 1e-6
    const difference = (density.log(u + h) - density.log(u - h)) / (2 * h)
    // Beside a knot of straight lines the two sides differ.
    if (!Number.isFinite(difference) || [0.2, 0.5, 0.6].some((knot) => Math.abs(u - knot) < h)) continue
    expect(Math.abs(density.slope(u) - difference)).toBeLessThan(1e-4 * Math.max(1, Math.abs(difference)))
  }
})

test('the beta distribution and ln Γ have the values of closed forms', () => {
  expect(betaCdf(0.3, 1, 1)).toBeCloseTo(0.3, 13)
  // I_x(3, 3) = 10 x³ − 15 x⁴ + 6 x⁵
  for (const x of [0.01, 0.3, 0.5, 0.9])
    expect(betaCdf(x, 3, 3)).toBeCloseTo(10 * x ** 3 - 15 * x ** 4 + 6 * x ** 5, 13)
  // I_x(a, 1) = xᵃ and I_x(1, b) = 1 − (1 − x)ᵇ
  expect(betaCdf(0.2, 0.8, 1)).toBeCloseTo(0.2 ** 0.8, 13)
  expect(betaCdf(0.2, 1, 0.8)).toBeCloseTo(1 - 0.8 ** 0.8, 13)
  // I_x(½, ½) = (2 / π) arcsin √x
  expect(betaCdf(0.1, 0.5, 0.5)).toBeCloseTo((2 / Math.PI) * Math.asin(Math.sqrt(0.1)), 13)
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13)
  expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 12)
})

test('the mass of a tail is not rounded to 0', () => {
  expect(normalMass(-0.9, 0.1)).toBeGreaterThan(1e-20)
  expect(normalMass(1.9, 0.1)).toBeCloseTo(normalMass(-0.9, 0.1), 25)
})

test('the modes of single densities', () => {
  expect(normalPrior(0.15, 0.1).mode).toBe(0.15)
  expect(normalPrior(-0.4, 0.1).mode).toBe(0)
  expect(betaPrior(3, 2).mode).toBeCloseTo(2 / 3, 12)
  expect(betaPrior(0.8, 1).mode).toBe(betaPrior(0.8, 1).quantile(0.5))
  expect(linearPrior([0.2, 0.9], [1, 4]).mode).toBe(0.9)
  expect(linearPrior([0.2, 0.9], [1, 1]).mode).toBe(0.5)
  expect(stepPrior([0.25, 0.25, 0.5], [1, 0, 3]).mode).toBe(0.75)
  expect([0.6, 0.61]).toContain(kernelPrior([0.1, 0.6, 0.61], 0.05).mode)
})
