import { expect, test } from 'vitest'
import { randomStream, type Random } from '../../src/numerics/random.ts'
import { binRows } from '../../src/surrogate/binned-rows.ts'
import {
  growTree,
  leafAt,
  treeWorkspace,
  type RegressionTree,
  type TreeOptions,
} from '../../src/surrogate/regression-tree.ts'

const exact: TreeOptions = {
  features: 100,
  minLeaf: 1,
  minSplit: 2,
  maxDepth: Infinity,
  splits: 'best',
  cuts: 'middle',
}

interface Grown {
  readonly tree: RegressionTree
  readonly leafOf: (...point: number[]) => number
  readonly predict: (...point: number[]) => number
}

function grow(
  points: number[][],
  targets: number[],
  levels: number[],
  options: Partial<TreeOptions> = {},
  weights?: number[],
  seed = 1,
): Grown {
  const n = points.length
  const d = levels.length
  const y = Float64Array.from(targets)
  const rows = binRows(Float64Array.from(points.flat()), y, n, d, Int32Array.from(levels))
  const sample = Uint32Array.from({ length: n }, (_, i) => i)
  const weight = Float64Array.from(weights ?? new Array<number>(n).fill(1))
  const tree = growTree(
    rows,
    y,
    sample,
    weight,
    { ...exact, ...options },
    randomStream('tree', seed),
    treeWorkspace(n, d),
  )
  const leafOf = (...point: number[]): number => leafAt(tree, rows.codeOfLevel, Float64Array.from(point), 0)
  return { tree, leafOf, predict: (...point) => tree.mean[leafOf(...point)]! }
}

function mixedPoints(n: number, levels: number[], random: Random, inactiveShare = 0): number[][] {
  return Array.from({ length: n }, () =>
    levels.map((count) => {
      if (random.next() < inactiveShare) return NaN
      return count === 0 ? random.next() : random.integer(count)
    }),
  )
}

/** The squared error that is left when rows are split by `isLeft`. */
function errorOf(targets: number[], isLeft: boolean[]): number {
  return [true, false].reduce((sum, side) => {
    const part = targets.filter((_, i) => isLeft[i] === side)
    const mean = part.reduce((total, y) => total + y, 0) / part.length
    return sum + part.reduce((total, y) => total + (y - mean) ** 2, 0)
  }, 0)
}

test('a piecewise constant function of mixed features is learned exactly', () => {
  const f = (x: number, level: number): number =>
    x <= 0.5 ? (level === 1 || level === 3 ? 2 : 7) : level === 0 ? -1 : 4
  const points = [0.1, 0.3, 0.45, 0.55, 0.7, 0.9].flatMap((x) => [0, 1, 2, 3].map((level) => [x, level]))
  const { predict, tree } = grow(
    points,
    points.map(([x, level]) => f(x!, level!)),
    [0, 4],
  )
  for (const x of [0, 0.2, 0.45, 0.499, 0.501, 0.6, 1])
    for (const level of [0, 1, 2, 3]) expect(predict(x, level)).toBe(f(x, level))
  expect(tree.feature.filter((j) => j < 0).length).toBeLessThanOrEqual(8) // of 24 rows
})

test('the first split of an ordered feature is the best of all cuts', () => {
  const random = randomStream('ordered')
  for (let round = 0; round < 100; round++) {
    const points = mixedPoints(12, [0], random)
    const targets = points.map(() => random.next())
    const { leafOf } = grow(points, targets, [0], { maxDepth: 1 })
    const least = Math.min(
      ...points
        .map(([cut]) =>
          errorOf(
            targets,
            points.map(([x]) => x! < cut!),
          ),
        )
        .filter((error) => !Number.isNaN(error)),
    )
    expect(
      errorOf(
        targets,
        points.map(([x]) => leafOf(x!) === 1),
      ),
    ).toBeCloseTo(least, 12)
  }
})

test('the first split of an unordered feature is the best of all subsets', () => {
  const random = randomStream('unordered')
  for (let round = 0; round < 50; round++) {
    const points = mixedPoints(20, [7], random, 0.1)
    const effects = Array.from({ length: 8 }, () => random.next())
    const targets = points.map(([level]) => effects[Number.isNaN(level) ? 7 : level!]! + 0.3 * random.next())
    const { leafOf } = grow(points, targets, [7], { maxDepth: 1 })
    let least = Infinity
    for (let subset = 1; subset < 255; subset++) {
      const error = errorOf(
        targets,
        points.map(([level]) => ((subset >> (Number.isNaN(level) ? 7 : level!)) & 1) === 1),
      )
      if (error < least) least = error
    }
    expect(
      errorOf(
        targets,
        points.map(([level]) => leafOf(level!) === 1),
      ),
    ).toBeCloseTo(least, 12)
  }
})

test('a feature of many levels, each seen once, does not hide a feature that matters', () => {
  const random = randomStream('many levels')
  const points = Array.from({ length: 100 }, (_, i) => [i, random.next()])
  const targets = points.map(([, x]) => x! + 0.1 * random.next())
  const { tree } = grow(points, targets, [100, 0])
  expect(tree.feature[0]).toBe(1)
  const others = grow(
    points.map(([level, x]) => [Math.floor(level! / 25), x!]),
    points.map(([level]) => (level! < 50 ? 0 : 1)),
    [4, 0],
  )
  expect(others.tree.feature[0]).toBe(0)
})

test('of many levels the split that chance gives is subtracted in full: it gains as often as it loses', () => {
  let splits = 0
  for (let seed = 0; seed < 100; seed++) {
    const random = randomStream('chance', seed)
    const points = Array.from({ length: 240 }, (_, i) => [i % 24])
    const { tree } = grow(
      points,
      points.map(() => random.next()),
      [24],
      { maxDepth: 1 },
    )
    if (tree.feature[0]! >= 0) splits++
  }
  expect(splits).toBeGreaterThan(25)
  expect(splits).toBeLessThan(75)
})

test('mean and variance of every leaf are the weighted ones of its rows', () => {
  const random = randomStream('leaves')
  for (const splits of ['best', 'random'] as const) {
    const points = mixedPoints(200, [0, 5, 0], random, 0.2)
    const targets = points.map(() => random.next())
    const weights = points.map(() => 1 + random.integer(3))
    const { tree, leafOf } = grow(points, targets, [0, 5, 0], { minLeaf: 4, splits, cuts: 'uniform' }, weights)
    const leaves = points.map((point) => leafOf(...point))
    for (const leaf of new Set(leaves)) {
      const members = leaves.flatMap((other, i) => (other === leaf ? [i] : []))
      expect(members.length).toBeGreaterThanOrEqual(4)
      const total = members.reduce((sum, i) => sum + weights[i]!, 0)
      const mean = members.reduce((sum, i) => sum + weights[i]! * targets[i]!, 0) / total
      expect(tree.mean[leaf]).toBeCloseTo(mean, 13)
      expect(tree.variance[leaf]).toBeCloseTo(
        members.reduce((sum, i) => sum + weights[i]! * (targets[i]! - mean) ** 2, 0) / total,
        13,
      )
    }
    expect(new Set(leaves).size).toBeGreaterThan(10)
  }
})

test('inactive is a value of its own', () => {
  const f = (x: number): number => (Number.isNaN(x) ? 5 : x < 0.5 ? 1 : 9)
  const ordered = [NaN, NaN, 0.1, 0.2, 0.6, 0.8].map((x) => [x])
  const tree = grow(
    ordered,
    ordered.map(([x]) => f(x!)),
    [0],
  )
  expect([NaN, 0, 0.39, 0.41, 1].map((x) => tree.predict(x))).toEqual([5, 1, 1, 9, 9])
  const unordered = [NaN, NaN, 0, 0, 1, 1].map((level) => [level])
  const other = grow(
    unordered,
    unordered.map(([level]) => f(level!)),
    [2],
  )
  expect([NaN, 0, 1].map((level) => other.predict(level))).toEqual([5, 1, 9])
})

test('rows that differ only in their targets share a leaf, whose variance is that of the targets', () => {
  const { tree, leafOf } = grow([[0.2], [0.2], [0.7], [0.7]], [1, 3, 10, 10], [0])
  expect(tree.mean[leafOf(0.2)]).toBe(2)
  expect(tree.variance[leafOf(0.2)]).toBe(1)
  expect(tree.mean[leafOf(0.7)]).toBe(10)
  expect(tree.variance[leafOf(0.7)]).toBe(0)
})

test('a constant target or a single row makes exactly one leaf', () => {
  for (const targets of [[0.1, 0.1, 0.1], [1e300]]) {
    const { tree } = grow(
      targets.map((_, i) => [i / 10]),
      targets,
      [0],
    )
    expect([...tree.feature]).toEqual([-1])
    expect([...tree.mean]).toEqual([targets[0]])
    expect([...tree.variance]).toEqual([0])
  }
})

test('the unit of the target does not matter, from 2^-900 to 2^500', () => {
  const random = randomStream('unit')
  const points = mixedPoints(100, [0, 4], random)
  const targets = points.map(() => random.next() - 0.5)
  const { tree } = grow(points, targets, [0, 4])
  for (const unit of [2 ** -900, 2 ** 500]) {
    const scaled = grow(
      points,
      targets.map((y) => y * unit),
      [0, 4],
    ).tree
    expect(scaled.feature).toEqual(tree.feature)
    expect(scaled.threshold).toEqual(tree.threshold)
    expect(scaled.mean).toEqual(tree.mean.map((y) => y * unit))
  }
})

test('an outlier of 1e15 does not hide the structure of the other targets', () => {
  const points = [0.1, 0.2, 0.3, 0.4, 0.5, 0.9].map((x) => [x])
  const { predict } = grow(points, [0, 0, 1, 1, 2, 1e15], [0])
  expect([0.1, 0.3, 0.5, 0.9].map((x) => predict(x))).toEqual([0, 1, 2, 1e15])
})

test('depth, rows to split and rows in a leaf stay within their limits', () => {
  const random = randomStream('limits')
  const points = mixedPoints(300, [0, 3], random)
  const targets = points.map(() => random.next())
  expect(grow(points, targets, [0, 3], { maxDepth: 3 }).tree.feature.length).toBeLessThanOrEqual(15)
  expect(grow(points, targets, [0, 3], { maxDepth: 0 }).tree.feature.length).toBe(1)
  expect(grow(points, targets, [0, 3], { minSplit: 301 }).tree.feature.length).toBe(1)
  expect(grow(points, targets, [0, 3], { minLeaf: 151 }).tree.feature.length).toBe(1)
})

test('uniform cuts fall anywhere between two neighboring values, and nowhere else', () => {
  const cuts = Array.from(
    { length: 200 },
    (_, seed) => grow([[0.2], [0.6]], [0, 1], [0], { cuts: 'uniform' }, undefined, seed).tree.threshold[0]!,
  )
  expect(Math.min(...cuts)).toBeGreaterThanOrEqual(0.2)
  expect(Math.max(...cuts)).toBeLessThan(0.6)
  expect(cuts.filter((cut) => cut < 0.4).length).toBeGreaterThan(60)
  expect(cuts.filter((cut) => cut > 0.4).length).toBeGreaterThan(60)
})

test('neighboring doubles can be told apart, whichever of them their middle is rounded to', () => {
  for (const low of [0.5, 0.5 + 2 ** -53]) {
    const { predict } = grow([[low], [low + 2 ** -53]], [0, 1], [0])
    expect(predict(low)).toBe(0)
    expect(predict(low + 2 ** -53)).toBe(1)
  }
})

test('a level that no row has goes left or right, with the odds of the weights', () => {
  const sides = Array.from({ length: 400 }, (_, seed) =>
    grow([[0], [1], [1], [1]], [0, 1, 1, 1], [3], {}, undefined, seed).predict(2),
  )
  const share = sides.filter((y) => y === 0).length / sides.length
  expect(share).toBeGreaterThan(0.15)
  expect(share).toBeLessThan(0.35)
})

test('random splits leave no leaf empty and no node without children', () => {
  const random = randomStream('random splits')
  for (let seed = 0; seed < 30; seed++) {
    const points = mixedPoints(60, [0, 6, 0], random, 0.3)
    const { tree, leafOf } = grow(
      points,
      points.map(() => random.next()),
      [0, 6, 0],
      { splits: 'random', features: 1 },
      undefined,
      seed,
    )
    const reached = new Set(points.map((point) => leafOf(...point)))
    expect(reached.size).toBe(tree.feature.filter((j) => j < 0).length)
  }
})
