import { expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { isClear } from '../../src/sampler/noise.ts'
import { fitRole } from '../../src/sampler/role-fit.ts'
import type { Sample } from '../../src/sampler/role-fit.ts'
import { ROLES } from '../../src/sampler/role.ts'
import { condition } from '../../src/surrogate/gaussian-process.ts'
import { predictMany } from '../../src/surrogate/prediction.ts'

const D = 8
const CATEGORIES = new Array<boolean>(D).fill(false)

/** `n` points of a function, and their values. */
function sample(f: (x: Float64Array) => number, n: number, seed: string): Sample {
  const random = randomStream(seed)
  const points = Float64Array.from({ length: n * D }, random.next)
  const y = Float64Array.from({ length: n }, (_, i) => f(points.subarray(i * D, (i + 1) * D)))
  return { points, y, n, categories: CATEGORIES, effective: D }
}

/**
 * A bowl that is a thousand times as steep along some directions as along others, none of them an axis of the space.
 */
function bowl(x: Float64Array): number {
  return x.reduce(
    (sum, v, k) =>
      sum + 10 ** ((3 * k) / 7) * (v - 0.4 + 0.7 * (x[(k + 1) % D]! - 0.6) - 0.5 * (x[(k + 3) % D]! - 0.3)) ** 2,
    0,
  )
}

test('a fit that has settled on long lengthscales finds the trend that explains a bowl', () => {
  const bowls = sample(bowl, 61, 'bowl')
  const { y } = bowls
  const settled = { theta: [0.7, 1.3, 0.8, 1.9, 0.5, 0, 1.6, 0.9, 0.9, -10.4, -3.3, -4.2, -25], fitted: 50 }
  const { observations, learned } = fitRole(ROLES.plain, bowls, settled)
  const unseen = sample(bowl, 200, 'unseen')
  const { means } = predictMany(condition(observations, Float64Array.from(learned.theta)), unseen.points, 200)
  const mean = y.reduce((sum, v) => sum + v / 61, 0)
  const deviation = Math.sqrt(y.reduce((sum, v) => sum + (v - mean) ** 2 / 61, 0))
  const error = Math.sqrt(means.reduce((sum, m, i) => sum + ((unseen.y[i]! - mean) / deviation - m) ** 2 / 200, 0))
  expect(error).toBeLessThan(1e-3)
})

test('the plain model finds a smooth function clear of noise, and a noisy one not', () => {
  const random = randomStream('noise')
  const smooth = sample(bowl, 60, 'clear')
  const noisy = sample((x) => bowl(x) + 20 * random.next(), 60, 'clear')
  expect(isClear(fitRole(ROLES.plain, smooth).learned)).toBe(true)
  expect(isClear(fitRole(ROLES.plain, noisy).learned)).toBe(false)
  expect(isClear(undefined)).toBe(false)
})

test('the role best takes the warp under which the values are likeliest, in the unit of the values', () => {
  const chosen = (f: (x: Float64Array) => number): number | undefined =>
    fitRole(ROLES.best, sample(f, 60, 'warps')).learned.warp
  const wave = (x: Float64Array): number => Math.sin(3 * x[0]!) + x[1]! - x[2]!
  expect(chosen(wave)).toBe(0) // as they are
  expect(chosen((x) => Math.exp(6 * wave(x)))).toBe(3) // their logarithms
})
