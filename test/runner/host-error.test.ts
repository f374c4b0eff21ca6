import { expect, test } from 'vitest'
import { HostError, isHostCaused, lackingLine, patiently } from '../../src/runner/host-error.ts'

test('what the host lacks is its fault, and so is a program that was there; a config speaks by its length only', () => {
  for (const code of ['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE', 'ENOSPC', 'EDQUOT', 'EIO', 'ESTALE', 'ETXTBSY'])
    for (const wasFound of [true, false]) expect([code, isHostCaused(code, wasFound)]).toEqual([code, true])
  for (const code of ['ENOENT', 'EACCES', 'ENOTDIR']) {
    expect([code, isHostCaused(code, true)]).toEqual([code, true])
    expect([code, isHostCaused(code, false)]).toEqual([code, false])
  }
  for (const code of ['E2BIG', 'ERR_INVALID_ARG_VALUE', 'ENAMETOOLONG'])
    for (const wasFound of [true, false]) expect([code, isHostCaused(code, wasFound)]).toEqual([code, false])
})

test('only the last lines of a program say that the host lacked something, and the last of them is named', () => {
  const fork = 'sh: 1: Cannot fork'
  const files = 'OSError: [Errno 24] Too many open files'
  expect(lackingLine([fork, 'one', files, 'two'])).toBe(files)
  expect(lackingLine([fork, '1', '2', '3', '4'])).toBe(fork)
  expect(lackingLine([fork, '1', '2', '3', '4', '5'])).toBeUndefined()
  expect(lackingLine(['ValueError: negative rate'])).toBeUndefined()
})

test('after a stop nothing is tried again, and an error that is not the fault of the host never is', async () => {
  const tries = async (error: Error, over?: AbortSignal): Promise<number> => {
    let count = 0
    const attempt = (): never => {
      count++
      throw error
    }
    await expect(patiently(attempt, over)).rejects.toBe(error)
    return count
  }
  expect(await tries(new HostError('no processes'), AbortSignal.abort())).toBe(1)
  expect(await tries(new Error('another'))).toBe(1)
  let calls = 0
  const twice = patiently(() => {
    if (++calls < 2) throw new HostError('no processes')
    return 'begun'
  }, undefined)
  expect(await twice).toBe('begun')
})
