import { expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { condition } from '../../src/surrogate/gaussian-process.ts'
import { forestModel, processModel } from '../../src/surrogate/model.ts'
import { fitForest } from '../../src/surrogate/random-forest.ts'

const random = randomStream('model')
const N = 30
const points = Float64Array.from({ length: 2 * N }, random.next)
const values = Float64Array.from({ length: N }, (_, i) => Math.sin(5 * points[2 * i]!) + random.next())
const process = condition(
  { points, values, categories: [false, true] },
  Float64Array.of(Math.log(0.3), Math.log(2), 0, Math.log(0.1), -25, -25, Math.log(0.5)),
)

test('a process has lengthscales of its numbers, and its sum over the parameters belongs to its signal', () => {
  const model = processModel(process)
  expect([model.d, model.n]).toEqual([2, N])
  expect(model.lengthscales[0]).toBeCloseTo(0.3, 12)
  expect(model.lengthscales[1]).toBe(1)
  expect(model.signal).toBeCloseTo(1.5, 12)
  expect(model.noise).toBeCloseTo(0.1, 12)
})

test('the predictions of lowest mean are those of all points, in their order', () => {
  const model = processModel(process)
  const all = model.predict(points, N)
  const { rows, means, variances } = model.predictLowest!(points, N, 7)
  expect([...rows]).toEqual([...rows].sort((a, b) => a - b))
  const limit = [...all.means].sort((a, b) => a - b)[6]!
  for (const [i, row] of rows.entries()) {
    expect(means[i]).toBe(all.means[row])
    expect(means[i]).toBeLessThanOrEqual(limit)
    expect(variances[i]).toBeCloseTo(all.variances[row]!, 12)
  }
})

test('a slope has the prediction of its point', () => {
  const model = processModel(process)
  for (let i = 0; i < N; i += 5) {
    const x = points.slice(2 * i, 2 * i + 2)
    const { means, variances } = model.predict(x, 1)
    const { mean, variance } = model.slope!(x)
    expect(mean).toBeCloseTo(means[0]!, 10)
    expect(variance).toBeCloseTo(variances[0]!, 10)
  }
})

test('the epistemic variance of a forest is a part of all of it, with the same means, and never 0', () => {
  const forest = fitForest(points, values, N, 2, [0, 0], {}, randomStream('forest'))
  const all = forestModel(forest, N).predict(points, N)
  const epistemic = forestModel(forest, N, 'epistemic').predict(points, N)
  expect(epistemic.means).toEqual(all.means)
  for (let c = 0; c < N; c++) {
    expect(epistemic.variances[c]).toBeGreaterThan(0)
    expect(epistemic.variances[c]).toBeLessThanOrEqual(all.variances[c]! + 1e-15)
  }
  expect(epistemic.variances.some((variance, c) => variance < 0.9 * all.variances[c]!)).toBe(true)
})
