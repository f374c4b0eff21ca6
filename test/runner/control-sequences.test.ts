import { expect, test } from 'vitest'
import { withoutControls } from '../../src/runner/control-sequences.ts'

test.each([
  ['colors', '\u001b[1;32m0.5\u001b[0m', '0.5'],
  ['colors in one character', '\u009b31m0.5\u009b0m', '0.5'],
  ['a return to the first column', '10%\u001b[1G0.5', '10%\r0.5'],
  ['a return to another column', '10%\u001b[7G0.5', '10%0.5'],
  ['a jump to a row', 'epoch 3\u001b[2;1H0.5', 'epoch 3\n0.5'],
  ['lines up', 'epoch 3\u001b[1A0.5', 'epoch 3\n0.5'],
  ['an erased line', '0.5\u001b[K', '0.5'],
  ['a title', '\u001b]0;training\u00070.5', '0.5'],
  ['a title that ends by ST', '\u001b]0;training\u001b\\0.5', '0.5'],
  ['a title that never ends', '\u001b]0;training\n0.5', '\n0.5'],
  ['a backspace', '0.4\b5', '0.5'],
  ['a backspace at the beginning of a line', 'a\n\b0.5', 'a\n0.5'],
  ['a backspace after a return', 'a\r\b0.5', 'a\r0.5'],
  ['a next line', 'a\u00850.5', 'a\n0.5'],
  ['a zero byte, a tab', '0\u0000.5\t', '0.5\t'],
  ['an escape with a letter', '\u001b(B0.5\u001b7', '0.5'],
])('%s', (_what, text, plain) => {
  expect(withoutControls(text)).toBe(plain)
})
