import { describe, expect, test } from 'vitest'
import { scheduled, valueAt } from '../../src/sampler/schedule.ts'
import type { Schedule } from '../../src/sampler/acquisition-options.ts'
import { randomStream } from '../../src/numerics/random.ts'
import type { Random } from '../../src/numerics/random.ts'

const NEVER: Random = {
  next: () => expect.unreachable('a schedule that draws nothing took a number'),
  integer: () => expect.unreachable('a schedule that draws nothing took a number'),
}

const AT_LEAST_ZERO = {
  must: 'a number of at least 0',
  holds: (value: unknown) => typeof value === 'number' && value >= 0,
}

const at = (schedule: Schedule, step: number, d = 2): number => valueAt(schedule, step, d, NEVER)

test('a number stays as it is', () => {
  expect([0, 5, 1000].map((step) => at(1.96, step))).toEqual([1.96, 1.96, 1.96])
})

test('MIP-24 the temperatures of mipego: first, fifth and last of ten from 2 to 0.1', () => {
  const range = { from: 2, to: 0.1, over: 10 }
  const values = (schedule: Schedule): number[] => [0, 4, 9].map((step) => at(schedule, step))
  const [exponential, linear, logarithmic] = [
    values({ kind: 'exponential', ...range }),
    values({ kind: 'linear', ...range }),
    values({ kind: 'logarithmic', to: 0.1, over: 10 }),
  ]
  for (const [i, expected] of [1.482269, 0.447214, 0.1].entries()) expect(exponential[i]).toBeCloseTo(expected, 6)
  for (const [i, expected] of [1.81, 1.05, 0.1].entries()) expect(linear[i]).toBeCloseTo(expected, 12)
  for (const [i, expected] of [0.345943, 0.133829, 0.1].entries()) expect(logarithmic[i]).toBeCloseTo(expected, 6)
})

test('MIP-24 what has reached its end stays there', () => {
  for (const schedule of [
    { kind: 'exponential', from: 2, to: 0.1, over: 10 },
    { kind: 'linear', from: 2, to: 0.1, over: 10 },
    { kind: 'logarithmic', to: 0.1, over: 10 },
  ] as const)
    for (const step of [10, 11, 5000]) expect(at(schedule, step)).toBeCloseTo(0.1, 15)
})

test('SKO-134 a periodic schedule decays by equal factors and begins again', () => {
  const schedule = { kind: 'periodic', from: 1.96, to: 0.1, period: 25 } as const
  const rate = -Math.log(0.1 / 1.96) / 25
  for (const step of [0, 1, 7, 24, 25, 26, 99]) {
    expect(at(schedule, step)).toBeCloseTo(1.96 * Math.exp(-rate * (step % 25)), 12)
  }
})

test('SKO-135 the bandit of deephyper', () => {
  for (const [step, d] of [
    [0, 1],
    [0, 3],
    [40, 10],
  ] as const) {
    const i = step + 1
    expect(at({ kind: 'bandit' }, step, d)).toBeCloseTo(
      Math.sqrt(2 * Math.log((d * i ** 2 * Math.PI ** 2) / (6 * 0.05)) * 0.2),
      12,
    )
  }
})

test('HYE-45 the bandit of hyperengine, with three points in two dimensions', () => {
  expect(at({ kind: 'bandit', delta: 0.5, lambda: 1 }, 2)).toBeCloseTo(2.856998159231768, 14)
})

test('HYP-56 the weight of hypermapper at t = 10', () => {
  expect(at({ kind: 'growing' }, 9)).toBeCloseTo(0.6168997525655427, 14)
})

test('HYE-51 a switch has one number before and another one from then on', () => {
  expect([0, 19, 20, 21].map((step) => at({ kind: 'switch', from: 1, to: 0, at: 20 }, step))).toEqual([1, 1, 0, 0])
})

test('SKO-97 SKO-142 drawn weights have the exponential distribution with their mean', () => {
  const random = randomStream('drawn')
  const drawn = Array.from({ length: 20_000 }, () => valueAt({ kind: 'drawn', mean: 1.96 }, 3, 2, random))
  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0)
  expect(drawn.reduce((a, b) => a + b) / drawn.length).toBeCloseTo(1.96, 1)
  // P(κ > 2 · mean) = e⁻²
  expect(drawn.filter((kappa) => kappa > 3.92).length / drawn.length).toBeCloseTo(Math.exp(-2), 2)
})

test('MIP-27 log-normal temperatures have median 1 and half a unit of spread', () => {
  const random = randomStream('log-normal')
  const drawn = Array.from({ length: 20_000 }, () => Math.log(valueAt({ kind: 'log-normal' }, 3, 2, random)))
  const mean = drawn.reduce((a, b) => a + b) / drawn.length
  const variance = drawn.reduce((sum, t) => sum + (t - mean) ** 2, 0) / drawn.length
  expect(Math.abs(mean)).toBeLessThan(0.015)
  expect(Math.sqrt(variance)).toBeCloseTo(0.5, 2)
})

test('a schedule that draws takes one number, so that what is drawn after it does not depend on the kind', () => {
  for (const schedule of [{ kind: 'drawn', mean: 2 }, { kind: 'log-normal' }] as const) {
    const [random, other] = [randomStream('one'), randomStream('one')]
    valueAt(schedule, 0, 1, random)
    other.next()
    expect(random.next()).toBe(other.next())
  }
})

describe('anything but a schedule is refused', () => {
  test.each([
    [-1, "option 'kappa': must be a number of at least 0, or a schedule as in { kind: 'drawn', mean: 1 }, got -1"],
    [true, "option 'kappa': must be a number of at least 0, or a schedule as in { kind: 'drawn', mean: 1 }, got true"],
    [{ kind: 'linea' }, `got "linea"; did you mean 'linear'?`],
    [{ kind: 'constructor' }, `option 'kappa': must be 'periodic' or 'exponential' or`],
    [{ kind: 'linear', form: 1 }, "option 'form': 'linear' of 'kappa' has none of this name; did you mean 'from'?"],
    [{ kind: 'linear', mean: 1 }, "option 'kappa.mean': belongs to 'drawn', but 'kappa' is 'linear'; leave it out"],
    [{ kind: 'drawn' }, "option 'kappa.mean': 'drawn' of 'kappa' needs it, as in mean=X"],
    [{ kind: 'drawn', mean: 0 }, "option 'kappa.mean': must be a number above 0, got 0"],
    [{ kind: 'bandit', delta: 2 }, "option 'kappa.delta': must be a number above 0, up to 1, got 2"],
    [
      { kind: 'periodic', from: 1, to: 0.1, period: 1.5 },
      "option 'kappa.period': must be a whole number of at least 1",
    ],
    [{}, "option 'kappa': must be 'periodic' or"],
  ])('%j', (given, message) => {
    expect(() => scheduled(AT_LEAST_ZERO).parse(given, 'kappa')).toThrow(message)
  })

  test('and every kind with what it needs is one', () => {
    for (const schedule of [
      0,
      { kind: 'periodic', from: 2, to: 0.1, period: 20 },
      { kind: 'exponential', from: 2, to: 0.1, over: 20 },
      { kind: 'linear', from: 2, to: 0, over: 20 },
      { kind: 'logarithmic', to: 0.1, over: 20 },
      { kind: 'switch', from: 1, to: 0, at: 20 },
      { kind: 'bandit' },
      { kind: 'growing', scale: 2 },
      { kind: 'drawn', mean: 3 },
      { kind: 'log-normal' },
    ])
      expect(() => scheduled(AT_LEAST_ZERO).parse(schedule, 'kappa')).not.toThrow()
  })
})
