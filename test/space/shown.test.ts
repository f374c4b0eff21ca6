import { expect, test } from 'vitest'
import { shown } from '../../src/space/shown.ts'

const circle: unknown[] = []
circle.push(circle)

test.each([
  ['adam', '"adam"'],
  ['two\nlines', '"two\\nlines"'],
  [0.5, '0.5'],
  [NaN, 'NaN'],
  [10n, '10n'],
  [null, 'null'],
  [undefined, 'nothing'],
  [{ a: [1] }, '{"a":[1]}'],
  [() => 1, 'a function'],
  [Symbol('s'), 'a symbol'],
  [circle, 'a list that JSON cannot hold'],
  [{ n: 1n }, 'an object that JSON cannot hold'],
])('a value of any kind can be shown, case %#', (value, text) => {
  expect(shown(value)).toBe(text)
})

test('a long value is cut', () => {
  expect(shown('x'.repeat(100))).toBe(`"${'x'.repeat(76)}...`)
})
