import { expect, test } from 'vitest'
import { statusLine, statusLines, trialsText } from '../../src/report/status-text.ts'
import { trialCsv, trialLine, trialSheet, trialTable, valuePairs } from '../../src/report/trial-table.ts'
import { choice, derived, float } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import type { TrialRecord } from '../../src/trial.ts'

const space = { lr: float(1e-5, 1, { log: true }), opt: { name: choice(['adam', "it's $(x)"]) } }

const trial = (change: Partial<TrialRecord>): TrialRecord => ({
  id: '5c49826a83751767729e',
  number: 3,
  state: 'complete',
  config: { lr: 1, opt: { name: 'adam' } },
  origin: 'sobol',
  repeat: 0,
  value: 0.5,
  values: { loss: 0.5 },
  outputs: {},
  curve: [],
  attempt: 1,
  worker: 'host-1',
  started: '2026-01-01T00:00:00.000Z',
  ended: '2026-01-01T00:00:12.000Z',
  reason: null,
  detail: null,
  ...change,
})

test('the table says why a trial has no value', () => {
  const failed = trial({ number: 4, state: 'failed', value: null, values: {}, reason: 'exit', detail: 'exit status 1' })
  const queued = trial({
    number: null,
    state: 'queued',
    value: null,
    values: {},
    attempt: 0,
    worker: null,
    started: null,
    ended: null,
  })
  expect(trialTable(space, { objectives: { loss: 'minimize' } }, [trial({}), failed, queued])).toEqual([
    'number  id        state         value  took  config',
    '     3  5c49826a  complete        0.5   12s  lr=1.0 opt.name=adam',
    '     4  5c49826a  failed: exit      -   12s  lr=1.0 opt.name=adam',
    '     -  5c49826a  queued            -     -  lr=1.0 opt.name=adam',
  ])
})

test('a row of CSV holds the parameters, and each of several values', () => {
  expect(trialCsv(space, { objectives: { loss: 'minimize' } }, [trial({})])).toEqual([
    'id,number,state,value,attempt,worker,started,ended,took,reason,origin,param.lr,param.opt.name',
    '5c49826a83751767729e,3,complete,0.5,1,host-1,2026-01-01T00:00:00.000Z,2026-01-01T00:00:12.000Z,12,,sobol,1.0,adam',
  ])
  const two = trial({ values: { loss: 0.5, latency: 3 } })
  expect(trialCsv(space, { objectives: { loss: 'minimize', latency: 'minimize' } }, [two])[0]).toContain(
    'value,value.loss,value.latency,attempt',
  )
})

test('the JSON of a trial has the keys of the help text', () => {
  expect(Object.keys(trialLine(trial({})))).toEqual([
    'id',
    'number',
    'state',
    'value',
    'values',
    'outputs',
    'config',
    'attempt',
    'worker',
    'started',
    'ended',
    'took',
    'predicted',
    'origin',
    'repeat',
  ])
})

test('the sheet of a trial names its directory and its parameters', () => {
  const lines = trialSheet(
    space,
    { objectives: { loss: 'minimize' } },
    trial({
      curve: [
        [1, 0.7],
        [2, 0.5],
      ],
    }),
    '/runs/a/5c49826a83751767729e',
  )
  expect(lines).toContain('reported   2 values, the last 0.5 at step 2')
  expect(lines).toContain('directory  /runs/a/5c49826a83751767729e')
  expect(lines.at(-1)).toBe('  opt.name  adam')
})

test('the state of a study is written in words and as JSON', () => {
  const counts = {
    budget: 20,
    trials: { complete: 7, running: 2, failed: 1, pruned: 0, interrupted: 0, paused: 0, queued: 0 },
    workers: { live: 2, silent: 0, done: 1 },
    best: {
      id: '5c49826a83751767729e',
      number: 3,
      value: 0.5,
      values: { loss: 0.5 },
      outputs: {},
      config: { lr: 1, opt: { name: 'adam' } },
      directory: '/runs/a/5c49',
    },
  }
  const study = { directory: '/runs/a', space, goals: { objectives: { loss: 'minimize' } }, where: [] } as const
  expect(statusLines(study, counts)).toEqual([
    'study    /runs/a',
    'wanted   minimize loss',
    'trials   7 complete, 2 running, 1 failed (8 of 20 ended)',
    'workers  2 live, 1 done',
    'best     0.5 (trial 3, 5c49826a)',
    '         lr=1.0 opt.name=adam',
    '         /runs/a/5c49',
  ])
  // Repeats by `confirm` are told apart from the budget of the runs.
  expect(trialsText({ budget: 16, trials: { ...counts.trials, complete: 19, running: 0 } })).toBe(
    '19 complete, 1 failed (16 of 16 ended, and 4 beyond the budget, such as repeats by confirm)',
  )
  expect(trialsText({ budget: 16, trials: { ...counts.trials, complete: 15, running: 0 } })).toContain(
    '(16 of 16 ended)',
  )
  // Where no trial rests, nothing says that trials can.
  const { paused: none, ...others } = counts.trials
  expect(none).toBe(0)
  expect(statusLine({ ...counts, trials: { ...others, paused: 1 } })).toMatchObject({ trials: { paused: 1 } })
  expect(statusLine(counts)).toEqual({
    budget: 20,
    trials: others,
    workers: counts.workers,
    best: {
      id: '5c49826a83751767729e',
      number: 3,
      value: 0.5,
      config: { lr: 1, opt: { name: 'adam' } },
      directory: '/runs/a/5c49',
    },
  })
})

test('a study says its conditions, its constraints and what it prefers', () => {
  const goals = {
    objectives: { loss: 'minimize', speed: 'maximize' },
    constraints: { memory: { atMost: 16 }, valid: true },
    prefer: { within: { speed: { atLeast: 2 } } },
  } as const
  const where = ['lr < 0.5', "opt.name == 'adam'\nor lr > 0.1"]
  const trials = { complete: 0, running: 0, failed: 0, pruned: 0, interrupted: 0, paused: 0, queued: 0 }
  const counts = { budget: null, trials, workers: { live: 0, silent: 0, done: 0 }, best: null }
  expect(statusLines({ directory: '/runs/a', space, goals, where }, counts).slice(1, 6)).toEqual([
    'wanted   minimize loss, maximize speed',
    'where    lr < 0.5',
    "where    opt.name == 'adam'\\nor lr > 0.1",
    'keeping  memory <= 16, valid',
    'prefers  speed >= 2',
  ])
})

test('derived values are in the table, in the sheet, and in columns of their own in CSV', () => {
  const derivedSpace = parseSpace({ u: float(0, 4), lr: derived('10 ** -u'), name: derived("'u' + str(u)") })
  const one = trial({ config: { u: 2, lr: 0.01, name: 'u2.0' } })
  const goals = { objectives: { loss: 'minimize' } } as const
  const [head, row] = trialCsv(derivedSpace, goals, [one])
  expect(head!.split(',').slice(-3)).toEqual(['param.u', 'derived.lr', 'derived.name'])
  expect(row!.split(',').slice(-3)).toEqual(['2.0', '0.01', 'u2.0'])
  expect(trialTable(derivedSpace, goals, [one])[1]).toContain('u=2.0 lr=0.01 name=u2.0')
  expect(trialSheet(derivedSpace, goals, one, '/runs/a/5c49').slice(-3)).toEqual([
    '  u     2.0',
    '  lr    0.01',
    '  name  u2.0',
  ])
})

/** Reads CSV as RFC 4180 says. A cell that is missing is undefined. */
function parsedCsv(text: string): (string | undefined)[][] {
  const rows: (string | undefined)[][] = [[]]
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    rows.at(-1)!.push(quoted === undefined ? plain || undefined : quoted.replaceAll('""', '"'))
    if (end === '\n') rows.push([])
    if (end === '') break
  }
  return rows
}

test('CSV gives back every text, number and missing cell that went into it', () => {
  const texts = ['', 'a', 'a,b', 'say "x"', 'two\nlines', '\r\n', ' x ', '\t', '=1+1', '\u202e', '\x1b[31m', '1', 'é']
  const hostile = { kind: choice(texts), size: float(-1, 1) }
  const trials = texts.map((kind, k) =>
    trial({
      number: k === 3 ? null : k,
      config: { kind, size: 0.1 + k / 1e17 },
      values: k % 2 === 0 ? { loss: 0.1 + 0.2, 'a,b': -1e-300 } : {},
      value: k % 2 === 0 ? 0.1 + 0.2 : null,
      ended: k === 5 ? null : '2026-01-01T00:00:00.250Z',
    }),
  )
  const lines = trialCsv(hostile, { objectives: { loss: 'minimize', 'a,b': 'maximize' } }, trials)
  const [head, ...rows] = parsedCsv(lines.join('\n'))
  expect(rows).toHaveLength(texts.length)
  for (const [k, row] of rows.entries()) {
    const cell = (name: string): string | undefined => row[head!.indexOf(name)]
    expect(row).toHaveLength(head!.length)
    expect(cell('param.kind')).toBe(texts[k])
    expect(Number(cell('param.size'))).toBe(0.1 + k / 1e17)
    expect(cell('took')).toBe(k === 5 ? undefined : '0.25')
    expect(cell('value.a,b')).toBe(k % 2 === 0 ? '-1e-300' : undefined)
    expect(cell('value')).toBe(k % 2 === 0 ? String(0.1 + 0.2) : undefined)
    expect(cell('number')).toBe(k === 3 ? undefined : String(k))
  }
})

test('what was expected of a pruned trial stands in the table and in its sheet', () => {
  const goals = { objectives: { loss: 'minimize' } } as const
  const predicted = { low: 0.612345, middle: 0.7, high: 0.787655 }
  const pruned = trial({ state: 'pruned', value: 0.9, values: { loss: 0.9 }, detail: 'it was bad', predicted })
  expect(trialTable(space, goals, [pruned])[1]).toContain('pruned: 0.7 expected')
  expect(trialLine(pruned).predicted).toEqual(predicted)
  const lines = trialSheet(space, goals, pruned, '/runs')
  expect(lines.find((line) => line.startsWith('expected'))).toMatch(/to end at 0\.7 \(0\.612 to 0\.788\)$/)
  expect(lines.find((line) => line.startsWith('detail'))).toMatch(/it was bad$/)
})

test('the value of several runs stands with their deviation, once', () => {
  const outputs = { 'loss@sd': 0.01234, memory: 3 }
  const around = '± 0.012 (deviation of its runs)'
  expect(valuePairs({ value: 0.5, values: { loss: 0.5 }, outputs })).toEqual([
    ['value', `0.5 ${around}`],
    ['memory', '3'],
  ])
  expect(valuePairs({ value: 0.5, values: { loss: 0.5, size: 2 }, outputs })).toEqual([
    ['loss', `0.5 ${around}`],
    ['size', '2'],
    ['memory', '3'],
  ])
})
