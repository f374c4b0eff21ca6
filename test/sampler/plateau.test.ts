import { expect, test } from 'vitest'
import { plateauOf } from '../../src/sampler/plateau.ts'
import { endedTrial } from '../support/trial-records.ts'

/** The values of the trials on a plateau. */
const plateau = (values: readonly number[], sign: 1 | -1 = 1): number[] =>
  [
    ...plateauOf(
      values.map((value, x) => endedTrial(x, { x }, value)),
      sign,
    ),
  ].map(({ value }) => value!)

const GOOD = [0.2, 0.7, 0.31, 0.05, 0.64]

test('G2: equal bad values are a plateau, whatever their height, and for a maximum too', () => {
  for (const height of [1e10, 100, 3, 0.71])
    expect(plateau([...GOOD, height, height, height])).toEqual(Array(3).fill(height))
  expect(plateau([...GOOD.map((y) => -y), -3, -3, -3], -1)).toEqual([-3, -3, -3])
})

test('G2: two equal values are a plateau if they lie far above the others', () => {
  expect(plateau([...GOOD, 3, 3])).toEqual([3, 3])
  expect(plateau([...GOOD, 0.9, 0.9])).toEqual([])
})

test('G2: values that are much alike, beyond a gap far wider than they and the good ones, are a plateau', () => {
  expect(plateau([...GOOD, 1e10])).toEqual([1e10])
  expect(plateau([...GOOD, 1e10, 1.01e10]).length).toBe(2)
  expect(plateau([...GOOD, 3])).toEqual([])
  // A search that has converged: the early values are far from the late ones, but as far from each other.
  expect(plateau([1e-9, 2e-9, 3e-9, 4e-9, 5e-9, 0.1, 0.5])).toEqual([])
})

test('G2: good values, steps, and one config that is measured again are no plateaus', () => {
  expect(plateau([0.05, 0.05, 0.05, ...GOOD])).toEqual([])
  expect(plateau([1, 1, 2, 2, 3, 3, 4, 4, 4])).toEqual([])
  expect([
    ...plateauOf(
      Array.from({ length: 4 }, (_, i) => endedTrial(i, { x: 1 }, 7)),
      1,
    ),
  ]).toEqual([])
})

test('G2: where all values are equal, none of them is good', () => {
  expect(plateau([5, 5, 5, 5])).toEqual([5, 5, 5, 5])
  expect(plateau([5])).toEqual([])
  expect(plateau([])).toEqual([])
})
