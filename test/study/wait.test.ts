import { expect, test } from 'vitest'
import { wait } from '../../src/study/wait.ts'

test('a wait ends with its time, or as soon as its signal aborts, and leaves no listener behind', async () => {
  await wait(1)
  const controller = new AbortController()
  const long = wait(60_000, controller.signal)
  controller.abort(new Error('enough'))
  await long
  await wait(60_000, controller.signal)
  expect(controller.signal.aborted).toBe(true)
})
