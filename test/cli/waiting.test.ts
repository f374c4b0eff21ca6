import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { sayWaits, silenceLine } from '../../src/cli/waiting.ts'

type Silent = Parameters<typeof silenceLine>[0]

const silentTrials = (...numbers: number[]): Silent =>
  numbers.map((number) => ({ number, id: '', worker: `w${number}`, silentMs: 30_000, takenOverInMs: 210_000 }))

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }))
afterEach(() => void vi.useRealTimers())

test('a wait is said when it begins, once a minute, and when another one begins', () => {
  const said: string[] = []
  const study: { silent: Silent } = { silent: [] }
  const stop = sayWaits(study, (line) => said.push(line))
  vi.advanceTimersByTime(5000)
  expect(said).toEqual([])
  study.silent = silentTrials(3)
  vi.advanceTimersByTime(50_000)
  expect(said).toEqual(['waiting  for trial 3 by w3, silent 30s, taken over in 3m 30s'])
  vi.advanceTimersByTime(15_000)
  expect(said).toHaveLength(2)
  study.silent = silentTrials(3, 4)
  vi.advanceTimersByTime(1000)
  expect(said).toHaveLength(3)
  stop()
  vi.advanceTimersByTime(300_000)
  expect(said).toHaveLength(3)
})

test('three trials are named, and the others are counted', () => {
  expect(silenceLine(silentTrials(1, 2, 3))).toMatch(
    /^waiting {2}for trial 1 by w1, trial 2 by w2, trial 3 by w3, silent/,
  )
  expect(silenceLine(silentTrials(1, 2, 3, 4, 5))).toContain('trial 3 by w3 and 2 more, silent')
  expect(silenceLine([])).toBe('')
})
