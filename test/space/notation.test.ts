import { expect, test } from 'vitest'
import { parseParam, parseSpec, spaceFromParams } from '../../src/space/notation.ts'
import type { Parameter } from '../../src/space/parameter.ts'
import { bool, choice, float, int, ordinal } from '../../src/space/parameter.ts'

const specs: readonly (readonly [string, Parameter])[] = [
  ['1e-5..1e-1~log', float(1e-5, 1e-1, { log: true })],
  ['1..6', int(1, 6)],
  ['-3..+3', int(-3, 3)],
  ['1.0..6', float(1, 6)],
  ['1e3..1e5', float(1000, 100000)],
  ['.5...75', float(0.5, 0.75)],
  ['1..1000~log', int(1, 1000, { log: true })],
  ['0..1:0.1', float(0, 1, { step: 0.1 })],
  ['0..100:10', int(0, 100, { step: 10 })],
  ['adam,sgd', choice(['adam', 'sgd'])],
  [' adam , sgd ', choice(['adam', 'sgd'])],
  ['0.5,1', choice([0.5, 1])],
  ['none,null,1,-2.5e3', choice(['none', null, 1, -2500])],
  ['"1","a,b","é\\n"', choice(['1', 'a,b', 'é\n'])],
  ['a,""', choice(['a', ''])],
  ['../a,../b', choice(['../a', '../b'])],
  ['k=1,k=2', choice(['k=1', 'k=2'])],
  ['[16<32<64]', ordinal([16, 32, 64])],
  ['[small<large]', ordinal(['small', 'large'])],
  ['["a<b"<c]', ordinal(['a<b', 'c'])],
  ['true,false', bool()],
  ['true,false,null', choice([true, false, null])],
]

test.each(specs)('%s is read', (spec, parameter) => {
  expect(parseSpec(spec)).toEqual(parameter)
})

test('the first = divides name from range', () => {
  expect(parseParam('opt.lr=1e-5..1e-1~log')).toEqual({ name: 'opt.lr', parameter: float(1e-5, 1e-1, { log: true }) })
})

const refused: readonly (readonly [string, string])[] = [
  ['lr', `parameter 'lr': must be NAME=SPEC; write it as in lr=1e-5..1e-1~log`],
  ['=1..2', "parameter '=1..2': must be NAME=SPEC"],
  [
    'lr=',
    `parameter 'lr': a SPEC must follow the '='; write LOW..HIGH, LOW..HIGH:STEP, LOW..HIGH~log, A,B,C or [A<B<C]`,
  ],
  ['lr=0.1', `parameter 'lr': must have more than one value, got '0.1'; write LOW..HIGH`],
  ['lr=1e-5-1e-1', `must have more than one value`],
  ['lr=1e-5..1e-1~lgo', `unknown scale '~lgo'; did you mean 'log'?`],
  ['lr=0..1~log', `parameter 'lr': 'low' must be above 0 on a log scale, got 0`],
  ['lr=1..x', `parameter 'lr': must be a range of numbers, got '1..x'; write LOW..HIGH`],
  [
    'opt=a,,b',
    `parameter 'opt': a value must not be empty; remove the extra separator, or write "" for the empty string`,
  ],
  ['opt=a,a', `parameter 'opt': 'values' must differ, got "a" twice`],
  ['opt="a,b', `parameter 'opt': must be a string of JSON, got "a; close the quotes`],
  ['opt="a"b,c', `parameter 'opt': ',' must follow a closing quote, got 'b,c'`],
  ['b=16<32', `values with an order must be in brackets, got '16<32'; write '[16<32]'`],
  ['../x=1..2', `parameter '../x': a name must begin with a letter or '_'`],
  ['__proto__=1..2', `the name '__proto__' is JavaScript's own; rename it`],
]

test.each(refused)('%s is refused with a remedy', (text, words) => {
  expect(() => parseParam(text)).toThrow(words)
})

test('names with dots nest', () => {
  expect(spaceFromParams(['opt.lr=0.1..1', 'opt.name=a,b', 'seed=1..9'])).toEqual({
    opt: { lr: float(0.1, 1), name: choice(['a', 'b']) },
    seed: int(1, 9),
  })
})

test('names that collide are refused', () => {
  expect(() => spaceFromParams(['a=1..2', 'a=1..3'])).toThrow(`parameter 'a': given twice; keep one`)
  expect(() => spaceFromParams(['a=1..2', 'a.b=1..3'])).toThrow(`parameter 'a.b': 'a' is both a parameter and a group`)
  expect(() => spaceFromParams(['a.b=1..2', 'a=1..3'])).toThrow(`parameter 'a': 'a' is both a parameter and a group`)
  expect(() => spaceFromParams(['a..b=1..2'])).toThrow('rename it')
  expect(() => spaceFromParams(['a.__proto__.b=1..2'])).toThrow(`'__proto__'`)
})
