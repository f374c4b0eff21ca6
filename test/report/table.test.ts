import { expect, test } from 'vitest'
import { csvLine } from '../../src/report/csv.ts'
import { shortDuration, shortNumber } from '../../src/report/number-text.ts'
import { tableLines } from '../../src/report/table.ts'

test('columns are as wide as their widest cell, and lines have no blanks at their ends', () => {
  expect(tableLines([{ title: 'n', align: 'right' }, { title: 'state' }, { title: 'x' }], [['1', 'ok', ''], ['10', 'failed', 'é']])).toEqual([
    ' n  state   x',
    ' 1  ok',
    '10  failed  é',
  ])
})

test('a CSV cell is quoted only where it must be', () => {
  expect(csvLine([1, 'a', null, undefined, 'a,b', 'say "x"', 'two\nlines', '', ' x'])).toBe('1,a,,,"a,b","say ""x""","two\nlines",""," x"')
})

test('numbers and times are short', () => {
  expect([0.1 + 0.2, 1e-7, 123456789, -0, 12].map(shortNumber)).toEqual(['0.3', '1e-7', '123457000', '0', '12'])
  expect([300, 12_000, 65_000, 3_900_000, 200_000_000].map(shortDuration)).toEqual(['0.3s', '12s', '1m 05s', '1h 05m', '2d 07h'])
})
