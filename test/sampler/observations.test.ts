import { expect, test } from 'vitest'
import { historiesOf, historyOf, isKnown } from '../../src/sampler/observations.ts'
import { axesOf, pointOf } from '../../src/space/axes.ts'
import { choice, float, int } from '../../src/space/parameter.ts'
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

test('HYE-75 with pruned predicted, a pruned trial has the value at which its curve was expected to end', () => {
  const complete = [5, 1, 3].map((value, i) => endedTrial(i, { x: i / 10 }, value))
  const predicted = { low: 1, middle: 2, high: 3 }
  const trials = [...complete, { ...pruned(3, 4), predicted }, pruned(4, 0.5)]
  const asked = { trials, pending: [], objectives: { value: 'minimize' } } as const
  const valuesBy = (isPredicted: boolean): number[] =>
    historiesOf(asked, axes, true, isPredicted)[0]!.observed.map(({ y }) => y)
  expect(valuesBy(true)).toEqual([5, 1, 3, 2, 3])
  expect(valuesBy(false)).toEqual([5, 1, 3, 4, 3])
  const turned = { ...asked, objectives: { value: 'maximize' } } as const
  expect(historiesOf(turned, axes, true, true)[0]!.observed.at(-2)!.y).toBe(-2)
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

test('G4: a point is known if a trial has it to 1e-12 of each range; discrete values must be equal', () => {
  const space = axesOf(parseSpace({ x: float(1e-3, 1, { log: true }), n: int(0, 2 ** 49), c: choice(['a', 'b']) }))
  const config = { x: 0.1, n: 7, c: 'a' }
  const at = pointOf(space, config)
  const moved = (...by: number[]): Float64Array => at.map((value, k) => value + by[k]!)
  const failure = endedTrial(0, config, null, { state: 'failed' })
  const histories = [
    { trials: [endedTrial(0, config, 1)], pending: [] },
    { trials: [failure], pending: [] },
    { trials: [], pending: [config] },
  ].map((known) => historyOf({ ...known, objectives: { value: 'minimize' } }, space))
  for (const history of histories) {
    for (const x of [at, moved(9e-13, 0, 0), moved(-9e-13, 0, 0)]) expect(isKnown(x, history, space)).toBe(true)
    for (const x of [moved(2e-12, 0, 0), pointOf(space, { ...config, n: 8 }), moved(0, 0, 1)])
      expect(isKnown(x, history, space)).toBe(false)
  }
})
