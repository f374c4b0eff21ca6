import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readAnswer } from '../../src/runner/answer.ts'
import { parseMetrics } from '../../src/runner/metric.ts'
import { parseReducers, reduced } from '../../src/runner/reduce.ts'
import type { Reducer } from '../../src/runner/reduce.ts'
import type { Objectives } from '../../src/trial.ts'
import { scratch } from '../support/scratch.ts'

const one: Objectives = { acc: 'maximize' }

function read(stdout: string, metric: string[], reduce: string[], objectives = one) {
  const directory = scratch()
  const stdoutPath = join(directory, 'out')
  writeFileSync(stdoutPath, stdout)
  const metrics = parseMetrics(metric, { objectives })
  const reducers = parseReducers(reduce, metrics)
  return readAnswer({ directory, stdoutPath, goals: { objectives }, metrics, reducers, markBefore: null })
}

const output = 'acc=0.5\nacc=0.75,\nacc=nan\nacc=0.25\n'

test.each<[Reducer, number]>([
  ['last', 0.25],
  ['first', 0.5],
  ['min', 0.25],
  ['max', 0.75],
])('HYE-83 --reduce %s takes %d of the matches', (reducer, value) => {
  expect(read(output, ['acc=(\\S+)'], [reducer])).toEqual({ values: { acc: value }, source: 'metric' })
})

test('HYE-83 the mean is of all matches, and none may be infinite', () => {
  expect(read('acc=1\nacc=2\nacc=6\n', ['acc=(\\S+)'], ['mean'])).toMatchObject({ values: { acc: 3 } })
  expect(read(output, ['acc=(\\S+)'], ['mean'])).toEqual({ problem: "'acc' is not finite: NaN" })
  expect(read('acc=nan\n', ['acc=(\\S+)'], ['max'])).toEqual({ problem: "'acc' is not finite: NaN" })
})

test('each of several objectives may be reduced in its own way, before the last MiB too', () => {
  const text = `a=9 b=1\n${'words\n'.repeat(250_000)}a=1 b=5\n`
  const two: Objectives = { a: 'minimize', b: 'minimize' }
  expect(read(text, ['a=a=(\\S+)', 'b=b=(\\S+)'], ['a=max'], two)).toMatchObject({ values: { a: 9, b: 5 } })
  expect(read(text, ['a=a=(\\S+)', 'b=b=(\\S+)'], ['min'], two)).toMatchObject({ values: { a: 1, b: 1 } })
})

test('no match, and a match that is not a number, are problems', () => {
  expect(read('words\n', ['acc=(\\S+)'], ['max'])).toMatchObject({
    problem: expect.stringContaining('matches nothing'),
  })
  expect(read('acc=1\nacc=x\nacc=3\n', ['acc=(\\S+)'], ['max'])).toEqual({
    problem: "metric 'acc=(\\S+)' found 'x', which is not a number",
  })
})

test.each([
  [['median'], "reduce 'median': must be one of last, first, min, max, mean, or NAME=max"],
  [['loss=max'], "reduce 'loss=max': there is no metric 'loss', but acc"],
  [['max', 'acc=min'], "reduce 'acc=min': given twice for 'acc'; keep one"],
])('--reduce %j is refused', (texts, message) => {
  expect(() => parseReducers(texts, parseMetrics(['acc=(\\S+)'], { objectives: one }))).toThrow(message)
})

test('--reduce needs --metric', () => {
  expect(() => parseReducers(['max'], undefined)).toThrow("reduce 'max': belongs to --metric; give that too")
  expect(parseReducers([], undefined)).toBeUndefined()
})

test('a reducer of one value gives it', () => {
  for (const reducer of ['last', 'first', 'min', 'max', 'mean'] as const) expect(reduced([3], reducer)).toBe(3)
})
