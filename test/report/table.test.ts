import { expect, test } from 'vitest'
import { numberWithin, shortDuration, shortNumber } from '../../src/report/number-text.ts'
import { csvLine, tableLines } from '../../src/report/table.ts'

test('columns are as wide as their widest cell, and lines have no blanks at their ends', () => {
  expect(
    tableLines(
      [{ title: 'n', align: 'right' }, { title: 'state' }, { title: 'x' }],
      [
        ['1', 'ok', ''],
        ['10', 'failed', 'é'],
      ],
    ),
  ).toEqual([' n  state   x', ' 1  ok', '10  failed  é'])
})

test('a CSV cell is quoted only where it must be', () => {
  expect(csvLine([1, 'a', null, undefined, 'a,b', 'say "x"', 'two\nlines', '', ' x'])).toBe(
    '1,a,,,"a,b","say ""x""","two\nlines",""," x"',
  )
})

test('numbers and times are short', () => {
  expect([0.1 + 0.2, 1e-7, 123456789, -0, 12].map(shortNumber)).toEqual(['0.3', '1e-7', '123457000', '0', '12'])
  expect([300, 12_000, 65_000, 3_900_000, 200_000_000].map(shortDuration)).toEqual([
    '0.3s',
    '12s',
    '1m 05s',
    '1h 05m',
    '2d 07h',
  ])
})

test('a narrower interval shows more digits of a number', () => {
  const told = (value: number, low: number, high: number): string[] =>
    [value, low, high].map((each) => numberWithin({ low, high }, each))
  expect(told(0.4123456, 0.2, 0.7)).toEqual(['0.412', '0.2', '0.7'])
  expect(told(100.0012345678, 100.0011, 100.0014)).toEqual(['100.00123', '100.0011', '100.0014'])
  expect(told(4.37e-17, -0.0161, 0.0724)).toEqual(['0', '-0.016', '0.0724'])
  expect(told(4, 4, 4)).toEqual(['4', '4', '4'])
  expect(told(0, 0, 0)).toEqual(['0', '0', '0'])
  expect(told(-1e308, -1.7e308, 1.7e308)).toEqual(['-1e+308', '-1.7e+308', '1.7e+308'])
  expect(told(-8e307, -1e308, Infinity)).toEqual(['-8e+307', '-1e+308', 'Infinity'])
})
