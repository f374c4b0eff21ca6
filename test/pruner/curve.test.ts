import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { endOfCurve, studentCdf } from '../../src/pruner/curve-families.ts'
import { prunerNamed } from '../../src/pruner/choose.ts'
import { linearEnd } from '../../src/pruner/curve.ts'
import { predictLinear } from '../../src/pruner/linear-curve.ts'
import { asked, curveOf, mirrored, other, verdictOf } from './curves.ts'

type Curves = readonly (readonly [curve: readonly number[], end: number])[]

const path = new URL('fixtures/hyperengine-curves.json', import.meta.url)
const { train, test: tests } = JSON.parse(readFileSync(path, 'utf8')) as { train: Curves; test: Curves }

const complete = train.map(([curve, end], k) => other(k, curveOf(...curve), 'complete', end))
const accuracy = { direction: 'maximize' } as const

/** What is predicted from the first values of a test curve. */
const predicted = (curve: readonly number[], count: number, others = complete) =>
  linearEnd(asked(curveOf(...curve.slice(0, count)), others, accuracy), { least: 10, inputs: 3 })

test('HYE-71 the linear predictor gives the numbers of HyperEngine on its own test curves', () => {
  // Made by hyperengine 0.1.1: LinearCurvePredictor().predict, seeds.md, case 13.
  const values = [70.805645, 69.246526, 67.157486, 68.624616, 69.811031, 69.911706]
  for (const [k, [curve]] of tests.entries()) expect(predicted(curve, 3)?.middle).toBeCloseTo(values[k]!, 5)
  const [[first]] = tests as [Curves[number]]
  const errorOf = (count: number): number => {
    const { low, middle, high } = predicted(first, count)!
    expect(high - middle).toBeCloseTo(middle - low, 10)
    return high - middle
  }
  expect(errorOf(3)).toBeCloseTo(6.5522, 4)
  expect(predicted(first, 5)?.middle).toBeCloseTo(71.535485, 5)
  expect(errorOf(5)).toBeCloseTo(5.904747, 5)
  expect(predicted(first, 8)?.middle).toBeCloseTo(70.296802, 5)
  expect(errorOf(8)).toBeCloseTo(2.909044, 5)
})

test.each([
  [3, 2.5, 1.2],
  [4, 2, 1.2],
  [5, 2.5, 1.2],
  [6, 2.5, 1.2],
  [7, 3, 1.8],
  [8, 1.5, 1],
  [9, 2.5, 1.2],
])('HYE-71 from %i values, the largest difference is below %d and the mean one below %d', (count, most, mean) => {
  const differences = tests.map(([curve, end]) => {
    const { low, middle, high } = predicted(curve, count)!
    expect(low).toBeLessThan(end)
    expect(high).toBeGreaterThan(end)
    return Math.abs(middle - end)
  })
  expect(Math.max(...differences)).toBeLessThan(most)
  expect(differences.reduce((a, b) => a + b, 0) / differences.length).toBeLessThan(mean)
})

test('HYE-70 HYE-71 there is no prediction before the burn-in, from too few values, or with too few curves', () => {
  const [[curve]] = tests as [Curves[number]]
  expect(predicted(curve, 3, complete.slice(0, 9))).toBeUndefined()
  expect(predicted(curve, 3, complete.slice(0, 10))).toBeDefined()
  expect(predicted(curve, 2)).toBeUndefined()
  // Ten curves and nine values: the original's model passes through all of them, and its error is 0.
  expect(predicted(curve, 9, complete.slice(0, 10))).toBeUndefined()
  expect(predicted(curve, 9, complete.slice(0, 11))).toBeDefined()
})

test('HYE-71 the prediction is at least the best value so far', () => {
  expect(predicted([99, 20, 20], 3)?.middle).toBe(99)
  const turned = mirrored(asked(curveOf(-99, -20, -20), complete, accuracy))
  expect(turned.curve[0]).toEqual([1, 99])
})

test('HYE-72 a trial stops if its prediction and error stay below the limit, or below the best end', () => {
  const stops = (curve: readonly number[], limit?: number) =>
    prunerNamed('curve', { model: { kind: 'linear', limit } }).stops(asked(curveOf(...curve), complete, accuracy))
  expect(stops([10, 16, 25])?.because).toMatch(/^it was expected to end at .*, at most 6.552 away .*, and 72 must be/)
  expect(stops([43, 51, 55])).toBeUndefined()
  expect(stops([43, 51, 55], 77)).toBeUndefined()
  expect(stops([43, 51, 55], 78)).toBeDefined()
  const { predicted: end } = stops([10, 16, 25])!
  expect(end!.middle - end!.low).toBeCloseTo(6.5522, 4)
})

test('HYE-73 HYE-74 pruned trials and those of other steps teach nothing, and other lengths do no harm', () => {
  const [[curve]] = tests as [Curves[number]]
  const value = predicted(curve, 3)?.middle
  const strangers = [
    other(90, curveOf(1, 2, 3), 'pruned'),
    other(91, curveOf(1, 2), 'complete'),
    other(92, [[10, 1] as const, [20, 2] as const, [30, 3] as const], 'complete'),
    other(93, curveOf(1, NaN, 3), 'complete'),
    { ...other(94, curveOf(1, 2, 3)), value: null },
  ]
  expect(predicted(curve, 3, [...strangers, ...complete])?.middle).toBe(value)
})

test('a linear model of equal inputs predicts by their mean, and of many inputs by an even part of them', () => {
  const rows = Array.from({ length: 6 }, () => Float64Array.of(1, 1))
  const ends = Float64Array.of(1, 2, 3, 4, 5, 6)
  expect(predictLinear(Float64Array.of(7, 7), rows, ends)).toEqual({ value: 3.5, error: 2.5 })
  const long = Array.from({ length: 40 }, (_, i) => Float64Array.from({ length: 100 }, (_, j) => Math.sin(i * j + i)))
  const found = predictLinear(
    long[3]!,
    long,
    Float64Array.from(long, (row) => 2 * row[99]! + 1),
  )
  expect(found?.value).toBeCloseTo(2 * long[3]![99]! + 1, 6)
  expect(found?.error).toBeLessThan(1e-6)
})

const places = Float64Array.from({ length: 12 }, (_, k) => k + 1)

test.each([
  ['a power law', (x: number) => 0.2 + 0.7 * x ** -0.6],
  ['an exponential', (x: number) => 0.1 + 0.8 * Math.exp(-0.12 * x)],
  ['a logarithm', (x: number) => 1 - 0.15 * Math.log(x)],
])('the families continue %s within two deviations, from a third of it', (_, f) => {
  const { mean, deviation, chanceBelow } = endOfCurve(places, places.map(f), 36)
  expect(Math.abs(mean - f(36))).toBeLessThan(2 * deviation)
  expect(deviation).toBeLessThan(0.3 * (f(1) - f(36)))
  expect(chanceBelow(f(36) - 5 * deviation)).toBeLessThan(0.01)
  expect(chanceBelow(f(12))).toBeGreaterThan(0.9)
})

test('a prediction does not depend on the unit of the values, and a flat curve stays flat', () => {
  const y = places.map((x) => 0.3 + 1 / x)
  const one = endOfCurve(places, y, 30)
  const other = endOfCurve(
    places,
    y.map((v) => 1000 * v - 7),
    30,
  )
  expect(other.mean).toBeCloseTo(1000 * one.mean - 7, 6)
  expect(other.deviation).toBeCloseTo(1000 * one.deviation, 6)
  expect(
    endOfCurve(
      places,
      places.map(() => 5),
      30,
    ).mean,
  ).toBeCloseTo(5, 10)
})

test('studentCdf is near the exact distribution', () => {
  // Made by scipy.stats.t.cdf(t, freedom).
  const exact: [number, number, number][] = [
    [0, 5, 0.5],
    [1, 3, 0.804499],
    [-2, 3, 0.069663],
    [2, 6, 0.953787],
    [-1.5, 10, 0.082254],
    [3, 20, 0.996462],
  ]
  for (const [t, freedom, p] of exact) expect(Math.abs(studentCdf(t, freedom) - p)).toBeLessThan(0.004)
})

const falling = (end: number, count = 40) => curveOf(...Array.from({ length: count }, (_, k) => end + 1 / (k + 1)))

const ended = [0.1, 0.3, 0.2].map((end, k) => other(k, falling(end)))
const FEW = { model: { kind: 'families', least: 3 } }

test('curve stops a trial that will hardly become the best, and says where it was expected to end', () => {
  const ask = (curve: ReturnType<typeof curveOf>, options: object = {}) =>
    verdictOf('curve', { model: { ...FEW.model, ...options } }, asked(curve, ended))
  const verdict = ask(falling(0.8, 12))
  expect(verdict?.because).toMatch(/^it was expected to end at 0\.8\d* ± 0\.0\d+ at step 40, better than 0\.125 with /)
  const { low, middle, high } = verdict!.predicted!
  expect(Math.abs(middle - 0.825)).toBeLessThan(0.05)
  expect(high - middle).toBeCloseTo(middle - low, 10)
  expect(ask(falling(0.09, 12))).toBeUndefined()
  // Before a quarter of its length, and without a length or a best trial, nothing is said.
  expect(ask(falling(0.8, 9))).toBeUndefined()
  expect(ask(falling(0.8, 9), { length: 30 })).toBeDefined()
  expect(ask(falling(0.8, 12), { seen: 0.5 })).toBeUndefined()
  expect(ask(falling(0.8, 12), { least: 4 })).toBeUndefined()
  expect(verdictOf('curve', FEW, asked(falling(0.8, 12), []))).toBeUndefined()
})

test('curve counts steps from 0 as from 1, and passes over values that are not finite', () => {
  const fromZero = (curve: ReturnType<typeof curveOf>) => curve.map(([step, value]) => [step - 1, value] as const)
  const others = ended.map((one) => ({ ...one, curve: fromZero(one.curve) }))
  expect(verdictOf('curve', FEW, asked(fromZero(falling(0.8, 9)), others))).toBeUndefined()
  expect(verdictOf('curve', FEW, asked(fromZero(falling(0.8, 10)), others))).toBeDefined()
  const holes = falling(0.8, 14).map(([step, value]) => [step, step % 3 === 0 ? NaN : value] as const)
  expect(verdictOf('curve', FEW, asked(holes, ended))).toBeDefined()
})

test('curve is careful where the families were wrong about complete trials, as with a drop halfway', () => {
  const stepped = (end: number, count = 40) =>
    curveOf(...Array.from({ length: count }, (_, k) => (k < 20 ? end + 0.6 : end)))
  const others = [0.1, 0.3, 0.2].map((end, k) => other(k, stepped(end)))
  expect(verdictOf('curve', FEW, asked(stepped(0.15, 18), others))).toBeUndefined()
  expect(verdictOf('curve', FEW, asked(stepped(0.8, 30), others))).toBeDefined()
})
