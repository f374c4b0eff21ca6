import { expect, test } from 'vitest'
import { logExpectedImprovement } from '../../src/acquisition/acquisition.ts'
import { criterionOf } from '../../src/acquisition/criterion.ts'
import type { Criterion } from '../../src/acquisition/criterion.ts'
import { maximize } from '../../src/acquisition/maximize.ts'
import { feasibility } from '../../src/acquisition/terms.ts'
import { randomStream } from '../../src/numerics/random.ts'
import { axesOf, settleInPlace } from '../../src/space/axes.ts'
import { branch, choice, float, int } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import { condition } from '../../src/surrogate/gaussian-process.ts'
import { forestModel, processModel } from '../../src/surrogate/model.ts'
import { fitForest } from '../../src/surrogate/random-forest.ts'

const OPTIONS = { global: 200, local: 100, shortlist: 150, starts: 4, iterations: 40 }

/** The criterion of a known function of points, with its slope if given. */
function criterionFor(
  d: number,
  f: (x: Float64Array) => number,
  slope?: (x: Float64Array, gradient: Float64Array) => void,
): Criterion {
  const values = (points: Float64Array, m: number): Float64Array =>
    Float64Array.from({ length: m }, (_, c) => f(points.subarray(c * d, (c + 1) * d)))
  return {
    d,
    values,
    lengthscales: new Float64Array(d).fill(0.5),
    promising: (points, m, size) => {
      const all = values(points, m)
      const rows = Int32Array.from({ length: m }, (_, c) => c)
        .sort((a, b) => all[b]! - all[a]!)
        .slice(0, size)
      return { rows, values: Float64Array.from(rows, (c) => all[c]!) }
    },
    ...(slope && {
      slope: (x: Float64Array, gradient: Float64Array) => {
        slope(x, gradient)
        return f(x)
      },
    }),
  }
}

test('climbs to the top of a hill in numbers', () => {
  const axes = axesOf(parseSpace({ x: float(0, 1), y: float(0, 1) }))
  const top = [0.2345678, 0.8765432]
  const f = (x: Float64Array): number => -((x[0]! - top[0]!) ** 2 + 10 * (x[1]! - top[1]!) ** 2)
  const found = maximize(
    criterionFor(2, f, (x, g) => {
      g[0] = -2 * (x[0]! - top[0]!)
      g[1] = -20 * (x[1]! - top[1]!)
    }),
    axes,
    [],
    randomStream('hill'),
    OPTIONS,
  )
  expect(found[0]!.x[0]).toBeCloseTo(top[0]!, 3)
  expect(found[0]!.x[1]).toBeCloseTo(top[1]!, 3)
  for (let i = 1; i < found.length; i++) expect(found[i]!.value).toBeLessThanOrEqual(found[i - 1]!.value)
})

test('finds the best of many categories and integers, by steps that change one of them', () => {
  const space = parseSpace({
    ...Object.fromEntries([0, 1, 2, 3, 4, 5].map((i) => [`c${i}`, choice([...'abcdef'])])),
    k: int(0, 1000),
  })
  const axes = axesOf(space)
  const f = (x: Float64Array): number =>
    -[0, 1, 2, 3, 4, 5].reduce((sum, i) => sum + Math.abs(x[i]! - ((i * 5) % 6)), 0) - Math.abs(x[6]! - 0.5)
  const [best] = maximize(criterionFor(7, f), axes, [], randomStream('categories'), { ...OPTIONS, starts: 8 })
  expect([...best!.x.subarray(0, 6)]).toEqual([0, 5, 4, 3, 2, 1])
  expect(Math.abs(best!.x[6]! - 0.5)).toBeLessThan(0.01)
})

test('finds as much in the criterion of a Gaussian process as a fine grid does', () => {
  const axes = axesOf(parseSpace({ x: float(0, 1), y: float(0, 1) }))
  const random = randomStream('observations')
  const points = Float64Array.from({ length: 24 }, () => random.next())
  const values = Float64Array.from(
    { length: 12 },
    (_, i) => Math.sin(7 * points[2 * i]!) + (points[2 * i + 1]! - 0.4) ** 2,
  )
  const model = condition(
    { points, values, categories: [false, false] },
    Float64Array.of(-1.2, -0.7, 0, Math.log(1e-5), -25, -25, -2),
  )
  const criterion = criterionOf(processModel(model), logExpectedImprovement(Math.min(...values)))
  const grid = Float64Array.from(
    { length: 2 * 101 * 101 },
    (_, i) => (i % 2 === 0 ? Math.floor(i / 202) : (i >> 1) % 101) / 100,
  )
  const [best] = maximize(criterion, axes, [], randomStream('grid'), OPTIONS)
  expect(best!.value).toBeGreaterThanOrEqual(Math.max(...criterion.values(grid, 101 * 101)) - 1e-6)
})

test('the slope of a criterion agrees with differences, also where trials fail', () => {
  const categories = [false, false]
  const observations = {
    points: Float64Array.of(0.1, 0.2, 0.7, 0.4, 0.5, 0.9),
    values: Float64Array.of(1, -1, 0.3),
    categories,
  }
  const model = condition(observations, Float64Array.of(-1, -1, 0, -6, -2, -2, -1))
  const safety = {
    model: condition(
      { ...observations, values: Float64Array.of(1, 1, -1) },
      Float64Array.of(-0.5, -1, 0, -3, -25, -25, -25),
    ),
    least: 0.3,
  }
  const criterion = criterionOf(processModel(model), logExpectedImprovement(-1), [feasibility(safety)])
  const gradient = new Float64Array(2)
  for (const [x, y] of [
    [0.3, 0.3],
    [0.8, 0.85],
    [0.05, 0.95],
  ] as const) {
    const value = criterion.slope!(Float64Array.of(x, y), gradient)
    expect(value).toBeCloseTo(criterion.values(Float64Array.of(x, y), 1)[0]!, 9)
    const h = 1e-6
    const at = (dx: number, dy: number): number => criterion.values(Float64Array.of(x + dx, y + dy), 1)[0]!
    expect(gradient[0]).toBeCloseTo((at(h, 0) - at(-h, 0)) / (2 * h), 4)
    expect(gradient[1]).toBeCloseTo((at(0, h) - at(0, -h)) / (2 * h), 4)
  }
})

test('every candidate is a point of the space: inactive parameters have no value, and steps are kept', () => {
  const space = parseSpace({
    x: float(0, 1),
    opt: branch('name', { adam: { beta: float(0, 1), k: int(0, 500) }, sgd: { momentum: float(0, 1) } }),
  })
  const axes = axesOf(space)
  const d = axes.list.length
  const f = (x: Float64Array): number => -x.reduce((sum, v) => sum + (Number.isNaN(v) ? 0.3 : (v - 0.4) ** 2), 0)
  const slope = (x: Float64Array, g: Float64Array): void => void x.forEach((v, k) => (g[k] = -2 * (v - 0.4)))
  const found = maximize(criterionFor(d, f, slope), axes, [], randomStream('branches'), OPTIONS)
  for (const { x, value } of found) {
    const settled = Float64Array.from(x)
    settleInPlace(settled, axes, randomStream('unused'))
    expect(settled).toEqual(x)
    expect(value).toBe(f(x))
  }
  expect(new Set(found.map(({ x }) => x.filter((v) => !Number.isNaN(v)).length))).toEqual(new Set([3, 4]))
})

test('the criterion of a forest is finite where all of its trees agree', () => {
  const points = Float64Array.of(0.1, 0.4, 0.6, 0.9)
  const forest = fitForest(points, new Float64Array(4), 4, 1, [0], {}, randomStream('forest'))
  for (const best of [-1, 0, 1]) {
    const [value] = criterionOf(forestModel(forest, 4), logExpectedImprovement(best)).values(Float64Array.of(0.5), 1)
    expect(Number.isFinite(value)).toBe(true)
  }
})

test('G7: a discrete step looks at 128 neighbors at most, and with 16 parameters at half of them in full', () => {
  for (const [d, step] of [
    [15, (m: number) => m],
    [20, (m: number) => Math.ceil(m / 2)],
  ] as const) {
    const axes = axesOf(parseSpace(Object.fromEntries(Array.from({ length: d }, (_, k) => [`k${k}`, int(0, 1000)]))))
    const calls: (readonly [m: number, size: number])[] = []
    const criterion = criterionFor(d, (x) => -x.reduce((sum, u) => sum + Math.abs(u - 0.4), 0))
    const promising: Criterion['promising'] = (points, m, size) => {
      calls.push([m, size])
      return criterion.promising(points, m, size)
    }
    maximize({ ...criterion, promising }, axes, [], randomStream('steps'), OPTIONS)
    const [, ...steps] = calls
    expect(Math.max(...steps.map(([m]) => m))).toBe(128)
    for (const [m, size] of steps) expect(size).toBe(step(m))
  }
})

test('G7: with 16 parameters a search looks around once in each round, and only two climbs make more than one', () => {
  const looks = (d: number): number => {
    const axes = axesOf(parseSpace(Object.fromEntries(Array.from({ length: d }, (_, k) => [`k${k}`, int(0, 1000)]))))
    const criterion = criterionFor(d, (x) => -x.reduce((sum, u) => sum + Math.abs(u - 0.4), 0))
    let count = 0
    const promising: Criterion['promising'] = (points, m, size) => {
      count++
      return criterion.promising(points, m, size)
    }
    maximize({ ...criterion, promising }, axes, [], randomStream('looks'), OPTIONS)
    return count - 1
  }
  // Four starts, and something is gained everywhere: three rounds of three steps, or one round and twice two more.
  expect([looks(15), looks(16)]).toEqual([36, 8])
})
