import { expect, test } from 'vitest'
import { minimizeInBox } from '../../src/numerics/lbfgs.ts'
import type { Differentiable } from '../../src/numerics/lbfgs.ts'
import { randomStream } from '../../src/numerics/random.ts'

const box = (d: number, low: number, high: number): [Float64Array, Float64Array] => [
  new Float64Array(d).fill(low),
  new Float64Array(d).fill(high),
]

/** Σ c (x − m)² */
const bowl =
  (c: number[], m: number[]): Differentiable =>
  (x, gradient) => {
    let sum = 0
    for (let k = 0; k < x.length; k++) {
      sum += c[k]! * (x[k]! - m[k]!) ** 2
      gradient[k] = 2 * c[k]! * (x[k]! - m[k]!)
    }
    return sum
  }

const rosenbrock: Differentiable = (x, gradient) => {
  gradient.fill(0)
  let sum = 0
  for (let k = 0; k + 1 < x.length; k++) {
    const a = x[k + 1]! - x[k]! ** 2
    sum += 100 * a * a + (1 - x[k]!) ** 2
    gradient[k] = gradient[k]! - 400 * a * x[k]! - 2 * (1 - x[k]!)
    gradient[k + 1] = gradient[k + 1]! + 200 * a
  }
  return sum
}

test('finds the minimum of a badly scaled bowl', () => {
  const m = [0.3, -0.2, 0.9, 0]
  const { x, value } = minimizeInBox(bowl([1, 100, 1e4, 0.01], m), new Float64Array(4).fill(-0.9), ...box(4, -1, 1), {
    iterations: 200,
    gradientTolerance: 1e-9,
    valueTolerance: 0,
  })
  expect(value).toBeLessThan(1e-12)
  for (const [k, value] of m.entries()) expect(x[k]).toBeCloseTo(value, 5)
})

test('finds the end of the curved valley', () => {
  const { x } = minimizeInBox(rosenbrock, Float64Array.of(-1.2, 1, -0.5, 0.7), ...box(4, -2, 2), {
    iterations: 300,
    gradientTolerance: 1e-8,
    valueTolerance: 0,
  })
  for (const value of x) expect(value).toBeCloseTo(1, 5)
})

test('ends on the active bounds, at the minimum of the other variables', () => {
  const { x } = minimizeInBox(bowl([1, 1, 3], [5, -5, 0.25]), new Float64Array(3), ...box(3, -1, 1), {
    gradientTolerance: 1e-9,
    valueTolerance: 0,
  })
  expect(x[0]).toBe(1)
  expect(x[1]).toBe(-1)
  expect(x[2]).toBeCloseTo(0.25, 8)
})

test('never leaves the box, and never ends above its start', () => {
  const random = randomStream('box')
  for (let run = 0; run < 50; run++) {
    const low = Float64Array.from({ length: 3 }, () => -random.next())
    const high = low.map((value) => value + random.next() * 2)
    const start = low.map((value, k) => value + random.next() * (high[k]! - value))
    let first = NaN
    const { x, value } = minimizeInBox(
      (at, gradient) => {
        for (let k = 0; k < 3; k++) expect(at[k]! >= low[k]! && at[k]! <= high[k]!).toBe(true)
        const result = rosenbrock(at, gradient)
        if (Number.isNaN(first)) first = result
        return result
      },
      start,
      low,
      high,
    )
    expect(value).toBeLessThanOrEqual(first)
    expect(value).toBe(rosenbrock(x, new Float64Array(3)))
  }
})

test('a variable with equal bounds stays there, and a start outside the box is moved into it', () => {
  const { x } = minimizeInBox(
    bowl([1, 1], [0, 0]),
    Float64Array.of(9, 9),
    Float64Array.of(0.5, -1),
    Float64Array.of(0.5, 1),
    { valueTolerance: 0 },
  )
  expect(x[0]).toBe(0.5)
  expect(x[1]).toBeCloseTo(0, 6)
})

test('steps back from where the function is not defined', () => {
  const f: Differentiable = (x, gradient) => {
    gradient[0] = 1 - 1 / x[0]!
    return x[0]! > 0 ? x[0]! - Math.log(x[0]!) : NaN
  }
  const { x } = minimizeInBox(f, Float64Array.of(3), ...box(1, -10, 10), { firstStep: 8, valueTolerance: 0 })
  expect(x[0]).toBeCloseTo(1, 5)
  expect(minimizeInBox(() => NaN, Float64Array.of(3), ...box(1, -10, 10))).toMatchObject({
    evaluations: 1,
    x: Float64Array.of(3),
  })
})

test('a step of negative curvature teaches nothing, and costs no detour', () => {
  const wells: Differentiable = (x, gradient) => {
    let sum = 0
    for (let k = 0; k < x.length; k++) {
      const depth = Math.exp((-(k + 1) * x[k]! ** 2) / 2)
      sum -= depth
      gradient[k] = (k + 1) * x[k]! * depth
    }
    return sum
  }
  let evaluations = 0
  for (const [d, from] of [
    [2, 1.7],
    [2, 3],
    [2, 3.7],
    [5, 1.7],
  ] as const) {
    const start = Float64Array.from({ length: d }, (_, k) => from * (1 + k / 7))
    const options = { iterations: 500, gradientTolerance: 1e-9, valueTolerance: 0 }
    const found = minimizeInBox(wells, start, ...box(d, -50, 50), options)
    expect(found.value).toBeCloseTo(-d, 9)
    evaluations += found.evaluations
  }
  expect(evaluations).toBeLessThan(243) // 217; with such steps remembered 269
})
