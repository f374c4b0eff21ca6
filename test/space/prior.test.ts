import { describe, expect, expectTypeOf, test } from 'vitest'
import { kernelPrior } from '../../src/numerics/density.ts'
import { densityOf } from '../../src/space/belief.ts'
import { axesOf } from '../../src/space/axes.ts'
import { describeDifference } from '../../src/space/difference.ts'
import { decodeValue, encodeValue } from '../../src/space/encoding.ts'
import { parseSpec } from '../../src/space/notation.ts'
import { choice, float, int, lognormal, normal, ordinal } from '../../src/space/parameter.ts'
import type { ConfigOf, Parameter } from '../../src/space/parameter.ts'
import { parseParameterNamed, parseSpace } from '../../src/space/validate.ts'

const parsed = (given: unknown): Parameter => parseParameterNamed('x', given)

/** The value of a parameter that has this share of the belief below it. */
const quantile = (given: unknown, p: number): unknown =>
  decodeValue(parsed(given), densityOf(parsed(given))!.quantile(p))

describe('what a prior means', () => {
  test('HYP-24: a normal one has its mean and deviation in the units of the parameter', () => {
    const x = float(-10, 30, { prior: { kind: 'normal', mean: 4, deviation: 2 } })
    expect(quantile(x, 0.5)).toBeCloseTo(4, 9)
    expect(quantile(x, 0.8413447460685429)).toBeCloseTo(6, 6)
    const n = int(0, 1000, { prior: { kind: 'normal', mean: 400, deviation: 50 } })
    expect([0.1586552539, 0.5, 0.8413447461].map((p) => quantile(n, p))).toEqual([350, 400, 450])
    const stepped = float(0, 1, { step: 0.1, prior: { kind: 'normal', mean: 0.4, deviation: 0.01 } })
    expect([0.05, 0.5, 0.95].map((p) => quantile(stepped, p))).toEqual([0.4, 0.4, 0.4])
  })

  test('on a logarithmic scale a deviation counts powers of ten', () => {
    const rate = float(1e-6, 1, { log: true, prior: { kind: 'normal', mean: 1e-3, deviation: 0.5 } })
    expect(quantile(rate, 0.5)).toBeCloseTo(1e-3, 9)
    expect(Math.log10(quantile(rate, 0.8413447460685429) as number)).toBeCloseTo(-2.5, 6)
    const n = int(1, 10_000, { log: true, prior: { kind: 'normal', mean: 100, deviation: 0.2 } })
    expect(quantile(n, 0.5)).toBe(100)
  })

  test('a log-normal one is the same distribution on a linear and on a logarithmic scale', () => {
    const prior = { kind: 'log-normal', mean: 1, deviation: 0.7 } as const
    for (const p of [0.1, 0.5, 0.9]) {
      const linear = quantile(float(0.5, 40, { prior }), p) as number
      expect(quantile(float(0.5, 40, { log: true, prior }), p)).toBeCloseTo(linear, 9)
    }
  })

  test('HYP-42: gaussian, decay and exponential are beta distributions over the range', () => {
    for (const [name, a, b] of [
      ['gaussian', 3, 3],
      ['decay', 0.8, 1],
      ['exponential', 1, 0.8],
    ] as const) {
      expect(parsed(float(0, 2, { prior: name }))).toEqual(float(0, 2, { prior: { kind: 'beta', a, b } }))
    }
    expect(quantile(float(0, 2, { prior: 'decay' }), 0.5)).toBeCloseTo(2 * 0.5 ** (1 / 0.8), 9)
    expect(parsed(float(0, 2, { prior: 'uniform' }))).toEqual(float(0, 2))
    expect(parsed(float(0, 2, { prior: { kind: 'beta', a: 1, b: 1 } }))).toEqual(float(0, 2))
  })

  test('points are interpolated on the scale, and put in order', () => {
    const prior = { kind: 'points', values: [1, 0.01], weights: [0, 2] } as const
    const x = float(0.01, 1, { log: true, prior })
    expect(parsed(x)).toMatchObject({ prior: { values: [0.01, 1], weights: [2, 0] } })
    // The density falls from 2 to 0: three quarters of its mass are below the middle.
    expect(densityOf(parsed(x))!.below(0.5)).toBeCloseTo(0.75, 12)
  })

  test('HYP-42: weights and priors of an ordinal are masses of its values; its axis stays even', () => {
    const q = ordinal(['s', 'm', 'l', 'xl'], { weights: [1, 2, 5, 0.5] })
    expect([0.1, 0.3, 0.5, 0.99].map((p) => quantile(q, p))).toEqual(['s', 'm', 'l', 'xl'])
    expect(encodeValue(parsed(q), 'm')).toBe(0.375)
    const near = ordinal([8, 16, 32, 64], { prior: { kind: 'normal', mean: 32, deviation: 0.3 } })
    expect(Math.exp(densityOf(parsed(near))!.log(encodeValue(parsed(near), 32)))).toBeGreaterThan(3.5)
  })

  test('HYP-23: the kernels of a density are as wide as Silverman says, and never narrow', () => {
    const at = (values: readonly number[], u: number): number =>
      densityOf(parsed(float(0, 1, { prior: { kind: 'density', values } })))!.log(u)
    const values = [0.2, 0.35, 0.5, 0.65, 0.8]
    const width = 1.06 * Math.sqrt(0.045) * 5 ** -0.2
    for (const u of [0.1, 0.5, 0.95]) expect(at(values, u)).toBeCloseTo(kernelPrior(values, width).log(u), 12)
    expect(at([0.5, 0.5], 0.6)).toBeCloseTo(kernelPrior([0.5, 0.5], 0.05).log(0.6), 12)
  })

  test('HYP-23: a density is high near its values, and nowhere 0', () => {
    const { log } = densityOf(parsed(int(0, 100, { prior: { kind: 'density', values: [20, 22, 25] } })))!
    expect(log(0.22)).toBeGreaterThan(Math.log(3))
    expect(log(0.95)).toBeGreaterThanOrEqual(Math.log(0.25))
  })
})

test('a prior bends no axis: values have the same coordinates with it and without', () => {
  const prior = { kind: 'normal', mean: 3, deviation: 1 } as const
  for (const [without, withOne] of [
    [float(1, 9), float(1, 9, { prior })],
    [int(1, 9, { log: true }), int(1, 9, { log: true, prior: { ...prior, deviation: 0.1 } })],
    [ordinal([1, 3, 9]), ordinal([1, 3, 9], { prior })],
  ] as const) {
    for (const value of [1, 3, 9]) expect(encodeValue(parsed(withOne), value)).toBe(encodeValue(parsed(without), value))
  }
  expect(axesOf(parseSpace({ x: float(1, 9) })).hasBeliefs).toBe(false)
})

test('a prior is a difference between spaces, however it is written', () => {
  const space = (prior: any): any => ({ x: float(0, 1, { prior }) })
  expect(describeDifference(space('gaussian'), space({ kind: 'beta', b: 3, a: 3 }))).toEqual([])
  expect(describeDifference(space({ kind: 'normal', mean: 0.3, deviation: 0.1 }), space('decay'))).toEqual([
    "parameter 'x': the study has float 0..1, prior decay, this run wants float 0..1, prior normal(0.3,0.1)",
  ])
})

test.each([
  ['lr=1e-5..1e-1~log~prior=normal(1e-3,0.5)', { kind: 'normal', mean: 1e-3, deviation: 0.5 }],
  ['n=1..64~prior=gaussian', { kind: 'beta', a: 3, b: 3 }],
  ['x=0.0..1.0 ~ prior = beta(2, 5)', { kind: 'beta', a: 2, b: 5 }],
  ['x=0.1..9.5~prior=lognormal(0,1)', { kind: 'log-normal', mean: 0, deviation: 1 }],
  ['x=0.0..1.0~prior=points(0.2:1,0.5:3)', { kind: 'points', values: [0.2, 0.5], weights: [1, 3] }],
  ['q=[16<32<64]~prior=density(16,32)', { kind: 'density', values: [16, 32] }],
  ['x=normal(0,1)~prior=beta(2,2)', { kind: 'beta', a: 2, b: 2 }],
])('--param %s', (text, prior) => {
  expect(parseSpec(text.slice(text.indexOf('=') + 1))).toMatchObject({ prior })
})

test('--param gives weights to the values of a choice and of an ordinal', () => {
  expect(parseSpec('adam,sgd~weights=3,1')).toEqual(choice(['adam', 'sgd'], { weights: [3, 1] }))
  expect(parseSpec('[1<2<3]~weights=1,0.5,2')).toEqual(ordinal([1, 2, 3], { weights: [1, 0.5, 2] }))
})

test.each([
  ['0.0..1.0~prior=normal(5,0.1)', "the prior 'normal' has no mass in the range 0 to 1; move 'mean'"],
  ['0.0..1.0~prior=normal(0.5)', 'write ~prior=normal(MEAN,DEVIATION)'],
  ['0.0..1.0~prior=normal', 'write ~prior=normal(MEAN,DEVIATION)'],
  ['0.0..1.0~prior=gausian', "unknown prior 'gausian'; did you mean 'gaussian'?"],
  ['0.0..1.0~prior=normall(1,2)', "unknown prior 'normall'; did you mean 'normal'?"],
  ['0.0..1.0~gaussian', "'gaussian' is not a scale; write ~prior=gaussian"],
  ['0.0..1.0~prior=normal:0.3:0.1', 'a prior must be a word as in ~prior=gaussian'],
  ['a,b~prior=gaussian', "unknown option 'prior'"],
  ['a,b~weights=1', "'weights' must be a list of 2 numbers"],
  ['0.0..1.0~weights=1,2', "unknown option 'weights'"],
  ['0.0..1.0~prior=points(0.2,0.5)', 'write ~prior=points(VALUE:WEIGHT,VALUE:WEIGHT)'],
])('--param x=%s is refused', (spec, message) => {
  expect(() => parseSpec(spec)).toThrow(message)
})

test.each<readonly [object, string]>([
  [{ type: 'float', low: 0, high: 1, prior: 3 }, "'prior' must be one of uniform, gaussian, decay, exponential"],
  [{ type: 'float', low: 1, high: 2, prior: 'log-uniform' }, 'write log: true'],
  [{ type: 'float', low: 0, high: 1, prior: { kind: 'normal', mean: 0.5 } }, "needs 'deviation', as in {"],
  [
    { type: 'float', low: 0, high: 1, prior: { kind: 'normal', mean: 1, deviation: 0 } },
    "'deviation' must be a finite",
  ],
  [{ type: 'float', low: 0, high: 1, prior: { kind: 'normal', mean: NaN, deviation: 1 } }, "'mean' must be a finite"],
  [{ type: 'float', low: 0, high: 1, prior: { kind: 'normal', mean: 1, devation: 1 } }, "did you mean 'deviation'?"],
  [
    { type: 'float', low: 0, high: 1, prior: { kind: 'beta', a: 2, b: 5000 } },
    "'b' must be a number above 0, up to 1000",
  ],
  [{ type: 'float', low: 1, high: 9, log: true, prior: { kind: 'normal', mean: -3, deviation: 1 } }, 'not a logarithm'],
  [
    { type: 'float', low: 0, high: 1, prior: { kind: 'log-normal', mean: 50, deviation: 1 } },
    'has no mass in the range',
  ],
  [
    { type: 'float', low: 0, high: 1, prior: { kind: 'points', values: [0, 2], weights: [1, 1] } },
    'must be from 0 to 1',
  ],
  [{ type: 'float', low: 0, high: 1, prior: { kind: 'points', values: [0, 1], weights: [1] } }, 'a list of 2 numbers'],
  [
    { type: 'float', low: 0, high: 1, prior: { kind: 'points', values: [0, 1], weights: [0, 0] } },
    'one of them above 0',
  ],
  [
    { type: 'float', low: 0, high: 1, prior: { kind: 'points', values: [1, 1], weights: [1, 2] } },
    'must differ, got 1',
  ],
  [{ type: 'float', low: 0, high: 1, prior: { kind: 'density', values: [] } }, "'values' must be a list of values"],
  [{ ...normal(0, 1), prior: { kind: 'normal', mean: 0, deviation: 1 } }, 'the scale normal says already'],
  [{ ...lognormal(0, 1), prior: { kind: 'log-normal', mean: 0, deviation: 1 } }, 'the scale lognormal says already'],
  [
    { type: 'ordinal', values: [1, 2], prior: { kind: 'normal', mean: 3, deviation: 1 } },
    "one of the parameter's values",
  ],
  [{ type: 'ordinal', values: [1, 2], prior: { kind: 'log-normal', mean: 0, deviation: 1 } }, 'belongs to a float or'],
  [{ type: 'ordinal', values: [1, 2], weights: [1, 2], prior: 'decay' }, "'weights' and 'prior' exclude each other"],
  [{ type: 'ordinal', values: [1, 2], weights: [1] }, "'weights' must be a list of 2 numbers"],
  [{ type: 'bool', prior: 'decay' }, "unknown option 'prior'"],
])('%j is refused', (given, message) => {
  expect(() => parsed(given)).toThrow(message)
  expect(() => parsed(given)).toThrow("parameter 'x'")
})

test('a prior changes no type of a config', () => {
  const space = {
    q: ordinal(['a', 'b'], { prior: { kind: 'normal', mean: 'a', deviation: 1 } }),
    n: int(1, 2),
  } as const
  expectTypeOf<ConfigOf<typeof space>['q']>().toEqualTypeOf<'a' | 'b'>()
  // @ts-expect-error The mean is one of the values.
  ordinal(['a', 'b'], { prior: { kind: 'normal', mean: 'c', deviation: 1 } })
})
