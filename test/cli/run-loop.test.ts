import { expect, test } from 'vitest'
import { failureLimit } from '../../src/cli/failure-limit.ts'
import type { EndedTrial } from '../../src/cli/progress.ts'
import { HostError } from '../../src/runner/host-error.ts'
import { runLoop } from '../../src/cli/run-loop.ts'
import type { LoopOptions } from '../../src/cli/run-loop.ts'

const endedTrial = (number: number, state: EndedTrial['state']): EndedTrial => ({
  id: '5c49826a83751767729e',
  number,
  attempt: 1,
  state,
  value: null,
  values: {},
  reason: null,
  detail: null,
  config: '',
  tookMs: 0,
  lastWords: [],
})

/** Runs the loop on a study of `total` trials. With `waits`, `ask` then waits for other workers until it is over. */
const loop = (change: {
  total: number
  waits?: boolean
  lanes?: number
  stops?: readonly AbortSignal[]
  run?: (number: number) => Promise<EndedTrial['state']>
  say?: (line: string) => void
  most?: number
  /** Called while the study gives a trial. */
  meanwhile?: () => void
}) => {
  const over = new AbortController()
  let next = 0
  const handedBack: number[] = []
  const study = {
    ask: async () => {
      if (next < change.total && !over.signal.aborted) {
        const number = next++
        change.meanwhile?.()
        return { number, handBack: async () => void handedBack.push(number) }
      }
      if (change.waits && !over.signal.aborted)
        await new Promise((resolve) => over.signal.addEventListener('abort', resolve))
      return undefined
    },
  }
  const result = runLoop({
    lanes: change.lanes ?? 1,
    study: study as unknown as LoopOptions['study'],
    runTrial: async ({ number }) => endedTrial(number, (await change.run?.(number)) ?? 'complete'),
    stops: change.stops ?? [],
    over,
    limit: failureLimit(change.most),
    ended: () => {},
    ...(change.say === undefined ? {} : { say: change.say }),
  })
  return { result, handedBack, over, asked: () => next }
}

test('trials are run until there are no more', async () => {
  expect(await loop({ total: 5, lanes: 2 }).result).toMatchObject({ hasGivenUp: false, counts: { complete: 5 } })
})

test('too many failures end the loop', async () => {
  const { result, asked } = loop({ total: 50, run: async () => 'failed' })
  expect(await result).toMatchObject({ hasGivenUp: true, counts: { failed: 3 } })
  expect(asked()).toBe(3)
})

test('a stop lets the running programs end, and only then ends a wait for others', async () => {
  const stop = new AbortController()
  let release = (): void => {}
  const running = new Promise<void>((resolve) => (release = resolve))
  const { result, over } = loop({
    total: 1,
    waits: true,
    lanes: 2,
    stops: [stop.signal],
    run: async () => (await running, 'interrupted'),
  })
  await new Promise((resolve) => setTimeout(resolve, 10))
  stop.abort()
  await new Promise((resolve) => setTimeout(resolve, 10))
  expect(over.signal.aborted).toBe(false)
  release()
  expect(await result).toMatchObject({ counts: { interrupted: 1 } })
  expect(over.signal.aborted).toBe(true)
})

test('a host that cannot run all lanes runs the others, and ends the loop only when none is left', async () => {
  const said: string[] = []
  const { result } = loop({
    total: 8,
    lanes: 3,
    say: (line) => said.push(line),
    run: async (number) => {
      if (number === 1) throw new HostError('no more processes')
      return 'complete'
    },
  })
  expect(await result).toMatchObject({ counts: { complete: 7 } })
  expect(said).toEqual(['fewer    trials at once from now on: 2, because no more processes'])
  const none = loop({ total: 8, lanes: 2, run: async () => Promise.reject(new HostError('no more processes')) })
  await expect(none.result).rejects.toThrow('no more processes')
})

test('after a stop that arrived before the loop began nothing is started', async () => {
  const stop = new AbortController()
  stop.abort()
  const { result, asked } = loop({ total: 5, stops: [stop.signal] })
  expect(await result).toMatchObject({ counts: { complete: 0 } })
  expect(asked()).toBe(0)
})

test('an error of one lane reaches the caller after the others have ended', async () => {
  let ended = false
  const { result } = loop({
    total: 2,
    lanes: 2,
    run: async (number) => {
      if (number === 0) throw new Error('disk full')
      await new Promise((resolve) => setTimeout(resolve, 20))
      ended = true
      return 'complete'
    },
  })
  await expect(result).rejects.toThrow('disk full')
  expect(ended).toBe(true)
})

test('a trial that arrives after a stop is handed back and not started', async () => {
  const stop = new AbortController()
  let started = 0
  const { result, handedBack } = loop({
    total: 5,
    stops: [stop.signal],
    meanwhile: () => stop.abort(),
    run: async () => (started++, 'complete'),
  })
  expect(await result).toMatchObject({ counts: { complete: 0 } })
  expect(started).toBe(0)
  expect(handedBack).toEqual([0])
})
