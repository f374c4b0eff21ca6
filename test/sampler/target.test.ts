import { describe, expect, test } from 'vitest'
import { bayesian } from '../../src/sampler/bayesian.ts'
import type { History } from '../../src/sampler/observations.ts'
import { parseBayesian } from '../../src/sampler/options.ts'
import { SCALARIZATIONS, SCALES, reciprocal, targetOf } from '../../src/sampler/target.ts'
import type { TargetOptions, Weights } from '../../src/sampler/target-choice.ts'
import { TARGET_DEFAULTS } from '../../src/sampler/target-table.ts'
import { randomStream } from '../../src/numerics/random.ts'
import { endedTrial } from '../support/trial-records.ts'

const OBJECTIVES = { loss: 'minimize', speed: 'maximize' } as const
const W = Float64Array.of(0.25, 0.75)

/** Histories of two objectives; the second one is maximized, so that its sign is turned. */
function historiesOf(values: readonly (readonly [loss: number, speed: number])[]): History[] {
  return [0, 1].map((k) => ({
    sign: k === 0 ? 1 : -1,
    observed: values.map((pair, i) => ({
      x: Float64Array.of(i),
      y: k === 0 ? pair[0] : -pair[1],
      trial: endedTrial(i, { x: i }, pair[0], { values: { loss: pair[0], speed: pair[1] } }),
    })),
    failed: [],
    recentFailures: 0,
    pending: [],
  }))
}

const VALUES = [
  [0, 5],
  [1, 10],
  [4, 30],
  [2, 20],
] as const

const targetAt = (options: TargetOptions, step = 0) =>
  targetOf(historiesOf(VALUES), OBJECTIVES, options, { seed: 1, step })
const ysOf = (options: TargetOptions, step = 0): number[] => targetAt(options, step).history.observed.map(({ y }) => y)
const weightsAt = (weights: Weights, step: number): number[] =>
  Object.values(targetAt({ kind: 'linear', weights }, step).said.weights)

describe('scalarizations', () => {
  test.each([
    ['SKO-60', 'linear', 0.5, 0.5],
    ['SKO-61', 'chebyshev', 0.45, 0.375],
    ['SKO-62', 'augmented-chebyshev', 0.4505, 0.3755],
    ['SKO-63', 'boundary', 0.8, 2.8],
    ['SKO-64', 'quadratic', 0.4, 1.4],
    // v = (0.75, 0.25): −min(0.75 · 0.8, 0.25 · 0.4) and −min(0.375, 0.125)
    ['HYP-11', 'modified-chebyshev', -0.1, -0.125],
  ] as const)('%s: %s has the values of its formula', (_, kind, first, second) => {
    expect(SCALARIZATIONS[kind](Float64Array.of(0.2, 0.6), W, TARGET_DEFAULTS)).toBeCloseTo(first, 12)
    expect(SCALARIZATIONS[kind](Float64Array.of(0.5, 0.5), W, TARGET_DEFAULTS)).toBeCloseTo(second, 12)
  })

  test('SKO-64: a square costs 1 along the weights and ten times as much across them', () => {
    const across = Float64Array.of(0.75, -0.25)
    const { quadratic } = SCALARIZATIONS
    expect(quadratic(W, W, TARGET_DEFAULTS)).toBeCloseTo(W[0]! ** 2 + W[1]! ** 2, 12)
    expect(quadratic(across, W, TARGET_DEFAULTS)).toBeCloseTo(10 * (0.75 ** 2 + 0.25 ** 2), 12)
  })

  test('all but the modified one rise if a value of at least 0 rises; what dominates is never worth less', () => {
    const random = randomStream('dominance')
    for (const kind of ['linear', 'chebyshev', 'augmented-chebyshev', 'modified-chebyshev'] as const) {
      for (let i = 0; i < 200; i++) {
        const y = Float64Array.from({ length: 3 }, () => random.next())
        const w = Float64Array.from({ length: 3 }, () => 0.01 + random.next())
        const worse = y.map((at) => at + random.next())
        const { [kind]: combine } = SCALARIZATIONS
        expect(combine(worse, w, TARGET_DEFAULTS)).toBeGreaterThanOrEqual(combine(y, w, TARGET_DEFAULTS))
      }
    }
  })
})

describe('scales', () => {
  const column = Float64Array.of(3, 1, 5, 1)

  test.each([
    ['SKO-81', 'identity', 3, 3],
    ['SKO-82', 'minmax', 3, 0.5],
    ['SKO-83', 'minmax-log', 3, Math.log(0.5 + 1e-12)],
    ['SKO-83', 'minmax-log', 1, Math.log(1e-12)],
    ['SKO-84', 'log', 3, Math.log(3)],
    ['SKO-85', 'quantile', 3, 2 / 3],
    ['SKO-85', 'quantile', 1, 1 / 6],
    ['SKO-85', 'quantile', 4, 2.5 / 3],
  ] as const)('%s: %s of %f', (_, scale, value, expected) => {
    expect(SCALES[scale](column)(value)).toBeCloseTo(expected, 12)
  })

  test('a bound is scaled by the same map as the values, wherever it lies', () => {
    for (const scale of Object.values(SCALES)) {
      const map = scale(column)
      for (const bound of [-10, 0, 1, 2, 9]) expect(map(bound)).not.toBeNaN()
      expect(map(-10)).toBeLessThanOrEqual(map(1))
      expect(map(9)).toBeGreaterThanOrEqual(map(5))
    }
  })

  test('HYP-52: an objective whose values are all equal becomes 0, and so does a single value', () => {
    for (const name of ['minmax', 'quantile'] as const) expect(SCALES[name](Float64Array.of(7))(7)).toBe(0)
    expect(SCALES.minmax(Float64Array.of(7, 7))(7)).toBe(0)
  })
})

describe('weights', () => {
  test('SKO-65, HYP-12, HYP-65: random ones sum to 1, are drawn for each suggestion, and all are alike', () => {
    const drawn = Array.from({ length: 2000 }, (_, step) => weightsAt('random', step))
    for (const weights of drawn) expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
    const first = drawn.map(([weight]) => weight!)
    expect(first.reduce((a, b) => a + b) / 2000).toBeCloseTo(0.5, 1)
    expect(first.filter((weight) => weight < 0.25).length / 2000).toBeCloseTo(0.25, 1)
    expect(weightsAt('random', 7)).toEqual(drawn[7])
  })

  test('SKO-19, SKO-65: equal and fixed ones; a name that is left out counts nothing', () => {
    expect(weightsAt('uniform', 3)).toEqual([0.5, 0.5])
    expect(weightsAt({ loss: 3, speed: 1 }, 3)).toEqual([0.75, 0.25])
    expect(weightsAt({ loss: 3 }, 3)).toEqual([1, 0])
  })

  test('SKO-66: new ones are drawn as often as asked for', () => {
    const drawn = Array.from({ length: 8 }, (_, step) => weightsAt({ kind: 'random', every: 4 }, step).join())
    expect(new Set(drawn).size).toBe(2)
    expect(new Set(drawn.slice(0, 4)).size).toBe(1)
  })

  test('HYP-12: from a bounding box, for all objectives or by name', () => {
    for (let step = 0; step < 50; step++) {
      const [a] = weightsAt({ kind: 'bounding-box', limits: [0.2, 0.3] }, step)
      expect(a).toBeGreaterThanOrEqual(0.4)
      expect(a).toBeLessThanOrEqual(0.6)
      const [b] = weightsAt({ kind: 'bounding-box', limits: { loss: [0.9, 1], speed: [0, 0.1] } }, step)
      expect(b).toBeGreaterThanOrEqual(0.9)
    }
  })

  test('HYP-59: reciprocal ones', () => {
    expect([...reciprocal(Float64Array.of(0.2, 0.8))]).toEqual([0.8, 0.2].map((at) => expect.closeTo(at, 12)))
    expect([...reciprocal(Float64Array.of(0, 1))][0]).toBeCloseTo(1, 6)
    const [drawn, turned] = [weightsAt('random', 5), weightsAt('reciprocal', 5)]
    expect(turned[0]).toBeCloseTo(drawn[1]!, 9)
  })
})

test('SKO-18, SKO-20: values are scaled, weighted and combined, and a maximized one is turned', () => {
  // Loss scales to 0, 0.25, 1, 0.5 and speed to 1, 0.8, 0, 0.4.
  expect(ysOf({ kind: 'linear', weights: 'uniform' })).toEqual(
    [0.5, 0.525, 0.5, 0.45].map((y) => expect.closeTo(y, 12)),
  )
  expect(ysOf({ kind: 'chebyshev', weights: { loss: 1, speed: 3 } })).toEqual(
    [0.75, 0.6, 0.25, 0.3].map((y) => expect.closeTo(y, 12)),
  )
})

test('SKO-17: beyond a bound every objective counts for more, by twice the excess in scaled units', () => {
  const free = ysOf({ kind: 'linear', weights: 'uniform' })
  const bounded = ysOf({ kind: 'linear', weights: 'uniform', atMost: { loss: 2 } })
  expect(bounded).toEqual([free[0], free[1], free[2]! + 2 * 0.5, free[3]].map((y) => expect.closeTo(y!, 12)))
  const least = ysOf({ kind: 'linear', weights: 'uniform', atLeast: { speed: 20 } })
  expect(least[0]).toBeCloseTo(free[0]! + 2 * 0.6, 12)
  expect(least[2]).toBeCloseTo(free[2]!, 12)
})

test('SKO-67, SKO-86: functions of one’s own take the place of a scale and of a scalarization', () => {
  const own = {
    name: 'mine',
    scale: () => (value: number) => value / 10,
    scalarize: (y: Float64Array) => y[0]! - y[1]!,
  }
  const { history, said } = targetOf(historiesOf(VALUES), OBJECTIVES, 'chebyshev', { seed: 1, step: 0 }, own)
  expect(history.observed.map(({ y }) => y)).toEqual([0.5, 1.1, 3.4, 2.2].map((y) => expect.closeTo(y, 12)))
  expect(said).toMatchObject({ scalarize: 'mine', scale: 'mine' })
  expect(bayesian({}, own).name).toBe('mine')
  expect(() => bayesian({}, { name: 'auto' })).toThrow("option 'own.name': must be a name of its own")
  expect(() => bayesian({}, { name: 'mine', scales: 1 } as never)).toThrow("'scales'")
})

test('a wrong name, direction or combination is refused with the remedy', () => {
  expect(() => ysOf({ kind: 'linear', weights: { los: 1 } })).toThrow("'los' is not an objective; did you mean 'loss'?")
  expect(() => ysOf({ kind: 'linear', atMost: { speed: 3 } })).toThrow(
    "'speed' is not a value to minimize; use 'atLeast'",
  )
  expect(() => ysOf({ kind: 'linear', atLeast: { loss: 3 } })).toThrow(
    "'loss' is not a value to maximize; use 'atMost'",
  )
  expect(() => parseBayesian({ scalarize: 'linaer' })).toThrow("did you mean 'linear'?")
  expect(() => parseBayesian({ scalarize: { kind: 'linear', penalty: 3 } })).toThrow(
    "'scalarize.penalty': belongs to 'boundary'",
  )
  expect(() => parseBayesian({ scalarize: { kind: 'linear', weights: { loss: -1 } } })).toThrow('scalarize.weights')
  expect(() => parseBayesian({ scalarize: { kind: 'linear', weights: { loss: 0 } } })).toThrow('one is above 0')
  expect(() =>
    parseBayesian({ scalarize: { kind: 'linear', weights: { kind: 'bounding-box', limits: [1, 0] } } }),
  ).toThrow('low and high')
  expect(() => parseBayesian({ scalarize: 'linear', acquisition: 'hypervolume' })).toThrow('leave one out')
  expect(parseBayesian({ scalarize: { kind: 'linear', weights: { loss: 1 } } })).toEqual({
    scalarize: { kind: 'linear', weights: { loss: 1 } },
  })
})
