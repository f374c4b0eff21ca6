import { describe, expect, test } from 'vitest'
import { printable } from '../../src/cli/screen.ts'
import { FIRST_VIEW, listRow, listedTrials } from '../../src/report/board-list.ts'
import type { BoardView } from '../../src/report/board-list.ts'
import { boardLine, boardLines } from '../../src/report/board-text.ts'
import type { Facts } from '../../src/report/facts.ts'
import { cellWidth } from '../../src/report/label.ts'
import { choice, float } from '../../src/space/parameter.ts'
import { READ_AT, factsOf } from '../support/study-facts.ts'
import { endedTrial } from '../support/trial-records.ts'
import { AUG, KIND, LR, WIDTH, at, cutOf, smooth, studyOf, viewOf } from './planted-studies.ts'

const ADVICE = [{ words: 'All 4 failures have width >= 256; nothing there has worked.' }, { words: 'Stop.' }]

const drawn = (
  facts: Facts,
  size: string,
  {
    view = {},
    isPlain = false,
    advice = ADVICE,
  }: { view?: Partial<BoardView>; isPlain?: boolean; advice?: typeof ADVICE } = {},
): string[] => {
  const [columns, rows] = size.split('x').map(Number) as [number, number]
  const board = { facts, advice, view: { ...FIRST_VIEW, ...view }, now: READ_AT, clock: '17:42:51', everyMs: 4000 }
  const paint = (role: string, text: string): string => (role === 'trial' ? text : `\x1b[31m${text}\x1b[39m`)
  const lines = boardLines(board, { columns, rows, printable, paint, isPlain })
  expect(lines).toHaveLength(rows)
  const plain = lines.map((line) => line.replace(/\x1b\[\d+m/g, ''))
  for (const line of plain) {
    expect(cellWidth(line), line).toBeLessThanOrEqual(columns)
    expect(line).not.toMatch(/\p{Cc}/u)
  }
  return plain
}

/** Trial 58 failed, 59 runs since 20 s. */
const study = (): Facts => {
  const facts = studyOf(60, 1, (config, n) =>
    n === 59
      ? { value: null, state: 'running', reason: null, ended: null, started: new Date(READ_AT - 20_000).toISOString() }
      : n === 58
        ? { value: null, detail: 'exit status 1\nmore' }
        : { value: smooth(config) },
  )
  const best = { id: '', number: facts.best, value: 0.25, values: {}, outputs: {}, config: {}, directory: '' }
  return { ...facts, counts: { ...facts.counts, best } }
}

describe('the board', () => {
  test('80 x 24: counts, history, what runs, the list, advice, keys', () => {
    const lines = drawn(study(), '80x24')
    expect(lines[0]).toMatch(/^study   minimize value   59 ended +17:42:51$/)
    expect(lines[1]).toMatch(/^ complete 58 {2}running 1 {2}failed 1 {2}queued 0 +workers 0 live, 0 silent$/)
    expect(lines[3]).toMatch(/^value by trial \(lower is better\)/)
    const text = lines.join('\n')
    expect(text).toMatch(/\n─ running ─+\n +59 +20s {2}▇{10} {2}lr=/)
    expect(text).toMatch(
      /\n─ newest ─+\n▸ +58 {2}failed +10s {2}exit status 1 {2}lr=\S+ width=\d+ aug=\S+ kind=.*\n +57 /,
    )
    expect(text).toMatch(/\n─ advice ─+\n → All 4 failures have width >= 256; nothing there .+\n → Stop\.\n/)
    expect(lines.at(-1)).toMatch(/^ q quit {2}↑↓ trial .*\? help +4s$/)
  })

  test('60 x 16 has history, list and advice; below that there is one line', () => {
    const text = drawn(study(), '60x16').join('\n')
    expect(text).toMatch(/value by trial[\s\S]*─ newest ─+\n▸ +58 [\s\S]* → All 4 failures/)
    for (const size of ['59x16', '60x15', '20x4']) {
      const [first, ...rest] = drawn(study(), size)
      expect(first).toMatch(/^study   59 ended/)
      expect(rest.join('')).toBe('')
    }
  })

  test('from 120 columns on, cuts and the timeline stand at the right', () => {
    const facts = study()
    const row = (parameter: number) => ({ parameters: [parameter], share: 0.2, low: 0.1, high: 0.3 })
    const importances = [{ objective: 'value', heldOut: 0.9, trials: 58, rows: [LR, WIDTH, AUG, KIND].map(row) }]
    const cuts = [LR, WIDTH, AUG].map((parameter) => cutOf(parameter, { at: [0.01, 0.05, 0.09] }))
    const modelled = { ...facts, models: [viewOf(facts, { cuts, noise: 0.0123 })], importances }
    const text = drawn(modelled, '200x50').join('\n')
    for (const words of ['value by trial', 'value by lr', 'value by width', 'value by aug', 'workers by time'])
      expect(text).toContain(words)
    expect(text).not.toContain('value by kind')
    expect(text).toMatch(/ best 0\.25 {2}trial \d+ {2}±0\.012 {2}\d+ trials ago/)
    expect(drawn(facts, '120x30').join('\n')).toContain('workers by time')
  })

  test('where a terminal has ASCII only, so has the board', () => {
    for (const size of ['80x24', '60x16', '200x50'])
      expect(drawn(study(), size, { isPlain: true }).join('')).toMatch(/^[ -~]*$/)
  })

  test('a study without trials, and one without values', () => {
    expect(drawn(factsOf({ x: float(0, 1) }, []), '80x24', { advice: [] }).join('\n')).toContain('no trials yet')
    const failed = studyOf(5, 1, () => ({ value: null }))
    expect(drawn(failed, '80x24').join('\n')).toMatch(/best none yet[\s\S]*No trial has a value yet; 5 failed\./)
  })

  test('several objectives, constraints and queued trials', () => {
    const goals = { objectives: { loss: 'minimize', size: 'maximize' }, constraints: { ok: true } } as const
    const trials = [0, 1, 2].map((n) =>
      endedTrial(n, { x: n / 3 }, n, {
        values: { loss: n, size: n },
        outputs: { ok: n > 0 },
        started: at(n),
        ended: at(n + 1),
      }),
    )
    const queued = endedTrial(0, { x: 1 }, null, { number: null, id: 'abcdef', state: 'queued', reason: null })
    const text = drawn(factsOf({ x: float(0, 1) }, [...trials, queued], { goals }), '80x24').join('\n')
    expect(text).toMatch(/^study {3}minimize loss, maximize size/)
    expect(text).toMatch(/ +0 {2}0 +1\.0s {2}breaks ok {2}x=0\n/)
    expect(text).toMatch(/\n abcde {2}queued +- {2}x=1\n/)
  })

  test('names, categories, errors and advice of others cannot leave their lines, whatever they contain', () => {
    const evil = ['\x1b[2J', '\u202e\u2028', 'w'.repeat(10_000), '</script>', '漢字'.repeat(50), 'a\nb\tc']
    const space = { p: choice(evil), q: float(0, 1) }
    const trials = evil.map((word, n) =>
      endedTrial(n, { p: word, q: n / 9 }, n % 2 === 0 ? n : null, {
        worker: word,
        detail: word,
        started: at(n),
        ended: at(n + 5),
      }),
    )
    const facts = factsOf(space, trials)
    const named = { ...facts, study: { ...facts.study, name: evil.join('') } }
    const advice = evil.map((words) => ({ words }))
    const page = { title: evil[0]!, lines: evil, offset: 0 }
    for (const size of ['80x24', '60x16', '200x50', '40x5']) {
      drawn(named, size, { advice })
      drawn(named, size, { advice, view: { filter: evil.join(' '), typing: evil.join('') } })
      drawn(named, size, { view: { page } })
    }
  })
})

describe('the list', () => {
  test('is sorted by end, value or duration; what has none comes last', () => {
    const { columns } = study()
    const numbers = (view: Partial<BoardView>): number[] => listedTrials(columns, { ...FIRST_VIEW, ...view })
    expect(numbers({}).slice(0, 2)).toEqual([58, 57])
    const best = numbers({ sort: 'best' })
    expect(best.map((i) => columns.worth[i]!).slice(0, -1)).toEqual(
      [...columns.worth].filter(Number.isFinite).sort((a, b) => a - b),
    )
    expect(best.at(-1)).toBe(58)
    expect(numbers({ sort: 'longest' })).toHaveLength(59)
  })

  test('a filter keeps rows with all of its words', () => {
    const { columns } = study()
    expect(listedTrials(columns, { sort: 'newest', filter: 'FAILED exit' })).toEqual([58])
    expect(listedTrials(columns, { sort: 'newest', filter: 'running' })).toEqual([59])
    for (const i of listedTrials(columns, { sort: 'newest', filter: 'kind=cnn' }))
      expect(listRow(columns, i)).toContain('kind=cnn')
  })

  test('follows the selection, and says so when nothing is left', () => {
    expect(drawn(study(), '80x24', { view: { selected: 40 } }).join('\n')).toMatch(/\n▸ +18 /)
    expect(drawn(study(), '80x24', { view: { filter: 'zebra' } }).join('\n')).toMatch(
      /─ newest with 'zebra': 0 ─+\n none\n/,
    )
  })
})

test('a page of text shows what fits from its offset on, and says how much is left', () => {
  const lines = Array.from({ length: 50 }, (_, n) => `line ${n}`)
  const shown = drawn(study(), '80x24', { view: { page: { title: 'log 7', lines, offset: 10 } } })
  expect(shown[0]).toMatch(/^─ log 7 ─+$/)
  expect([shown[1], shown[22]]).toEqual(['line 10', 'line 31'])
  expect(shown[23]).toBe(' q back   ↑↓ line   18 more')
})

test('one line for a pipe', () => {
  const facts = study()
  const best = { id: 'abc', number: 3, value: 0.25, values: {}, outputs: {}, config: {}, directory: '' }
  expect(boardLine({ ...facts, counts: { ...facts.counts, budget: 100, best } })).toBe(
    'study   59 of 100 ended   1 running   1 failed   0 live   best 0.25 (trial 3)',
  )
})
