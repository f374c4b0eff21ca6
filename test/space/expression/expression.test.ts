import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { randomStream } from '../../../src/numerics/random.ts'
import { parseExpression } from '../../../src/space/expression/expression.ts'
import { isFailure, kindOf } from '../../../src/space/expression/kinds.ts'
import type { Value } from '../../../src/space/expression/kinds.ts'

const SCOPE: Readonly<Record<string, Value>> = {
  a: 3,
  b: -2,
  c: 0.5,
  d: 7.25,
  zero: 0,
  s: 'adam',
  t: 'sgd',
  empty: '',
  yes: true,
  none: null,
  'opt.lr': 0.1,
  'filters.2': 48,
  'batch-size': 64,
  batch: 100,
  size: 1,
}

/** The value of an expression; a `Failure` as its text in brackets. */
function valueOf(text: string, scope: Readonly<Record<string, Value>> = SCOPE): Value | [string] {
  const known = new Map(Object.entries(scope).map(([name, value]) => [name, kindOf(value)]))
  const { names, evaluate } = parseExpression(text, 'where', known)
  try {
    return evaluate((index) => scope[names[index]!]!)
  } catch (caught) {
    if (!isFailure(caught)) throw caught
    return [caught.failure]
  }
}

test('expressions have the values that Python gives them', () => {
  const file = new URL('fixtures/python-expressions.json', import.meta.url)
  const rows = JSON.parse(readFileSync(file, 'utf8')) as [string, Value][]
  for (const [text, expected] of rows) {
    const value = valueOf(text)
    if (expected === null) expect(value, text).toBeInstanceOf(Array)
    else if (typeof expected !== 'number') expect(value, text).toBe(expected)
    else expect(Math.abs((value as number) - expected), text).toBeLessThanOrEqual(1e-12 * Math.abs(expected))
  }
})

test('signs of other languages mean the same', () => {
  expect(valueOf('a > 0 && !(b > 0) || false')).toBe(true)
  expect(valueOf("a > 5 ? 'big' : a > 2 ? 'middle' : 'small'")).toBe('middle')
  expect(valueOf("'big' if a > 5 else 'middle' if a > 2 else 'small'")).toBe('middle')
  expect(valueOf('!yes == false')).toBe(true)
  expect(valueOf('true and none == null')).toBe(true)
  expect(valueOf('(a > 0) & (b > 0)')).toBe(false)
  expect(valueOf('2 * pi')).toBe(2 * Math.PI)
})

test('names may be nested, numbered or hyphened', () => {
  expect(valueOf('opt.lr * 10')).toBe(1)
  expect(valueOf('filters[2] + filters.2')).toBe(96)
  expect(valueOf('batch-size')).toBe(64)
  expect(valueOf('batch - size')).toBe(99)
  expect(valueOf('batch-size/2')).toBe(32)
})

test('values of different kinds are not equal, and mixing them is an error that names place and remedy', () => {
  expect(valueOf('yes == 1')).toBe(false)
  expect(valueOf("int('32') + int(yes) + float('1e1')")).toBe(43)
  expect(() => valueOf("a + 'x'")).toThrow(
    "where 'a + 'x'': '+' takes two of a kind, got a number and a text at column 3; write str(...) around the number",
  )
  expect(() => valueOf('a and yes')).toThrow("'and' takes true or false, got a number at column 3; write a comparison")
  expect(() => valueOf("'ab' * 1000000000")).toThrow("'*' takes a number, got a text at column 6")
  expect(() => valueOf('s < a < b or sqrt(s) > 1')).toThrow('sqrt() takes a number, got a text at column 19')
})

test('what an expression cannot be says where it is wrong, and what to do', () => {
  const message = (text: string): string => {
    try {
      valueOf(text)
    } catch (error) {
      return (error as Error).message
    }
    return 'none'
  }
  expect(message('lyers * 2 > 1')).toBe(
    "where 'lyers * 2 > 1': unknown name 'lyers' at column 1; the names here are a, b, c, d, zero, s, t, empty, yes, " +
      'none, opt.lr, filters.2, batch-size, batch, size',
  )
  expect(message('bach > 1')).toContain("unknown name 'bach' at column 1; did you mean 'batch'?")
  expect(message('sqr(a) > 1')).toContain("unknown function 'sqr' at column 1; did you mean 'sqrt'?")
  expect(message('a = 1')).toContain("unexpected '=' at column 3; write '==' to compare")
  expect(message('a < ')).toContain('a value must stand here, got the end at column 5; write a number')
  expect(message('(a < 1')).toContain("')' must follow, got the end at column 7; close the parentheses")
  expect(message('a b')).toContain("the expression must end here, got 'b' at column 3")
  expect(message('2a')).toContain("a number must end before 'a' at column 1; put a sign between them, such as '*'")
  expect(message("s == 'adam")).toContain("unexpected ''' at column 6; close the text with '")
  expect(message('min()')).toContain('min() takes 1 or more values, got 0 at column 1')
  expect(message('pow(a)')).toContain('pow() takes 2 values, got 1 at column 1')
  expect(message('a if b > 1')).toContain("'else' must follow, got the end at column 11")
  expect(message('')).toBe('where: an expression must not be empty; leave it out')
  expect(message('1e999 > a')).toContain('a number must be finite')
})

test('a result that is not a finite number is a failure, not a value', () => {
  expect(valueOf('1 / zero')).toEqual(['division by zero'])
  expect(valueOf('1 % zero')).toEqual(['division by zero'])
  expect(valueOf('1 // (a - 3)')).toEqual(['division by zero'])
  expect(valueOf('zero ** -1')).toEqual(["'**' gives no finite number"])
  expect(valueOf('10 ** 400')).toEqual(["'**' gives no finite number"])
  expect(valueOf('9 ** 9 ** 9 ** 9')).toEqual(["'**' gives no finite number"])
  expect(valueOf('(-1) ** 0.5')).toEqual(["'**' gives no finite number"])
  expect(valueOf('sqrt(b)')).toEqual(['sqrt() gives no finite number'])
  expect(valueOf('log(zero)')).toEqual(['log() gives no finite number'])
  expect(valueOf('exp(1e9)')).toEqual(['exp() gives no finite number'])
  expect(valueOf('1 << 60')).toEqual(["'<<' shifts by 0 to 53, got 60"])
  expect(valueOf('7 << 53')).toEqual(["'<<' gives a number beyond 2^53"])
  expect(valueOf('c & 1')).toEqual(["'&' takes whole numbers up to 2^53, got 0.5"])
  expect(valueOf("int('1_000')")).toEqual(['int() takes a number or the text of one, got "1_000"'])
  expect(valueOf('yes or 1 / zero > 1')).toBe(true)
})

test('there is no way out of numbers, texts and booleans', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'globalThis', 'process', 'Function'])
    for (const text of [name, `a.${name}`, `${name}(1)`, `s.${name}`])
      expect(() => valueOf(text), text).toThrow(/unknown (name|function)/)
  for (const text of [
    "s['length']",
    'a[0',
    '[1, 2]',
    'a; b',
    '{}',
    '`a`',
    '(x) => x',
    'a := 1',
    '"\\u0041".x',
    '$',
    '@a',
  ])
    expect(() => valueOf(text), text).toThrow(/at column \d+; /)
  expect(() => parseExpression({ toString: () => 'a' }, 'where', new Map())).toThrow(TypeError)
})

test('depth, length and size are limited', () => {
  expect(() => valueOf(`${'('.repeat(10_000)}1${')'.repeat(10_000)}`)).toThrow('at most 4000 characters, got 20001')
  expect(() => valueOf(`${'('.repeat(400)}1${')'.repeat(400)}`)).toThrow('nested more than 100 deep at column')
  for (const sign of ['-', '~', '!', 'not ', '2 ** ', '1 if true else ', 'abs('])
    expect(() => valueOf(`${sign.repeat(200)}1`), sign).toThrow('nested more than 100 deep')
  expect(() => valueOf('1'.padEnd(2 ** 20, '+1'))).toThrow('at most 4000 characters')
  expect(valueOf(`1${'+1'.repeat(499)}`)).toBe(500)
  expect(() => valueOf(`1${'+1'.repeat(500)}`)).toThrow('more than 1000 names and signs at column 1001')
  expect(valueOf(`true${' and true'.repeat(440)}`)).toBe(true)
  expect(valueOf('s + s', { s: 'x'.repeat(6000) })).toEqual(['a text must have at most 10000 characters'])
})

test('random texts give a value, a failure or an error with a column, and nothing else', () => {
  const words =
    "a b c s yes opt.lr 1 2.5 'x' + - * / // % ** ( ) [ ] , < <= == != in not and or if else ? : & | ^ << >> ~ ! " +
    'min( sqrt( str( true null'
  const tokens = words.split(' ')
  const random = randomStream('expressions', 14)
  let values = 0
  for (let i = 0; i < 5000; i++) {
    const text = Array.from({ length: 1 + random.integer(7) }, () => tokens[random.integer(tokens.length)]!).join(' ')
    try {
      const value = valueOf(text)
      values++
      if (!Array.isArray(value)) expect(kindOf(value), text).toBeDefined()
      if (typeof value === 'number') expect(Number.isFinite(value), text).toBe(true)
    } catch (error) {
      expect((error as Error).message, text).toMatch(/^where '.*': .* at column \d+; /s)
    }
  }
  expect(values).toBeGreaterThan(100)
})

test('the kinds of an expression hold for its value', () => {
  const { kinds } = parseExpression(
    "a if yes else 'x'",
    'of',
    new Map([
      ['a', 1],
      ['yes', 4],
    ]),
  )
  expect(kinds).toBe(3)
})
