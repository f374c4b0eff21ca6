import { expect, test, vi } from 'vitest'
import { searchInTime } from '../../src/runner/pattern-search.ts'

const threads = vi.hoisted(() => ({ begun: 0, ended: 0 }))

vi.mock('node:worker_threads', async (original) => {
  const real = await original<typeof import('node:worker_threads')>()
  class Worker extends real.Worker {
    constructor(...args: ConstructorParameters<typeof real.Worker>) {
      super(...args)
      threads.begun++
    }
    override async terminate(): Promise<number> {
      threads.ended++
      return await super.terminate()
    }
  }
  return { ...real, Worker }
})

/** A pattern that would take hours on this text. */
const SLOW = /(a+)+$/m
const TEXT = `${'a'.repeat(40)}b`
const HOUR_MS = 3_600_000

test('a quick pattern is searched at once, without a thread', () => {
  expect(searchInTime('loss=1\nloss=2\n', /loss=(\d)/)).toEqual({ match: '2' })
  expect(searchInTime('nothing', /loss=(\d)/)).toEqual({ match: undefined })
  expect(threads.begun).toBe(0)
})

test('a slow pattern is late after its limit, and its thread has ended', async () => {
  expect(await searchInTime(TEXT, SLOW, undefined, 50)).toBe('late')
  expect(threads).toEqual({ begun: 1, ended: 1 })
})

test('a stop ends a search, whether it comes before or while it runs', { timeout: 20_000 }, async () => {
  expect(await searchInTime(TEXT, SLOW, AbortSignal.abort(), HOUR_MS)).toBe('late')
  const stop = new AbortController()
  const search = searchInTime(TEXT, SLOW, stop.signal, HOUR_MS)
  stop.abort()
  expect(await search).toBe('late')
  expect(threads.ended).toBe(threads.begun)
})
