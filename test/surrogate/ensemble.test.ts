/** Ensembles: sums of models, with gradients that are those of the sums. */

import { describe, expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { ensembleModel, stackedModel } from '../../src/surrogate/ensemble.ts'
import { condition } from '../../src/surrogate/gaussian-process.ts'
import { priorOf } from '../../src/surrogate/hyperparameters.ts'
import { processModel } from '../../src/surrogate/model.ts'
import type { Model } from '../../src/surrogate/model.ts'
import { rankingWeights } from '../../src/surrogate/ranking-weights.ts'

const D = 2
const AT = Float64Array.of(0.3, 0.7)

function processAt(seed: number): Model {
  const random = randomStream('ensemble', seed)
  const points = Float64Array.from({ length: 8 * D }, () => random.next())
  const values = Float64Array.from({ length: 8 }, () => random.next() - 0.5)
  return processModel(condition({ points, values, categories: [false, false] }, priorOf(D, D).mean))
}

const models = [processAt(1), processAt(2), processAt(3)]

/** Whether the gradients of a model are those of its predictions. */
function expectSlopes(model: Model): void {
  const slope = model.slope!(AT)
  const { means, variances } = model.predict(AT, 1)
  expect(slope.mean).toBeCloseTo(means[0]!, 12)
  expect(slope.variance).toBeCloseTo(variances[0]!, 12)
  const gradients = { mean: Float64Array.from(slope.meanGradient), variance: Float64Array.from(slope.varianceGradient) }
  for (let k = 0; k < D; k++) {
    const moved = (h: number): ReturnType<Model['predict']> =>
      model.predict(
        AT.map((t, j) => t + (j === k ? h : 0)),
        1,
      )
    const [up, down] = [moved(1e-5), moved(-1e-5)]
    expect(gradients.mean[k]).toBeCloseTo((up.means[0]! - down.means[0]!) / 2e-5, 6)
    expect(gradients.variance[k]).toBeCloseTo((up.variances[0]! - down.variances[0]!) / 2e-5, 6)
  }
}

describe('an ensemble', () => {
  test('has the weighted sum of the means, squared weights for variances, and their gradients', () => {
    const ensemble = ensembleModel(models, Float64Array.of(0.5, 0.2, 0.3))
    const parts = models.map((model) => model.predict(AT, 1))
    const { means, variances } = ensemble.predict(AT, 1)
    expect(means[0]).toBeCloseTo(0.5 * parts[0]!.means[0]! + 0.2 * parts[1]!.means[0]! + 0.3 * parts[2]!.means[0]!, 12)
    const [a, b, c] = parts.map((part) => part.variances[0]!)
    expect(variances[0]).toBeCloseTo(0.25 * a! + 0.04 * b! + 0.09 * c!, 12)
    expectSlopes(ensemble)
  })

  test('is its only model of weight above 0', () => {
    const ensemble = ensembleModel(models, Float64Array.of(0, 1, 0))
    expect(models[1]!.predict(AT, 1)).toMatchObject(ensemble.predict(AT, 1))
  })

  test('a stack adds what a base does not explain, in units of its own', () => {
    const stack = stackedModel(models[0]!, models[1]!, { rho: 0.5, shift: 2, scale: 3 })
    const [base, rest] = models.map((model) => model.predict(AT, 1))
    const { means, variances } = stack.predict(AT, 1)
    expect(means[0]).toBeCloseTo(0.5 * base!.means[0]! + 2 + 3 * rest!.means[0]!, 12)
    expect(variances[0]).toBeCloseTo(9 * rest!.variances[0]!, 12)
    expectSlopes(stack)
  })
})

describe('ranking weights', () => {
  const values = Float64Array.from({ length: 12 }, (_, i) => i)
  const reversed = values.map((value) => -value)
  const weigh = (...predictions: Float64Array[]): number[] => [
    ...rankingWeights(predictions, values, randomStream('weights', 7)),
  ]

  test('a model that ranks all pairs right takes all from one that ranks them wrong, on any scale', () => {
    const right = values.map((value) => Math.exp(value) - 100)
    expect(weigh(reversed, right)).toEqual([0, 1])
    expect(weigh(right, reversed)).toEqual([1, 0])
  })

  test('the first model keeps what others rank no better', () => {
    expect(weigh(values, values, values)).toEqual([1, 0, 0])
  })

  test('equal models share, and together all weights are 1', () => {
    const [own, a, b] = weigh(reversed, values, values)
    expect([own, a, b]).toEqual([0, expect.closeTo(0.5, 12), expect.closeTo(0.5, 12)])
  })

  test('many models of chance do not outweigh a fair first one', () => {
    const random = randomStream('chance', 3)
    const fair = values.map((value, i) => (i % 4 === 0 ? value + 2.5 : value))
    const chance = Array.from({ length: 30 }, () => values.map(() => random.next()))
    expect(weigh(fair, ...chance)[0]).toBe(1)
  })

  test('equal values say nothing', () => {
    const flat = new Float64Array(5)
    expect([...rankingWeights([flat, flat.map((_, i) => i)], flat, randomStream('flat'))]).toEqual([1, 0])
  })
})
