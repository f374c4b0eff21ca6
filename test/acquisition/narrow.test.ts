import { expect, test } from 'vitest'
import type { Criterion } from '../../src/acquisition/criterion.ts'
import { maximize } from '../../src/acquisition/maximize.ts'
import { softenedBySteps } from '../../src/acquisition/narrow.ts'
import { normalLogCdf, normalLogDensity } from '../../src/numerics/special.ts'
import { randomStream } from '../../src/numerics/random.ts'
import { searchedAxes } from '../../src/space/allowed.ts'
import { axesOf, configOf } from '../../src/space/axes.ts'
import type { Axes } from '../../src/space/axes.ts'
import { choice, float, int } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import { parseWhere } from '../../src/space/where.ts'

const OPTIONS = { global: 100, local: 50, shortlist: 150, starts: 4, iterations: 30 }

/** A function of d variables with its gradient. */
interface Smooth {
  readonly of: (x: Float64Array) => number
  readonly gradient: (x: Float64Array) => readonly number[]
}

/** A worth, times the odds that each limit is at most 0; edges are as wide as `width`. */
function narrow(d: number, worth: Smooth, limits: readonly Smooth[], width = 1e-4): Criterion {
  const valueOf = (x: Float64Array): number =>
    limits.reduce((sum, { of }) => sum + normalLogCdf(-of(x) / width), worth.of(x))
  const values = (points: Float64Array, m: number): Float64Array =>
    Float64Array.from({ length: m }, (_, c) => valueOf(points.subarray(c * d, (c + 1) * d)))
  return {
    d,
    values,
    lengthscales: new Float64Array(d).fill(0.5),
    promising: (points, m) => ({ rows: Int32Array.from({ length: m }, (_, c) => c), values: values(points, m) }),
    slope: (x, gradient) => {
      gradient.set(worth.gradient(x))
      for (const { of, gradient: slopes } of limits) {
        const z = -of(x) / width
        const hazard = Math.exp(normalLogDensity(z) - normalLogCdf(z)) / width
        for (const [k, slope] of slopes(x).entries()) gradient[k]! -= hazard * slope
      }
      return valueOf(x)
    },
    softened: (softer) => narrow(d, worth, limits, Math.hypot(width, softer)),
  }
}

const linear = (...[constant, ...slopes]: number[]): Smooth => ({
  of: (x) => slopes.reduce((sum, slope, k) => sum + slope * x[k]!, constant!),
  gradient: () => slopes,
})

const best = (criterion: Criterion, axes: Axes, seed: number, centers: Float64Array[] = []) =>
  maximize(criterion, axes, centers, randomStream('narrow', seed), OPTIONS)

test('climbs to where sharp edges meet', () => {
  const axes = axesOf(parseSpace({ x: float(0, 1), y: float(0, 1), z: float(0, 1) }))
  // The highest sum below three planes that meet at (0.4, 0.3, 0.6).
  const limits = [linear(-1.9, 1, 3, 1), linear(-1.6, 1, 0, 2), linear(-1.1, 2, 1, 0)]
  for (let seed = 0; seed < 5; seed++) {
    const [found] = best(narrow(3, linear(0, 10, 10, 10), limits), axes, seed)
    for (const [k, at] of [0.4, 0.3, 0.6].entries()) expect(Math.abs(found!.x[k]! - at)).toBeLessThan(0.002)
  }
})

test('finds the discrete values for which numbers must move as well, from a poor start', () => {
  const axes = axesOf(parseSpace({ plates: int(0, 40), radius: float(0, 1), length: float(0, 1) }))
  // Few plates are cheap, a radius needs plates, and radius + length must be large; length costs, up to 0.62.
  const worth: Smooth = {
    of: ([plates, radius, length]) => -20 * plates! - 5 * radius! - 8 * length!,
    gradient: () => [-20, -5, -8],
  }
  const limits = [linear(0, -1, 1, 0), linear(1, 0, -1, -1), linear(-0.62, 0, 0, 1)]
  for (let seed = 0; seed < 5; seed++) {
    const poor = Float64Array.of(30.5 / 41, 0.7, 0.61)
    const [found] = best(narrow(3, worth, limits), axes, seed, [poor])
    // A radius of 0.38 needs the plates whose level has its middle at 16.5 / 41, which is 0.402.
    expect(configOf(axes, found!.x).plates).toBe(16)
  }
})

test('a discrete step is judged by where the numbers end up after it', () => {
  const axes = axesOf(parseSpace({ n: int(0, 9), x: float(0, 1) }))
  // x must be from n / 10 + 0.03 to n / 10 + 0.04, and a level is worth 2.
  const criterion = narrow(2, linear(0, 20, 0), [linear(0.01, -1, 1), linear(-0.02, 1, -1)])
  const few = { global: 4, local: 0, shortlist: 4, starts: 1, iterations: 30 }
  const [found] = maximize(criterion, axes, [Float64Array.of(0.25, 0.235)], randomStream('steps'), few)
  // The last level is seven away, too far for one step: the soft edges are one level wide.
  expect(configOf(axes, found!.x).n).toBe(9)
})

test('candidates keep to the conditions of the space', () => {
  const space = parseSpace({ x: float(0, 1), y: float(0, 1) })
  const axes = searchedAxes({ space, where: parseWhere(space, 'x + y <= 0.9')!, seed: 1 })
  const found = best(narrow(2, linear(0, 10, 20), [linear(-0.8, 0, 1)]), axes, 1)
  for (const { x } of found) expect(x[0]! + x[1]!).toBeLessThanOrEqual(0.9 + 1e-9)
  expect(found[0]!.x[1]).toBeGreaterThan(0.79)
  expect(found[0]!.x[1]).toBeLessThan(0.801)
})

test('values are those with the edges as they are, the best first', () => {
  const axes = axesOf(parseSpace({ x: float(0, 1), n: int(0, 3) }))
  const criterion = narrow(2, linear(0, 1, 1), [linear(-0.5, 1, 0)])
  const found = best(criterion, axes, 2, [Float64Array.of(0.2, 0.125)])
  for (const { x, value } of found) expect(criterion.values(x, 1)[0]).toBeCloseTo(value, 9)
  for (let i = 1; i < found.length; i++) expect(found[i]!.value).toBeLessThanOrEqual(found[i - 1]!.value)
  expect(found.some(({ x }) => x[0] === 0.2 && x[1] === 0.125)).toBe(true)
})

test('edges are softened only where numbers can move along them, and where there are not many discrete steps', () => {
  const criterion = (d: number): Criterion => narrow(d, linear(0), [linear(0)])
  const axes = (space: object): Axes => axesOf(parseSpace(space as never))
  const floats = (count: number): object =>
    Object.fromEntries(Array.from({ length: count }, (_, k) => [`x${k}`, float(0, 1)]))
  expect(softenedBySteps(criterion(1), axes({ x: float(0, 1) }))!.length).toBeGreaterThan(1)
  expect(softenedBySteps(criterion(20), axes(floats(20)))!.length).toBeGreaterThan(1)
  expect(softenedBySteps(criterion(2), axes({ n: int(0, 99), c: choice(['a', 'b']) }))).toBeUndefined()
  expect(softenedBySteps(criterion(16), axes({ ...floats(15), n: int(0, 9) }))).toBeUndefined()
  const { softened: _, ...without } = criterion(1)
  expect(softenedBySteps(without, axes({ x: float(0, 1) }))).toBeUndefined()
})
