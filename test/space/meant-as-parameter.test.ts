import { expect, test } from 'vitest'
import { float } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'

const spaceWith = (c: unknown): unknown => parseSpace({ x: float(0, 1), c } as never)

test.each<[unknown, string]>([
  [{ low: 0, high: 1 }, '{"type": "float", "low": 0, "high": 1}'],
  [{ low: 0, high: 5 }, '{"type": "int", "low": 0, "high": 5}'],
  [{ low: 0.5, high: 5 }, '{"type": "float", "low": 0.5, "high": 5}'],
  [{ min: 1, max: 100, tpye: 'int' }, '{"type": "int", "low": 1, "high": 100}'],
  [{ range: [0, 1] }, '{"type": "float", "low": 0, "high": 1}'],
  [{ bounds: ['1', '10'] }, '{"type": "float", "low": "1", "high": "10"}'],
  [{ choices: ['a', 'b'] }, '{"type": "choice", "values": ["a","b"]}'],
  [{ _type: 'uniform', _value: [0, 1] }, '{"type": "float", "low": 0, "high": 1}'],
  [{ _type: 'loguniform', _value: [1, 10] }, '{"type": "float", "low": 1, "high": 10, "log": true}'],
  [{ _type: 'choice', _value: [1, 2] }, '{"type": "choice", "values": [1,2]}'],
  [{ distribution: 'normal' }, "'type': 'float'"],
  [{ tpye: 'bool' }, "'type' instead of 'tpye'"],
])('the constant %j is refused, with what was meant', (constant, meant) => {
  expect(() => spaceWith(constant)).toThrow(
    `parameter 'c': has no 'type', so it would be a constant, got ${JSON.stringify(constant)}; did you mean ${meant}?`,
  )
})

test.each<[unknown]>([
  [{ low: 1 }],
  [{ max: 5, name: 'a' }],
  [{ range: [1, 2, 3] }],
  [{ bounds: [1] }],
  [{ kind: 'adam' }],
  [[0, 1]],
  ['a text'],
])('the constant %j is one', (constant) => {
  expect(spaceWith(constant)).toMatchObject({ c: constant })
})

test.each<[unknown, boolean]>([
  [{ type: 'bool' }, true],
  [{ type: 'bool', default: true }, true],
  [{ type: 'bool', color: 'red' }, false],
  [{ type: 'float', low: 0, high: 1 }, true],
  [{ type: 'float', low: 0 }, false],
  [{ nested: [{ type: 'choice', choices: [1, 2] }] }, true],
  [{ type: 'group', space: {} }, true],
  [{ type: 'group' }, false],
])('%j among the values of a choice is a parameter: %s', (value, isOne) => {
  const parse = (): unknown => spaceWith({ type: 'choice', values: ['a', value] })
  if (isOne) expect(parse).toThrow('a value of a choice must not have a parameter in it')
  else expect(parse()).toMatchObject({ c: { values: ['a', value] } })
})
