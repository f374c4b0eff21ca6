import { expect, test } from 'vitest'
import { historyOf } from '../../src/sampler/observations.ts'
import { axesOf } from '../../src/space/axes.ts'
import { float } from '../../src/space/parameter.ts'
import { parseSpace } from '../../src/space/validate.ts'
import type { TrialRecord } from '../../src/trial.ts'
import { endedTrial } from '../support/trial-records.ts'

const axes = axesOf(parseSpace({ x: float(0, 1) }))

/** The observed and the failed trials of a record, by number and value; both objectives are minimized. */
function historyOfTrials(trials: readonly TrialRecord[]) {
  const history = historyOf({ trials, pending: [], objectives: { value: 'minimize' } }, axes)
  return { ...history, observed: history.observed.map(({ y, trial }) => [trial.number, y]) }
}

const pruned = (number: number, value: number | null): TrialRecord =>
  endedTrial(number, { x: number / 10 }, value, { state: 'pruned' })

test('a pruned trial counts as poor: at least as the median of the others, at most as the worst', () => {
  const complete = [5, 1, 3].map((value, i) => endedTrial(i, { x: i / 10 }, value))
  const { observed } = historyOfTrials([...complete, pruned(3, 0.5), pruned(4, 4), pruned(5, 900), pruned(6, null)])
  expect(observed).toEqual([
    [0, 5],
    [1, 1],
    [2, 3],
    [3, 3],
    [4, 4],
    [5, 5],
    [6, 3],
  ])
  expect(historyOfTrials([pruned(0, 0.5)]).observed).toEqual([])
})

test('trials are taken in the order of their numbers, and the latest ones count for recent failures', () => {
  const trials = Array.from({ length: 60 }, (_, i) => endedTrial(i, { x: i / 100 }, i % 20 === 1 ? null : i))
  const { observed, failed, recentFailures } = historyOfTrials([...trials].reverse())
  expect(observed.map(([number]) => number)).toEqual(trials.filter(({ value }) => value !== null).map((t) => t.number))
  expect(failed.map(([x]) => x)).toEqual([0.01, 0.21, 0.41])
  expect(recentFailures).toBe(2)
})

test('where a value is maximized, its negative is minimized', () => {
  const question = { trials: [endedTrial(0, { x: 0.5 }, 7)], pending: [], objectives: { value: 'maximize' } } as const
  expect(historyOf(question, axes)).toMatchObject({ sign: -1, observed: [{ y: -7 }] })
})
