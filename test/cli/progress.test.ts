import { expect, test } from 'vitest'
import { newBestLine, countsLine, endedLine, showProgress } from '../../src/cli/progress.ts'
import type { EndedTrial, ProgressFacts } from '../../src/cli/progress.ts'

const counts = (complete: number, running = 0, failed = 0) => ({
  budget: 50,
  trials: { complete, running, failed, pruned: 0, interrupted: 0, paused: 0, queued: 0 },
  workers: { live: 1, silent: 0, done: 0 },
  best: null,
})

const facts: ProgressFacts = {
  counts: async () => counts(0),
  goals: { objectives: { loss: 'minimize' } },
  brief: () => '',
}

const ended = (change: Partial<EndedTrial>): EndedTrial => ({
  id: '5c49826a83751767729e',
  number: 7,
  attempt: 1,
  state: 'complete',
  value: 0.25,
  values: { loss: 0.25 },
  reason: null,
  detail: null,
  config: 'lr=0.1',
  tookMs: 2500,
  lastWords: [],
  ...change,
})

test('a finished trial is one plain line', () => {
  expect(endedLine(ended({}))).toBe('trial 7  complete  0.25  2.5s  lr=0.1')
  expect(endedLine(ended({ state: 'failed', value: null, detail: 'exit status 3\nmore' }))).toBe(
    'trial 7  failed  exit status 3  2.5s  lr=0.1',
  )
})

test('the refreshed line counts over all processes and says how long it may take', () => {
  expect(countsLine(counts(10, 4, 2), counts(0), 60_000)).toBe('12/50 ended   4 running   2 failed   about 3m 10s left')
  expect(countsLine(counts(10), counts(10), 60_000)).toBe('10/50 ended')
  expect(countsLine(counts(54), counts(10), 60_000)).toBe('54 ended')
  // What ended before says nothing about the speed.
  expect(countsLine(counts(30), counts(10), 60_000)).toBe('30/50 ended   about 1m 00s left')
})

test('outside a terminal only the first failure shows what its program said last', () => {
  let text = ''
  const stream = { isTTY: false, write: (part: string) => (text += part) } as unknown as NodeJS.WriteStream
  const progress = showProgress(stream, facts)
  const failed = ended({
    state: 'failed',
    value: null,
    detail: 'exit status 1',
    lastWords: ['Traceback', '\x1b[31mno module'],
  })
  progress.ended(failed)
  progress.ended({ ...failed, number: 8 })
  progress.close()
  expect(text).toBe(
    [
      'trial 7  failed  exit status 1  2.5s  lr=0.1',
      '  | Traceback',
      '  | \\x1b[31mno module',
      'trial 8  failed  exit status 1  2.5s  lr=0.1\n',
    ].join('\n'),
  )
})

test('in a terminal each new best trial has a line: what improved, from where, and its config', () => {
  const before = process.env['TERM']
  process.env['TERM'] = 'xterm'
  let text = ''
  const stream = { isTTY: true, write: (part: string) => (text += part) } as unknown as NodeJS.WriteStream
  const progress = showProgress(stream, {
    ...facts,
    goals: { objectives: { gain: 'maximize' } },
    best: { number: 2, value: 0.5, values: { gain: 0.5 }, outputs: {} },
  })
  process.env['TERM'] = before
  for (const [number, value] of [0.4, 0.5, 0.75, 0.75, 1].entries())
    progress.ended(ended({ number: number + 3, value, values: { gain: value } }))
  progress.ended(ended({ number: 9, state: 'pruned', value: 2 }))
  progress.close()
  expect(text).toBe(
    [
      'best     0.75 (trial 5): gain improved from 0.5 (trial 2)  lr=0.1',
      'best     1 (trial 7): gain improved from 0.75 (trial 5)  lr=0.1\n',
    ].join('\n'),
  )
  expect(newBestLine('loss', { number: 3, value: 0.25 }, null, 'x=1')).toBe(
    'best     0.25 (trial 3): the first loss  x=1',
  )
})
