import { expect, test } from 'vitest'
import { figureTable } from '../../src/report/figure-table.ts'
import { cutFigure } from '../../src/report/figures/cut.ts'
import { historyFigure } from '../../src/report/figures/history.ts'
import { importanceFigure } from '../../src/report/figures/importance.ts'
import { parallelFigure } from '../../src/report/figures/parallel.ts'
import { branch, float } from '../../src/space/parameter.ts'
import { factsOf } from '../support/study-facts.ts'
import { endedTrial } from '../support/trial-records.ts'

const nameOf = String

const space = { opt: branch('kind', { sgd: { momentum: float(0, 1) }, adam: {} }) }
const facts = factsOf(space, [
  endedTrial(0, { opt: { kind: 'adam' } }, 3),
  endedTrial(1, { opt: { kind: 'sgd', momentum: 0.25 } }, null),
  endedTrial(2, { opt: { kind: 'sgd', momentum: 0.5 } }, 1),
  endedTrial(3, { opt: { kind: 'sgd', momentum: 0.75 } }, 2),
])

test('the steps of the best come first, then trials from the best on, then failures without a value', () => {
  expect(figureTable(historyFigure(facts), { nameOf })).toEqual({
    titles: ['mark', 'trial', 'value'],
    rows: [
      ['best 1', '0', '3'],
      ['best 1', '2', '1'],
      ['best', '0', '3'],
      ['best', '2', '1'],
      ['trial', '3', '2'],
      ['failed', '1', ''],
    ],
    left: 0,
  })
})

test('a place that does not exist has the name of the rail', () => {
  const { rows } = figureTable(cutFigure(facts, 1), { nameOf })
  expect(rows).toContainEqual(['trial', '0', 'inactive', '3'])
})

test('a table has at most as many rows as wanted, and says how many more there are', () => {
  const many = factsOf(
    { x: float(0, 1) },
    Array.from({ length: 90 }, (_, k) => endedTrial(k, { x: 0 }, k)),
  )
  expect(figureTable(historyFigure(many), { nameOf })).toMatchObject({ rows: { length: 50 }, left: 41 })
  expect(figureTable(historyFigure(many), { nameOf, most: Infinity })).toMatchObject({ rows: { length: 91 }, left: 0 })
})

test('a bar has its category and its ends', () => {
  const view = {
    objective: 'value',
    heldOut: 0.5,
    trials: 40,
    rows: [{ parameters: [0], share: 0.5, low: 0.25, high: 1 }],
  }
  expect(figureTable(importanceFigure({ ...facts, importances: [view] }), { nameOf })).toEqual({
    titles: ['mark', 'y', 'low', 'high'],
    rows: [
      ['trial', 'opt.kind', '0', '0.5'],
      ['interval', 'opt.kind', '0.25', '1'],
    ],
    left: 0,
  })
})

test('lines side by side are a row for each trial, with a column for each axis', () => {
  const table = figureTable(parallelFigure(facts), { nameOf })
  expect(table.titles).toEqual(['trial', 'value', 'opt.kind', 'opt.momentum'])
  expect(table.rows).toContainEqual(['0', '3', 'adam', 'inactive'])
})
