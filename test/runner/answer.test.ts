import { spawnSync } from 'node:child_process'
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readAnswer, valueMark } from '../../src/runner/answer.ts'
import { parseMetrics } from '../../src/runner/metric.ts'
import type { Constraints, Objectives } from '../../src/trial.ts'
import { scratch } from '../support/scratch.ts'

const one: Objectives = { value: 'minimize' }
const loss: Objectives = { loss: 'minimize' }
const two: Objectives = { loss: 'minimize', latency: 'minimize' }

interface Left {
  readonly stdout?: string
  readonly file?: string | ((path: string) => void)
  readonly objectives?: Objectives
  readonly constraints?: Constraints
  readonly metric?: readonly string[]
  readonly stderr?: string
  /** The value.json that was there before the program began. */
  readonly before?: string
}

/** The answer that is read from what a program left. */
const read = ({ stdout, stderr = '', file, objectives = one, constraints = {}, metric = [], before }: Left) => {
  const directory = scratch()
  const path = join(directory, 'value.json')
  if (before !== undefined) writeFileSync(path, before)
  const markBefore = valueMark(directory)
  if (typeof file === 'string') writeFileSync(path, file)
  else file?.(path)
  const stdoutPath = join(directory, 'stdout')
  if (stdout !== undefined) writeFileSync(stdoutPath, stdout)
  const stderrPath = join(directory, 'stderr')
  writeFileSync(stderrPath, stderr)
  return readAnswer({
    directory,
    stdoutPath,
    stderrPath,
    goals: { objectives, constraints },
    metrics: parseMetrics(metric, { objectives, constraints }),
    markBefore,
  })
}

const value = (number: number, source = 'stdout') => ({ values: { value: number }, source })
const problem = (text: string) => ({ problem: expect.stringContaining(text) })

test('the last line of output that is a result counts', () => {
  expect(read({ stdout: '1\n2\n3\n' })).toEqual(value(3))
  expect(read({ stdout: '{"value": 0.5}\ngoodbye\n\n' })).toEqual(value(0.5))
  expect(read({ stdout: 'no newline at the end\r\n-1e-3' })).toEqual(value(-1e-3))
  expect(read({ stdout: ' 10%\r 100%\r{"value": 4}\r' })).toEqual(value(4))
  expect(read({ stdout: '{"loss": 1, "epoch": 3}\n{"value": 2}\n', objectives: loss })).toEqual({
    values: { loss: 2 },
    source: 'stdout',
  })
  expect(read({ stdout: '{"loss": 1, "value": 7}\n', objectives: loss })).toEqual({
    values: { loss: 1 },
    source: 'stdout',
  })
  const words = ['{"epoch": 9}', 'true', '3 trials', 'done', 'epoch 3: loss 0.5', '12:30:05', '2026-01-01T00:00:00Z']
  for (const line of [...words, '100%|####| 5/5 [00:01<00:00]', 'saved to 3.pt', '-----', 'time: 3.2s', '***'])
    expect(read({ stdout: `0.5\n${line}\n\n` }), line).toEqual(value(0.5))
})

test('several objectives need one number each, by name', () => {
  expect(read({ stdout: '{"latency": 3, "loss": 0.5, "note": "x"}', objectives: two })).toEqual({
    values: { loss: 0.5, latency: 3, note: 'x' },
    source: 'stdout',
  })
  expect(read({ stdout: '{"loss": 0.5}', objectives: two })).toEqual(problem("there is no 'latency'"))
  expect(read({ stdout: '0.5', objectives: two })).toEqual(problem(`the line '0.5' is not {"loss": …, "latency": …}`))
  expect(read({ file: '{"value": 1}', objectives: two })).toEqual(problem('but must have {"loss": …, "latency": …}'))
})

test('no answer says what was looked for', () => {
  expect(read({})).toEqual(
    problem('no answer: there is neither a value.json nor a line of output that is a number or {"value": …}'),
  )
  expect(read({ stdout: 'done\n', objectives: loss })).toEqual(problem('a number, {"value": …} or {"loss": …}'))
  expect(read({ stdout: '{"acc": 3}\n' })).toEqual(problem(`the line '{"acc": 3}' is not a number`))
})

test('what is not finite or not a number is named in the message, and is never a value', () => {
  for (const text of [
    'NaN',
    'nan',
    '-inf',
    'Infinity',
    '{"value": NaN}',
    '{"value": -Infinity}',
    '{"value": 1e999}',
    '1e999',
  ]) {
    expect(read({ stdout: `0.5\n${text}\n` }), text).toEqual(problem("'value' is not finite"))
    expect(read({ stdout: '0.5\n', file: text }), text).toEqual(problem("value.json: 'value' is not finite"))
  }
  for (const text of ['"0.5"', 'null', 'true', '[0.5]', '{"a": 1}']) {
    expect(read({ file: `{"value": ${text}}`, stdout: '0.5' }), text).toEqual(
      problem(`value.json: 'value' is not a number: '${text.replaceAll(' ', '')}'`),
    )
  }
})

test('value.json comes before the output, even if it cannot be read', () => {
  const stdout = '9\n'
  expect(read({ stdout, file: '0.25' })).toEqual(value(0.25, 'value.json'))
  expect(read({ stdout, file: '{\n  "value": 0.25\n}\n' })).toEqual(value(0.25, 'value.json'))
  expect(read({ stdout, file: '\uFEFF0.25' })).toEqual(value(0.25, 'value.json'))
  expect(read({ stdout, file: '{"loss": 1}', objectives: loss })).toEqual({ values: { loss: 1 }, source: 'value.json' })
  expect(read({ stdout, file: '' })).toEqual(problem('value.json is empty; write it to another name first'))
  expect(read({ stdout, file: ' \n' })).toEqual(problem('value.json is empty'))
  expect(read({ stdout, file: '{"value": 0.2' })).toEqual(
    problem(`value.json is not JSON, or only half of it: '{"value": 0.2'`),
  )
  expect(read({ stdout, file: '"0.5"' })).toEqual(problem('value.json has'))
  expect(read({ stdout, file: '[0.5]' })).toEqual(problem('value.json has'))
  expect(read({ stdout, file: `{"value": 1, "curve": [${'0,'.repeat(600_000)}0]}` })).toEqual(
    problem('value.json is too large: 1200'),
  )
  expect(read({ stdout, file: '\0\xff' })).toEqual(problem('value.json is not JSON'))
})

test('a value.json that is not a file is a problem, and is not waited for', () => {
  expect(read({ stdout: '9', file: (path) => mkdirSync(path) })).toEqual(problem('value.json is not a file'))
  expect(read({ stdout: '9', file: (path) => void spawnSync('mkfifo', [path]) })).toEqual(
    problem('value.json is not a file'),
  )
  for (const to of ['value.json', 'nowhere'])
    expect(read({ stdout: '9', file: (path) => symlinkSync(to, path) })).toEqual(problem('value.json is a link to'))
})

test('a link to a file is read as the file', () => {
  expect(read({ file: (path) => (writeFileSync(`${path}.5`, '5'), symlinkSync('value.json.5', path)) })).toEqual(
    value(5, 'value.json'),
  )
})

test('a value.json from before the attempt is not an answer, but the same text written again is', () => {
  expect(read({ before: '99' })).toEqual(problem('no answer'))
  expect(read({ before: '99', stdout: '1\n' })).toEqual(value(1))
  expect(
    read({ before: '99', file: (path) => (writeFileSync(`${path}.new`, '99'), renameSync(`${path}.new`, path)) }),
  ).toEqual(value(99, 'value.json'))
  expect(read({ before: '99', file: '100' })).toEqual(value(100, 'value.json'))
})

test('with a metric nothing else counts', () => {
  const metric = ['loss=(\\S+)']
  expect(read({ metric, stdout: 'loss=1\nloss=0.5,\n7\n', file: '3' })).toEqual(value(0.5, 'metric'))
  expect(read({ metric, stdout: '7\n', file: '3' })).toEqual(
    problem("no answer: metric 'loss=(\\S+)' matches nothing in the last MiB of its standard output"),
  )
  expect(read({ metric, stdout: 'loss=low\n' })).toEqual(
    problem("metric 'loss=(\\S+)' found 'low', which is not a number"),
  )
  expect(read({ metric, stdout: 'loss=0.1\nloss=nan\n' })).toEqual(problem("'value' is not finite: nan"))
  expect(read({ metric, stdout: 'loss=1.5D-03\n' })).toEqual(value(1.5e-3, 'metric'))
  expect(read({ metric: ['loss=L(\\d+)', 'latency=T(\\d+)'], objectives: two, stdout: 'L1 T2\nL3\n' })).toEqual({
    values: { loss: 3, latency: 2 },
    source: 'metric',
  })
})

test('colors do not hide a result', () => {
  expect(read({ stdout: '\x1b[33m0.5\x1b[39m\n' })).toEqual(value(0.5))
  expect(read({ stdout: '\x1b[1;32mloss\x1b[0m=\x1b[38;5;9m0.5\x1b[m done\n', metric: ['loss=(\\S+)'] })).toEqual(
    value(0.5, 'metric'),
  )
})

test('a flood of output does not hide the last result', () => {
  const flood = `${'progress '.repeat(20)}\n`.repeat(20_000)
  expect(read({ stdout: `1\n${flood}0.5\n` })).toEqual(value(0.5))
  expect(read({ stdout: `${flood}loss=0.5\n`, metric: ['loss=(\\S+)'] })).toEqual(value(0.5, 'metric'))
})

test('a number is read as programs print it, from every source', () => {
  const forms: [string, number][] = [
    ['.9', 0.9],
    ['5.', 5],
    ['+1', 1],
    ['-.5e-3', -5e-4],
    ['1.0D-3', 1e-3],
    ['1d5', 1e5],
    ['0.1234-103', 0.1234e-103],
    ['1E+2', 100],
  ]
  for (const [text, number] of forms) {
    expect(read({ stdout: `7\n${text}\n` }), text).toEqual(value(number))
    expect(read({ stdout: `7\n{"value": ${text}}\n` }), text).toEqual(value(number))
    expect(read({ stdout: `loss=${text};\n`, metric: ['loss=(\\S+)'] }), text).toEqual(value(number, 'metric'))
    expect(read({ file: text }), text).toEqual(value(number, 'value.json'))
    expect(read({ file: `{"value": ${text}, "note": [".9, NaN"]}` }), text).toEqual(value(number, 'value.json'))
  }
})

test('a last line that was meant as a value and cannot be read is quoted, and no earlier line is taken', () => {
  const meant =
    'None|null|NA|N/A|undefined|nan|' +
    '-inf|1.#INF|-nan(ind)|1,234.5|1_000|0.5s|87%|1/3|0x1p-3|"0.5"|[0.5]|(0.5,)|[1] 0.5|' +
    '1 234.5|[0.1, 0.2]|0.5 s|12 ms|5 %|tensor(0.5)|np.float64(0.5)|0.5.|0,5|−0.5|$5|1e|1.2.3|--1|' +
    'value: 0.5|' +
    'ans = 0.5|value=None|{\'value\': 0.5}|{"value": 0.5|{"Value": None}|0.5±0.1|1+2j|<NA>'
  for (const text of meant.split('|')) {
    const answer = read({ stdout: `0.25\n${text}\n\n` })
    expect(answer, text).toHaveProperty('problem')
    expect(JSON.stringify(answer), text).toMatch(/the line '|not finite/)
  }
  expect(read({ stdout: '1\nloss = 0.5\n', objectives: loss })).toEqual(problem("the line 'loss = 0.5' is not"))
  expect(read({ stdout: '{"loss": 1, "latency": 2}\n0.5\n', objectives: two })).toEqual(
    problem("the line '0.5' is not"),
  )
})

test('no control sequence hides a result', () => {
  const hidden = [
    '\x1b[2K\r\x1b[1G0.5',
    '\x1b]0;title 9\x070.5',
    '\x1b]8;;http://x/9\x1b\\0.5\x1b]8;;\x1b\\',
    '\x1b(B\x1b[m0.5\x1b7\x1b=\x1bc',
    '\x9b31m0.5\x9b0m',
    '\x1bP1$r9\x1b\\0.5',
    '\x1b[?25h0.5\x1b[?25l',
    '9%\b\b\b0.5',
    '\x1b[2J\x1b[H0.5',
    '\x1b[38:2::1:2:3m0.5\x07\x0f',
  ]
  for (const text of hidden) expect(read({ stdout: `7\n${text}\n` }), JSON.stringify(text)).toEqual(value(0.5))
})

test('a value beside another end is refused', () => {
  for (const state of ['"pruned": 1', '"failed": 1', '"status": "pruned"', '"state": "FAIL"']) {
    expect(read({ file: `{"value": 1, ${state}}` }), state).toEqual(problem('value.json: it has a value and '))
    expect(read({ stdout: `{"value": 1, ${state}}` }), state).toEqual(problem('it has a value and '))
  }
  for (const state of ['"pruned": false', '"status": "ok"', '"state": "COMPLETE"'])
    expect(read({ file: `{"value": 1, ${state}}` }), state).toEqual(value(1, 'value.json'))
})

test('a program says that it was pruned, with or without a value so far', () => {
  const pruned = (values: object, source = 'stdout') => ({ values, source, isPruned: true })
  expect(read({ stdout: '0.5\n{"step": 3, "value": 0.4}\n{"pruned": true}\n' })).toEqual(pruned({}))
  expect(read({ stdout: '0.5\n{"pruned": true, "value": 0.25, "memory": 3}\nbye' })).toEqual(
    pruned({ value: 0.25, memory: 3 }),
  )
  expect(read({ stdout: '{"pruned": true, "loss": NaN}', objectives: loss })).toEqual(pruned({}))
  expect(read({ file: '{"pruned": true, "loss": 2}', objectives: loss })).toEqual(pruned({ loss: 2 }, 'value.json'))
  expect(read({ stdout: 'loss=1\n{"pruned": true}\n', metric: ['loss=(\\S+)'] })).toEqual(pruned({}))
  expect(read({ stdout: '{"pruned": true}\nloss=1\n', metric: ['loss=(\\S+)'] })).toEqual(value(1, 'metric'))
  expect(read({ stdout: '{"pruned": true}\n0.5\n' })).toEqual(value(0.5))
})

test('a result in the standard error is named', () => {
  expect(read({ stdout: 'done', stderr: 'INFO loss=0.5\n', metric: ['loss=(\\S+)'] })).toEqual(
    problem("matches nothing in the last MiB of its standard output, but '0.5' in its standard error: print it to"),
  )
  expect(read({ stdout: 'done', stderr: '0.5\n' })).toEqual(problem('its standard error has one, 0.5: print it to'))
})

test('reading takes time in proportion to the output', () => {
  const size = 500_000
  const long = [
    '1'.repeat(size),
    '"\\'.repeat(size / 2),
    ','.repeat(size),
    '\x1b[1'.repeat(size / 4),
    '{"NaN'.repeat(size / 5),
  ]
  const begunMs = performance.now()
  for (const text of [...long, '\b'.repeat(size), '{NaN"' + '\\"'.repeat(size / 2), '1,'.repeat(size / 2)]) {
    read({ stdout: `0.5\n${text}` })
    read({ file: text })
    read({ stdout: `loss=${text}x`, metric: ['loss=(.*)'] })
  }
  expect(performance.now() - begunMs).toBeLessThan(20_000)
})

test('what else an object says is kept, as far as it is a number, a truth value or a short text', () => {
  const said =
    '{"loss": 1, "memory": 12.5, "valid": true, "note": "big", "nan": NaN, "list": [1], "none": null, "status": "ok"}'
  const kept = { loss: 1, memory: 12.5, valid: true, note: 'big' }
  expect(read({ stdout: said, objectives: loss })).toEqual({ values: kept, source: 'stdout' })
  expect(read({ file: said, objectives: loss })).toEqual({ values: kept, source: 'value.json' })
  const long = JSON.stringify({ loss: 1, a: 'x'.repeat(1001), '1st': 2, __proto: 3 })
  expect(read({ stdout: long, objectives: loss })).toEqual({ values: { loss: 1, __proto: 3 }, source: 'stdout' })
  const many = JSON.stringify({ loss: 1, ...Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`o${i}`, i])) })
  expect(Object.keys((read({ stdout: many, objectives: loss }) as { values: object }).values)).toHaveLength(101)
})

test('a pattern may find what a constraint is about, and the value counts without it', () => {
  const asked = {
    objectives: loss,
    constraints: { memory: { atMost: 16 }, valid: true },
    metric: ['loss=(\\S+)', 'memory=mem (\\d+)', 'valid=ok: (\\w+)'],
  }
  const found = { loss: 1, memory: 12, valid: false }
  expect(read({ ...asked, stdout: 'mem 12\nok: False\nloss=1\n' })).toEqual({ values: found, source: 'metric' })
  expect(read({ ...asked, stdout: 'loss=1\n' })).toEqual({ values: { loss: 1 }, source: 'metric' })
  expect(read({ ...asked, stdout: 'mem 12\n' })).toEqual(problem("metric 'loss=(\\S+)' matches nothing"))
})

test('a word such as status is an output only where a constraint is about it', () => {
  const about = { constraints: { status: true } }
  const said = '{"value": 1, "status": false}'
  expect(read({ ...about, stdout: said })).toEqual({ values: { value: 1, status: false }, source: 'stdout' })
  expect(read({ stdout: '{"value": 1, "status": "bad"}' })).toEqual(problem("it has a value and 'status'"))
})
