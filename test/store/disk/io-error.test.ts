import { chmodSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { StudyError } from '../../../src/errors.ts'
import { accessWords } from '../../../src/store/disk/access.ts'
import { ioError, remedyFor } from '../../../src/store/disk/io-error.ts'
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

test('only an error that may pass is answered by starting the same line again', () => {
  const permanent =
    'ENAMETOOLONG ELOOP EISDIR ENOTDIR ENOENT EINVAL EILSEQ EEXIST EMLINK EXDEV ENXIO EROFS EACCES EPERM'
  for (const code of permanent.split(' ')) {
    const { message } = ioError('/nowhere/s', failed(code))
    expect([code, message]).toEqual([code, expect.not.stringMatching(/same line again|file system answers/)])
    expect(message.slice(message.indexOf(';')).length).toBeGreaterThan(20)
  }
  for (const code of ['ESTALE', 'ETIMEDOUT', 'EAGAIN', 'EBUSY', 'EHOSTDOWN'])
    expect(ioError('/nowhere/s', failed(code)).message).toMatch(/nothing was lost, so start the same line again/)
  expect(ioError('/nowhere/s', failed('EFABLED')).message).toMatch(/look at the file system before you start/)
})

test('the part of a path that is wrong is named, with what is wrong there', () => {
  const place = scratch()
  const at = (...names: string[]): string => join(place, ...names)
  symlinkSync('nowhere', at('dangling'))
  symlinkSync('loop', at('loop'))
  writeFileSync(at('file'), '')
  const words = {
    [remedyFor('ENOENT', at('dangling', 'study'))!]: `'${at('dangling')}' is a link to 'nowhere', which does not exist`,
    [remedyFor('ELOOP', at('loop', 'study'))!]: `'${at('loop')}' is a link that leads back to itself`,
    [remedyFor('ENOTDIR', at('file', 'study'))!]: `'${at('file')}' is not a directory, and one must be there`,
    [remedyFor('ENAMETOOLONG', at('n'.repeat(256)))!]: "the name 'nnnnnnnnnnnnnnnnnnnn…' has 256 bytes",
  }
  for (const [remedy, part] of Object.entries(words)) expect(remedy).toContain(part)
  expect(remedyFor('ENOENT', at('gone'))).toMatch(/^the directory is gone/)
})
