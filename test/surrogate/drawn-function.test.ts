import { expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { drawnForest, drawnProcess } from '../../src/surrogate/drawn-function.ts'
import { condition } from '../../src/surrogate/gaussian-process.ts'
import { processModel } from '../../src/surrogate/model.ts'
import { predictMany, predictMeans } from '../../src/surrogate/prediction.ts'
import { fitForest } from '../../src/surrogate/random-forest.ts'

/** Numbers, a category, and a parameter that is not active now and then. */
const D = 3
const CATEGORIES = [false, true, false]
const random = randomStream('drawn function')

function pointsOf(n: number): Float64Array {
  const points = new Float64Array(n * D)
  for (let i = 0; i < n; i++) {
    points[i * D] = random.next()
    points[i * D + 1] = random.integer(3)
    points[i * D + 2] = random.next() < 0.3 ? NaN : random.next()
  }
  return points
}

const N = 20
const points = pointsOf(N)
const values = Float64Array.from({ length: N }, (_, i) => Math.sin(5 * points[i * D]!) + points[i * D + 1]!)
// ln lengthscales, then ln variances: signal, noise, linear and quadratic trend, sum.
const THETA = [Math.log(0.3), 0, Math.log(0.5), 0, Math.log(0.05), Math.log(0.1), Math.log(0.1), Math.log(0.5)]
const process = condition({ points, values, categories: CATEGORIES }, Float64Array.from(THETA))

test('draws have the means and variances of the posterior at the anchors, and its correlations', () => {
  const m = 4
  const anchors = pointsOf(m)
  anchors.set(anchors.subarray(0, D), D)
  anchors[D] = anchors[0]! + 0.05 // near the first one, so correlated with it
  const { means, variances } = predictMany(process, anchors, m)
  const draws = 4000
  const sums = new Float64Array(m)
  const squares = new Float64Array(m)
  let product = 0
  for (let k = 0; k < draws; k++) {
    const z = predictMeans(drawnProcess(process, anchors, m, random), anchors, m).map((f, c) => f - means[c]!)
    for (let c = 0; c < m; c++) {
      sums[c]! += z[c]! / draws
      squares[c]! += z[c]! ** 2 / draws
    }
    product += (z[0]! * z[1]!) / draws
  }
  for (let c = 0; c < m; c++) {
    expect(Math.abs(sums[c]!)).toBeLessThan(4 * Math.sqrt(variances[c]! / draws))
    expect(Math.abs(squares[c]! / variances[c]! - 1)).toBeLessThan(4 * Math.sqrt(2 / draws))
  }
  // The difference of two neighbors varies less than either.
  expect(squares[0]! + squares[1]! - 2 * product).toBeLessThan(0.5 * variances[0]!)
})

test('a draw keeps the observations of a process without noise, and differs from it elsewhere', () => {
  const exact = condition(
    { points, values, categories: CATEGORIES },
    Float64Array.from(THETA, (t, k) => (k === D + 1 ? -18 : t)),
  )
  const anchors = pointsOf(30)
  const drawn = drawnProcess(exact, anchors, 30, random)
  const kept = predictMeans(drawn, points, N)
  for (let i = 0; i < N; i++) expect(kept[i]).toBeCloseTo(values[i]!, 2)
  const [before, after] = [predictMeans(exact, anchors, 30), predictMeans(drawn, anchors, 30)]
  expect(Math.max(...before.map((mean, c) => Math.abs(mean - after[c]!)))).toBeGreaterThan(0.3)
})

test('a drawn function is the same for the same stream, and another one for another', () => {
  const anchors = pointsOf(5)
  const drawn = (word: string): Float64Array => drawnProcess(process, anchors, 5, randomStream(word)).alpha
  expect(drawn('a')).toEqual(drawn('a'))
  expect(drawn('a')).not.toEqual(drawn('b'))
})

test('anchors at one place, and at an observation, do no harm', () => {
  const twice = Float64Array.of(...points.subarray(0, D), ...points.subarray(0, D), ...points.subarray(D, 2 * D))
  const drawn = drawnProcess(process, twice, 3, random)
  const found = predictMeans(drawn, twice, 3)
  expect(found.every(Number.isFinite)).toBe(true)
  expect(Math.abs(found[0]! - found[1]!)).toBeLessThan(1e-3)
})

test('the slope of a drawn model is that of its values', () => {
  const anchors = pointsOf(40)
  const model = processModel(process).drawn(anchors, 40, randomStream('slope'))
  const h = 1e-6
  for (const x of [Float64Array.of(0.3, 1, 0.6), Float64Array.of(0.8, 0, NaN)]) {
    const { mean, meanGradient } = model.slope!(x)
    const at = (t: number): number =>
      model.predict(
        Float64Array.from(x, (v, k) => (k === 0 ? t : v)),
        1,
      ).means[0]!
    expect(mean).toBeCloseTo(at(x[0]!), 9)
    expect(meanGradient[0]).toBeCloseTo((at(x[0]! + h) - at(x[0]! - h)) / (2 * h), 4)
  }
})

test('HYP-58 a drawn forest is one of its trees, and each tree is drawn', () => {
  const forest = fitForest(points, values, N, D, [0, 3, 0], { trees: 5 }, random)
  const seen = new Set(Array.from({ length: 200 }, () => drawnForest(forest, random).trees[0]))
  expect(seen.size).toBe(5)
  expect([...seen].every((tree) => forest.trees.includes(tree!))).toBe(true)
})
