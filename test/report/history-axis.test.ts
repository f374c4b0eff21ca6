import { expect, test } from 'vitest'
import { historyFigure } from '../../src/report/figures/history.ts'
import type { Mark } from '../../src/report/mark.ts'
import { float } from '../../src/space/parameter.ts'
import { factsOf } from '../support/study-facts.ts'
import { endedTrial } from '../support/trial-records.ts'

const minute = (count: number): string => new Date(Date.UTC(2026, 0, 1, 0, count)).toISOString()

/** Trial 0 takes an hour, and ends after the others, which take ten minutes each. */
const facts = factsOf({ x: float(0, 1) }, [
  endedTrial(0, { x: 0.1 }, 1, { started: minute(0), ended: minute(60) }),
  endedTrial(1, { x: 0.2 }, 3, { started: minute(0), ended: minute(10) }),
  endedTrial(2, { x: 0.3 }, 2, { started: minute(10), ended: minute(20) }),
])

const stepOf = (marks: readonly Mark[]) =>
  marks.find((mark): mark is Mark & { readonly kind: 'step' } => mark.kind === 'step')!

test('by time, a trial is the best from its end on', () => {
  const { x, marks } = historyFigure(facts, { by: 'time' })
  expect(x.kind).toBe('time')
  expect([...stepOf(marks).y]).toEqual([3, 2, 1])
  expect([...stepOf(marks).x]).toEqual([minute(10), minute(20), minute(60)].map((time) => Date.parse(time)))
})

test('by hours, each trial lies where all up to it have worked', () => {
  const { x, marks } = historyFigure(facts, { by: 'hours' })
  expect([x.low, x.high]).toEqual([0, expect.closeTo(80 / 60, 9)])
  expect([...stepOf(marks).x]).toEqual([1, 70 / 60, 80 / 60].map((hours) => expect.closeTo(hours, 9)))
  expect([...stepOf(marks).y]).toEqual([1, 1, 1])
})

test('by number, a trial is the best from its number on', () => {
  expect([...stepOf(historyFigure(facts).marks).y]).toEqual([1, 1, 1])
})
