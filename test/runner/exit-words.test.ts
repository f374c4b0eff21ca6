import { expect, test } from 'vitest'
import { exitWords } from '../../src/runner/exit-words.ts'

test.each([
  [3, null, 'exit status 3'],
  [128, null, 'exit status 128'],
  [134, null, 'exit status 134: aborted (ABRT)'],
  [139, null, 'exit status 139: segmentation fault (SEGV)'],
  [143, null, 'exit status 143: terminated (TERM)'],
  [255, null, 'exit status 255'],
  [null, 'SIGSEGV', 'signal SEGV: segmentation fault'],
  [null, 'SIGBUS', 'signal BUS: bus error'],
  [null, 'SIGUSR1', 'signal USR1'],
] as const)('status %s, signal %s: %s', (code, signal, words) => {
  expect(exitWords({ code, signal })).toBe(words)
})
