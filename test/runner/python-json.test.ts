import { expect, test } from 'vitest'
import { parseNumber, parsePythonJson } from '../../src/runner/python-json.ts'

test('what Python writes for numbers that JSON does not have is read', () => {
  expect(parsePythonJson('{"a": NaN, "b": [Infinity, -Infinity], "c": 1}')).toEqual({
    value: { a: NaN, b: [Infinity, -Infinity], c: 1 },
  })
  expect(parsePythonJson('{"NaN": "say \\"NaN\\"", "x": NaN}')).toEqual({ value: { NaN: 'say "NaN"', x: NaN } })
  expect(parsePythonJson(' nan\n')).toEqual({ value: NaN })
  expect(parsePythonJson('-inf')).toEqual({ value: -Infinity })
})

test('JSON is read as it is, and anything else gives undefined', () => {
  expect(parsePythonJson('null')).toEqual({ value: null })
  expect(parsePythonJson('{"__proto__": 1}')).toEqual({ value: JSON.parse('{"__proto__": 1}') })
  for (const text of ['', 'NaNs', '{"a": NaN', "{'a': 1}", 'banana', 'Infinity War'])
    expect(parsePythonJson(text), text).toBeUndefined()
})

test('numbers are read as programs print them', () => {
  expect(['1', '-.5', '+2.', '1e-3', '1.0D-03', 'nan', '-Infinity', 'INF'].map(parseNumber)).toEqual([
    1,
    -0.5,
    2,
    1e-3,
    1e-3,
    NaN,
    -Infinity,
    Infinity,
  ])
  for (const text of ['', '.', '1,5', '0x10', '1e', '1 2', 'one', '--1', 'e5'])
    expect(parseNumber(text), text).toBeUndefined()
})
