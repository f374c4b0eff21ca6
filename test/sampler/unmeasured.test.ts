import { expect, test } from 'vitest'
import { unmeasuredOf } from '../../src/sampler/unmeasured.ts'

const VALUES = Float64Array.of(3, -1, 4)
const point = (x: number): Float64Array => Float64Array.of(x)
const history = { sign: 1, observed: [], recentFailures: 0, pending: [point(1)], failed: [point(2), point(3)] } as const

test('by default pending trials are believed and failed ones avoided', () => {
  const unmeasured = unmeasuredOf(VALUES, { history, beliefs: { pending: 'believe', failures: 'avoid' } })
  expect(unmeasured).toEqual({ standIns: [], believed: history.pending, avoided: history.failed })
})

test('a trial without a value may stand for the lowest, mean or highest value', () => {
  const valuesFor = (pending: 'min' | 'mean' | 'max', failures: 'mean' | 'max'): number[] =>
    unmeasuredOf(VALUES, { history, beliefs: { pending, failures } }).standIns.map(({ value }) => value)
  expect(valuesFor('min', 'max')).toEqual([-1, 4, 4])
  expect(valuesFor('mean', 'mean')).toEqual([2, 2, 2])
  expect(valuesFor('max', 'mean')).toEqual([4, 2, 2])
})

test('what is ignored is nowhere, and of very many trials a model gets an even choice', () => {
  const none = unmeasuredOf(VALUES, { history, beliefs: { pending: 'ignore', failures: 'ignore' } })
  expect(none).toEqual({ standIns: [], believed: [], avoided: [] })
  const many = { ...history, pending: Array.from({ length: 1000 }, (_, i) => point(i)) }
  const { believed } = unmeasuredOf(VALUES, { history: many, beliefs: { pending: 'believe', failures: 'ignore' } })
  expect(believed.length).toBe(100)
  expect(believed.slice(0, 3).map((x) => x[0])).toEqual([5, 15, 25])
})

test('G1: a failure that was mostly luck is avoided nowhere', () => {
  const beliefs = { pending: 'ignore', failures: 'avoid' } as const
  const placed = [history.failed[1]]
  expect(unmeasuredOf(VALUES, { history, safety: { placed }, beliefs }).avoided).toEqual(placed)
})
