import { expect, test } from 'vitest'
import { statusLine, statusLines } from '../../src/report/status-text.ts'
import { trialCsv, trialLine, trialSheet, trialTable } from '../../src/report/trial-table.ts'
import { choice, float } from '../../src/space/parameter.ts'
import type { TrialRecord } from '../../src/trial.ts'

const space = { lr: float(1e-5, 1, { log: true }), opt: { name: choice(['adam', "it's $(x)"]) } }

const trial = (change: Partial<TrialRecord>): TrialRecord => ({
  id: '5c49826a83751767729e',
  number: 3,
  state: 'complete',
  config: { lr: 1, opt: { name: 'adam' } },
  value: 0.5,
  values: { loss: 0.5 },
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
  expect(trialTable(space, [trial({}), failed, queued])).toEqual([
    'number  id        state         value  took  config',
    '     3  5c49826a  complete        0.5   12s  lr=1.0 opt.name=adam',
    '     4  5c49826a  failed: exit      -   12s  lr=1.0 opt.name=adam',
    '     -  5c49826a  queued            -     -  lr=1.0 opt.name=adam',
  ])
})

test('a row of CSV holds the parameters, and each of several values', () => {
  expect(trialCsv(space, { loss: 'minimize' }, [trial({})])).toEqual([
    'id,number,state,value,attempt,worker,started,ended,reason,param.lr,param.opt.name',
    '5c49826a83751767729e,3,complete,0.5,1,host-1,2026-01-01T00:00:00.000Z,2026-01-01T00:00:12.000Z,,1.0,adam',
  ])
  const two = trial({ values: { loss: 0.5, latency: 3 } })
  expect(trialCsv(space, { loss: 'minimize', latency: 'minimize' }, [two])[0]).toContain(
    'value,value.loss,value.latency,attempt',
  )
})

test('the JSON of a trial has the keys of the help text', () => {
  expect(Object.keys(trialLine(trial({})))).toEqual([
    'id',
    'number',
    'state',
    'value',
    'config',
    'attempt',
    'worker',
    'started',
    'ended',
  ])
})

test('the sheet of a trial names its directory and its parameters', () => {
  const lines = trialSheet(
    space,
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
    trials: { complete: 7, running: 2, failed: 1, pruned: 0, interrupted: 0, queued: 0 },
    workers: { live: 2, silent: 0, done: 1 },
    best: {
      id: '5c49826a83751767729e',
      number: 3,
      value: 0.5,
      values: { loss: 0.5 },
      config: { lr: 1, opt: { name: 'adam' } },
      directory: '/runs/a/5c49',
    },
  }
  expect(statusLines('/runs/a', space, { loss: 'minimize' }, counts)).toEqual([
    'study    /runs/a',
    'wanted   minimize loss',
    'trials   7 complete, 2 running, 1 failed (8 of 20 ended)',
    'workers  2 live, 1 done',
    'best     0.5 (trial 3, 5c49826a)',
    '         lr=1.0 opt.name=adam',
    '         /runs/a/5c49',
  ])
  expect(statusLine(counts)).toEqual({
    budget: 20,
    trials: counts.trials,
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
