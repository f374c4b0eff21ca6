import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { rSquared } from '../../src/surrogate/explained.ts'
import { fitForest, predictForestInto, type RandomForest } from '../../src/surrogate/random-forest.ts'
import { leafAt } from '../../src/surrogate/regression-tree.ts'
import { FORESTS, type ForestName, type ForestOptions } from '../../src/surrogate/tree-options.ts'

const { forests: REFERENCE } = JSON.parse(
  readFileSync(new URL('fixtures/surrogates.json', import.meta.url), 'utf8'),
) as { forests: Record<ForestName, number> }

interface Sample {
  readonly x: Float64Array
  readonly y: Float64Array
  readonly n: number
}

/** Points of two ordered features, one of five levels, and one that is inactive at level 0, with a smooth target. */
const levels = [0, 0, 5, 0]
const d = levels.length

function sampleOf(n: number, seed: number): Sample {
  const random = randomStream('forest sample', seed)
  const x = new Float64Array(n * d)
  const y = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const level = random.integer(5)
    x.set([random.next(), random.next(), level, level === 0 ? NaN : random.next()], i * d)
    y[i] = Math.sin(5 * x[i * d]!) + [3, 0, 1, 0, 2][level]! * x[i * d + 1]! + (level === 0 ? 1 : x[i * d + 3]!)
  }
  return { x, y, n }
}

function fit({ x, y, n }: Sample, options: ForestOptions = {}, seed = 1): RandomForest {
  return fitForest(x, y, n, d, levels, options, randomStream('forest', seed))
}

function predict(forest: RandomForest, x: Float64Array): { mean: number[]; variance: number[]; within: number[] } {
  const m = x.length / forest.d
  const [mean, variance, within] = [new Float64Array(m), new Float64Array(m), new Float64Array(m)]
  predictForestInto(forest, x, m, mean, variance, within)
  return { mean: [...mean], variance: [...variance], within: [...within] }
}

test('mean and variance follow the law of total variance, as computed by hand', () => {
  const stump = (threshold: number, mean: number[], variance: number[]) => ({
    feature: Int32Array.of(0, -1, -1),
    left: Int32Array.of(1, 0, 0),
    threshold: Float64Array.of(threshold, 0, 0),
    set: new Int32Array(3),
    sets: new Uint32Array(0),
    mean: Float64Array.of(NaN, ...mean),
    variance: Float64Array.of(NaN, ...variance),
  })
  const trees = [stump(0.5, [1, 5], [0.5, 0]), stump(0.25, [2, 3], [0.1, 0.7])]
  const forest: RandomForest = { d: 1, levels: Int32Array.of(0), trees, codeOfLevel: [new Uint8Array(0)] }
  const { mean, variance, within } = predict(forest, Float64Array.of(0.2, 0.4, 0.6, NaN))
  expect(mean).toEqual([1.5, 2, 4, 1.5]) // (1 + 2) / 2, (1 + 3) / 2, (5 + 3) / 2
  // The variance of the two means, plus the mean of the two variances.
  const expected = [0.25 + 0.3, 1 + 0.6, 1 + 0.35, 0.25 + 0.3]
  expected.forEach((value, i) => expect(variance[i]).toBeCloseTo(value, 14))
  ;[0.3, 0.6, 0.35, 0.3].forEach((value, i) => expect(within[i]).toBeCloseTo(value, 14))
})

test('predictions of a fitted forest follow the same law over its leaves', () => {
  const forest = fit(sampleOf(200, 1), { minLeaf: 3 })
  const { x, n } = sampleOf(50, 2)
  const { mean, variance, within } = predict(forest, x)
  for (let i = 0; i < n; i++) {
    const leaves = forest.trees.map((tree) => ({ tree, leaf: leafAt(tree, forest.codeOfLevel, x, i * d) }))
    const average = (f: (mean: number, variance: number) => number): number =>
      leaves.reduce((sum, { tree, leaf }) => sum + f(tree.mean[leaf]!, tree.variance[leaf]!) / leaves.length, 0)
    const center = average((mu) => mu)
    expect(mean[i]).toBeCloseTo(center, 12)
    expect(within[i]).toBeCloseTo(
      average((_, v) => v),
      12,
    )
    expect(variance[i]).toBeCloseTo(
      average((mu, v) => (mu - center) ** 2 + v),
      12,
    )
  }
})

test('a constant target is predicted exactly and without variance, even from one row', () => {
  for (const n of [1, 2, 100]) {
    const sample = sampleOf(n, 1)
    const { mean, variance } = predict(fit({ ...sample, y: new Float64Array(n).fill(0.1) }), sampleOf(20, 2).x)
    expect(mean).toEqual(new Array(20).fill(0.1))
    expect(variance).toEqual(new Array(20).fill(0))
  }
})

test('a forest learns: it leaves less than a tenth of the variance of unseen points unexplained', () => {
  const unseen = sampleOf(500, 9)
  const center = unseen.y.reduce((sum, y) => sum + y, 0) / 500
  const spread = unseen.y.reduce((sum, y) => sum + (y - center) ** 2, 0)
  for (const options of [
    {},
    { splits: 'random', bootstrap: false },
    { features: 0.5, share: 0.5, bootstrap: false },
  ] as const) {
    const { mean } = predict(fit(sampleOf(1000, 1), options), unseen.x)
    expect(mean.reduce((sum, mu, i) => sum + (mu - unseen.y[i]!) ** 2, 0) / spread).toBeLessThan(0.1)
  }
})

test('the order of the rows does not matter, ties and duplicates included', () => {
  const sample = sampleOf(150, 1)
  for (let i = 0; i < 150; i++) sample.y[i] = Math.round(sample.y[i]!) // ties
  for (let i = 0; i < 50; i++) {
    sample.x.copyWithin((i + 100) * d, i * d, (i + 1) * d) // duplicate rows, half of them with another target
    sample.y[i + 100] = sample.y[i]! + (i % 2)
  }
  const random = randomStream('shuffle')
  const order = Array.from({ length: 150 }, (_, i) => ({ i, key: random.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ i }) => i)
  const shuffled = {
    n: 150,
    x: Float64Array.from(order.flatMap((i) => [...sample.x.subarray(i * d, i * d + d)])),
    y: Float64Array.from(order, (i) => sample.y[i]!),
  }
  const points = sampleOf(50, 2).x
  for (const options of [{}, { splits: 'random' }, { bootstrap: false, share: 0.5 }] as const) {
    expect(predict(fit(shuffled, options), points)).toEqual(predict(fit(sample, options), points))
  }
})

test('the same stream grows the same forest, another stream grows another one', () => {
  const sample = sampleOf(100, 1)
  expect(fit(sample, {}, 1)).toEqual(fit(sample, {}, 1))
  expect(fit(sample, {}, 1)).not.toEqual(fit(sample, {}, 2))
})

test('of 10,000 levels those seen are told apart, and those not seen are uncertain', () => {
  const n = 600
  const random = randomStream('many levels')
  const x = Float64Array.from({ length: n }, (_, i) => (i % 300) * 7)
  const y = Float64Array.from(x, (level) => (level % 2 === 0 ? 0 : 10) + random.next())
  const forest = fitForest(x, y, n, 1, [10_000], {}, randomStream('forest'))
  const seen = predict(
    forest,
    Float64Array.from({ length: 300 }, (_, i) => 7 * i),
  )
  // A tree guesses the target of a level that it has not drawn.
  seen.mean.forEach((mu, i) => expect(Math.abs(mu - (i % 2 === 0 ? 0.5 : 10.5))).toBeLessThan(3))
  const unseen = predict(forest, Float64Array.of(1, 9_999, 5_000))
  unseen.mean.forEach((mu) => expect(Math.abs(mu - 5.5)).toBeLessThan(4))
  const usual = seen.variance.reduce((sum, v) => sum + v / 300, 0)
  for (const v of unseen.variance) expect(v).toBeGreaterThan(3 * usual)
})

test('a tree draws no more rows than its limit, however many there are', () => {
  const n = 20_000
  const sample = sampleOf(n, 1)
  for (const options of [
    { rows: 100, minLeaf: 1 },
    { rows: 100, minLeaf: 1, bootstrap: false },
    { share: 0.005, minLeaf: 1 },
  ]) {
    for (const tree of fit(sample, options).trees) expect(tree.feature.length).toBeLessThan(200)
  }
})

test('a prediction of m points reads and fills only the first m places', () => {
  const forest = fit(sampleOf(50, 1))
  const { x } = sampleOf(10, 2)
  const mean = new Float64Array(10).fill(-1)
  predictForestInto(forest, x, 4, mean, new Float64Array(10))
  expect([...mean.subarray(0, 4)]).toEqual(predict(forest, x).mean.slice(0, 4))
  expect([...mean.subarray(4)]).toEqual([-1, -1, -1, -1, -1, -1])
})

test('invalid values are refused by name and row', () => {
  const sample = sampleOf(5, 1)
  expect(() => fit({ ...sample, y: Float64Array.of(1, 2, NaN, 4, 5) })).toThrow(/'y'.*NaN in row 2/)
  expect(() => fit({ ...sample, n: 0 })).toThrow(/'n'/)
  const infinite = sample.x.slice()
  infinite[0] = Infinity
  expect(() => fit({ ...sample, x: infinite })).toThrow(/feature 0.*Infinity/)
  const level = sample.x.slice()
  level[2] = 5
  expect(() => fit({ ...sample, x: level })).toThrow(/feature 2.*from 0 to 4, got 5/)
  expect(() => fit(sample, { features: 0 })).toThrow(/'features'/)
  expect(() => fit(sample, { minLeaf: 0 })).toThrow(/'minLeaf'/)
})

/** Points of the Kronecker sequence of `make-surrogates.py`, and Friedman's first function of them. */
function friedman(n: number, begin = 0): Sample {
  const g = 1.12611499
  const x = Float64Array.from(
    { length: 5 * n },
    (_, i) => (0.5 + (begin + 1 + Math.floor(i / 5)) / g ** ((i % 5) + 1)) % 1,
  )
  const y = Float64Array.from({ length: n }, (_, i) => {
    const [a, b, c, e, f] = x.subarray(5 * i, 5 * i + 5) as unknown as [number, number, number, number, number]
    return 10 * Math.sin(Math.PI * a * b) + 20 * (c - 0.5) ** 2 + 10 * e + 5 * f
  })
  return { x, y, n }
}

test.each(Object.keys(FORESTS) as ForestName[])('SKO-123: %s explains at least what scikit-learn does', (name) => {
  const { x, y, n } = friedman(200)
  const unseen = friedman(1000, 1000)
  let explained = 0
  for (let seed = 0; seed < 10; seed++) {
    const forest = fitForest(x, y, n, 5, [0, 0, 0, 0, 0], FORESTS[name], randomStream('friedman', seed))
    const [mean, variance] = [new Float64Array(1000), new Float64Array(1000)]
    predictForestInto(forest, unseen.x, 1000, mean, variance)
    explained += rSquared(unseen.y, mean)! / 10
  }
  // The mean of ten seeds moves by less than 0.01.
  expect(explained).toBeGreaterThan(REFERENCE[name] - 0.02)
})

test('SKO-123: without noise in the leaves all of the variance is epistemic', () => {
  for (const name of ['extra-trees', 'subspace'] as const) {
    const { x, y, n } = friedman(60)
    const options = name === 'subspace' ? { ...FORESTS[name], subspace: 1 } : FORESTS[name]
    const forest = fitForest(x, y, n, 5, [0, 0, 0, 0, 0], options, randomStream('pure'))
    const within = new Float64Array(100)
    predictForestInto(forest, friedman(100, 500).x, 100, new Float64Array(100), new Float64Array(100), within)
    expect(Math.max(...within)).toBe(0)
  }
})

test('a tree of a subspace splits by its own features only, and trees differ in them', () => {
  const { x, y, n } = friedman(100)
  const forest = fitForest(x, y, n, 5, [0, 0, 0, 0, 0], { subspace: 0.4, trees: 60 }, randomStream('subspace'))
  const used = forest.trees.map((tree) => [...new Set(tree.feature.filter((j) => j >= 0))].sort().join())
  for (const features of used) expect(features.split(',').length).toBeLessThanOrEqual(2)
  // All ten pairs of five features.
  expect(new Set(used.filter((features) => features.includes(','))).size).toBe(10)
})

test('HYP-09: the number of features may be their square root, and a tree may be limited in every way', () => {
  const { x, y, n } = friedman(200)
  const levels = [0, 0, 0, 0, 0]
  const grown = (options: ForestOptions): RandomForest =>
    fitForest(x, y, n, 5, levels, options, randomStream('options'))
  expect(grown({ features: 'sqrt' })).toEqual(grown({ features: 2 / 5 }))
  expect(grown({ trees: 7 }).trees.length).toBe(7)
  for (const tree of grown({ maxDepth: 2 }).trees) expect(tree.feature.length).toBeLessThanOrEqual(7)
  const nodes = (options: ForestOptions): number => grown(options).trees.reduce((sum, t) => sum + t.feature.length, 0)
  expect(nodes({ minSplit: 20 })).toBeLessThan(0.5 * nodes({}))
  expect(() => grown({ subspace: 0 })).toThrow(/'subspace'/)
})
