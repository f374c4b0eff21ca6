import { expect, test } from 'vitest'
import { fits, searchText, sortedBy } from '../../../src/report/page/table-order.ts'
import { choice, float } from '../../../src/space/parameter.ts'
import { parseSpace } from '../../../src/space/validate.ts'
import { endedTrial } from '../../support/trial-records.ts'

test('missing values come last in both directions, and equal ones stay as they were', () => {
  const keys = [3, null, 1, NaN, 2, 1]
  const rows = [...keys.keys()]
  expect(sortedBy(rows, (row) => keys[row]!, false)).toEqual([2, 5, 4, 0, 1, 3])
  expect(sortedBy(rows, (row) => keys[row]!, true)).toEqual([0, 4, 2, 5, 1, 3])
})

test('words sort as text, and numbers as numbers', () => {
  const words = ['b', 'a', null, 'c']
  expect(sortedBy([0, 1, 2, 3], (row) => words[row]!, true)).toEqual([3, 0, 1, 2])
  expect(sortedBy([0, 1, 2], (row) => [10, 9, -1][row]!, false)).toEqual([2, 1, 0])
})

test('a query finds trials by all of its words in any order', () => {
  const space = parseSpace({ lr: float(0, 1), opt: choice(['adam', 'sgd']) })
  const text = searchText(space, endedTrial(17, { lr: 0.25, opt: 'adam' }, 0.5))
  expect(fits(text, 'ADAM 0.25')).toBe(true)
  expect(fits(text, '17 opt=adam')).toBe(true)
  expect(fits(text, 'sgd')).toBe(false)
  expect(fits(text, '')).toBe(true)
})
