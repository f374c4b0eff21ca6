import { appendFileSync, closeSync, openSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Reported } from '../../src/runner/curve-pattern.ts'
import { curveMatches, parseCurvePattern } from '../../src/runner/curve-pattern.ts'
import { curveReader } from '../../src/runner/curve-reader.ts'
import type { CurveReader } from '../../src/runner/curve-reader.ts'
import { reportLine } from '../../src/runner/reports.ts'
import { scratch } from '../support/scratch.ts'

interface Following {
  readonly reader: CurveReader
  readonly print: (text: string) => void
  readonly report: (text: string) => void
  readonly empty: () => void
  /** All that is there now, as [step, value]. */
  readonly look: (isLast?: boolean) => (readonly [number | undefined, number])[]
}

/** Follows a file as if a program wrote it. */
function following(objective = 'loss', pattern?: RegExp): Following {
  const directory = scratch()
  const [path, reportsPath] = [join(directory, 'out'), join(directory, 'reports')]
  writeFileSync(path, '')
  const stdout = openSync(path, 'r')
  const reader = curveReader({ stdout, reportsPath, objectives: { [objective]: 'minimize' }, pattern })
  const look = (isLast = false): (readonly [number | undefined, number])[] => {
    const found: Reported[] = []
    do found.push(...reader.next(isLast))
    while (reader.hasMore)
    if (isLast) closeSync(stdout)
    return found.map(({ step, value }) => [step, value] as const)
  }
  return {
    reader,
    look,
    print: (text) => appendFileSync(path, text),
    report: (text) => appendFileSync(reportsPath, text),
    empty: () => truncateSync(path),
  }
}

test('each line of JSON with a step and the objective is an intermediate value, once it has ended', () => {
  const { print, look } = following()
  print('hello\n{"step": 1, "loss": 0.9}\n{"step": 2, "lo')
  expect(look()).toEqual([[1, 0.9]])
  expect(look()).toEqual([])
  print('ss": 0.8}\r{"loss": 0.7, "step": 3, "lr": 1}\r\n')
  expect(look()).toEqual([
    [2, 0.8],
    [3, 0.7],
  ])
  print('\x1b[32m{"step": 4, "value": 0.6}\x1b[0m\n{"step": 2, "loss": NaN}\n{"step": 5, "loss": 1e-3}')
  expect(look(true)).toEqual([
    [4, 0.6],
    [2, NaN],
    [5, 0.001],
  ])
})

test('what is not an intermediate value is passed over', () => {
  const { print, look } = following()
  for (const line of [
    '{"loss": 0.5}',
    '{"step": "3", "loss": 0.5}',
    '{"step": 3, "loss": "0.5"}',
    '{"step": NaN, "loss": 0.5}',
    '{"step": 3, "accuracy": 0.5}',
    'step {"step": 3, "loss": 0.5}',
    '[{"step": 3, "loss": 0.5}]',
    '{"step": 3, "loss": 0.5',
    '"step"',
  ])
    print(`${line}\n`)
  expect(look()).toEqual([])
})

test('where the objective itself is called step, no line of JSON is an intermediate value', () => {
  const { print, look } = following('step')
  print('{"step": 3, "value": 0.5}\n')
  expect(look(true)).toEqual([])
})

test('a line that never ends, and megabytes without a value, are passed over', () => {
  const { print, look } = following()
  print('x'.repeat(700_000))
  expect(look()).toEqual([])
  print('{"step": 9, "loss": 9}\n{"step": 1, "loss": 0.5}\n')
  expect(look()).toEqual([[1, 0.5]])
  print(`${'a line of words\n'.repeat(50_000)}{"step": 2, "loss": 0.4}\n`)
  expect(look()).toEqual([[2, 0.4]])
})

test('a log that its program empties is read from its beginning again', () => {
  const { print, look, empty } = following()
  print('{"step": 1, "loss": 0.5}\n')
  expect(look()).toEqual([[1, 0.5]])
  empty()
  print('{"step":2,"loss":0}\n')
  expect(look()).toEqual([[2, 0]])
})

test('what anthill report-value wrote comes first, from the time that its file is there', () => {
  const { print, report, look } = following()
  print('{"step": 1, "loss": 0.5}\n')
  report(reportLine({ value: 0.9, step: 7 }) + reportLine({ value: NaN }) + 'damaged\n{"value":"x"}\n')
  expect(look()).toEqual([
    [7, 0.9],
    [undefined, NaN],
    [1, 0.5],
  ])
  report(reportLine({ value: 2 }))
  expect(look(true)).toEqual([[undefined, 2]])
})

test('a pattern finds values by its group, or values and steps by name, and JSON does not count beside it', () => {
  const plain = following('loss', parseCurvePattern('loss=(\\S+)'))
  plain.print('loss=0.5, loss=1e-3\nloss=none\nloss=nan\n{"step": 1, "loss": 9}\n')
  expect(plain.look()).toEqual([
    [undefined, 0.5],
    [undefined, 0.001],
    [undefined, NaN],
  ])
  const named = following('loss', parseCurvePattern('^epoch (?<step>\\d+): (?<value>\\S+)$'))
  named.print('epoch 3: 0.5\nepoch 4: x\nepoch 5: 0.25\n')
  expect(named.look()).toEqual([
    [3, 0.5],
    [5, 0.25],
  ])
  // A step that cannot be read is not one after the last: nobody knows where the value belongs.
  expect(
    curveMatches('at x: 1\nat -2: 3\nat 0.5: 4\nat inf: 5\n', parseCurvePattern('at (?<step>\\S+): (?<value>\\S+)')),
  ).toEqual([
    { step: -2, value: 3 },
    { step: 0.5, value: 4 },
  ])
})

test.each([
  ['loss=\\S+', 'must say which part is the value'],
  ['(a)(b)', 'must say which part is the value'],
  ['(?<step>\\d+) (\\d+)', 'must say which part is the value'],
  ['(?<value>\\d+) (?<other>\\d+)', 'must say which part is the value'],
  ['loss=(', "curve 'loss=(': Unterminated group; write one group for the value"],
])('--curve %j is refused', (text, message) => {
  expect(() => parseCurvePattern(text)).toThrow(message)
})

test('a pattern that takes too long is given up', () => {
  const pattern = parseCurvePattern('^((?:a+)+)$')
  expect(curveMatches(`${'a'.repeat(40)}!\n`, pattern)).toBe('late')
  const { print, look, reader } = following('loss', pattern)
  print(`${'a'.repeat(40)}!\n`)
  expect(look()).toEqual([])
  expect(reader.isLate).toBe(true)
  print('aaa\n')
  expect(look()).toEqual([])
})
