import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lastLines, readTail } from '../../src/runner/log-tail.ts'
import { scratch } from '../support/scratch.ts'

const file = (text: string): string => {
  const path = join(scratch(), 'log')
  writeFileSync(path, text)
  return path
}

test('a short file is read whole, a long one from the first whole line of its tail', () => {
  expect(readTail(file('one\ntwo\n'))).toBe('one\ntwo\n')
  expect(readTail(file('one\ntwo\nthree\n'), 10)).toBe('three\n')
  expect(readTail(file('ééééé'), 4)).toBe('éé')
  expect(readTail(join(scratch(), 'absent'))).toBe('')
})

test('the last lines are those that are not blank, each cut to 400 characters', () => {
  expect(lastLines(file('a\n\n b\r\n   \nc'), 2)).toEqual([' b', 'c'])
  expect(lastLines(file('x'.repeat(1000)), 5)[0]).toHaveLength(400)
  expect(lastLines(file(''), 5)).toEqual([])
})
