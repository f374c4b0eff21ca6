import { expect, test } from 'vitest'
import { lastMatch, parseMetrics } from '../../src/runner/metric.ts'

const two = { objectives: { loss: 'minimize', latency: 'minimize' } } as const

test('the last match counts: its first group that matched, or the whole match', () => {
  expect(lastMatch('loss=1 loss=2\nloss=3', /loss=(\d)/)).toBe('3')
  expect(lastMatch('a1 b2', /a(\d)|b(\d)/g)).toBe('2')
  expect(lastMatch('1 2.5', /[\d.]+/)).toBe('2.5')
  expect(lastMatch('nothing', /\d/)).toBeUndefined()
  expect(lastMatch('aaa', /b*/)).toBe('')
})

test('^ and $ match at the ends of every line', () => {
  expect(
    lastMatch(
      'result 1\nresult 2\nresult 3 preliminary\n',
      parseMetrics(['^result (\\d)$'], { objectives: { loss: 'minimize' } })!['loss']!,
    ),
  ).toBe('2')
})

test('a single objective takes a pattern, several take one each by name', () => {
  expect(parseMetrics([], two)).toBeUndefined()
  expect(parseMetrics(['loss=(\\S+)'], { objectives: { loss: 'minimize' } })).toEqual({ loss: /loss=(\S+)/gm })
  expect(parseMetrics(['latency=t=(\\d+)', 'loss=l=(\\d+)'], two)).toEqual({ latency: /t=(\d+)/gm, loss: /l=(\d+)/gm })
})

test('an error about a metric says what is wrong and which objectives there are', () => {
  expect(() => parseMetrics(['a', 'b'], { objectives: { loss: 'minimize' } })).toThrow(
    "metric 'b': the only objective 'loss' has a pattern already",
  )
  expect(() => parseMetrics(['lss=x'], two)).toThrow(
    "metric 'lss=x': must begin with an objective, one of loss, latency; did you mean 'loss=REGEX'?",
  )
  expect(() => parseMetrics(['(\\S+)'], two)).toThrow('must begin with an objective')
  expect(() => parseMetrics(['loss=x', 'loss=y'], two)).toThrow("'loss' has a pattern already")
  expect(() => parseMetrics(['loss=x'], two)).toThrow(
    "objective 'latency' has no pattern; add --metric 'latency=REGEX'",
  )
  expect(() => parseMetrics(['('], { objectives: { loss: 'minimize' } })).toThrow("metric '(': ")
  expect(() => parseMetrics(['__proto__=x'], two)).toThrow('must begin with an objective')
})

test.each([
  ['loss=(\\S+)', 'loss=(\\S+)'],
  ['loss=([0-9.]+)', 'loss=([0-9.]+)'],
  ['loss=\\s*(\\S+) ms', 'loss=\\s*(\\S+) ms'],
  ['loss=[a-z]*(\\d+)', 'loss=[a-z]*(\\d+)'],
  ['loss=\\d+', 'loss=\\d+'],
  ['val_loss=(\\S+)', 'val_loss=(\\S+)'],
  ['loss=loss=(\\S+)', 'loss=(\\S+)'],
  ['loss=final value: (\\S+)', 'final value: (\\S+)'],
  ['loss=^done (\\d+)$', '^done (\\d+)$'],
])('--metric %s of the only objective loss looks for %s', (text, source) => {
  expect(parseMetrics([text], { objectives: { loss: 'minimize' } })!['loss']!.source).toBe(source)
})
