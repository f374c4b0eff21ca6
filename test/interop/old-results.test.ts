/** Files of other tools: what each row says, and what is wrong with it. */

import { describe, expect, test } from 'vitest'
import type { Readout } from '../../src/interop/old-results.ts'
import { readResults } from '../../src/interop/read-results.ts'
import { trialCsv, trialLine } from '../../src/report/trial-table.ts'
import { branch, choice, derived, float, int } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import { endedTrial } from '../support/trial-records.ts'

const SPACE = parseSpace({
  lr: float(1e-5, 1),
  opt: { name: choice(['adam', 'odd, "name"']) },
  model: branch('kind', { svm: { c: float(0, 1) }, forest: { trees: int(1, 9) } }),
})
const sought = { space: SPACE, objectives: { loss: 'minimize' } } as const
const FIRST = { lr: 0.5, opt: { name: 'adam' }, model: { kind: 'svm', c: 1 } }
const SECOND = { lr: 0.25, opt: { name: 'odd, "name"' }, model: { kind: 'forest', trees: 3 } }

const read = (text: string, name?: string): Readout => readResults(text, sought, name)
const rows = (text: string): object[] => read(text).found.map(({ row }) => row)
const wrong = (text: string): string[] => read(text).wrong.map(({ line, reason }) => `${line}: ${reason}`)

const FLAT = parseSpace({ x: float(0, 10), k: int(0, 9) })
const flat = (text: string): Readout => readResults(text, { space: FLAT, objectives: { loss: 'minimize' } })

describe('a table', () => {
  const trials = [
    endedTrial(0, FIRST, 0.25, { values: { loss: 0.25 }, outputs: { memory: 3, valid: true, note: 'a\n"b"' } }),
    endedTrial(1, SECOND, null),
    endedTrial(2, SECOND, 3, { state: 'pruned', values: { loss: 3 } }),
  ]

  test('that ls prints comes back as it was', () => {
    for (const end of ['\n', '\r\n']) {
      const text = trialCsv(SPACE, { objectives: { loss: 'minimize' } }, trials).join(end) + end
      expect(rows(text)).toEqual([
        { config: FIRST, state: 'complete', values: { loss: 0.25, memory: 3, valid: true, note: 'a\n"b"' } },
        { config: SECOND, state: 'failed' },
        { config: SECOND, state: 'pruned', values: { loss: 3 } },
      ])
      expect([...read(text).unused]).toEqual([
        'id',
        'number',
        'attempt',
        'worker',
        'started',
        'ended',
        'took',
        'reason',
        'origin',
      ])
      expect(read(text).found.map(({ line }) => line)).toEqual([2, 4, 5])
    }
  })

  test('has several objectives by their names, and its state in words of other tools', () => {
    const two = { space: FLAT, objectives: { loss: 'minimize', speed: 'maximize' } } as const
    for (const head of [
      'x,k,loss,speed,state',
      'params_x,params_k,values_0,values_1,state',
      'p:x,p:k,objective_0,objective_1,state',
    ]) {
      const { found, unended } = readResults(
        `${head}\n1,2,3,4,COMPLETE\n1,2,,,FAIL\n1,2,,,RUNNING\n1,2,,,paused\n`,
        two,
      )
      expect(
        found.map(({ row }) => row),
        head,
      ).toEqual([
        { config: { x: 1, k: 2 }, state: 'complete', values: { loss: 3, speed: 4 } },
        { config: { x: 1, k: 2 }, state: 'failed' },
      ])
      expect(unended).toBe(2)
    }
  })

  test('SKO-138: a value that begins with F is a failure', () => {
    expect(flat('p:x,p:k,objective\n1,2,F_timeout\n').found[0]!.row).toEqual({
      config: { x: 1, k: 2 },
      state: 'failed',
    })
  })

  test('may have semicolons or tabs, and no line end at its end', () => {
    for (const sign of [';', '\t'])
      expect(flat(['x', 'k', 'loss'].join(sign) + '\n' + [0.5, 2, 7].join(sign)).found).toEqual([
        { line: 2, row: { config: { x: 0.5, k: 2 }, state: 'complete', values: { loss: 7 } } },
      ])
  })

  test('names each wrong row by its line and its reason', () => {
    const text = 'x,k,loss\n1,2,3\n\n,2,3\n1,2\n1,2,3,4\n1,two,3\n1,2,nan\n1,2,\n"0,5",2,3\n1.234,5,2,3\n'
    const readout = flat(text)
    expect(readout.found).toHaveLength(1)
    expect(readout.wrong.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      "4: parameter 'x': is missing; add it",
      '5: has 2 cells, but there are 3 columns',
      '6: has 4 cells, but there are 3 columns; a number with a decimal comma, or a text with a comma, needs quotes',
      "7: parameter 'k': must be a number, got 'two'",
      "8: objective 'loss': must be finite, got nan; say that the trial failed (state failed)",
      "9: objective 'loss': has no value; add it, or say that the trial failed (state failed)",
      "10: parameter 'x': must be a number, got '0,5'; write it with a decimal point",
      '11: has 4 cells, but there are 3 columns; a number with a decimal comma, or a text with a comma, needs quotes',
    ])
  })

  test('says of one of several values that is missing, or is there twice, which one it is', () => {
    const two = { space: FLAT, objectives: { loss: 'minimize', speed: 'maximize' } } as const
    const text =
      'x,k,value,loss,speed,state\n1,2,,3,,\n1,2,,,4,pruned\n1,2,5,3,4,\n1,2,3,3,4,\n1,2,,,,pruned\n1,2,nan,3,,failed\n'
    const { found, wrong: rest } = readResults(text, two)
    expect(rest.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      "2: objective 'speed': has no value; add it, or say that the trial failed (state failed)",
      "3: objective 'loss': has no value; add it, or say that the trial failed (state failed)",
      "4: objective 'loss': has two values, 5 and 3; keep one",
    ])
    expect(found.map(({ row }) => [row.state, row.values])).toEqual([
      ['complete', { loss: 3, speed: 4 }],
      ['pruned', undefined],
      ['failed', undefined],
    ])
  })

  test('has numbers as other countries write them only with a hint', () => {
    for (const [number, remedy] of [
      ['0,5', 'write it with a decimal point'],
      ['1.234,5', 'write it with a decimal point'],
      ['1,234.5', 'write only the digits and a decimal point'],
      ['1\u202f234', 'write only the digits and a decimal point'],
      ['\u22123', "write its minus as '-'"],
    ] as const)
      expect(flat(`x;k;loss\n1;2;${number}\n`).wrong, number).toEqual([
        { line: 2, reason: `objective 'loss': must be a number, got '${number}'; ${remedy}` },
      ])
  })

  test('of a spreadsheet may name its separator, have rows without any cell, and line ends of an old Macintosh', () => {
    const expected = [{ config: { x: 0.5, k: 2 }, state: 'complete', values: { loss: 7 } }]
    for (const text of ['sep=;\r\nx;k;loss\r\n0.5;2;7\r\n;;\r\n', 'x,k,loss\r0.5,2,7\r', '\nx;k;loss\n0.5;2;7']) {
      const { found, wrong: none } = flat(text)
      expect([found.map(({ row }) => row), none], text).toEqual([expected, []])
    }
    expect(flat('sep=;\nx;k;loss\n0.5;2\n').wrong[0]!.line).toBe(3)
  })

  test('whose last row is cut off may still be written', () => {
    const hint = '; if the file is still being written, import it once it is whole'
    expect(flat('x,k,loss\n1,2,3\n1,2').wrong[0]!.reason).toBe(`has 2 cells, but there are 3 columns${hint}`)
    expect(flat('x,k,loss\n1,2\n1,2,3').wrong[0]!.reason).toBe('has 2 cells, but there are 3 columns')
  })

  test('that makes no sense as a whole is refused', () => {
    for (const [text, words] of [
      ['a,b\n1,2\n', 'line 1: no column is a parameter of the study, got a, b'],
      ['param.x,params_x,k,loss\n1,1,2,3\n', "line 1: 'param.x' and 'params_x' are both parameter 'x'"],
      ['', 'line 1: the table is empty'],
      ['x,k,Loss\n1,2,3\n', "line 1: no column is objective 'loss', got x, k, Loss; did you mean 'Loss'?"],
      ['x,k\n1,2\n', "line 1: no column is objective 'loss', got x, k"],
      ['x,k,loss\n1,2,3\n1,"2,3\n', 'line 3: a quote is never closed; close it, or if the file is still being written'],
    ] as const)
      expect(() => flat(text), text).toThrow(words)
  })

  test('need not have what follows from other parameters', () => {
    const space = parseSpace({ u: float(-3, 0), lr: derived('10 ** u') })
    const { found, unused } = readResults('u,lr,loss\n-1,0.1,3\n', { space, objectives: { loss: 'minimize' } })
    expect([found[0]!.row.config, unused.size]).toEqual([{ u: -1, lr: 0.1 }, 0])
  })
})

describe('JSON', () => {
  test('has trials as ls prints them, in an array or one a line', () => {
    const lines = [
      endedTrial(0, FIRST, 0.25, { values: { loss: 0.25 }, outputs: { memory: 3 } }),
      endedTrial(1, SECOND, null),
    ]
      .map(trialLine)
      .map((line) => JSON.stringify(line))
    const expected = [
      { config: FIRST, state: 'complete', values: { loss: 0.25, memory: 3 } },
      { config: SECOND, state: 'failed' },
    ]
    expect(rows(`[${lines.join(',')}]`)).toEqual(expected)
    expect(rows(`${lines.join('\n')}\n`)).toEqual(expected)
    expect(rows(JSON.stringify(JSON.parse(lines[0]!), null, 2))).toEqual(expected.slice(0, 1))
  })

  test('has the names of a table too, beside the value or below params', () => {
    const names = { lr: 0.5, 'opt.name': 'adam', 'model.kind': 'svm', 'model.c': 1 }
    const expected = [{ config: FIRST, state: 'complete', values: { loss: 2 } }]
    expect(rows(JSON.stringify({ ...names, loss: 2 }))).toEqual(expected)
    expect(rows(JSON.stringify([{ params: names, value: 2 }]))).toEqual(expected)
  })

  test('names each wrong line', () => {
    expect(wrong('{"config":{},"value":1}\n{"lr":0.5,"loss":1}\n[1]\n{"lr":\n')).toEqual([
      "2: parameter 'opt.name': is missing; add it",
      '3: must be an object, got [1]',
      expect.stringMatching(/^4: .*JSON/),
    ])
    expect(wrong('{"config":{"lr":1},"state":"done","value":1}')[0]).toContain(
      "must be complete, pruned or failed, got 'done'",
    )
    expect(() => read('[{]')).toThrow('is not JSON')
  })

  test('whose end is cut off may still be written, and has NaN only by name', () => {
    const whole = '{"lr":0.5,"opt.name":"adam","model.kind":"svm","model.c":1,"loss":2}'
    const hint = 'if the file is still being written, import it once it is whole; otherwise correct it'
    const cut = wrong(`${whole}\n${whole.slice(0, 30)}`)
    expect(cut).toEqual([expect.stringMatching(/^2: is not JSON \(.*\); /)])
    expect(cut[0]).toContain(hint)
    expect(wrong(`${whole}\n${whole.slice(0, 30)}\n${whole}\n`)[0]).toMatch(/^2: is not JSON \(.*\); correct it$/)
    expect(() => read(`[${whole},{"lr"`)).toThrow(hint)
    expect(wrong(whole.replace(':2}', ': -Infinity}').replace('"adam"', '"NaN, \\"NaN"'))).toEqual([
      "1: objective 'loss': must be finite, got -Infinity; say that the trial failed (state failed)",
    ])
  })
})

describe('a journal of Optuna', () => {
  const float01 = '{"name": "FloatDistribution", "attributes": {"step": null, "low": 1e-05, "high": 1.0, "log": false}}'
  const choices = '{"name": "CategoricalDistribution", "attributes": {"choices": ["odd, \\"name\\"", "adam"]}}'
  const kinds = '{"name": "CategoricalDistribution", "attributes": {"choices": ["svm", "forest"]}}'
  const param = (trial: number, name: string, internal: number, distribution: string): object => ({
    op_code: 5,
    worker_id: 'w',
    trial_id: trial,
    param_name: name,
    param_value_internal: internal,
    distribution,
  })
  const trial = (id: number, state: number, values: number[] | null): object[] => [
    { op_code: 4, worker_id: 'w', study_id: 0, datetime_start: '2026-01-01T00:00:00.000000' },
    param(id, 'lr', 0.5, float01),
    param(id, 'opt.name', 1, choices),
    param(id, 'model.kind', 0, kinds),
    param(id, 'model.c', 1, float01),
    { op_code: 7, worker_id: 'w', trial_id: id, step: 1, intermediate_value: 0.5 },
    { op_code: 6, worker_id: 'w', trial_id: id, state, values, datetime_complete: '2026-01-01T00:01:00.000000' },
  ]
  const study = (name: string, directions = [1]): object => ({
    op_code: 0,
    worker_id: 'w',
    study_name: name,
    directions,
  })
  const journal = (...operations: object[]): string => operations.map((one) => `${JSON.stringify(one)}\n`).join('')

  test('gives its trials that have ended, and no half of a line', () => {
    const text = journal(study('a'), ...trial(0, 1, [0.25]), ...trial(1, 3, null), ...trial(2, 2, [7]))
    const running = `${journal({ op_code: 4, worker_id: 'w', study_id: 0 })}{"op_code": 6, "trial`
    expect(rows(text + running)).toEqual([
      { config: FIRST, state: 'complete', values: { loss: 0.25 } },
      { config: FIRST, state: 'failed' },
      { config: FIRST, state: 'pruned', values: { loss: 7 } },
    ])
    expect(read(text + running)).toMatchObject({ unended: 1, wrong: [] })
  })

  test('may have values that are not finite: reported ones say nothing, an end by one is wrong', () => {
    const text = journal(study('a'), ...trial(0, 1, [0.25]), ...trial(1, 1, [0.5]))
    expect(rows(text.replaceAll('"intermediate_value":0.5', '"intermediate_value": NaN'))).toHaveLength(2)
    expect(wrong(text.replace('[0.25]', '[Infinity]'))).toEqual([
      "8: objective 'loss': must be finite, got Infinity; say that the trial failed (state failed)",
    ])
  })

  test('gives trials that were added with their end', () => {
    const params = { lr: 0.5, 'opt.name': 1, 'model.kind': 0, 'model.c': 1 }
    const distributions = { lr: float01, 'opt.name': choices, 'model.kind': kinds, 'model.c': float01 }
    const added = { op_code: 4, worker_id: 'w', study_id: 0, state: 1, value: 3, values: null, params, distributions }
    expect(rows(journal(study('a'), added))).toEqual([{ config: FIRST, state: 'complete', values: { loss: 3 } }])
  })

  test('of several studies needs a name, and other directions are refused', () => {
    const text = journal(study('a', [2]), study('b'), { op_code: 4, study_id: 1 }, ...trial(1, 1, [2]))
    expect(() => read(text)).toThrow("has 2 studies: 'a', 'b'; choose one by --name")
    expect(() => read(text, 'c')).toThrow("no study 'c', but 'a', 'b'")
    expect(() => read(text, 'a')).toThrow("study 'a': its objectives are maximize, but here minimize")
    expect(read(text, 'b')).toMatchObject({ unended: 1, found: [] })
    expect(() => read('lr,loss\n', 'a')).toThrow('is not a journal of Optuna')
    expect(() => read(journal(study('a'), { op_code: 4, study_id: 0, directions: [1] }))).toThrow(
      'line 2: is of Optuna 3.0',
    )
  })

  test('names a trial whose parameters do not fit, and a line that is none', () => {
    const [begin, ...rest] = trial(0, 1, [2])
    const text = journal(study('a'), begin!, ...rest.slice(0, 4), param(0, 'width', 3, float01), rest.at(-1)!)
    expect(wrong(text)).toEqual(["8: parameter 'width': is not one of the study"])
    const bad = journal(study('a'), begin!, param(0, 'opt.name', 9, choices), rest.at(-1)!)
    expect(wrong(bad)).toEqual(["4: parameter 'opt.name': has no choice number 9"])
    expect(wrong(`${journal(study('a'))}nonsense\n`)).toEqual([
      '2: is not an operation of a journal; remove the line if it is cut off',
    ])
  })
})
