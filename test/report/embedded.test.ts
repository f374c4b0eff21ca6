import { expect, test } from 'vitest'
import { dataText, embedded, unfolded } from '../../src/report/embedded.ts'
import { embedTrials, embeddedRecords } from '../../src/report/embedded-trials.ts'
import { trialCsv } from '../../src/report/trial-table.ts'
import { keptTrials } from '../../src/report/thinning.ts'
import { branch, choice, float, int } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import { assemble } from '../../src/space/assemble.ts'
import type { Goals, Json, TrialRecord } from '../../src/trial.ts'
import { factsOf, modelOf } from '../support/study-facts.ts'
import { endedTrial } from '../support/trial-records.ts'

const SPACE = parseSpace({
  lr: float(-1, 1),
  steps: int(1, 5),
  sizes: [choice([1, 0.5]), { fixed: 'constant' }],
  odd: choice([null, true, '</script>', { deep: [1, 2] }]),
  model: branch('kind', { svm: { C: float(1, 10) }, net: { depth: int(1, 3), lr: float(0, 1) } }),
  area: { type: 'derived', of: 'steps * 2' },
})
const GOALS: Goals = { objectives: { loss: 'minimize', time: 'maximize' }, constraints: { memory: { atMost: 2 } } }

/** The config with these values, in the order of the space's leaves. */
const configOf = (...values: readonly Json[]) => assemble(SPACE, (_, index) => values[index]!)

const NET = configOf(-0, 2, 0.5, { deep: [1, 2] }, 'net', null, 3, 0.25)
const SVM = configOf(1e-300, 5, 1, null, 'svm', 2.5)

const TRIALS: readonly TrialRecord[] = [
  endedTrial(0, NET, 1, {
    values: { loss: 1, time: Infinity },
    outputs: { memory: 3, '1': 'first', note: 'a\u2028"b"' },
    started: '2026-01-01T00:00:00.000Z',
    ended: '2026-01-01T00:00:01.234Z',
    repeat: 2,
    attempt: 3,
    curve: [
      [1, 0.5],
      [2, NaN],
    ],
  }),
  endedTrial(3, SVM, null, {
    reason: 'exit',
    detail: '</script><!--',
    started: '2026-01-01T02:00:00+02:00',
    ended: 'not a time',
    worker: 'other',
  }),
  endedTrial(4, SVM, 0.1 + 0.2, {
    values: { loss: 0.1 + 0.2, time: -0 },
    state: 'pruned',
    predicted: { low: 1, middle: 2, high: 3 },
    outputs: { valid: false },
  }),
  { ...endedTrial(5, NET, null), number: null, state: 'queued', attempt: 0, worker: null, reason: null },
]

test('records come back exactly, and so does their CSV', () => {
  const text = JSON.stringify(embedTrials(SPACE, TRIALS))
  const back = embeddedRecords(SPACE, JSON.parse(text))
  expect(back).toEqual(TRIALS)
  expect(trialCsv(SPACE, GOALS, back)).toEqual(trialCsv(SPACE, GOALS, TRIALS))
})

test('no trial at all comes back as no trial', () => {
  expect(embeddedRecords(SPACE, embedTrials(SPACE, []))).toEqual([])
})

test('what a page holds becomes the same facts, with NaN where JSON has null', () => {
  const curve = { parameter: 0, at: [0, 1], mean: [NaN, 1], low: [0, 0], high: [1, 1], average: [1, NaN] }
  const cut = { ...curve, span: 1, spanDeviations: 1, gainAtLow: 0, gainAtHigh: 0 }
  const models = [modelOf({ cuts: [cut as never], optimum: null })]
  const facts = factsOf(SPACE, TRIALS, { goals: GOALS, models })
  const options = { links: './', again: null, everyMs: null, hidden: [], logs: {} }
  const text = dataText(embedded(facts, TRIALS, [], [], options))
  expect(text).not.toMatch(/[<>&\u2028\u2029]/)
  const back = unfolded(text)
  expect(back.facts).toEqual(facts)
  expect(back.options).toEqual(options)
  expect(() => unfolded(text.replace('"format":1', '"format":2'))).toThrow('report: its data has format 2, not 1')
})

test('a long curve keeps its ends, and many curves share the room', () => {
  const curve = Array.from({ length: 1000 }, (_, k) => [k, k] as const)
  const [kept] = embedTrials(SPACE, [endedTrial(0, SVM, 1, { curve })]).curves
  expect(kept![1]).toHaveLength(100)
  expect([kept![1][0], kept![1].at(-1)]).toEqual([0, 999])
  const many = Array.from({ length: 4000 }, (_, k) => endedTrial(k, SVM, 1, { curve }))
  const points = embedTrials(SPACE, many).curves.reduce((sum, [, steps]) => sum + steps.length, 0)
  expect(points).toBeLessThanOrEqual(200_000)
})

test('a thinned study keeps its failures, its best and its newest trials, and some of all times', () => {
  const ranked = Array.from({ length: 5000 }, (_, k) => ({ isFailed: k % 500 === 7, worth: k % 500 === 7 ? NaN : -k }))
  const kept = keptTrials(ranked, 1000)
  expect(kept).toHaveLength(1000)
  expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b))
  const held = new Set(kept)
  for (let k = 7; k < 5000; k += 500) expect(held.has(k)).toBe(true)
  for (let k = 4901; k < 5000; k++) expect(held.has(k)).toBe(true)
  for (let from = 0; from < 5000; from += 100)
    expect(kept.some((index) => index >= from && index < from + 100)).toBe(true)
  expect(keptTrials(ranked.slice(0, 1000), 1000)).toHaveLength(1000)
})
