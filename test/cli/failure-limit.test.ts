import { expect, test } from 'vitest'
import { failureLimit } from '../../src/cli/failure-limit.ts'

test('three failures in a row before the first success are too many, and an interruption does not count', () => {
  const limit = failureLimit()
  for (const state of ['failed', 'failed', 'interrupted'] as const) limit.count(state)
  expect(limit.isReached()).toBe(false)
  limit.count('failed')
  expect(limit.isReached()).toBe(true)
})

test('after a success of this process, ten in a row are too many', () => {
  const limit = failureLimit()
  limit.count('complete')
  for (let k = 0; k < 9; k++) limit.count('failed')
  expect(limit.isReached()).toBe(false)
  limit.count('failed')
  expect(limit.isReached()).toBe(true)
})

test('a limit that was given counts at any time, and a success begins a new row', () => {
  const limit = failureLimit(2)
  for (const state of ['failed', 'complete', 'failed', 'pruned', 'failed'] as const) limit.count(state)
  expect(limit.isReached()).toBe(false)
  limit.count('failed')
  expect(limit.isReached()).toBe(true)
})

test('a limit of 0 never gives up', () => {
  const limit = failureLimit(0)
  for (let k = 0; k < 100; k++) limit.count('failed')
  expect(limit.isReached()).toBe(false)
})

test('a trial that the host let down counts as a failure, although it was handed back', () => {
  const limit = failureLimit()
  for (let k = 0; k < 3; k++) limit.count('interrupted', true)
  expect(limit.isReached()).toBe(true)
})
