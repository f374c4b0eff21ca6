import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { negativeLogPosterior } from '../../src/surrogate/evidence.ts'
import type { Observations } from '../../src/surrogate/evidence.ts'
import { condition, fitHyperparameters, meansAtObservations } from '../../src/surrogate/gaussian-process.ts'
import {
  predictInto,
  predictLowest,
  predictMany,
  predictMeans,
  predictionOf,
  workspaceOf,
} from '../../src/surrogate/prediction.ts'
import { lengthOfTheta, priorOf } from '../../src/surrogate/hyperparameters.ts'

interface Case {
  points: (number | null)[][]
  values: number[]
  theta: number[]
  cost: number
  gradient: number[]
  predictions: { x: (number | null)[]; mean: number; variance: number }[]
}
const CASES = JSON.parse(readFileSync(new URL('fixtures/gaussian-process.json', import.meta.url), 'utf8')) as Case[]
const MIXED = [false, false, true, false]
const flat = (points: (number | null)[][]): Float64Array => Float64Array.from(points.flat(), (value) => value ?? NaN)

/** A flat prior. */
const nothing = (d: number): ReturnType<typeof priorOf> => ({
  ...priorOf(d, d, { trend: [1, 1], additive: 1 }),
  deviation: new Float64Array(lengthOfTheta(d)).fill(Infinity),
})

describe.each(CASES.map((c) => [c.values.length, c] as const))('with %i observations of mixed points', (_, given) => {
  const observations: Observations = {
    points: flat(given.points),
    values: Float64Array.from(given.values),
    categories: MIXED,
  }
  const theta = Float64Array.from(given.theta)

  test('evidence and gradient agree with mpmath', () => {
    const gradient = new Float64Array(theta.length)
    const value = negativeLogPosterior(observations, nothing(4))(theta, gradient)
    expect(Math.abs(value - given.cost)).toBeLessThan(1e-11 * (1 + Math.abs(given.cost)))
    for (const [k, expected] of given.gradient.entries())
      expect(Math.abs(gradient[k]! - expected)).toBeLessThan(1e-10 * (1 + Math.abs(expected)))
  })

  test('predictions agree with mpmath, one at a time and many at once', () => {
    const model = condition(observations, theta)
    const points = flat(given.predictions.map((p) => p.x))
    const { means, variances } = predictMany(model, points, given.predictions.length)
    const alone = predictMeans(model, points, given.predictions.length)
    for (const [i, { x, mean, variance }] of given.predictions.entries()) {
      const prediction = predictionOf(model)
      predictInto(model, flat([x]), workspaceOf(model), prediction)
      for (const value of [means[i]!, alone[i]!, prediction.mean]) expect(Math.abs(value - mean)).toBeLessThan(1e-11)
      for (const value of [variances[i]!, prediction.variance]) expect(Math.abs(value - variance)).toBeLessThan(1e-11)
    }
  })

  test('means at the observations equal predictions there', () => {
    const model = condition(observations, theta)
    const means = predictMeans(model, observations.points, given.values.length)
    for (const [i, mean] of meansAtObservations(model, observations).entries())
      expect(Math.abs(mean - means[i]!)).toBeLessThan(1e-11)
  })
})

/** A smooth objective at n random points of two numbers and a category. */
function sample(n: number, seed = 1): Observations {
  const random = randomStream('sample', seed)
  const points = new Float64Array(3 * n)
  const values = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    points.set([random.next(), random.next(), random.integer(3)], 3 * i)
    values[i] = Math.sin(6 * points[3 * i]!) + points[3 * i + 1]! ** 2 + 0.5 * points[3 * i + 2]! - 1
  }
  return { points, values, categories: [false, false, true] }
}

test('gradients of a prediction agree with differences', () => {
  const model = condition(sample(20), Float64Array.of(-1, -0.5, 0.3, 0.2, -9, -1, -1.5, -1))
  const [workspace, prediction] = [workspaceOf(model), predictionOf(model)]
  const x = Float64Array.of(0.31, 0.74, 1)
  predictInto(model, x, workspace, prediction)
  const h = 1e-6
  for (const k of [0, 1]) {
    const [up, down] = [Float64Array.from(x), Float64Array.from(x)]
    up[k] = up[k]! + h
    down[k] = down[k]! - h
    const { means, variances } = predictMany(model, Float64Array.of(...up, ...down), 2)
    expect(prediction.meanGradient[k]).toBeCloseTo((means[0]! - means[1]!) / (2 * h), 6)
    expect(prediction.varianceGradient[k]).toBeCloseTo((variances[0]! - variances[1]!) / (2 * h), 6)
  }
  expect(prediction.meanGradient[2]).toBe(0)
})

test('without noise the mean goes through the observations, and the variance far away is that of the prior', () => {
  const observations = sample(15)
  const model = condition(observations, Float64Array.of(-1, -1, 0, 0, Math.log(1e-8), -25, -25, -25))
  const { means, variances } = predictMany(model, observations.points, 15)
  for (let i = 0; i < 15; i++) {
    expect(means[i]).toBeCloseTo(observations.values[i]!, 5)
    expect(variances[i]).toBeLessThan(1e-6)
  }
  const far = predictMany(model, Float64Array.of(40, -40, 1), 1)
  expect(far.variances[0]).toBeGreaterThan(0.99 * model.signal)
})

test('a fantasy changes no mean, and removes the variance at its point', () => {
  const observations = sample(12)
  const theta = Float64Array.of(-0.7, -0.7, 0.5, 0, -8, -2, -2, -1)
  const fantasies = Float64Array.of(0.5, 0.5, 0, 0.9, 0.1, 2)
  const [before, after] = [condition(observations, theta), condition(observations, theta, fantasies)]
  const probes = sample(30, 2).points
  const [plain, fantasized] = [predictMany(before, probes, 30), predictMany(after, probes, 30)]
  for (let i = 0; i < 30; i++) {
    expect(fantasized.means[i]).toBeCloseTo(plain.means[i]!, 9)
    expect(fantasized.variances[i]).toBeLessThanOrEqual(plain.variances[i]! + 1e-9)
  }
  expect(predictMany(after, fantasies, 2).variances[0]).toBeLessThan(2 * Math.exp(-8))
})

test('a pessimistic fantasy raises the mean at its point to the given value, and never lowers it', () => {
  const observations = sample(12)
  const theta = Float64Array.of(-0.7, -0.7, 0.5, 0, Math.log(1e-6), -25, -25, -25)
  const place = Float64Array.of(0.5, 0.5, 0)
  const before = predictMany(condition(observations, theta), place, 1).means[0]!
  const feared = predictMany(condition(observations, theta, place, Float64Array.of(before + 2)), place, 1).means[0]!
  expect(feared).toBeCloseTo(before + 2, 3)
  expect(
    predictMany(condition(observations, theta, place, Float64Array.of(before - 2)), place, 1).means[0],
  ).toBeCloseTo(before, 9)
})

test('the fit finds a short lengthscale for the parameter that matters, a long one for the other', () => {
  const random = randomStream('irrelevant')
  const n = 60
  const points = Float64Array.from({ length: 2 * n }, () => random.next())
  const values = Float64Array.from({ length: n }, (_, i) => Math.sin(9 * points[2 * i]!))
  const prior = priorOf(2, 2)
  const { theta, logPosterior } = fitHyperparameters(
    { points, values, categories: [false, false] },
    prior,
    [prior.mean],
    60,
  )
  expect(Math.exp(theta[0]!)).toBeLessThan(0.6)
  expect(Math.exp(theta[1]!)).toBeGreaterThan(2)
  const f = negativeLogPosterior({ points, values, categories: [false, false] }, prior)
  expect(logPosterior).toBeCloseTo(-f(theta, new Float64Array(lengthOfTheta(2))), 9)
  expect(logPosterior).toBeGreaterThan(-f(prior.mean, new Float64Array(lengthOfTheta(2))))
})

test('duplicate points and constant values can be fitted', () => {
  const points = new Float64Array(20).fill(0.5)
  const observations = { points, values: new Float64Array(10), categories: [false, false] }
  const prior = priorOf(2, 2, { trend: [0.1, 0.1], additive: 0.5 })
  const { theta } = fitHyperparameters(observations, prior, [prior.mean], 30)
  const { means, variances } = predictMany(condition(observations, theta), Float64Array.of(0.5, 0.5, 0, 1), 2)
  expect([...means].every((mean) => Math.abs(mean) < 1e-9)).toBe(true)
  expect(variances[0]! < variances[1]!).toBe(true)
})

test('two observations of fifty parameters can be fitted', () => {
  const prior = priorOf(50, 50, { trend: [0.1, 0.1], additive: 0.5 })
  const points = Float64Array.from({ length: 100 }, (_, i) => (i * 0.37) % 1)
  const { theta } = fitHyperparameters(
    { points, values: Float64Array.of(-1, 1), categories: new Array<boolean>(50).fill(false) },
    prior,
    [prior.mean],
    30,
  )
  expect(theta.every(Number.isFinite)).toBe(true)
})

test('the points of the lowest means have the predictions that each has alone, in their own order', () => {
  const random = randomStream('lowest')
  const points = Float64Array.from({ length: 24 }, random.next)
  const values = Float64Array.from({ length: 12 }, random.next)
  const model = condition({ points, values, categories: [false, false] }, priorOf(2, 2, {}).mean)
  const asked = Float64Array.from({ length: 60 }, random.next)
  const all = predictMany(model, asked, 30)
  const expected = [...all.means.keys()].sort((a, b) => all.means[a]! - all.means[b]!).slice(0, 7)
  const { rows, means, variances } = predictLowest(model, asked, 30, 7)
  expect([...rows]).toEqual(expected.sort((a, b) => a - b))
  for (const [i, row] of rows.entries()) {
    expect(means[i]).toBe(all.means[row])
    expect(variances[i]).toBeCloseTo(all.variances[row]!, 12)
  }
})
