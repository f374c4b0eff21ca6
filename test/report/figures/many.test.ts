/** As many trials as a call can have no arguments: nothing is spread into one. */

import { expect, test } from 'vitest'
import { cutFigure } from '../../../src/report/figures/cut.ts'
import { historyFigure } from '../../../src/report/figures/history.ts'
import { float } from '../../../src/space/parameter.ts'
import { factsOf } from '../../support/study-facts.ts'
import { endedTrial } from '../../support/trial-records.ts'

test('history and slice of 130,000 trials are drawn', () => {
  const trials = Array.from({ length: 130_000 }, (_, n) => endedTrial(n, { x: n / 130_000 }, n))
  const facts = factsOf({ x: float(0, 1) }, trials)
  expect([historyFigure(facts).empty, cutFigure(facts, 0).empty]).toEqual([null, null])
})
