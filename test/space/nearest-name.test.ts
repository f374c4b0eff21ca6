import { expect, test } from 'vitest'
import { didYouMean, editDistance, nearestName } from '../../src/space/nearest-name.ts'

test('the nearest name wins, and the first of several that are equally near', () => {
  expect(nearestName('lgo', ['low', 'log'])).toBe('log')
  expect(nearestName('optimzer', ['model', 'optimizer'])).toBe('optimizer')
  expect(nearestName('LR', ['lr'])).toBe('lr')
  expect(nearestName('ab', ['ac', 'ad'])).toBe('ac')
})

test('a name that is too far off is not suggested', () => {
  expect(nearestName('momentum', ['lr', 'epsilon'])).toBeUndefined()
  expect(nearestName('x', [])).toBeUndefined()
  expect(didYouMean('x', [])).toBe('')
  expect(didYouMean('lgo', ['log'])).toBe(`; did you mean 'log'?`)
})

test('a message may write the name in a form of its own', () => {
  expect(didYouMean('sed', ['seed'], (name) => `'{${name}}'`)).toBe(`; did you mean '{seed}'?`)
})

test('a swap of neighbors is one edit', () => {
  expect(editDistance('ca', 'ac')).toBe(1)
  expect(editDistance('kitten', 'sitting')).toBe(3)
  expect(editDistance('', 'abc')).toBe(3)
  expect(editDistance('abc', '')).toBe(3)
  // Restricted: no part is edited twice (the unrestricted distance is 2).
  expect(editDistance('ca', 'abc')).toBe(3)
})
