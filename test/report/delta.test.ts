import { describe, expect, test } from 'vitest'
import { cursorOf, deltaSince, newLedger, noted, withDelta } from '../../src/report/delta.ts'
import type { Delta } from '../../src/report/delta.ts'
import { dataText, embedded, unfolded } from '../../src/report/embedded.ts'
import type { Unfolded } from '../../src/report/embedded.ts'
import { choice, float } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import type { TrialRecord } from '../../src/trial.ts'
import { factsOf, modelOf } from '../support/study-facts.ts'
import { endedTrial } from '../support/trial-records.ts'

const SPACE = parseSpace({ x: float(0, 1), kind: choice(['a', '</script>']) })
const OPTIONS = { links: null, again: null, everyMs: null, hidden: [], logs: {} }

/** Numbers that JSON has no form for, where models have them. */
const CUT = { parameter: 0, at: [0, 1], mean: [NaN, 1], low: [NaN, 0], high: [1, NaN], average: [1, NaN] }
const MODEL = modelOf({ cuts: [{ ...CUT, span: 1, spanDeviations: 1, gainAtLow: 0, gainAtHigh: 0 } as never] })
const IMPORTANCE = {
  ...{ objective: 'value', heldOut: 0.5, trials: 10 },
  rows: [{ parameters: [0], share: 0.5, low: [NaN] as never, high: 1 }],
}

const ended = (number: number, change: Partial<TrialRecord> = {}): TrialRecord =>
  endedTrial(number, { kind: 'a', x: number / 100 }, number, change)
const open = (number: number | null, state: TrialRecord['state'], change: Partial<TrialRecord> = {}): TrialRecord => ({
  ...endedTrial(number ?? 0, { kind: '</script>', x: 0.5 }, null),
  ...{ id: `open${number ?? ''}`, number, state, reason: null, ...change },
})

/** A study as a server looks at it, and what one full read of it gives. */
function contentOf(trials: readonly TrialRecord[], imported: readonly TrialRecord[] = []): Unfolded {
  const facts = factsOf(SPACE, trials, { models: [MODEL], importances: [IMPORTANCE] })
  return { facts, trials, imported, advice: [], options: OPTIONS }
}
const read = ({ facts, trials, imported, advice, options }: Unfolded): Unfolded =>
  unfolded(dataText(embedded(facts, trials, imported, advice, options)))

type Look = readonly [trials: readonly TrialRecord[], imported?: readonly TrialRecord[]]

/** A page that follows looks at a study, each as trials and results from elsewhere, through JSON. */
function followed(looks: readonly Look[]) {
  let ledger = newLedger(7)
  let page: Unfolded | undefined
  let cursor = ''
  return looks.map(([trials, imported = []]) => {
    ledger = noted(ledger, { trials, imported, others: '' })
    const content = contentOf(trials, imported)
    if (page === undefined) page = read(content)
    else {
      const delta = deltaSince(cursor, ledger, content)
      page = delta === undefined ? page : withDelta(page, JSON.parse(JSON.stringify(delta)) as Delta)
    }
    cursor = cursorOf(ledger)
    return { page, cursor, whole: read(content) }
  })
}

describe('a page that is told what has changed has what one full read gives', () => {
  test.each<readonly [name: string, ...looks: Look[]]>([
    ['over starts and ends', [[]], [[open(0, 'running')]], [[ended(0), open(1, 'running')]], [[ended(0), ended(1)]]],
    ['where ends come out of order', [[open(0, 'running'), ended(1)]], [[ended(0), ended(1)]]],
    [
      'where a failed trial is given another attempt',
      [[ended(0), endedTrial(1, { kind: 'a', x: 1 }, null)]],
      [[ended(0), open(1, 'queued', { id: '1', attempt: 2 })]],
      [[ended(0), ended(1, { attempt: 2 })]],
    ],
    [
      'where that attempt has ended before anybody looked',
      [[ended(0), endedTrial(1, { kind: 'a', x: 1 }, null)]],
      [[ended(0), ended(1, { attempt: 2 })]],
    ],
    [
      'where a queued trial gets its number',
      [[ended(0), open(null, 'queued')]],
      [[ended(0), open(1, 'running', { id: 'open' })]],
      [[ended(0), ended(1, { id: 'open' })]],
    ],
    ['where a queued trial is taken back', [[ended(0), open(null, 'queued')]], [[ended(0)]]],
    ['where a trial is measured again', [[ended(0)]], [[ended(0), ended(1, { repeat: 1, config: ended(0).config })]]],
    [
      'where a trial reports',
      [[open(0, 'running', { curve: [[1, 0.5]] })]],
      [
        [
          open(0, 'running', {
            curve: [
              [1, 0.5],
              [2, NaN],
            ],
          }),
        ],
      ],
    ],
    ['where results from elsewhere come in', [[ended(0)]], [[ended(0)], [ended(9, { id: 'from', number: null })]]],
    [
      'where values are not finite',
      [[ended(0)]],
      [[ended(0), ended(1, { value: Infinity, values: { value: Infinity } })]],
    ],
  ])('%s', (...line) => {
    const [, ...looks] = line as unknown as [string, ...Look[]]
    for (const { page, whole } of followed(looks)) expect(page).toEqual(whole)
  })
})

test('a look that finds nothing new has the same cursor, and nothing to tell', () => {
  const trials = [ended(0), open(1, 'running')]
  const seen = { trials, imported: [], others: 'x' }
  const once = noted(newLedger(7), seen)
  const again = noted(once, seen)
  expect(again).toEqual(once)
  expect(deltaSince(cursorOf(once), again, contentOf(trials))).toBeUndefined()
  expect(cursorOf(noted(again, { ...seen, others: 'y' }))).not.toBe(cursorOf(again))
})

test('only what has ended since is told, and all that is open', () => {
  const ledger = noted(newLedger(7), { trials: [ended(0), ended(1)], imported: [], others: '' })
  const trials = [ended(0), ended(1), ended(2), open(3, 'running'), open(null, 'queued')]
  const delta = deltaSince(cursorOf(ledger), noted(ledger, { trials, imported: [], others: '' }), contentOf(trials))
  expect(delta!.trials.id).toEqual(['2', 'open3', 'open'])
  expect(delta!.imported).toBeNull()
})

test('a cursor of another server, of an earlier epoch or of nobody gets everything', () => {
  const trials = [ended(0), ended(1)]
  const ledger = noted(newLedger(7), { trials, imported: [], others: '' })
  for (const cursor of ['', 'x', '8.1.1', '6.1.1', '7.3.1', '7.-1.1', '7', '7..', 'NaN.NaN.NaN']) {
    const delta = deltaSince(cursor, ledger, contentOf(trials))
    expect([cursor, delta?.trials.id, delta?.imported?.id]).toEqual([cursor, ['0', '1'], []])
  }
})

test('a page learns which trial is the best, not where it lies on a disk', () => {
  const trials = [ended(0)]
  const content = contentOf(trials)
  const best = { ...trials[0]!, value: 0, directory: '/home/ada/runs/0' }
  const facts = { ...content.facts, counts: { ...content.facts.counts, best } }
  const ledger = noted(newLedger(7), { trials, imported: [], others: '' })
  expect(JSON.stringify(deltaSince('', ledger, { ...content, facts }))).not.toContain('/home/ada')
})
