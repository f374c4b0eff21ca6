import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { fitBoostedTrees, predictBoostedInto, predictQuantileInto } from '../../src/surrogate/gradient-boosting.ts'
import type { BoostedTrees } from '../../src/surrogate/gradient-boosting.ts'
import type { BoostingOptions } from '../../src/surrogate/tree-options.ts'

interface Reference {
  readonly level: number
  readonly afterOne: number[]
  readonly afterTwo: number[]
  readonly loss: number
}
const { boosted: REFERENCES } = JSON.parse(
  readFileSync(new URL('fixtures/surrogates.json', import.meta.url), 'utf8'),
) as { boosted: Reference[] }

/** Points of the Kronecker sequence of `make-surrogates.py`, and the function that it fits. */
function reference(n: number, begin = 0): { x: Float64Array; y: Float64Array } {
  const g = 1.324717957244746
  const x = Float64Array.from({ length: 2 * n }, (_, i) => (0.5 + (begin + 1 + (i >> 1)) / g ** ((i % 2) + 1)) % 1)
  const y = Float64Array.from({ length: n }, (_, i) => {
    const [a, b] = [x[2 * i]!, x[2 * i + 1]!]
    return Math.sin(6 * a) + b ** 2 + 0.3 * Math.sin(1e4 * a * b)
  })
  return { x, y }
}

/** A number and a choice of three, with noise whose deviation grows from 0.1 to 1. */
function noisy(n: number, seed: number): { x: Float64Array; y: Float64Array } {
  const random = randomStream('noisy', seed)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
  const x = new Float64Array(2 * n)
  const y = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    x.set([random.next(), random.integer(3)], 2 * i)
    y[i] = 2 * x[2 * i]! + [0, 3, 1][x[2 * i + 1]!]! + (0.1 + 0.9 * x[2 * i]!) * normal()
  }
  return { x, y }
}

function fit({ x, y }: { x: Float64Array; y: Float64Array }, options: BoostingOptions, levels = [0, 0]): BoostedTrees {
  return fitBoostedTrees(x, y, y.length, 2, levels, options, randomStream('boosted'))
}

function quantileOf(boosted: BoostedTrees, which: number, x: Float64Array): Float64Array {
  const quantile = new Float64Array(x.length / 2)
  predictQuantileInto(boosted, boosted.quantiles[which]!, x, quantile.length, quantile)
  return quantile
}

function predict(boosted: BoostedTrees, x: Float64Array): { mean: Float64Array; variance: Float64Array } {
  const [mean, variance] = [new Float64Array(x.length / 2), new Float64Array(x.length / 2)]
  predictBoostedInto(boosted, x, mean.length, mean, variance)
  return { mean, variance }
}

describe.each(REFERENCES.map((r, which) => ({ ...r, which })))('SKO-122: the quantile $level', (expected) => {
  test('has the first trees of scikit-learn', () => {
    const { x } = reference(20, 100)
    for (const [trees, values] of [
      [1, expected.afterOne],
      [2, expected.afterTwo],
    ] as const) {
      const quantile = quantileOf(fit(reference(60), { trees }), expected.which, x)
      for (const [i, value] of values.entries()) expect(quantile[i]).toBeCloseTo(value, 12)
    }
  })

  test('has the loss of scikit-learn at unseen points, within 5 %', () => {
    const unseen = reference(2000, 100)
    const quantile = quantileOf(fit(reference(60), {}), expected.which, unseen.x)
    const loss = unseen.y.reduce((sum, y, i) => {
      const rest = y - quantile[i]!
      return sum + (rest > 0 ? expected.level * rest : (expected.level - 1) * rest) / 2000
    }, 0)
    expect(loss).toBeLessThan(1.05 * expected.loss)
  })
})

test('the outer quantiles hold two thirds of unseen values, where noise is small and where it is large', () => {
  const boosted = fit(noisy(1500, 1), {}, [0, 3])
  const unseen = noisy(4000, 2)
  const [low, high] = [quantileOf(boosted, 0, unseen.x), quantileOf(boosted, 2, unseen.x)]
  for (const isLarge of [false, true]) {
    const rows = Array.from(unseen.y.keys()).filter((i) => unseen.x[2 * i]! > 0.5 === isLarge)
    const held = rows.filter((i) => unseen.y[i]! > low[i]! && unseen.y[i]! < high[i]!).length / rows.length
    expect(held).toBeGreaterThan(0.58)
    expect(held).toBeLessThan(0.78)
  }
})

test('the deviation is half of the distance between the outer quantiles, and at least the floor', () => {
  const boosted = fit(noisy(300, 1), { floor: 0.5 }, [0, 3])
  const { x } = noisy(200, 2)
  const { mean, variance } = predict(boosted, x)
  const [low, middle, high] = [0, 1, 2].map((which) => quantileOf(boosted, which, x))
  let floored = 0
  for (let i = 0; i < 200; i++) {
    const spread = (high![i]! - low![i]!) / 2
    if (spread < 0.5) floored++
    expect(mean[i]).toBe(middle![i])
    expect(Math.sqrt(variance[i]!)).toBeCloseTo(Math.max(spread, 0.5), 12)
  }
  expect(floored > 0 && floored < 200).toBe(true)
})

test('one row, and equal targets, are predicted exactly', () => {
  for (const n of [1, 30]) {
    const sample = { ...noisy(n, 1), y: new Float64Array(n).fill(0.7) }
    const { mean, variance } = predict(fit(sample, {}, [0, 3]), noisy(10, 2).x)
    for (const value of mean) expect(value).toBeCloseTo(0.7, 12)
    for (const value of variance) expect(value).toBeCloseTo(1e-4, 12)
  }
})

test('the order of the rows does not matter', () => {
  const { x, y } = noisy(80, 1)
  const order = Array.from(y.keys()).sort((a, b) => ((a * 37) % 80) - ((b * 37) % 80))
  const shuffled = {
    x: Float64Array.from(order.flatMap((i) => [x[2 * i]!, x[2 * i + 1]!])),
    y: Float64Array.from(order, (i) => y[i]!),
  }
  const points = noisy(50, 2).x
  expect(predict(fit(shuffled, {}, [0, 3]), points)).toEqual(predict(fit({ x, y }, {}, [0, 3]), points))
})

test('the median explains most of a smooth function, more with more trees', () => {
  const unseen = reference(500, 100)
  const unexplained = (trees: number): number => {
    const { mean } = predict(fit(reference(300), { trees }), unseen.x)
    return unseen.y.reduce((sum, y, i) => sum + Math.abs(y - mean[i]!), 0)
  }
  expect(unexplained(30)).toBeLessThan(0.6 * unexplained(3))
})
