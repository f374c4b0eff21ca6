import { expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { fitConstant } from '../../src/surrogate/constant.ts'
import { fitBoostedTrees, predictBoostedInto } from '../../src/surrogate/gradient-boosting.ts'
import { boostedModel, constantModel, forestModel } from '../../src/surrogate/model.ts'
import { fitForest, predictForestInto } from '../../src/surrogate/random-forest.ts'

/** Less than this is added to variances. */
const LITTLE = 1e-5

const random = randomStream('model')
const x = Float64Array.from({ length: 120 }, random.next)
const y = Float64Array.from({ length: 60 }, (_, i) => Math.sin(6 * x[2 * i]!) + random.next())
const points = Float64Array.from({ length: 40 }, random.next)

test('SKO-103: a constant model is the mean and the variance of the values everywhere', () => {
  const model = constantModel(fitConstant(Float64Array.of(1, 2, 6), 2), 3)
  const { means, variances } = model.predict(points, 20)
  expect([...means]).toEqual(new Array(20).fill(3))
  for (const variance of variances) expect(variance).toBeCloseTo(14 / 3, 5)
  expect(constantModel(fitConstant(Float64Array.of(4), 1), 1).predict(points, 1).variances[0]).toBeGreaterThan(0)
})

test('a boosted model predicts what its quantiles say', () => {
  const boosted = fitBoostedTrees(x, y, 60, 2, [0, 0], {}, randomStream('boosted'))
  const [mean, variance] = [new Float64Array(20), new Float64Array(20)]
  predictBoostedInto(boosted, points, 20, mean, variance)
  expect(boostedModel(boosted, 60).predict(points, 20)).toEqual({ means: mean, variances: variance })
})

test('SKO-121: the epistemic part of a variance is what the leaves do not explain', () => {
  const forest = fitForest(x, y, 60, 2, [0, 0], { minLeaf: 5 }, randomStream('forest'))
  const [mean, variance, within] = [new Float64Array(20), new Float64Array(20), new Float64Array(20)]
  predictForestInto(forest, points, 20, mean, variance, within)
  const all = forestModel(forest, 60).predict(points, 20)
  const epistemic = forestModel(forest, 60, 'epistemic').predict(points, 20)
  expect(epistemic.means).toEqual(all.means)
  for (let i = 0; i < 20; i++) {
    expect(within[i]).toBeGreaterThan(0)
    expect(Math.abs(all.variances[i]! - variance[i]!)).toBeLessThan(LITTLE)
    expect(Math.abs(epistemic.variances[i]! - (variance[i]! - within[i]!))).toBeLessThan(LITTLE)
  }
})

test('HYP-53: a variance is not below the floor', () => {
  const forest = fitForest(x, y, 60, 2, [0, 0], {}, randomStream('forest'))
  const free = forestModel(forest, 60).predict(points, 20).variances
  const floor = [...free].sort((a, b) => a - b)[10]!
  const floored = forestModel(forest, 60, 'all', floor).predict(points, 20).variances
  for (let i = 0; i < 20; i++) expect(Math.abs(floored[i]! - Math.max(free[i]!, floor))).toBeLessThan(LITTLE)
})
