import { expect, test } from 'vitest'
import { printable, wantsColour } from '../../src/cli/screen.ts'

const terminal = { isTTY: true } as NodeJS.WriteStream
const pipe = { isTTY: false } as NodeJS.WriteStream

test('a terminal gets colours and a pipe does not', () => {
  expect(wantsColour(terminal, {})).toBe(true)
  expect(wantsColour(pipe, {})).toBe(false)
})

test('NO_COLOR and TERM=dumb switch colours off, FORCE_COLOR switches them on', () => {
  expect(wantsColour(terminal, { NO_COLOR: '1' })).toBe(false)
  expect(wantsColour(terminal, { NO_COLOR: '' })).toBe(true)
  expect(wantsColour(terminal, { TERM: 'dumb' })).toBe(false)
  expect(wantsColour(pipe, { FORCE_COLOR: '1' })).toBe(true)
  expect(wantsColour(pipe, { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(true)
  expect(wantsColour(terminal, { FORCE_COLOR: '0' })).toBe(false)
})

test('what comes from elsewhere cannot steer the terminal', () => {
  expect(printable('a\x1b[31mb\u0007')).toBe('a\\x1b[31mb\\x07')
  expect(printable('a\tb\nc')).toBe('a\tb\nc')
})
