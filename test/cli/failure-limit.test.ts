import { expect, test } from 'vitest'
import { failureLimit } from '../../src/cli/failure-limit.ts'

test('three failures in a row before the first success are too many', async () => {
  const limit = failureLimit(3, async () => false)
  for (const state of ['failed', 'failed', 'interrupted'] as const) limit.count(state)
  expect(await limit.isReached()).toBe(false)
  limit.count('failed')
  expect(await limit.isReached()).toBe(true)
})

test('a success, here or elsewhere, lifts the limit for good', async () => {
  const here = failureLimit(1, async () => false)
  here.count('complete')
  here.count('failed')
  expect(await here.isReached()).toBe(false)
  const elsewhere = failureLimit(1, async () => true)
  elsewhere.count('failed')
  expect(await elsewhere.isReached()).toBe(false)
})

test('a limit of 0 never gives up', async () => {
  const limit = failureLimit(0, async () => false)
  for (let k = 0; k < 100; k++) limit.count('failed')
  expect(await limit.isReached()).toBe(false)
})
