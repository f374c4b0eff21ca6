import { expect, expectTypeOf, test } from 'vitest'
import { randomStream } from '../../src/numerics/random.ts'
import { Optimizer } from '../../src/optimizer.ts'
import { searchedAxes } from '../../src/space/allowed.ts'
import { axesOf, configOf } from '../../src/space/axes.ts'
import { randomPoint } from '../../src/acquisition/moves.ts'
import { configText, readConfig } from '../../src/space/canonical.ts'
import { defaultConfig } from '../../src/space/defaults.ts'
import { describeDifference } from '../../src/space/difference.ts'
import { dimension } from '../../src/space/encoding.ts'
import { configAt, configCount } from '../../src/space/finite.ts'
import { spaceFromParams } from '../../src/space/notation.ts'
import type { ConfigOf } from '../../src/space/parameter.ts'
import { bool, branch, choice, derived, float, group, int } from '../../src/space/parameter.ts'
import { parseConfig, parseSpace } from '../../src/space/validate.ts'
import { parseWhere, pointTest } from '../../src/space/where.ts'
import { parameterTexts } from '../../src/space/words.ts'

const RAW = {
  name: derived("opt + '-' + str(layers)"),
  u: float(-5, -1),
  lr: derived('10 ** u'),
  twice: derived('lr * 2 + base'),
  layers: int(1, 8),
  opt: choice(['adam', 'sgd']),
  deep: derived('layers > 4'),
  base: 1,
  net: { sizes: [derived('2 ** layers'), 3], only: { copy: derived('layers') } },
  model: branch('kind', { svm: { C: float(0, 1), D: derived('model.C * 10 if deep else -1') }, none: {} }),
}
const SPACE = parseSpace(RAW)

const given = { u: -2, layers: 5, opt: 'sgd', model: { kind: 'svm', C: 0.5 } }

test('derived values are in every config that is made, and nothing searches them', () => {
  expect(dimension(SPACE)).toBe(5)
  const config = parseConfig(SPACE, { ...given, net: { sizes: [32, 3], only: {} } })
  expect(config).toEqual({
    name: 'sgd-5',
    u: -2,
    lr: 0.01,
    twice: 1.02,
    layers: 5,
    opt: 'sgd',
    deep: true,
    base: 1,
    net: { sizes: [32, 3], only: { copy: 5 } },
    model: { kind: 'svm', C: 0.5, D: 5 },
  })
  expect(parseConfig(SPACE, { u: -2, layers: 5, opt: 'sgd', model: { kind: 'svm', C: 0.5 } })).toEqual(config)
  expect(defaultConfig(SPACE)).toMatchObject({ u: -3, lr: 0.001, name: 'adam-5' })
  const random = randomStream('derived', 1)
  for (let i = 0; i < 200; i++) {
    const axes = axesOf(SPACE)
    const made = configOf(axes, randomPoint(axes, random))
    expect(made.lr).toBe(10 ** (made.u as number))
    expect(readConfig(SPACE, configText(SPACE, made))).toEqual(made)
  }
})

test('their bytes are those of any value: a whole number is an integer', () => {
  const text = configText(SPACE, parseConfig(SPACE, { ...given, model: { kind: 'none' } }))
  expect(text).toBe(
    '{"base": 1, "deep": true, "layers": 5, "lr": 0.01, "model": {"kind": "none"}, "name": "sgd-5", ' +
      '"net": {"only": {"copy": 5}, "sizes": [32, 3]}, "opt": "sgd", "twice": 1.02, "u": -2.0}',
  )
  expect([...parameterTexts(SPACE, JSON.parse(text))].slice(-6)).toEqual([
    ['name', 'sgd-5'],
    ['lr', '0.01'],
    ['twice', '1.02'],
    ['deep', 'true'],
    ['net.sizes.0', '32'],
    ['net.only.copy', '5'],
  ])
})

test('a value that contradicts its expression is an error; last digits of another machine are kept', () => {
  expect(() => parseConfig(SPACE, { ...given, lr: 0.02 })).toThrow(
    "parameter 'lr': must be 0.01, which is '10 ** u' (u = -2), got 0.02; leave it out",
  )
  expect(() => parseConfig(SPACE, { ...given, deep: 'yes' })).toThrow("'layers > 4' (layers = 5)")
  const close = 0.01 * (1 + 1e-15)
  expect(parseConfig(SPACE, { ...given, lr: close })).toMatchObject({ lr: close })
})

test('a value that cannot be computed names the config', () => {
  const space = parseSpace({ x: int(0, 2), y: derived('1 / x'), m: branch('k', { a: { z: int(0, 1) }, b: {} }) })
  expect(() => parseConfig(space, { x: 0, m: { k: 'b' } })).toThrow(
    "parameter 'y': '1 / x' has no value here (division by zero; x = 0); change the config, or the expression",
  )
  const inactive = parseSpace({ y: derived('m.z + 1'), m: branch('k', { a: { z: int(0, 1) }, b: {} }) })
  expect(() => parseConfig(inactive, { m: { k: 'b' } })).toThrow('(it needs what is not active; m.z inactive)')
  const optimizer = new Optimizer({ x: int(0, 2), y: derived('1 / x') }, { sampler: 'grid' })
  expect(() => optimizer.ask()).toThrow(
    "parameter 'y': '1 / x' has no value here (division by zero; x = 0); change the expression, or leave such " +
      'configs out by a condition: where',
  )
  expect(() => optimizer.ask()).not.toThrow(/sampler/)
  const careful = new Optimizer({ x: int(0, 2), y: derived('1 / x') }, { sampler: 'grid', where: 'x > 0' })
  expect([careful.ask()!.config, careful.ask()!.config, careful.ask()]).toEqual([
    { x: 1, y: 1 },
    { x: 2, y: 0.5 },
    undefined,
  ])
})

test('what is wrong with a derived value is said when the space is read', () => {
  const wrong = (space: object): (() => unknown) => {
    return () => parseSpace({ x: float(0, 1), ...space })
  }
  expect(wrong({ y: derived('z + 1') })).toThrow(
    "parameter 'y', derived as 'z + 1': unknown name 'z' at column 1; did you mean 'x'?",
  )
  expect(wrong({ y: derived('y + 1') })).toThrow("parameter 'y': is derived from itself, 'y' -> 'y'")
  expect(wrong({ a: derived('b'), b: derived('c * x'), c: derived('a') })).toThrow("'a' -> 'b' -> 'c' -> 'a'")
  expect(wrong({ y: derived("x + 'a'") })).toThrow("'+' takes two of a kind, got a number and a text")
  expect(wrong({ y: derived('x'), z: derived("y + 'a'") })).toThrow("'+' takes two of a kind, got a number and a text")
  expect(wrong({ y: { type: 'derived' } })).toThrow("'of' of a derived value must be an expression, got nothing")
  expect(wrong({ y: { type: 'derived', of: 'x', low: 1 } })).toThrow("unknown option 'low'")
  expect(wrong({ y: derived('constructor') })).toThrow("unknown name 'constructor'")
  expect(wrong({ 'a.b': derived('x'), a: { b: float(0, 1) } })).toThrow('two parameters have this name')
  expect(() => parseSpace({ y: derived('1') })).not.toThrow()
})

test('a condition may name a derived value, at a model point as in a config', () => {
  const where = parseWhere(SPACE, ['lr > 1e-4', "name != 'sgd-3'", 'model.D < 3', 'not deep or twice < 1.1'])!
  const holds = pointTest(where, axesOf(SPACE))
  const random = randomStream('derived', 2)
  const plain = axesOf(SPACE)
  for (let i = 0; i < 500; i++) {
    const x = randomPoint(plain, random)
    expect(holds(x)).toBe(where.isAllowed(configOf(plain, x)))
  }
  const axes = searchedAxes({ space: SPACE, where, seed: 1 })
  for (let i = 0; i < 500; i++) expect(where.isAllowed(configOf(axes, randomPoint(axes, random)))).toBe(true)
})

test('a finite space has as many configs with derived values as without', () => {
  const space = parseSpace({ a: int(1, 3), b: bool(), c: derived('a if b else -a'), g: group({ d: derived('c') }) })
  expect(configCount(space)).toBe(6)
  expect(configAt(space, 5)).toEqual({ a: 3, b: true, c: 3, g: { d: 3 } })
  const optimizer = new Optimizer({ a: int(1, 3), b: bool(), c: derived('a if b else -a') }, { sampler: 'random' })
  expect(
    optimizer
      .ask(10)
      .map(({ config }) => config.c)
      .sort(),
  ).toEqual([-1, -2, -3, 1, 2, 3])
})

test('a shell writes a derived value with := and spaces that differ in it are told', () => {
  const space = spaceFromParams(['u=-5.0..-1.0', 'opt.lr:=10 ** u', 'same:=opt.lr == 1'])
  expect(space).toEqual({
    u: float(-5, -1),
    opt: { lr: derived('10 ** u') },
    same: derived('opt.lr == 1'),
  })
  expect(describeDifference(space, spaceFromParams(['u=-5.0..-1.0', 'opt.lr:=2 ** u', 'same:=opt.lr == 1']))).toEqual([
    "derived value 'opt.lr': the study has '2 ** u', this run wants '10 ** u'",
  ])
  expect(() => spaceFromParams(['u=0.0..1.0', 'lr:='])).toThrow('an expression must not be empty')
})

test('the type of a derived value is that of an expression', () => {
  expectTypeOf<ConfigOf<{ readonly a: ReturnType<typeof derived> }>>().toEqualTypeOf<{
    readonly a: string | number | boolean | null
  }>()
})

test('conformance HYE-09, 10, 13, 16: operators, functions and one value used twice', () => {
  const space = parseSpace({
    u: float(-3, 1),
    k: int(1, 5),
    s: choice(['a', 'b']),
    forms: {
      power: derived('10 ** u'),
      four: derived('4 ** u'),
      quotient: derived('2 / (1 + k)'),
      bits: derived('(k & 3) | (1 << k) ^ ~k'),
      rest: derived('-k // 2 + -k % 3'),
      text: derived("s + '-' + s"),
      least: derived('min(k, 3, u)'),
      most: derived('max(2)'),
      logs: derived('log(8, 2) + log10(1000) + log1p(0) + expm1(0) + sqrt(4) + pow(2, 3)'),
      same: derived('u'),
      again: derived('u'),
    },
  })
  const { forms } = parseConfig(space, { u: -1, k: 5, s: 'b' })
  expect(forms).toEqual({
    power: 0.1,
    four: 0.25,
    quotient: 1 / 3,
    bits: (5 & 3) | ((1 << 5) ^ ~5),
    rest: -3 + 1,
    text: 'b-b',
    least: -1,
    most: 2,
    logs: 3 + 3 + 0 + 0 + 2 + 8,
    same: -1,
    again: -1,
  })
  expect(dimension(space)).toBe(3)
})
