import { expect, expectTypeOf, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { normalCdf } from '../../src/numerics/special.ts'
import { Optimizer } from '../../src/optimizer.ts'
import { configText } from '../../src/space/canonical.ts'
import { decodeValue, encodeValue } from '../../src/space/encoding.ts'
import { flatten } from '../../src/space/flatten.ts'
import { spaceFromParams } from '../../src/space/notation.ts'
import type { ConfigOf, FloatParameter } from '../../src/space/parameter.ts'
import { branch, choice, float, int, lognormal, normal, repeat } from '../../src/space/parameter.ts'
import { parseParameterNamed, parseSpace } from '../../src/space/validate.ts'
import { parseWhere } from '../../src/space/where.ts'

const SCALED: readonly FloatParameter[] = [
  float(0.001, 0.99, { scale: 'logit' }),
  float(-1000, 10, { scale: 'bilog' }),
  float(0, 1e6, { scale: 'bilog' }),
  normal(5, 2),
  normal(0, 1, { low: -0.5, high: 10 }),
  lognormal(-7, 1.5),
  lognormal(0, 1, { low: 0.5, high: 2 }),
]

const valueAt = (parameter: FloatParameter, u: number): number => decodeValue(parameter, u) as number

test('a value on a scale survives a round trip, and its order is that of its coordinates', () => {
  const random = randomStream('scales', 1)
  for (const parameter of SCALED) {
    const parsed = parseParameterNamed('x', parameter) as FloatParameter
    expect(valueAt(parsed, 0)).toBe(parsed.low)
    expect(valueAt(parsed, 1)).toBe(parsed.high)
    let last = parsed.low
    for (let i = 1; i < 200; i++) {
      const x = valueAt(parsed, i / 200)
      expect(x, JSON.stringify(parameter)).toBeGreaterThan(last)
      last = x
      const u = random.next()
      expect(encodeValue(parsed, valueAt(parsed, u))).toBeCloseTo(u, 11)
    }
  }
})

test('conformance MIP-39: logit and bilog are what they are called, log10 is log', () => {
  const logit = (x: number): number => Math.log(x / (1 - x))
  const share = parseParameterNamed('x', float(0.1, 0.8, { scale: 'logit' })) as FloatParameter
  expect(logit(valueAt(share, 0.25))).toBeCloseTo(0.75 * logit(0.1) + 0.25 * logit(0.8), 12)
  const both = parseParameterNamed('x', float(-10, 100, { scale: 'bilog' })) as FloatParameter
  const bilog = (x: number): number => Math.sign(x) * Math.log(1 + Math.abs(x))
  expect(bilog(valueAt(both, 0.5))).toBeCloseTo((bilog(-10) + bilog(100)) / 2, 12)
  expect(valueAt(both, bilog(10) / (bilog(100) + bilog(10)))).toBeCloseTo(0, 12)
  const decimal = { type: 'float', low: 1e-5, high: 1, scale: 'log10' }
  expect(parseParameterNamed('x', decimal)).toEqual(float(1e-5, 1, { log: true }))
  expect(float(1e-5, 1, { scale: 'log' })).toEqual(float(1e-5, 1, { log: true }))
  expect(parseParameterNamed('x', { type: 'int', low: 1, high: 9, scale: 'log' })).toEqual(int(1, 9, { log: true }))
})

test('conformance HYE-02: equal steps of a normal are equally likely, and its ends are finite', () => {
  const bell = parseParameterNamed('x', normal(3, 2)) as FloatParameter
  expect(normalCdf((bell.low - 3) / 2)).toBeCloseTo(1e-4, 10)
  expect(normalCdf((bell.high - 3) / 2)).toBeCloseTo(1 - 1e-4, 10)
  for (const u of [0.1, 0.25, 0.5, 0.9])
    expect(normalCdf((valueAt(bell, u) - 3) / 2)).toBeCloseTo(1e-4 + u * (1 - 2e-4), 9)
  expect(valueAt(bell, 0.5)).toBeCloseTo(3, 12)
  const log = parseParameterNamed('x', lognormal(1, 0.5)) as FloatParameter
  expect(Math.log(valueAt(log, 0.5))).toBeCloseTo(1, 12)
  expect(parseParameterNamed('x', { type: 'float', scale: 'normal', mean: 3, deviation: 2 })).toEqual(bell)
  expect(normal()).toMatchObject({ mean: 0, deviation: 1 })
})

test('conformance HYE-01: the order of two bounds does not matter', () => {
  expect(parseSpace({ x: float(2, -1), n: int(9, 1) })).toEqual(parseSpace({ x: float(-1, 2), n: int(1, 9) }))
  expect(spaceFromParams(['x=9..1', 'y=1.0..1e-5~log'])).toEqual(spaceFromParams(['x=1..9', 'y=1e-5..1.0~log']))
})

test('what makes no sense on a scale is refused', () => {
  const refused = (options: object): (() => unknown) => {
    return () => parseParameterNamed('x', { type: 'float', low: 0.1, high: 0.9, ...options })
  }
  expect(refused({ scale: 'logit', high: 1 })).toThrow(
    'bounds on a logit scale must lie between 0 and 1, got 0.1 and 1',
  )
  expect(refused({ scale: 'logti' })).toThrow("'scale' must be one of log, log10, logit")
  expect(refused({ scale: 'logti' })).toThrow("did you mean 'logit'?")
  expect(refused({ scale: 'logit', log: true })).toThrow("'log' and 'scale' exclude each other; leave one out")
  expect(refused({ scale: 'logit', step: 0.1 })).toThrow("'step' and 'scale' exclude each other")
  expect(refused({ scale: 'log', log: false })).toThrow("'log' is false, but the scale is log")
  expect(refused({ mean: 1 })).toThrow("'mean' and 'deviation' belong to the scales normal and lognormal")
  expect(refused({ scale: 'normal', deviation: 0 })).toThrow("'deviation' must be above 0, got 0")
  expect(refused({ scale: 'normal', mean: 50 })).toThrow('0.1 to 0.9 must hold a millionth of its distribution')
  expect(refused({ scale: 'lognormal', low: 0 })).toThrow("'low' must be above 0 on a log scale")
  expect(() => parseParameterNamed('n', { type: 'int', low: 1, high: 9, scale: 'logit' })).toThrow('one of log, log10')
  expect(() => normal(0, 1, { mean: 2 } as never)).toThrow("option 'mean': is an argument of normal already")
})

test('conformance MIP-34, 37 and 40: a repeated node is a list of as many parameters', () => {
  const space = parseSpace({ n: repeat(3, int(1, 9)), nested: repeat(2, { a: float(0, 1), k: 1 }) })
  expect(flatten(space).map(({ name }) => name)).toEqual(['n.0', 'n.1', 'n.2', 'nested.0.a', 'nested.1.a'])
  const json = { n: { type: 'repeat', count: 3, of: { type: 'int', low: 1, high: 9 } } }
  expect(parseSpace(json)).toEqual(parseSpace({ n: repeat(3, int(1, 9)) }))
  const shell = spaceFromParams(['C[2]=-5.0..5.0', 'opt.w[3]=a,b'])
  expect(shell).toEqual({ C: [float(-5, 5), float(-5, 5)], opt: { w: Array(3).fill(choice(['a', 'b'])) } })
  expect(configText(shell, { C: [1, 2], opt: { w: ['a', 'b', 'a'] } })).toBe(
    '{"C": [1.0, 2.0], "opt": {"w": ["a", "b", "a"]}}',
  )
  expect(parseWhere(shell, 'C[0] < C[1]')!.isAllowed({ C: [1, 2], opt: { w: [] } })).toBe(true)
  const branches = parseSpace({ m: branch('kind', { a: { w: repeat(2, int(1, 2)) }, b: {} }) })
  expect(flatten(branches).map(({ name }) => name)).toEqual(['m.kind', 'm.w.0', 'm.w.1'])
  const asked = new Optimizer({ n: repeat(3, int(1, 9)) }, { where: 'n[0] < n[1] < n[2]', seed: 1 }).ask(20)
  for (const { config } of asked) expect(config.n[0]! < config.n[1]! && config.n[1]! < config.n[2]!).toBe(true)
  expect(() => repeat(0, int(1, 2))).toThrow('repeat: must be a whole number of times from 1 to 10000, got 0')
  expect(() => parseSpace({ n: { type: 'repeat', of: 1 } })).toThrow("parameter 'n': repeat: must be a whole number")
  expect(() => parseSpace({ n: { type: 'repeat', count: 2 } })).toThrow("'of' of a repetition must be")
  expect(() => parseSpace({ n: { type: 'repeat', count: 2, of: 1, low: 1 } })).toThrow("unknown option 'low'")
  expect(() => spaceFromParams(['C[0]=1..2'])).toThrow('from 1 to 10000, got 0')
})

test('a shell writes scales and distributions behind the range and in its place', () => {
  expect(spaceFromParams(['a=0.01..0.99~logit', 'b=-9..9~bilog', 'c=1e-3..1~log10', 'd=normal(0, 2)'])).toEqual({
    a: float(0.01, 0.99, { scale: 'logit' }),
    b: float(-9, 9, { scale: 'bilog' }),
    c: float(1e-3, 1, { log: true }),
    d: normal(0, 2),
  })
  expect(spaceFromParams(['e=lognormal(-7,1.5)'])).toEqual({ e: lognormal(-7, 1.5) })
  expect(() => spaceFromParams(['a=0.01..0.99~lgoit'])).toThrow("unknown scale '~lgoit'; did you mean 'logit'?")
})

test('the type of a repeated node is a list of its values', () => {
  const space = { n: repeat(2, int(1, 9)) } as const
  expectTypeOf<ConfigOf<typeof space>>().toEqualTypeOf<{ readonly n: readonly number[] }>()
})
