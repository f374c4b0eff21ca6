import { describe, expect, test } from 'vitest'
import {
  childOf,
  geometricOf,
  individualAt,
  mutated,
  recombined,
  redrawAfter,
  reflected,
  stepAfter,
} from '../../src/acquisition/individual.ts'
import { randomPoint } from '../../src/acquisition/moves.ts'
import { geometricDraw } from '../../src/numerics/draws.ts'
import { randomStream } from '../../src/numerics/random.ts'
import { axesOf, levelOfValue, settleInPlace, snapped, valueOfLevel } from '../../src/space/axes.ts'
import type { Axes } from '../../src/space/axes.ts'
import { branch, choice, float, int } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'

const MIXED = axesOf(
  parseSpace({
    x: float(0, 1),
    y: float(-5, 5),
    k: int(0, 100),
    n: int(1, 201),
    c: choice([...'abcd']),
    e: choice([...'xyz']),
    only: choice(['one']),
  }),
)

const CONDITIONAL = axesOf(
  parseSpace({
    x: float(0, 1),
    model: branch('kind', { a: { p: float(0, 1), c: choice([1, 2, 3]) }, b: { k: int(0, 9) } }),
  }),
)

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length

describe('MIP-51: first step sizes', () => {
  test('are 0.05 of the range for numbers and integers, and 1 / N for N categories', () => {
    const { sigma, redraw } = individualAt(randomPoint(MIXED, randomStream('first')), MIXED)
    // A grid of 101 and of 201 values has 100 and 200 steps.
    expect([...sigma]).toEqual([0.05, 0.05, 5, 10, 0, 0, 0])
    expect(redraw).toBe(1 / 2)
  })
})

describe('MIP-52: learning rates', () => {
  test('are 1 / √(2 N) together and 1 / √(2 √N) alone, and a single variable has only the first', () => {
    expect(stepAfter(0.3, 8, 1, 0)).toBeCloseTo(0.3 * Math.exp(1 / 4), 14)
    expect(stepAfter(0.3, 4, 0, 1)).toBeCloseTo(0.3 * Math.exp(1 / 2), 14)
    expect(stepAfter(0.3, 1, 1, 5)).toBeCloseTo(0.3 * Math.exp(1 / Math.SQRT2), 14)
  })
})

describe('MIP-53: recombination', () => {
  test('averages step sizes, and takes 31 % of the variables from the second parent', () => {
    const random = randomStream('recombination')
    const first = { x: Float64Array.of(0, 0, 0.005, 0.5, 0, 0, 0), sigma: new Float64Array(7).fill(1), redraw: 0.2 }
    const second = {
      ...first,
      x: Float64Array.of(1, 1, 0.995, 0.1, 3, 2, 0),
      sigma: new Float64Array(7).fill(3),
      redraw: 0.4,
    }
    const count = 4000
    const children = Array.from({ length: count }, () => recombined(first, second, MIXED, random))
    for (const { sigma, redraw } of children) {
      expect([...sigma]).toEqual(new Array(7).fill(2))
      expect(redraw).toBeCloseTo(0.3, 14)
    }
    const share = mean(children.map(({ x }) => x[0]!))
    // P(N > 0.5) = 0.3085
    expect(Math.abs(share - 0.3085)).toBeLessThan(4 * Math.sqrt((0.3085 * 0.6915) / count))
    expect(new Set(children.map(({ x }) => x.join())).size).toBeGreaterThan(30)
  })
})

describe('MIP-54: mutation of numbers', () => {
  test('a step has the deviation that the child inherits', () => {
    const random = randomStream('numbers')
    const one = axesOf(parseSpace({ x: float(0, 1) }))
    const moves = Array.from({ length: 5000 }, () => {
      const { x, sigma } = mutated({ x: Float64Array.of(0.5), sigma: Float64Array.of(0.01), redraw: 1 }, one, random)
      return (x[0]! - 0.5) / sigma[0]!
    })
    expect(Math.abs(mean(moves))).toBeLessThan(4 / Math.sqrt(5000))
    expect(Math.abs(mean(moves.map((v) => v * v)) - 1)).toBeLessThan(4 * Math.sqrt(2 / 5000))
  })

  test('a number that leaves its range is reflected, and its step size becomes what it moved', () => {
    expect(reflected(-0.2, 1)).toBeCloseTo(0.2, 14)
    expect(reflected(1.3, 1)).toBeCloseTo(0.7, 14)
    expect(reflected(2.4, 1)).toBeCloseTo(0.4, 14)
    expect(reflected(-1.1, 1)).toBeCloseTo(0.9, 14)
    const one = axesOf(parseSpace({ x: float(0, 1) }))
    const random = randomStream('edge')
    const steps = Array.from({ length: 2000 }, () => {
      const child = mutated({ x: Float64Array.of(0.5), sigma: Float64Array.of(1), redraw: 1 }, one, random)
      expect(child.x[0]).toBeGreaterThanOrEqual(0)
      expect(child.x[0]).toBeLessThanOrEqual(1)
      return child.sigma[0]!
    })
    // Half of the mutated step sizes are 1, the largest. Only 38 % of these steps stay inside: those with |N| < 0.5.
    const kept = steps.filter((sigma) => sigma > 0.999).length / steps.length
    expect(Math.abs(kept - 0.5 * 0.383)).toBeLessThan(4 * Math.sqrt((0.19 * 0.81) / 2000))
    expect(Math.min(...steps)).toBeGreaterThan(0)
  })
})

describe('MIP-55: mutation of integers', () => {
  test('p = 1 − s / (1 + √(1 + s²)) makes steps of the mean length σ over N integers', () => {
    expect(geometricOf(3, 1)).toBeCloseTo(1 - 3 / (1 + Math.sqrt(10)), 14)
    expect(geometricOf(6, 2)).toBe(geometricOf(3, 1))
    const random = randomStream('lengths')
    for (const sigma of [1, 3, 20]) {
      const p = geometricOf(sigma, 1)
      const lengths = Array.from({ length: 20_000 }, () =>
        Math.abs(geometricDraw(random, p) - geometricDraw(random, p)),
      )
      expect(mean(lengths) / sigma).toBeGreaterThan(0.95)
      expect(mean(lengths) / sigma).toBeLessThan(1.05)
    }
  })

  test('stays on the levels of the grid, with a step of at least 1', () => {
    const random = randomStream('levels')
    let individual = individualAt(randomPoint(MIXED, random), MIXED)
    for (let i = 0; i < 500; i++) {
      individual = mutated(individual, MIXED, random)
      for (const k of [2, 3]) {
        const axis = MIXED.list[k]!
        expect(valueOfLevel(axis, levelOfValue(axis, individual.x[k]!))).toBe(individual.x[k])
        expect(individual.sigma[k]).toBeGreaterThanOrEqual(1)
        expect(individual.sigma[k]).toBeLessThanOrEqual(axis.count - 1)
      }
    }
  })
})

describe('MIP-56: mutation of categories', () => {
  test('the probability moves by a logistic step of rate 1 / √(2 N), from 1 / (3 N) to 0.5', () => {
    expect(redrawAfter(0.25, 2, 0)).toBeCloseTo(0.25, 14)
    expect(redrawAfter(0.2, 2, 1)).toBeCloseTo(1 / (1 + 4 * Math.exp(-0.5)), 14)
    expect(redrawAfter(0.4, 2, 9)).toBe(0.5)
    expect(redrawAfter(0.2, 2, -9)).toBeCloseTo(1 / 6, 14)
  })

  test('each level is as likely as any other once a category is drawn anew', () => {
    const random = randomStream('categories')
    const begin = {
      ...individualAt(randomPoint(MIXED, random), MIXED),
      x: Float64Array.of(0.5, 0.5, 0.5, 0.5, 1, 1, 0),
    }
    const counts = [0, 0, 0, 0]
    for (let i = 0; i < 6000; i++) counts[mutated({ ...begin, redraw: 0.5 }, MIXED, random).x[4]!]!++
    const moved = [0, 2, 3].map((c) => counts[c]!)
    expect(Math.max(...moved) / Math.min(...moved)).toBeLessThan(1.35)
    expect(counts[1]).toBeGreaterThan(2 * Math.max(...moved))
  })
})

test.each([
  ['mixed', MIXED],
  ['conditional', CONDITIONAL],
] as const)('children over generations are points of a %s space', (_, axes: Axes) => {
  const random = randomStream('children')
  let population = Array.from({ length: 4 }, () => individualAt(randomPoint(axes, random), axes))
  for (let generation = 0; generation < 200; generation++) {
    population = population.map((one, i) => childOf(one, population[(i + 1) % 4]!, axes, random))
    for (const { x, sigma, redraw } of population) {
      const settled = Float64Array.from(x)
      settleInPlace(settled, axes, randomStream('unused'))
      expect(settled).toEqual(x)
      for (const [k, axis] of axes.list.entries()) {
        if (Number.isNaN(x[k]!)) continue
        if (axis.kind === 'category') expect(Number.isInteger(x[k]) && x[k]! >= 0 && x[k]! < axis.count).toBe(true)
        else expect(snapped(axis, x[k]!)).toBe(x[k])
      }
      expect(sigma.every((s) => Number.isFinite(s) && s >= 0)).toBe(true)
      expect(redraw).toBeGreaterThan(0)
    }
  }
})
