import { expect, test } from 'vitest'
import { normalDraw } from '../../../src/numerics/draws.ts'
import { randomStream } from '../../../src/numerics/random.ts'
import { averageAlong, averagingPoints, pointWith } from '../../../src/report/models/average.ts'
import { contourOver } from '../../../src/report/models/contour.ts'
import { cutAlong } from '../../../src/report/models/cut-line.ts'
import { movedTo, placesAlong } from '../../../src/report/models/places.ts'
import { branch, choice, float, int, ordinal } from '../../../src/space/parameter.ts'
import { parseSpace } from '../../../src/space/validate.ts'
import { parseWhere } from '../../../src/space/where.ts'
import { predictMeans } from '../../../src/surrogate/prediction.ts'
import { condition } from '../../../src/surrogate/gaussian-process.ts'
import { drawInto, factored, jointPosterior } from '../../../src/surrogate/joint-posterior.ts'
import { PLANE, bowl, cutOf, surfaceOf, trialsOf } from './studies.ts'

test('a cut follows the function, with all else as in the recommended trial', () => {
  const surface = surfaceOf(PLANE, trialsOf(PLANE, 24, bowl))
  const cut = cutOf(surface, 0)
  expect(cut.at).toHaveLength(49)
  for (const [i, x] of cut.at.entries()) {
    expect(Math.abs(cut.mean[i]! - bowl({ x, y: surface.center[1] }))).toBeLessThan(0.01)
    expect(cut.low[i]!).toBeLessThanOrEqual(cut.mean[i]!)
    expect(cut.high[i]!).toBeGreaterThanOrEqual(cut.mean[i]!)
  }
  expect(Math.abs(cut.span - 4 * 0.36)).toBeLessThan(0.02)
  expect(cut.spanDeviations).toBeGreaterThan(10)
})

test('only the parameter that matters moves its cut and its average', () => {
  const space = parseSpace({ a: float(0, 1), b: float(0, 1), c: float(0, 1) })
  const range = (list: readonly number[]): number => Math.max(...list) - Math.min(...list)
  for (const [k, name] of ['a', 'b', 'c'].entries()) {
    const surface = surfaceOf(
      space,
      trialsOf(space, 24, (config) => 3 * config[name]),
    )
    const points = averagingPoints(surface.axes, 3, 10_000)
    for (const other of [0, 1, 2]) {
      const cut = cutAlong(surface, other, (places) => averageAlong(surface, other, places, points))
      expect(range(cut.mean) > 1, `cut of ${other} where ${k} matters`).toBe(other === k)
      expect(range(cut.average) > 1).toBe(other === k)
      expect(cut.spanDeviations > 3).toBe(other === k)
    }
  }
})

test('bands of 95 % cover functions that are drawn from the process', () => {
  const space = parseSpace({ x: float(0, 1) })
  const base = surfaceOf(
    space,
    trialsOf(space, 20, ({ x }) => Math.sin(9 * x), { noise: 0.1 }),
  )
  const { theta, signal, noise } = base.process
  const grid = Float64Array.from({ length: 49 }, (_, i) => i / 48)
  const places = Float64Array.from({ length: 13 }, (_, i) => grid[4 * i]!)
  // Without an observation the posterior is the prior.
  const empty = { points: new Float64Array(0), values: new Float64Array(0), categories: [false] }
  const root = factored(jointPosterior(condition(empty, theta), grid, 49).covariance, 49, signal)
  const random = randomStream('drawn')
  const f = new Float64Array(49)
  let inside = 0
  for (let draw = 0; draw < 60; draw++) {
    drawInto(f, new Float64Array(49), root, new Float64Array(49), random)
    const values = places.map((_, i) => f[4 * i]! + Math.sqrt(noise) * normalDraw(random))
    const process = condition({ points: places, values, categories: [false] }, theta)
    const { low, high } = cutOf({ ...base, process, judge: { ...base.judge, valueOf: (t) => t } }, 0)
    inside += f.filter((value, i) => value >= low[i]! && value <= high[i]!).length
  }
  expect(inside / (60 * 49)).toBeGreaterThan(0.93)
  expect(inside / (60 * 49)).toBeLessThan(0.97)
})

test('a gain toward an end is told where the function goes on falling, and only there', () => {
  const surface = surfaceOf(
    PLANE,
    trialsOf(PLANE, 24, ({ x, y }) => 2 * (1 - x) ** 1.2 + (y - 0.5) ** 2),
  )
  const [ofX, ofY] = [cutOf(surface, 0), cutOf(surface, 1)]
  expect(ofX.gainAtHigh).toBeGreaterThan(2)
  expect(ofX.gainAtLow).toBeLessThan(-2)
  expect(ofY.gainAtLow).toBeLessThan(0)
  expect(ofY.gainAtHigh).toBeLessThan(0)
})

test('an average is that of predictions at all points', () => {
  const space = parseSpace({ x: float(0, 1), kind: branch('kind', { a: { p: float(0, 1) }, b: { q: int(1, 9) } }) })
  const trials = trialsOf(space, 30, ({ x, kind }) => x + (kind.kind === 'a' ? kind.p : kind.q / 9 + 1))
  const surface = surfaceOf(space, trials)
  const { axes, process, judge } = surface
  const points = averagingPoints(axes, 3, 100)
  for (const k of [0, 1, 2, 3]) {
    const places = placesAlong(axes.list[k]!, 5)
    const found = averageAlong(surface, k, places, points)
    for (const [i, u] of places.coordinates.entries()) {
      const all = points.map((point) => pointWith(axes, point, k, u))
      // The parameter is active, and so is nothing of another branch.
      for (const x of all) {
        expect(x[k]).toBe(u)
        expect([Number.isNaN(x[2]!), Number.isNaN(x[3]!)]).toEqual([x[1] === 1, x[1] === 0])
      }
      const mean = all.reduce((sum, x) => sum + predictMeans(process, x, 1)[0]!, 0) / all.length
      expect(Math.abs(found[i]! - judge.valueOf(mean))).toBeLessThan(1e-9)
    }
  }
})

test('a cut of a branch keeps what is common, and borrows the rest from the best trial of that branch', () => {
  const space = parseSpace({ x: float(0, 1), kind: branch('kind', { a: { p: float(0, 1) }, b: { q: float(0, 1) } }) })
  const trials = trialsOf(
    space,
    40,
    ({ x, kind }) => x + (kind.kind === 'a' ? (kind.p - 0.3) ** 2 : 1 + (kind.q - 0.8) ** 2),
  )
  const surface = surfaceOf(space, trials)
  const cut = cutOf(surface, 1)
  expect(cut.at).toEqual([0, 1])
  expect(cut.beats[0]).toBe(0.5)
  expect(cut.beats[1]).toBeLessThan(0.01)
  const moved = movedTo(surface, [[1, 1]])
  const lender = surface.judge.made.ranked.find(({ x }) => x[1] === 1)!
  expect(moved[0]).toBe(surface.center[0])
  expect(moved[2]).toBeNaN()
  expect(moved[3]).toBe(lender.x[3])
})

test('places of each kind of parameter are those of the columns', () => {
  const space = parseSpace({
    lr: float(1e-4, 1, { log: true }),
    few: int(2, 9),
    many: int(1, 1000, { log: true }),
    steps: float(0, 1, { step: 0.25 }),
    size: ordinal([8, 16, 64]),
    kind: choice(['a', 'b', 'c'], { weights: [1, 2, 5] }),
    one: float(3, 3),
  })
  const { axes } = surfaceOf(
    space,
    trialsOf(space, 21, ({ lr }) => Math.log10(lr)),
  )
  const [lr, few, many, steps, size, kind, one] = axes.list.map((axis) => placesAlong(axis, 49).at)
  expect([lr!.length, lr![0], lr!.at(-1)]).toEqual([49, 1e-4, 1])
  expect(few).toEqual([2, 3, 4, 5, 6, 7, 8, 9])
  expect([many![0], many!.at(-1)]).toEqual([1, 1000])
  expect(many).toEqual([...new Set(many)].sort((a, b) => a - b))
  expect(steps).toEqual([0, 0.25, 0.5, 0.75, 1])
  expect([size, kind, one]).toEqual([[0, 1, 2], [0, 1, 2], [3]])
})

test('where a condition forbids a place there is no value', () => {
  const where = parseWhere(PLANE, 'x + y <= 1.2')
  const trials = trialsOf(PLANE, 34, bowl).filter(({ config }: any) => config.x + config.y <= 1.2)
  const surface = surfaceOf(PLANE, trials, where)
  const points = averagingPoints(surface.axes, 3, 10_000)
  const cut = cutAlong(surface, 0, (places) => averageAlong(surface, 0, places, points))
  for (const [i, x] of cut.at.entries()) {
    const isIn = x + surface.center[1]! <= 1.2
    for (const list of [cut.mean, cut.low, cut.high]) expect(Number.isNaN(list[i]!)).toBe(!isIn)
    expect(cut.average[i]).not.toBeNaN()
  }
  expect(cut.gainAtHigh).toBe(0)
  const { mean, doubt } = contourOver(surface, 0, 1, [false, false])
  const middle = (c: number): number => (c + 0.5) / 40
  for (const c of mean.keys()) {
    const isIn = middle(Math.floor(c / 40)) + middle(c % 40) <= 1.2
    expect([Number.isNaN(mean[c]!), Number.isNaN(doubt[c]!)]).toEqual([!isIn, !isIn])
  }
})
