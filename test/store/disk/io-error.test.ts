import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { StudyError } from '../../../src/errors.ts'
import { accessWords } from '../../../src/store/disk/access.ts'
import { ioError } from '../../../src/store/disk/io-error.ts'
import { scratch } from '../../support/scratch.ts'

const failed = (code: string, errno?: number): Error =>
  Object.assign(new Error(`${code}: failed`), { code, ...(errno === undefined ? {} : { errno }) })

test.each([
  [failed('ENOSPC'), /ENOSPC.*disk is full.*df -i/],
  [failed('Unknown system error -122', -122), /EDQUOT.*quota/],
  [failed('EROFS'), /EROFS.*mounted read-only; mount it writable/],
  [failed('ENOENT'), /directory is gone/],
  [failed('EMFILE'), /ulimit -n/],
  [failed('Unknown system error -116', -116), /ESTALE.*nothing was lost/],
])('%s is named with its remedy', (cause, words) => {
  const error = ioError('/s/.anthill/slots/000/000001', cause)
  expect(error).toMatchObject({ code: 'INPUT_OUTPUT', cause })
  expect(error.message).toMatch(words)
  expect(ioError('/s', cause, 'read').message).toContain("'/s' could not be read")
})

test('an error that is already written for people is passed on', () => {
  const error = new StudyError('NO_STUDY', 'none')
  expect(ioError('/s', error)).toBe(error)
})

test('a denied call names the nearest path that denies it, with its owner and mode', () => {
  const directory = scratch()
  chmodSync(directory, 0o2750)
  const words = accessWords(join(directory, 'not', 'there'))!
  expect(words).toContain(`'${directory}' belongs to`)
  expect(words).toContain('mode 2750')
  // If we may read and write the file itself, its directory denies the call.
  writeFileSync(join(directory, 'mine'), '')
  expect(accessWords(join(directory, 'mine'))).toBe(words)
  expect(ioError(join(directory, 'x'), failed('EACCES')).message).toContain(words)
})
