import { expect, test } from 'vitest'
import type { Candidate } from '../../src/acquisition/maximize.ts'
import { PICK, inOrder, isLeftToChance } from '../../src/sampler/pick.ts'
import { randomStream } from '../../src/numerics/random.ts'

const found: readonly Candidate[] = [0, -1, -3, -50, -Infinity].map((value, k) => ({ x: Float64Array.of(k), value }))

const placesOf = (ordered: readonly Candidate[]): number[] => ordered.map(({ x }) => x[0]!)

const random = () => randomStream('pick')

test('the best comes first, whatever is pending', () => {
  for (const pick of ['best', { kind: 'best' }] as const)
    expect(placesOf(inOrder(found, pick, { pending: 3, number: 9 }, random()))).toEqual([0, 1, 2, 3, 4])
})

test('SKO-94 with two pending trials the third best comes first, and all others after it', () => {
  expect(placesOf(inOrder(found, 'topk', { pending: 2, number: 9 }, random()))).toEqual([2, 3, 4, 1, 0])
  expect(placesOf(inOrder(found, 'topk', { pending: 0, number: 9 }, random()))).toEqual([0, 1, 2, 3, 4])
  expect(placesOf(inOrder(found, { kind: 'topk' }, { pending: 70, number: 90 }, random()))).toEqual([4, 3, 2, 1, 0])
})

test('SKO-95 the best comes first if nothing is pending, else each with odds exp(β · worth)', () => {
  expect(placesOf(inOrder(found, 'boltzmann', { pending: 0, number: 9 }, random()))).toEqual([0, 1, 2, 3, 4])
  const two = found.slice(0, 2)
  const stream = randomStream('boltzmann')
  let first = 0
  for (let k = 0; k < 10_000; k++)
    if (inOrder(two, 'boltzmann', { pending: 1, number: 20 }, stream)[0] === two[0]) first++
  // β is ln 20 by the range of worths: the better of two is 20 times as likely.
  expect(Math.abs(first / 10_000 - 20 / 21)).toBeLessThan(0.01)
})

test('SKO-95 with gamma 0, or with candidates of one worth, all are alike', () => {
  const stream = randomStream('alike')
  const equal = found.slice(0, 2).map(({ x }) => ({ x, value: -2 }))
  for (const [candidates, gamma] of [
    [found.slice(0, 2), 0],
    [equal, 1],
  ] as const) {
    let first = 0
    for (let k = 0; k < 4000; k++)
      if (inOrder(candidates, { kind: 'boltzmann', gamma }, { pending: 1, number: 50 }, stream)[0] === candidates[0])
        first++
    expect(Math.abs(first / 4000 - 0.5)).toBeLessThan(0.04)
  }
})

test('every order has each candidate once', () => {
  for (const pick of ['best', 'topk', 'boltzmann'] as const)
    for (const pending of [0, 1, 4, 9])
      expect(placesOf(inOrder(found, pick, { pending, number: 30 }, random())).sort()).toEqual([0, 1, 2, 3, 4])
  expect(inOrder([], 'topk', { pending: 2, number: 3 }, random())).toEqual([])
})

test('HYP-16 a tenth of the suggestions is left to chance', () => {
  const stream = randomStream('share')
  let count = 0
  for (let k = 0; k < 10_000; k++) if (isLeftToChance(0.1, stream)) count++
  expect(Math.abs(count - 1000)).toBeLessThan(4 * 30)
  expect(isLeftToChance(0, stream)).toBe(false)
  expect(isLeftToChance(1, stream)).toBe(true)
})

test.each([
  ['topj', `option 'pick': must be 'best' or 'topk' or 'boltzmann', got "topj"; did you mean 'topk'?`],
  [3, `option 'pick': must be 'best' or 'topk' or 'boltzmann', got 3`],
  [{ kind: 'topk', gamma: 1 }, "option 'pick.gamma': belongs to 'boltzmann', but 'pick' is 'topk'; leave it out"],
  [{ kind: 'boltzmann', gamma: -1 }, "option 'pick.gamma': must be a number of at least 0, got -1"],
])('the pick %j is refused', (given, message) => {
  expect(() => PICK.parse(given, 'pick')).toThrow(message)
})
