import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import type { KernelName } from '../../src/surrogate/correlation.ts'
import { negativeLogPosterior } from '../../src/surrogate/evidence.ts'
import type { Observations } from '../../src/surrogate/evidence.ts'
import { condition, fitHyperparameters, meansAtObservations } from '../../src/surrogate/gaussian-process.ts'
import { formOf, lengthOfTheta, logVariancesOf, priorOf, weightsOf } from '../../src/surrogate/hyperparameters.ts'
import type { Form, Prior, PriorOptions } from '../../src/surrogate/hyperparameters.ts'
import { predictInto, predictMany, predictMeans, predictionOf, workspaceOf } from '../../src/surrogate/prediction.ts'
import { warped } from '../../src/surrogate/warp.ts'

interface Reference {
  readonly kernel: KernelName
  readonly evidence: number
  readonly gradient: { readonly signal: number; readonly lengthscales: number[]; readonly noise: number }
  readonly means: number[]
  readonly variances: number[]
}
const { processes } = JSON.parse(readFileSync(new URL('fixtures/surrogates.json', import.meta.url), 'utf8')) as {
  processes: { lengthscales: number[]; signal: number; noise: number; cases: Reference[] }
}

const NAMES = ['matern12', 'matern32', 'matern52', 'rbf'] as const
const NONE = -25

/** Points of the Kronecker sequence of `make-surrogates.py`. */
function kronecker(n: number, begin = 0): Float64Array {
  const g = 1.324717957244746
  return Float64Array.from({ length: 2 * n }, (_, i) => (0.5 + (begin + 1 + (i >> 1)) / g ** ((i % 2) + 1)) % 1)
}

/** A prior without an opinion. */
function flat(d: number, options: PriorOptions): Prior {
  return { ...priorOf(d, d, options), deviation: new Float64Array(lengthOfTheta(d)).fill(Infinity) }
}

function form(kernel: KernelName, mean: Form['mean'] = 'learned'): Form {
  return { kernel, mean }
}

/** Two numbers, of which one is sometimes absent, and a category. */
function mixed(n: number, seed: number): Observations {
  const random = randomStream('mixed', seed)
  const points = new Float64Array(3 * n)
  for (let i = 0; i < n; i++)
    points.set([random.next(), random.next() < 0.2 ? NaN : random.next(), random.integer(3)], 3 * i)
  const values = Float64Array.from({ length: n }, (_, i) => Math.sin(5 * points[3 * i]!) + 0.4 * points[3 * i + 2]!)
  return { points, values, categories: [false, false, true] }
}

describe.each(processes.cases)('a process with kernel $kernel and mean 0', (reference) => {
  const points = kronecker(8)
  const values = Float64Array.from(
    { length: 8 },
    (_, i) => Math.sin(5 * points[2 * i]!) + points[2 * i + 1]! ** 2 - 0.5,
  )
  const observations = { points, values, categories: [false, false] }
  const { lengthscales, signal, noise } = processes
  const theta = Float64Array.of(...[...lengthscales, signal, noise].map(Math.log), NONE, NONE, NONE)

  test('has the evidence and the gradient of scikit-learn', () => {
    const gradient = new Float64Array(theta.length)
    const prior = flat(2, { form: form(reference.kernel, 0) })
    const value = negativeLogPosterior(observations, prior)(theta, gradient)
    expect(-value - 4 * Math.log(2 * Math.PI)).toBeCloseTo(reference.evidence, 8)
    const { lengthscales: lengths, signal: ofSignal, noise: ofNoise } = reference.gradient
    for (const [k, slope] of [...lengths, ofSignal, ofNoise].entries()) expect(-gradient[k]!).toBeCloseTo(slope, 7)
  })

  test('predicts what scikit-learn predicts', () => {
    const model = condition(observations, theta, undefined, undefined, form(reference.kernel, 0))
    const { means, variances } = predictMany(model, kronecker(5, 100), 5)
    for (let i = 0; i < 5; i++) {
      expect(means[i]).toBeCloseTo(reference.means[i]!, 8)
      expect(variances[i]).toBeCloseTo(reference.variances[i]!, 8)
    }
  })
})

describe.each(NAMES)('kernel %s', (kernel) => {
  const theta = Float64Array.of(-1, -0.5, 0.3, 0.2, -6, -1, -1.5, -1)

  test.each(['learned', 'mean', 0.7] as const)('has the gradient of its evidence, with mean %s', (mean) => {
    const f = negativeLogPosterior(mixed(14, 1), flat(3, { trend: [1, 1], additive: 1, form: form(kernel, mean) }))
    const gradient = new Float64Array(theta.length)
    f(theta, gradient)
    for (let k = 0; k < theta.length; k++) {
      const h = 1e-5
      const at = (step: number): number => f(theta.with(k, theta[k]! + step), new Float64Array(theta.length))
      const difference = (at(h) - at(-h)) / (2 * h)
      expect(Math.abs(gradient[k]! - difference)).toBeLessThan(1e-6 * (1 + Math.abs(difference)))
    }
  })

  test('has finite gradients where a point was measured twice', () => {
    const { points, values, categories } = mixed(10, 1)
    points.copyWithin(0, 3, 6)
    const gradient = new Float64Array(theta.length)
    const observations = { points, values, categories }
    negativeLogPosterior(observations, flat(3, { trend: [1, 1], additive: 1, form: form(kernel) }))(theta, gradient)
    const model = condition(observations, theta, undefined, undefined, form(kernel))
    const prediction = predictionOf(model)
    predictInto(model, points.slice(0, 3), workspaceOf(model), prediction)
    for (const slope of [...gradient, ...prediction.meanGradient, ...prediction.varianceGradient])
      expect(Number.isFinite(slope)).toBe(true)
  })

  test('has the gradient of its predictions', () => {
    const model = condition(mixed(14, 1), theta, undefined, undefined, form(kernel, 'best'))
    const [workspace, prediction] = [workspaceOf(model), predictionOf(model)]
    const x = Float64Array.of(0.31, 0.74, 1)
    predictInto(model, x, workspace, prediction)
    const h = 1e-6
    for (const k of [0, 1]) {
      const { means, variances } = predictMany(
        model,
        Float64Array.of(...x.with(k, x[k]! + h), ...x.with(k, x[k]! - h)),
        2,
      )
      expect(prediction.meanGradient[k]).toBeCloseTo((means[0]! - means[1]!) / (2 * h), 6)
      expect(prediction.varianceGradient[k]).toBeCloseTo((variances[0]! - variances[1]!) / (2 * h), 6)
    }
    const alone = predictMany(model, x, 1)
    expect(prediction.mean).toBeCloseTo(alone.means[0]!, 12)
    expect(prediction.mean).toBeCloseTo(predictMeans(model, x, 1)[0]!, 12)
    expect(prediction.variance).toBeCloseTo(alone.variances[0]!, 12)
  })

  test('goes through the observations where there is next to no noise', () => {
    const points = kronecker(12)
    const values = Float64Array.from({ length: 12 }, (_, i) => Math.cos(4 * points[2 * i]!))
    const observations = { points, values, categories: [false, false] }
    const theta = Float64Array.of(-1.5, -1.5, 0, Math.log(1e-8), NONE, NONE, NONE)
    const { means, variances } = predictMany(
      condition(observations, theta, undefined, undefined, form(kernel)),
      points,
      12,
    )
    for (let i = 0; i < 12; i++) {
      expect(means[i]).toBeCloseTo(values[i]!, 5)
      expect(variances[i]).toBeLessThan(1e-7)
    }
  })

  test('can be fitted', () => {
    const observations = mixed(30, 2)
    const prior = priorOf(3, 3, { form: form(kernel) })
    const start = negativeLogPosterior(observations, prior)(prior.mean, new Float64Array(lengthOfTheta(3)))
    const { theta, logPosterior } = fitHyperparameters(observations, prior, [prior.mean], 40)
    expect(logPosterior).toBeGreaterThan(-start + 1)
    const unseen = mixed(30, 3)
    const model = condition(observations, theta, undefined, undefined, prior.form)
    const errors = predictMeans(model, unseen.points, 30).map((mean, i) => (mean - unseen.values[i]!) ** 2)
    // The values have a variance of about 0.5.
    expect(errors.reduce((sum, error) => sum + error / 30, 0)).toBeLessThan(0.05)
  })
})

test('HYE case 11: three points, gamma 0.5, no noise, the mean of the values as mean', () => {
  const observations = {
    points: Float64Array.of(0, 0, 0.5, 0.5, 1, 0),
    values: Float64Array.of(1, 2, 0.5),
    categories: [false, false],
  }
  const prior = priorOf(2, 2, {
    form: form('rbf', 'mean'),
    fixed: { lengthscale: 1, signal: 1, noise: 0 }, // γ = 1 / (2 lengthscale²)
  })
  const model = condition(observations, prior.mean, undefined, undefined, prior.form)
  const { means, variances } = predictMany(model, Float64Array.of(0.25, 0.25, 0.9, 0.9), 2)
  expect(means[0]).toBeCloseTo(1.51874397, 8)
  expect(variances[0]).toBeCloseTo(0.00776196, 8)
  expect(means[1]).toBeCloseTo(2.33034568, 8)
  expect(variances[1]).toBeCloseTo(0.15218959, 8)
})

test('HYE-38: far from all observations a process is at its mean', () => {
  const observations = mixed(10, 4)
  const theta = Float64Array.of(-2, -2, 0, 0, -6, NONE, NONE, NONE)
  const far = Float64Array.of(40, -40, 1)
  const meanAt = (mean: Form['mean']): number =>
    predictMany(condition(observations, theta, undefined, undefined, form('rbf', mean)), far, 1).means[0]!
  const { values } = observations
  expect(meanAt('best')).toBeCloseTo(Math.min(...values), 10)
  expect(meanAt('worst')).toBeCloseTo(Math.max(...values), 10)
  expect(meanAt('mean')).toBeCloseTo(
    values.reduce((sum, value) => sum + value / 10, 0),
    10,
  )
  expect(meanAt(-3.25)).toBeCloseTo(-3.25, 10)
  const learned = meanAt('learned')
  expect(learned > Math.min(...values) && learned < Math.max(...values)).toBe(true)
})

test('a mean that is taken for known has no variance, one that is learned has', () => {
  const observations = mixed(10, 4)
  const theta = Float64Array.of(-2, -2, 0, 0, -6, NONE, NONE, NONE)
  const far = Float64Array.of(40, -40, 1)
  const varianceOf = (mean: Form['mean']): number =>
    predictMany(condition(observations, theta, undefined, undefined, form('rbf', mean)), far, 1).variances[0]!
  expect(varianceOf('mean')).toBeCloseTo(1, 10)
  expect(varianceOf('learned')).toBeGreaterThan(1.01)
})

test('a shift of values and mean shifts all predictions, those with fantasies too', () => {
  const observations = mixed(12, 5)
  const theta = Float64Array.of(-0.7, -0.7, 0.5, 0, -12, NONE, NONE, NONE)
  const fantasies = Float64Array.of(0.5, 0.5, 0, 0.9, 0.1, 2)
  const shifted = { ...observations, values: observations.values.map((value) => value + 7) }
  const least = Float64Array.of(0.8, -Infinity)
  const [plain, moved] = [
    condition(observations, theta, fantasies, least, form('matern32', 0.3)),
    condition(
      shifted,
      theta,
      fantasies,
      least.map((value) => value + 7),
      form('matern32', 7.3),
    ),
  ]
  const probes = mixed(20, 6).points
  const [before, after] = [predictMany(plain, probes, 20), predictMany(moved, probes, 20)]
  for (let i = 0; i < 20; i++) {
    expect(after.means[i]).toBeCloseTo(before.means[i]! + 7, 9)
    expect(after.variances[i]).toBeCloseTo(before.variances[i]!, 12)
  }
  expect(predictMany(plain, fantasies, 1).means[0]).toBeCloseTo(0.8, 4)
  const alone = condition(shifted, theta, undefined, undefined, form('matern32', 7.3))
  const means = predictMeans(alone, shifted.points, 12)
  for (const [i, mean] of meansAtObservations(alone, shifted).entries()) expect(mean).toBeCloseTo(means[i]!, 9)
})

test('a fit keeps what is fixed and finds the rest', () => {
  const observations = mixed(25, 7)
  const prior = priorOf(3, 3, { fixed: { lengthscale: [0.3, 0.5, 2], noise: 0.01 } })
  const { theta } = fitHyperparameters(observations, prior, [prior.mean, new Float64Array(8)], 30)
  expect([...weightsOf(theta)].map((weight) => weight ** -0.5)).toEqual([0.3, 0.5, 2].map((l) => expect.closeTo(l, 12)))
  expect(logVariancesOf(theta).noise).toBe(Math.log(0.01))
  expect(logVariancesOf(theta).signal).not.toBe(0)
  const all = priorOf(3, 3, { fixed: { lengthscale: 0.4, signal: 2, noise: 0 } })
  expect(fitHyperparameters(observations, all, [new Float64Array(8)], 30).theta).toEqual(all.mean)
  expect(Number.isFinite(condition(observations, all.mean).alpha[0])).toBe(true)
  expect(() => priorOf(3, 3, { fixed: { lengthscale: [1, 2] } })).toThrow("'lengthscale': must be one number, or 3")
})

test('the form of a prior is that of its options, and matern52 with a learned mean without any', () => {
  expect(formOf({})).toEqual({ kernel: 'matern52', mean: 'learned' })
  expect(formOf({ form: { mean: 2 } })).toEqual({ kernel: 'matern52', mean: 2 })
  expect(priorOf(1, 1, { form: { kernel: 'rbf' } }).form).toEqual({ kernel: 'rbf', mean: 'learned' })
})

test('a mean in units of the objective is mapped by the warp of the values', () => {
  const y = Float64Array.of(3, 1, 4, 1.5, 9, 2.6, 5)
  for (const warp of [
    { kind: 'identity' },
    { kind: 'yeo-johnson' },
    { kind: 'log', scale: 1 },
    { kind: 'log', scale: 0.1 },
  ] as const) {
    const { values, forward, inverse } = warped(y, warp)
    for (const [i, value] of y.entries()) expect(forward(value)).toBeCloseTo(values[i]!, 12)
    for (const value of [1.2, 2, 6, 12]) expect(inverse(forward(value))).toBeCloseTo(value, 9)
    expect(Number.isFinite(forward(-50))).toBe(true)
  }
  expect(warped(Float64Array.of(2, 2), { kind: 'identity' }).forward(5)).toBe(0)
})
