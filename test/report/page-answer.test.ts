import { expect, test } from 'vitest'
import type { Facts } from '../../src/report/facts.ts'
import { answerSection } from '../../src/report/page-answer.ts'
import { float } from '../../src/space/parameter.ts'
import { factsOf, modelOf } from '../support/study-facts.ts'
import { endedTrial } from '../support/trial-records.ts'

const trials = [1, 2, 3].map((value, k) => endedTrial(k, { x: k / 4 }, value))

/** The answer of a study whose model has found noise, if it recommends this trial. */
function answerFor(recommended: number): string {
  const mean = { value: 2.5, low: 2, high: 3 }
  const models = [modelOf({ noise: 1, noiseShare: 0.5, recommended: { trial: recommended, mean } })]
  const facts: Facts = factsOf({ x: float(0, 1) }, trials, { models, noModel: null, recommended })
  return answerSection(facts, trials, { links: null, again: null, everyMs: null, hidden: [], logs: {} })
}

test('a trial with another value than the best one is recommended by its mean', () => {
  expect(answerFor(1)).toContain('recommended by its mean: trial 1')
  expect(answerFor(1)).toContain('The best value was 1 (trial 0)')
})

test('the trial with the best value is called so although there is noise, with the interval of its mean', () => {
  expect(answerFor(0)).toContain('best value: trial 0')
  expect(answerFor(0)).toContain('mean 95 %: 2 to 3')
})
