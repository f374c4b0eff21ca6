import { expect, test } from 'vitest'
import { namedValues, objectivesOf, worthOf } from '../../src/space/objectives.ts'

test('objectives are given in one of three ways, or not at all', () => {
  expect(objectivesOf({})).toBeUndefined()
  expect(objectivesOf({ minimize: 'loss' })).toEqual({ loss: 'minimize' })
  expect(objectivesOf({ maximize: 'score' })).toEqual({ score: 'maximize' })
  expect(objectivesOf({ objectives: { loss: 'minimize', speed: 'maximize' } })).toEqual({
    loss: 'minimize',
    speed: 'maximize',
  })
  expect(() => objectivesOf({ minimize: 'a', maximize: 'b' })).toThrow(TypeError)
})

test('an objective must have a proper name and a direction', () => {
  expect(() => objectivesOf({ objectives: {} })).toThrow("option 'objectives': must name at least one objective")
  expect(() => objectivesOf({ minimize: '' })).toThrow("objective ''")
  expect(() => objectivesOf({ minimize: '__proto__' })).toThrow("JavaScript's own")
  expect(() => objectivesOf({ objectives: { loss: 'up' as 'maximize' } })).toThrow(
    "must be 'minimize' or 'maximize', got \"up\"",
  )
})

test('values are given as one number or by name: all of them and no others', () => {
  expect(namedValues({ loss: 'minimize' }, 2)).toEqual({ loss: 2 })
  const both = { loss: 'minimize', speed: 'maximize' } as const
  expect(Object.keys(namedValues(both, { speed: 1, loss: 2 }))).toEqual(['loss', 'speed'])
  expect(() => namedValues(both, 2)).toThrow(
    "objective 'speed': must be a number, got nothing; give one for each of 'loss', 'speed'",
  )
  expect(() => namedValues(both, { loss: 1, speed: Infinity })).toThrow(
    "objective 'speed': must be finite, got Infinity",
  )
  expect(() => namedValues(both, { loss: 1, speed: 2, sped: 3 })).toThrow(
    "objective 'sped': not in this study; did you mean 'speed'?",
  )
})

test('two trials compare by the first objective; one without a value does not compare', () => {
  const worth = worthOf({ speed: 'maximize', loss: 'minimize' })
  expect(worth({ speed: 3, loss: 9 })!).toBeLessThan(worth({ speed: 2, loss: 0 })!)
  expect(worth({})).toBeUndefined()
  expect(worth({ speed: NaN })).toBeUndefined()
})
