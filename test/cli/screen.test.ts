import { expect, test } from 'vitest'
import { printable, wantsColor } from '../../src/cli/screen.ts'

const terminal = { isTTY: true } as NodeJS.WriteStream
const pipe = { isTTY: false } as NodeJS.WriteStream

test('a terminal gets colors and a pipe does not', () => {
  expect(wantsColor(terminal, {})).toBe(true)
  expect(wantsColor(pipe, {})).toBe(false)
})

test('NO_COLOR and TERM=dumb switch colors off, FORCE_COLOR switches them on', () => {
  expect(wantsColor(terminal, { NO_COLOR: '1' })).toBe(false)
  expect(wantsColor(terminal, { NO_COLOR: '' })).toBe(true)
  expect(wantsColor(terminal, { TERM: 'dumb' })).toBe(false)
  expect(wantsColor(pipe, { FORCE_COLOR: '1' })).toBe(true)
  expect(wantsColor(pipe, { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(true)
  expect(wantsColor(terminal, { FORCE_COLOR: '0' })).toBe(false)
})

test('control characters cannot reach the terminal', () => {
  expect(printable('a\x1b[31mb\u0007')).toBe('a\\x1b[31mb\\x07')
  expect(printable('a\tb\nc')).toBe('a\tb\nc')
})
