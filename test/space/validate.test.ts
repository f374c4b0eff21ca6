import { expect, test } from 'vitest'
import { bool, branch, choice, float, group, int, ordinal } from '../../src/space/parameter.ts'
import { mustSearch, parseConfig, parseSpace, parseStoredSpace } from '../../src/space/validate.ts'

const refusedSpaces: readonly (readonly [unknown, string])[] = [
  [
    { lr: float(0, 1, { log: true }) },
    `parameter 'lr': 'low' must be above 0 on a log scale, got 0; raise it or leave out 'log'`,
  ],
  [
    { n: int(0, 9, { log: true }) },
    `parameter 'n': 'low' must be above 0 on a log scale, got 0; raise it or leave out 'log'`,
  ],
  [{ a: { lr: float(1, 2, { step: 0 }) } }, `parameter 'a.lr': 'step' must be above 0, got 0`],
  [{ lr: float(0, Infinity) }, `parameter 'lr': 'high' must be a finite number, got Infinity`],
  [{ lr: { type: 'float', low: '0', high: 1 } }, `parameter 'lr': 'low' must be a finite number, got "0"`],
  [{ lr: { type: 'float', low: 0 } }, `parameter 'lr': 'high' must be a finite number, got nothing`],
  [{ lr: float(0, 1, { step: 0 }) }, `parameter 'lr': 'step' must be above 0, got 0`],
  [{ lr: float(0, 1e308, { step: 1e-5 }) }, `parameter 'lr': 'step' is too small to be counted from 0 to 1e+308, got`],
  [{ lr: float(-1e308, 1e308, { step: 1e300 }) }, `parameter 'lr': 'step' is too small to be counted`],
  [{ lr: float(0, 1, { step: 2 }) }, `parameter 'lr': 'step' must not be wider than the range 0 to 1, got 2; lower it`],
  [{ lr: float(1, 2, { step: 0.1, log: true }) }, `parameter 'lr': 'step' and 'log' exclude each other`],
  [{ lr: float(1, 2, { step: 0.1, digits: 2 }) }, `parameter 'lr': 'step' and 'digits' exclude each other`],
  [{ lr: float(1, 2, { digits: 0 }) }, `parameter 'lr': 'digits' must be a whole number from 1 to 15, got 0`],
  [
    { lr: float(1.1, 1.2, { digits: 1 }) },
    `parameter 'lr': no number of 1 digits lies between 1.1 and 1.2; raise 'digits'`,
  ],
  [
    { lr: float(0, 1, { default: 2 }) },
    `parameter 'lr': 'default' must be from 0 to 1, got 2; move it or widen the range`,
  ],
  [{ n: int(0, 1.5) }, `parameter 'n': 'high' of an int must be a whole number within ±2^53, got 1.5; use float`],
  [{ n: int(0, 9, { default: 1.5 }) }, `parameter 'n': 'default' of an int must be a whole number, got 1.5`],
  [{ n: int(0, 2 ** 52) }, `parameter 'n': an int must have at most 2^50 values, got 0 to 4503599627370496`],
  [
    { n: int(1, 2 ** 45, { log: true }) },
    `parameter 'n': 'high' of an int on a log scale must be at most 1e12, got 35184372088832`,
  ],
  [{ c: choice([]) }, `parameter 'c': 'values' must not be empty, got []; list at least one`],
  [{ c: choice(['a', 'b', 'a']) }, `parameter 'c': 'values' must differ, got "a" twice; remove one`],
  [
    {
      c: choice([
        [1, { a: 1 }],
        [1, { a: 1 }],
      ]),
    },
    `parameter 'c': 'values' must differ, got [1,{"a":1}] twice; remove one`,
  ],
  [{ c: { type: 'choice', values: 'a,b' } }, `parameter 'c': 'values' must be a list, got "a,b"`],
  [
    { c: { type: 'choice', values: ['a', 'b'], default: 'c' } },
    `parameter 'c': 'default' must be one of its values, got "c"; add it to them`,
  ],
  [{ c: choice(['a', 'b'], { weights: [1] }) }, `parameter 'c': 'weights' must be a list of 2 numbers`],
  [{ c: choice(['a', 'b'], { weights: [1e308, 1e308] }) }, `parameter 'c': 'weights' must have a finite sum`],
  [{ c: choice(['a', 'b'], { weights: [1, 0] }) }, `parameter 'c': 'weights' must be numbers above 0, got 0`],
  [{ c: { type: 'choice', values: [1, NaN] } }, `parameter 'c': a number must be finite, got NaN`],
  [
    { c: { type: 'choice', values: [1], choices: [1] } },
    `parameter 'c': 'values' and 'choices' mean the same; keep 'values'`,
  ],
  [{ lr: { type: 'flaot', low: 0, high: 1 } }, `parameter 'lr': unknown type 'flaot'; did you mean 'float'?`],
  [{ layer: { type: 'dense', width: 1 } }, `group({...})`],
  [{ lr: { type: 'constructor' } }, `unknown type 'constructor'`],
  [{ lr: { type: 'float', low: 0, high: 1, lgo: true } }, `parameter 'lr': unknown option 'lgo'; did you mean 'log'?`],
  [{ b: { type: 'bool', default: 1 } }, `parameter 'b': 'default' must be true or false, got 1`],
  [{ '../x': float(0, 1) }, `parameter '../x': a name must begin with a letter or '_'`],
  [{ a: { 'b c': [float(0, 1)] } }, `parameter 'a.b c': a name must begin with a letter or '_'`],
  [{ '': float(0, 1) }, `rename it`],
  [{ '0': float(0, 1) }, `got '0'; rename it`],
  [
    JSON.parse('{"__proto__": {"type": "float", "low": 0, "high": 1}}'),
    `space: the name '__proto__' is JavaScript's own; rename it`,
  ],
  [JSON.parse('{"a": {"__proto__": 1}}'), `parameter 'a': the name '__proto__' is JavaScript's own; rename it`],
  [JSON.parse('{"a": {"type": "choice", "values": [{"__proto__": 1}]}}'), `'__proto__'`],
  [JSON.parse('{"a": {"type": "branch", "key": "k", "branches": {"__proto__": {}}}}'), `'__proto__'`],
  [{ a: branch('__proto__', { b: {} }) }, `'__proto__'`],
  [{ __proto__: float(0, 1) }, `without the name '__proto__'`],
  [{ 'a.b': float(0, 1), a: { b: float(0, 1) } }, `parameter 'a.b': two parameters have this name`],
  [
    { m: branch('kind', { a: { x: float(0, 1) } }), 'm.x': float(0, 1) },
    `parameter 'm.x': two parameters have this name`,
  ],
  [{ m: branch('kind', {}) }, `parameter 'm': 'branches' must not be empty`],
  [{ m: branch('kind', { a: { kind: 1 } }) }, `parameter 'm': branch 'a' must not have a 'kind'`],
  [{ m: { type: 'branch', key: 'kind', branches: { svm: {} }, default: 'svn' } }, `did you mean 'svm'?`],
  [{ m: { type: 'branch', key: 1, branches: {} } }, `parameter 'm': 'key' of a branch must be a string, got 1`],
  [
    { m: branch('kind', { a: float(0, 1) as never }) },
    `parameter 'm': branch 'a' must be a space, got a single parameter; give it a name`,
  ],
  [{ a: undefined }, `parameter 'a': a value must be JSON, got nothing; leave it out or write null`],
  [{ a: () => 1 }, `parameter 'a': a value must be JSON, got a function`],
  [{ a: new Map() }, `parameter 'a': must be a plain object`],
  [{ a: NaN }, `parameter 'a': a number must be finite, got NaN`],
  [float(0, 1), `space: must be an object of parameters by name, got a single one of type 'float'; give it a name`],
  [[float(0, 1)], `space: must be an object of parameters by name`],
  [null, `space: must be an object of parameters by name, got null`],
]

test.each(refusedSpaces)('a space that makes no sense is refused, case %#', (space, words) => {
  expect(() => parseSpace(space)).toThrow(words)
})

test('errors are RangeError for values and TypeError for things of another kind', () => {
  expect(() => parseSpace({ lr: float(0, 1, { step: 0 }) })).toThrow(RangeError)
  expect(() => parseSpace(3)).toThrow(TypeError)
})

test('a space that refers to itself is refused', () => {
  const circle: Record<string, unknown> = {}
  circle.a = circle
  expect(() => parseSpace(circle)).toThrow('does it contain itself?')
})

test.each(['seed', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'type', '_', 'a.b-c'])(
  'a parameter may be called %s',
  (name) => {
    const space = parseSpace({ [name]: float(0, 1), other: 1 })
    expect(parseConfig(space, { [name]: 0.5 })).toEqual({ [name]: 0.5, other: 1 })
    expect(() => parseConfig(space, {})).toThrow(`parameter '${name}': the config has no value for it`)
  },
)

test('only names on the way to a parameter are restricted', () => {
  const constants = { 'é !': 1, '': { '0': [] }, '\u{1f600}': null }
  expect(parseSpace({ ...constants, lr: float(0, 1) })).toEqual({ ...constants, lr: float(0, 1) })
})

test('a parsed space is its own plain JSON, and parses to itself', () => {
  const space = parseSpace({
    a: [3, { b: float(0, 1, { digits: 3, default: 0.5 }) }],
    m: branch('kind', { svm: { C: int(1, 9, { log: true }) }, none: {} }, { default: 'none' }),
    g: group({ type: 'dense', o: ordinal([1, 2], { default: 2 }), b: bool({ default: true }) }),
    c: choice(['a', null], { weights: [1, 2], default: null }),
  })
  expect(parseSpace(JSON.parse(JSON.stringify(space)))).toEqual(space)
  expect(parseSpace(space)).toEqual(space)
})

test('categorical and choices are other words for choice and values', () => {
  expect(parseSpace({ c: { type: 'categorical', choices: ['a', 'b'] } })).toEqual({ c: choice(['a', 'b']) })
  expect(parseSpace({ c: { type: 'ordinal', choices: [1, 2] } })).toEqual({ c: ordinal([1, 2]) })
})

test('a parsed space is a frozen copy, without options that say nothing', () => {
  const given = { lr: { ...float(0, 1), log: false }, list: [int(0, 1)] }
  const space = parseSpace(given)
  expect(space).toEqual({ lr: float(0, 1), list: [int(0, 1)] })
  expect(Object.isFrozen(space.lr)).toBe(true)
  given.lr.low = 5
  expect(space).toMatchObject({ lr: { low: 0 } })
})

const space = parseSpace({
  optimizer: { name: choice(['adam', 'sgd']), lr: float(1e-5, 1e-1, { log: true }), epsilon: 1e-8 },
  conv: { filters: [3, 3, int(32, 48)], dropout: float(0, 0.5, { step: 0.1 }) },
  model: branch('kind', { svm: { C: float(0, 1) }, forest: { trees: int(10, 500, { step: 10 }) } }),
  flag: bool(),
})
const config = {
  optimizer: { name: 'sgd', lr: 0.01, epsilon: 1e-8 },
  conv: { filters: [3, 3, 40], dropout: 0.123 },
  model: { kind: 'forest', trees: 15 },
  flag: false,
}

test('a good config passes, even with a float off its step or without the constants', () => {
  expect(parseConfig(space, config)).toEqual(config)
  expect(parseConfig(space, { ...config, optimizer: { name: 'sgd', lr: 0.01 } })).toEqual(config)
})

test('a config comes out in the order of its space', () => {
  const shuffled = { flag: true, model: config.model, conv: config.conv, optimizer: config.optimizer }
  expect(Object.keys(parseConfig(space, shuffled))).toEqual(['optimizer', 'conv', 'model', 'flag'])
})

const refusedConfigs: readonly (readonly [unknown, string])[] = [
  [[], `config: must be an object of values by name, got []`],
  [{ ...config, optimizer: { lr: 0.01 } }, `parameter 'optimizer.name': the config has no value for it; add one`],
  [
    { ...config, optimizer: { name: 'adma', lr: 0.01 } },
    `must be one of "adam", "sgd", got "adma"; did you mean 'adam'?`,
  ],
  [{ ...config, optimizer: { name: 'adam', lr: 1 } }, `parameter 'optimizer.lr': must be from 0.00001 to 0.1, got 1`],
  [
    { ...config, optimizer: { name: 'adam', lr: '0.1' } },
    `parameter 'optimizer.lr': must be a finite number, got "0.1"`,
  ],
  [{ ...config, optimizer: { name: 'adam', lr: NaN } }, `parameter 'optimizer.lr': must be a finite number, got NaN`],
  [
    { ...config, optimizer: { name: 'adam', lr: 0.1, epsilon: 1 } },
    `parameter 'optimizer.epsilon': must be the constant 1e-8, got 1; leave it out of the config`,
  ],
  [{ ...config, optimzer: {} }, `parameter 'optimzer': not in the space; did you mean 'optimizer'?`],
  [{ ...config, conv: { filters: [3, 3], dropout: 0 } }, `parameter 'conv.filters': must be a list of 3`],
  [
    { ...config, conv: { filters: [3, 3, 40.5], dropout: 0 } },
    `parameter 'conv.filters.2': must be a whole number, got 40.5`,
  ],
  [
    { ...config, conv: { filters: [3, 3, 49], dropout: 0 } },
    `parameter 'conv.filters.2': must be from 32 to 48, got 49`,
  ],
  [
    { ...config, model: { kind: 'svm', C: 1, trees: 10 } },
    `parameter 'model.trees': belongs to 'forest', but 'kind' is "svm"`,
  ],
  [
    { ...config, model: { kind: 'svn', C: 1 } },
    `parameter 'model.kind': must be one of "svm", "forest", got "svn"; did you mean 'svm'?`,
  ],
  [{ ...config, model: { kind: 'toString' } }, `must be one of "svm", "forest"`],
  [{ ...config, model: 'svm' }, `parameter 'model': must be an object with a 'kind'`],
  [{ ...config, flag: 'true' }, `parameter 'flag': must be true or false, got "true"`],
  [JSON.parse('{"__proto__": 1}'), `parameter '__proto__': not in the space`],
]

test.each(refusedConfigs)('a config that does not fit the space is refused, case %#', (wrong, words) => {
  expect(() => parseConfig(space, wrong)).toThrow(words)
})

test.each([
  [{ min: 0, max: 1 }, '{"type": "float", "low": 0, "high": 1}'],
  [{ lower: 1, upper: 9 }, '{"type": "int", "low": 1, "high": 9}'],
  [{ low: 0, high: 1 }, '{"type": "float", "low": 0, "high": 1}'],
  [{ tpye: 'float', low: 0, high: 1 }, '{"type": "float"'],
  [{ Type: 'bool' }, `'type' instead of 'Type'`],
  [{ _type: 'loguniform', _value: [0.1, 1] }, '{"type": "float", "low": 0.1, "high": 1, "log": true}'],
  [{ _type: 'choice', _value: [1, 2] }, '{"type": "choice", "values": [1,2]}'],
  [{ choices: ['a', 'b'] }, '{"type": "choice", "values": ["a","b"]}'],
  [{ bounds: [0, 0.5] }, '{"type": "float", "low": 0, "high": 0.5}'],
  [{ distribution: 'uniform', min: 0, max: 2 }, '{"type": "float", "low": 0, "high": 2}'],
])('the constant %j is refused, unless it is in a group', (constant, words) => {
  const space = { x: float(0, 1), net: { y: constant } }
  expect(() => parseSpace(space)).toThrow(`parameter 'net.y': has no 'type', so it would be a constant`)
  expect(() => parseSpace(space)).toThrow(`did you mean ${words}`)
  expect(parseStoredSpace(space)).toEqual(space)
  expect(parseConfig(parseSpace({ x: float(0, 1), y: group(constant) }), { x: 0 })).toEqual({ x: 0, y: constant })
})

test('a text that is a range, and a parameter among the values of a choice, are refused', () => {
  expect(() => parseSpace({ x: '1e-5..1e-1~log' })).toThrow(`parameter 'x': is a text, so it would be a constant`)
  expect(() => parseSpace({ x: 'uniform(0,1)' })).toThrow('as for --param NAME=0.0..1.0')
  for (const value of [float(0, 1), { lr: bool() }, group({ a: 1 })] as never[])
    expect(() => parseSpace({ x: choice([value, 'a']) })).toThrow(`use a 'branch'`)
  const honest = {
    x: choice([{ type: 'int' }, { type: 'adam', low: 1 }]),
    data: '../a..b',
    sizes: [16, 32],
    min: bool(),
  }
  expect(parseSpace(honest)).toEqual(honest)
})

test('a space without a parameter has nothing to search', () => {
  expect(() => mustSearch(parseSpace({ x: 1 }))).toThrow('space: must have a parameter, but has constants only')
})

test('a whole number has no sign of zero, and a float keeps its own', () => {
  const config = parseConfig(parseSpace({ k: int(-5, 5), x: float(-1, 1) }), { k: -0, x: -0 })
  expect(Object.is(config.k, 0)).toBe(true)
  expect(Object.is(config.x, -0)).toBe(true)
})

test('a config is not checked against a space that is none', () => {
  for (const none of [undefined, null, 3, []])
    expect(() => parseConfig(none as never, { x: 1 })).toThrow('space: must be an object of parameters by name, got')
})
