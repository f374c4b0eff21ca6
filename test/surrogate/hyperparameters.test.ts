import { expect, test } from 'vitest'
import {
  allowsSum,
  allowsTrend,
  dimensionOf,
  lengthOfTheta,
  logNoiseBySignal,
  logVariancesOf,
  priorOf,
  weightsOf,
  withLogVariances,
} from '../../src/surrogate/hyperparameters.ts'

const theta = Float64Array.of(Math.log(2), Math.log(0.5), -1, -5, -3, -4, 0)

test('lengthscales come first, then the variances of signal, noise, trends and sum', () => {
  expect(lengthOfTheta(2)).toBe(7)
  expect(dimensionOf(theta)).toBe(2)
  expect([...weightsOf(theta)].map((weight) => weight.toFixed(12))).toEqual(['0.250000000000', '4.000000000000'])
  expect(logVariancesOf(theta)).toEqual({ signal: -1, noise: -5, linear: -3, quadratic: -4, additive: 0 })
})

test('a copy with other variances keeps the rest, and the original stays as it was', () => {
  const copy = withLogVariances(theta, { noise: -7, linear: 1 })
  expect([...copy]).toEqual([theta[0], theta[1], -1, -7, 1, -4, 0])
  expect(logVariancesOf(theta).noise).toBe(-5)
})

test('noise is compared with the signal on a log scale', () => {
  expect(logNoiseBySignal(theta)).toBe(-4)
})

test('a prior allows a trend or a sum only with the option for it, and its mean lies within its bounds', () => {
  const plain = priorOf(3, 3)
  const full = priorOf(3, 3, { trend: [0.1, 0.2], additive: 0.5 })
  expect([allowsTrend(plain), allowsSum(plain)]).toEqual([false, false])
  expect([allowsTrend(full), allowsSum(full)]).toEqual([true, true])
  expect(logVariancesOf(full.mean)).toMatchObject({
    linear: Math.log(0.1),
    quadratic: Math.log(0.2),
    additive: Math.log(0.5),
  })
  for (const { mean, low, high } of [plain, full])
    for (const [k, value] of mean.entries()) expect(value >= low[k]! && value <= high[k]!).toBe(true)
})
