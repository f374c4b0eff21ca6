import { expect, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { sobolPoint } from '../../src/numerics/sobol.ts'
import { functionalAnova, type Effect } from '../../src/surrogate/functional-anova.ts'
import { fitForest, type RandomForest } from '../../src/surrogate/random-forest.ts'
import type { ForestOptions } from '../../src/surrogate/tree-options.ts'
import { leafAt } from '../../src/surrogate/regression-tree.ts'
import type { Measure } from '../../src/surrogate/tree-boxes.ts'

const uniform: Measure = { when: [] }

/** A forest for a function of the unit cube, from n Sobol points. */
function forestOf(
  f: (u: Float64Array) => number,
  d: number,
  n: number,
  options: ForestOptions = { cuts: 'middle', features: 1 },
): RandomForest {
  const points = Array.from({ length: n }, (_, i) => sobolPoint(i, d, 1))
  const x = Float64Array.from(points.flatMap((u) => [...u]))
  return fitForest(x, Float64Array.from(points, f), n, d, new Int32Array(d), options, randomStream('anova'))
}

function shareOf(effects: readonly Effect[], ...features: number[]): number {
  return effects.find((effect) => effect.features.join() === features.join())!.share
}

/** The shares by enumeration of every combination of the features' values, with inactive values masked. */
function enumerated(
  forest: RandomForest,
  measures: readonly Measure[],
  values: readonly (readonly number[])[],
): Map<string, number> {
  const d = measures.length
  const combinations = values.reduce<number[][]>(
    (all, axis) => all.flatMap((rest) => axis.map((_, k) => [...rest, k])),
    [[]],
  )
  const masses = combinations.map((ks) => ks.reduce((product, k, j) => product * measures[j]!.masses![k]!, 1))
  const shares = new Map<string, number>()
  for (const tree of forest.trees) {
    const targets = combinations.map((ks) => {
      const latent = ks.map((k, j) => values[j]![k]!)
      const x = latent.map((value, j) =>
        measures[j]!.when.every(([selector, level]) => latent[selector] === level) ? value : NaN,
      )
      return tree.mean[leafAt(tree, forest.codeOfLevel, Float64Array.from(x), 0)]!
    })
    const mean = targets.reduce((sum, y, i) => sum + masses[i]! * y, 0)
    const varianceGiven = (features: number[]): number => {
      const groups = new Map<string, { mass: number; sum: number }>()
      for (const [i, ks] of combinations.entries()) {
        const key = features.map((j) => ks[j]).join()
        const { mass, sum } = groups.get(key) ?? { mass: 0, sum: 0 }
        groups.set(key, { mass: mass + masses[i]!, sum: sum + masses[i]! * (targets[i]! - mean) })
      }
      return [...groups.values()].reduce((total, { mass, sum }) => total + sum ** 2 / mass, 0)
    }
    const total = varianceGiven(values.map((_, j) => j))
    for (let j = 0; j < d; j++) {
      shares.set(`${j}`, (shares.get(`${j}`) ?? 0) + varianceGiven([j]) / total / forest.trees.length)
      for (let k = j + 1; k < d; k++) {
        const pair = (varianceGiven([j, k]) - varianceGiven([j]) - varianceGiven([k])) / total
        shares.set(`${j},${k}`, (shares.get(`${j},${k}`) ?? 0) + pair / forest.trees.length)
      }
    }
  }
  return shares
}

test('shares equal those of an enumeration, with numbers, categories and nested conditions', () => {
  const grid = [0.1, 0.3, 0.6, 0.9]
  const values = [grid, [0, 1, 2], [0, 1], grid, grid, [0, 1, 2]]
  const levels = [0, 3, 2, 0, 0, 3]
  const measures: Measure[] = [
    { points: Float64Array.from(grid), masses: Float64Array.of(0.1, 0.2, 0.3, 0.4), when: [] },
    { masses: Float64Array.of(0.5, 0.3, 0.2), when: [] },
    { masses: Float64Array.of(0.25, 0.75), when: [[1, 0]] },
    {
      points: Float64Array.from(grid),
      masses: Float64Array.of(0.25, 0.25, 0.25, 0.25),
      when: [
        [1, 0],
        [2, 1],
      ],
    },
    { points: Float64Array.from(grid), masses: Float64Array.of(0.25, 0.25, 0.25, 0.25), when: [[1, 2]] },
    {
      masses: Float64Array.of(0.2, 0.2, 0.6),
      when: [
        [1, 0],
        [2, 1],
      ],
    },
  ]
  const random = randomStream('exact')
  const n = 150
  const x = new Float64Array(n * 6)
  const y = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const latent = values.map((axis) => axis[random.integer(axis.length)]!)
    x.set(
      latent.map((value, j) =>
        measures[j]!.when.every(([selector, level]) => latent[selector] === level) ? value : NaN,
      ),
      i * 6,
    )
    y[i] = random.next() + latent[0]! * (x[i * 6 + 3]! || 2) - (x[i * 6 + 4]! || 0) + (x[i * 6 + 5] === 1 ? 1 : 0)
  }
  for (const options of [{ trees: 5 }, { trees: 5, splits: 'random', minLeaf: 1 }] as const) {
    const forest = fitForest(x, y, n, 6, levels, options, randomStream('forest'))
    const expected = enumerated(forest, measures, values)
    const effects = functionalAnova(forest, measures)
    expect(effects.length).toBe(21)
    for (const { features, share } of effects)
      expect(share, features.join()).toBeCloseTo(expected.get(features.join())!, 10)
    expect(effects.filter(({ share }) => share > 0.001).length).toBeGreaterThan(8)
  }
})

test('a sum has only main effects, in proportion to the squares of its slopes', () => {
  const effects = functionalAnova(
    forestOf((u) => 3 * u[0]! - u[1]!, 3, 2000),
    [uniform, uniform, uniform],
  )
  expect(shareOf(effects, 0)).toBeCloseTo(0.9, 1)
  expect(shareOf(effects, 1)).toBeCloseTo(0.1, 1)
  expect(shareOf(effects, 2)).toBeLessThan(0.005)
  expect(shareOf(effects, 0, 1)).toBeLessThan(0.02)
})

test('a product of centered features is pure interaction', () => {
  const effects = functionalAnova(
    forestOf((u) => (u[0]! - 0.5) * (u[1]! - 0.5), 3, 2000),
    [uniform, uniform, uniform],
  )
  expect(shareOf(effects, 0, 1)).toBeGreaterThan(0.9)
  expect(shareOf(effects, 0) + shareOf(effects, 1) + shareOf(effects, 2)).toBeLessThan(0.1)
})

test('the Ishigami function has its published shares', () => {
  // Ishigami & Homma 1990, a = 7, b = 0.1: S1 = 0.314, S2 = 0.442, S13 = 0.244, the rest 0.
  const angle = (u: number): number => Math.PI * (2 * u - 1)
  const ishigami = (u: Float64Array): number =>
    Math.sin(angle(u[0]!)) + 7 * Math.sin(angle(u[1]!)) ** 2 + 0.1 * angle(u[2]!) ** 4 * Math.sin(angle(u[0]!))
  const effects = functionalAnova(forestOf(ishigami, 3, 4000, { cuts: 'middle', features: 1, rows: 4000 }), [
    uniform,
    uniform,
    uniform,
  ])
  // The steps of a tree smooth oscillations, here sin² x2: with 4,000 points a share is off by up to 0.07.
  const expected: Record<string, number> = { 0: 0.314, 1: 0.442, '0,2': 0.244 }
  for (const { features, share } of effects)
    expect(Math.abs(share - (expected[features.join()] ?? 0)), features.join()).toBeLessThan(0.08)
})

test('shares lie in [0, 1] and add up to at most 1', () => {
  const random = randomStream('noise')
  const effects = functionalAnova(
    forestOf(() => random.next(), 5, 100, {}),
    new Array<Measure>(5).fill(uniform),
  )
  for (const { share, deviation } of effects) {
    expect(share).toBeGreaterThanOrEqual(0)
    expect(deviation).toBeGreaterThanOrEqual(0)
  }
  expect(effects.reduce((sum, { share }) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-12)
})

test('a constant forest has no effects, and the unit of the target does not matter', () => {
  expect(
    functionalAnova(
      forestOf(() => 3, 2, 20),
      [uniform, uniform],
    ).map(({ share }) => share),
  ).toEqual([0, 0, 0])
  const f = (u: Float64Array): number => u[0]! + u[1]! ** 2
  const shares = functionalAnova(forestOf(f, 2, 100), [uniform, uniform]).map(({ share }) => share)
  const scaled = functionalAnova(
    forestOf((u) => f(u) * 2 ** 900, 2, 100),
    [uniform, uniform],
  ).map(({ share }) => share)
  scaled.forEach((share, e) => expect(share).toBeCloseTo(shares[e]!, 12))
})
