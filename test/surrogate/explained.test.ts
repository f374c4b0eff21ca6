import { expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { fitConstant } from '../../src/surrogate/constant.ts'
import { crossValidated, leaveOneOut, rSquared } from '../../src/surrogate/explained.ts'
import { condition } from '../../src/surrogate/gaussian-process.ts'
import type { Form } from '../../src/surrogate/hyperparameters.ts'
import { constantModel, forestModel } from '../../src/surrogate/model.ts'
import { predictMany } from '../../src/surrogate/prediction.ts'
import { fitForest } from '../../src/surrogate/random-forest.ts'
import { sortedRows } from '../../src/surrogate/sorted-rows.ts'

function sampleOf(n: number, f: (a: number, b: number) => number): { x: Float64Array; y: Float64Array } {
  const random = randomStream('explained')
  const x = Float64Array.from({ length: 2 * n }, random.next)
  return { x, y: Float64Array.from({ length: n }, (_, i) => f(x[2 * i]!, x[2 * i + 1]!)) }
}

test('R² is 1 for the values, 0 for their mean, negative for worse, and undefined for equal values', () => {
  const y = Float64Array.of(1, 2, 3, 6)
  expect(rSquared(y, y)).toBe(1)
  expect(rSquared(y, new Float64Array(4).fill(3))).toBe(0)
  expect(rSquared(y, Float64Array.of(1, 2, 3, 4))).toBeCloseTo(1 - 4 / 14, 14)
  expect(rSquared(y, Float64Array.of(6, 3, 2, 1))).toBeLessThan(0)
  expect(rSquared(Float64Array.of(2, 2), Float64Array.of(1, 3))).toBeUndefined()
})

test.each<[Form['mean']]>([['learned'], [0.4]])('a point left out is predicted as if never seen, mean %s', (mean) => {
  const { x, y } = sampleOf(12, (a, b) => Math.sin(5 * a) + b)
  const theta = Float64Array.of(-1, -0.5, 0.2, -4, -1, -1.5, -1)
  const form: Form = { kernel: 'matern32', mean }
  const observations = { points: x, values: y, categories: [false, false] }
  const { means, variances } = leaveOneOut(condition(observations, theta, undefined, undefined, form), observations)
  for (let i = 0; i < 12; i++) {
    const without = {
      points: x.filter((_, k) => k >> 1 !== i),
      values: y.filter((_, k) => k !== i),
      categories: [false, false],
    }
    const model = condition(without, theta, undefined, undefined, form)
    const expected = predictMany(model, x.subarray(2 * i, 2 * i + 2), 1)
    expect(means[i]).toBeCloseTo(expected.means[0]!, 9)
    expect(variances[i]).toBeCloseTo(expected.variances[0]! + Math.exp(-4), 9)
  }
})

test('a forest explains a function of its features and no noise, a constant explains neither', () => {
  const random = randomStream('noise')
  for (const [f, low, high] of [
    [(a: number, b: number) => 3 * a - b, 0.8, 1],
    [() => random.next(), -0.6, 0.25],
  ] as const) {
    const { x, y } = sampleOf(100, f)
    const rows = sortedRows(x, y, 100, 2)
    const byForest = crossValidated(rows, 100, 2, 5, (points, values, k) => {
      const model = forestModel(fitForest(points, values, k, 2, [0, 0], {}, randomStream('forest')), k)
      return (at, m) => model.predict(at, m).means
    })
    const explained = rSquared(rows.y, byForest)!
    expect(explained > low && explained < high).toBe(true)
    const byConstant = crossValidated(rows, 100, 2, 5, (_, values, k) => {
      const model = constantModel(fitConstant(values.slice(0, k), 2), k)
      return (at, m) => model.predict(at, m).means
    })
    expect(rSquared(rows.y, byConstant)!).toBeLessThan(0)
    expect(rSquared(rows.y, byConstant)!).toBeGreaterThan(-0.02)
  }
})

test('each row is predicted once, by a model that has not seen it', () => {
  const { x, y } = sampleOf(11, (a) => a)
  const rows = sortedRows(x, y, 11, 2)
  const seen: number[] = []
  const means = crossValidated(rows, 11, 2, 3, (points, values, k) => {
    expect(points.length).toBe(2 * k)
    expect(values.length).toBe(k)
    const known = new Set(values)
    return (at, m) =>
      Float64Array.from({ length: m }, (_, c) => {
        expect(known.has(at[2 * c]!)).toBe(false) // y is the first feature
        seen.push(at[2 * c]!)
        return at[2 * c]!
      })
  })
  expect([...means]).toEqual([...rows.y])
  expect(seen.sort((a, b) => a - b)).toEqual([...rows.y])
})
