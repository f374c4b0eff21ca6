import { expect, test } from 'vitest'
import { lastMatch, parseMetrics } from '../../src/runner/metric.ts'

const two = { loss: 'minimize', latency: 'minimize' } as const

test('the last match counts: its first group that took part, or all of it', () => {
  expect(lastMatch('loss=1 loss=2\nloss=3', /loss=(\d)/)).toBe('3')
  expect(lastMatch('a1 b2', /a(\d)|b(\d)/g)).toBe('2')
  expect(lastMatch('1 2.5', /[\d.]+/)).toBe('2.5')
  expect(lastMatch('nothing', /\d/)).toBeUndefined()
  expect(lastMatch('aaa', /b*/)).toBe('')
})

test('the ends of a line are those of each line', () => {
  expect(
    lastMatch(
      'result 1\nresult 2\nresult 3 preliminary\n',
      parseMetrics(['^result (\\d)$'], { loss: 'minimize' })!['loss']!,
    ),
  ).toBe('2')
})

test('a single objective takes a pattern, several take one each by name', () => {
  expect(parseMetrics([], two)).toBeUndefined()
  expect(parseMetrics(['loss=(\\S+)'], { loss: 'minimize' })).toEqual({ loss: /loss=(\S+)/gm })
  expect(parseMetrics(['latency=t=(\\d+)', 'loss=l=(\\d+)'], two)).toEqual({ latency: /t=(\d+)/gm, loss: /l=(\d+)/gm })
})

test('a wrong metric names what is wrong and what there is', () => {
  expect(() => parseMetrics(['a', 'b'], { loss: 'minimize' })).toThrow(
    "metric 'b': the only objective 'loss' has one already",
  )
  expect(() => parseMetrics(['lss=x'], two)).toThrow(
    "metric 'lss=x': must begin with an objective, as in 'loss=…'; there are loss, latency",
  )
  expect(() => parseMetrics(['(\\S+)'], two)).toThrow('must begin with an objective')
  expect(() => parseMetrics(['loss=x', 'loss=y'], two)).toThrow("objective 'loss' has one already")
  expect(() => parseMetrics(['loss=x'], two)).toThrow("none for objective 'latency'; add --metric 'latency=REGEX'")
  expect(() => parseMetrics(['('], { loss: 'minimize' })).toThrow("metric '(': ")
  expect(() => parseMetrics(['__proto__=x'], two)).toThrow('must begin with an objective')
})
