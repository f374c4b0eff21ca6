import { expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { condition, covariancesInto } from '../../src/surrogate/gaussian-process.ts'
import type { GaussianProcess } from '../../src/surrogate/gaussian-process.ts'
import { lengthOfTheta } from '../../src/surrogate/hyperparameters.ts'
import { covariancesOfRows } from '../../src/surrogate/nearby-covariances.ts'
import { workspaceOf } from '../../src/surrogate/prediction.ts'

const D = 18
const N = 25
const random = randomStream('nearby covariances', 1, 0, 0)
const categories = Array.from({ length: D }, (_, k) => k % 3 === 2)

/** A coordinate; now and then of a parameter that is not active. */
const drawn = (k: number): number =>
  random.next() < 0.15 ? NaN : categories[k] ? random.integer(3) : random.integer(9) / 8

function modelWith(linear: number, quadratic: number, additive: number): GaussianProcess {
  const points = Float64Array.from({ length: N * D }, (_, i) => drawn(i % D))
  const theta = new Float64Array(lengthOfTheta(D)).fill(0.3)
  theta.set([0, -4, linear, quadratic, additive], D)
  return condition({ points, values: Float64Array.from({ length: N }, random.next), categories }, theta)
}

/** Rows that differ from one point in none to five coordinates, one of them an observed point. */
function neighbors(model: GaussianProcess, m: number): Float64Array {
  const points = new Float64Array(m * D)
  for (let c = 0; c < m; c++) {
    points.set(model.points.subarray(3 * D, 4 * D), c * D)
    for (let i = 0; i < c % 6; i++) {
      const k = random.integer(D)
      points[c * D + k] = drawn(k)
    }
  }
  return points
}

test.each([
  ['a signal alone', -25, -25, -25],
  ['trends', -1, -2, -25],
  ['a sum', -25, -25, -1],
  ['trends and a sum', -1, -2, -1],
])('G7: covariances of neighbors are those of whole points, with %s', (_, linear, quadratic, additive) => {
  const model = modelWith(linear, quadratic, additive)
  for (const m of [16, 40]) {
    const points = neighbors(model, m)
    const covariancesOf = covariancesOfRows(model, points, m)
    const [buffers, expected, filled] = [workspaceOf(model), new Float64Array(N), new Float64Array(N)]
    for (let c = 0; c < m; c++) {
      covariancesInto(model, points, c * D, buffers, expected)
      covariancesOf(c * D, buffers, filled)
      for (let j = 0; j < N; j++) expect(Math.abs(filled[j]! - expected[j]!)).toBeLessThan(1e-12)
    }
  }
})

test('G7: with few parameters, or few points, covariances are the same to the last bit', () => {
  const model = modelWith(-1, -2, -1)
  const points = neighbors(model, 15)
  const covariancesOf = covariancesOfRows(model, points, 15)
  const [buffers, expected, filled] = [workspaceOf(model), new Float64Array(N), new Float64Array(N)]
  for (let c = 0; c < 15; c++) {
    covariancesInto(model, points, c * D, buffers, expected)
    covariancesOf(c * D, buffers, filled)
    expect(filled).toEqual(expected)
  }
})
