import { expect, test } from 'vitest'
import { worthOf } from '../../src/space/goals.ts'
import { isBetter, namedValues, objectivesOf, told } from '../../src/space/objectives.ts'

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

test('values are given as one number or by name: all of them, and outputs beside them', () => {
  expect(namedValues({ loss: 'minimize' }, 2)).toEqual({ loss: 2 })
  const both = { loss: 'minimize', speed: 'maximize' } as const
  expect(Object.keys(namedValues(both, { speed: 1, loss: 2 }))).toEqual(['loss', 'speed'])
  expect(() => namedValues(both, 2)).toThrow(
    "objective 'speed': must be a number, got nothing; give one for each of 'loss', 'speed'",
  )
  expect(() => namedValues(both, { loss: 1, speed: Infinity })).toThrow(
    "objective 'speed': must be finite, got Infinity",
  )
  expect(namedValues(both, { size: 'big', loss: 1, speed: 2 })).toEqual({ loss: 1, speed: 2, size: 'big' })
})

test('what a trial said is split into the values of its objectives and all else, its outputs', () => {
  expect(told({ loss: 'minimize' }, 2)).toEqual({ values: { loss: 2 }, outputs: {} })
  const both = { loss: 'minimize', speed: 'maximize' } as const
  const said = { size: 'big', speed: 1, valid: true, loss: 2, memory: 12.5 }
  const split = told(both, said)
  expect(split).toEqual({ values: { loss: 2, speed: 1 }, outputs: { size: 'big', valid: true, memory: 12.5 } })
  expect(Object.keys(split.values)).toEqual(['loss', 'speed'])
  expect(() => told(both, 2)).toThrow("objective 'speed': must be a number, got nothing; give one for each of")
  expect(() => told(both, { loss: true, speed: 1 })).toThrow("objective 'loss': must be a number, got true")
  expect(told(both, { loss: 1, speed: 1, size: NaN, time: Infinity, name: 'x' }).outputs).toEqual({ name: 'x' })
  expect(() => told(both, { loss: NaN, speed: 1 })).toThrow("objective 'loss': must be finite, got NaN")
  expect(() => told(both, null as never)).toThrow(TypeError)
  expect(() => told(both, [1, 2] as never)).toThrow(TypeError)
})

test('an objective that is missing beside a name like it was probably mistyped', () => {
  const both = { loss: 'minimize', speed: 'maximize' } as const
  expect(() => told(both, { loss: 1, sped: 3 })).toThrow(
    "objective 'speed': must be a number, got nothing; did you mean it by 'sped'?",
  )
  expect(told(both, { loss: 1, speed: 2, sped: 3 }).outputs).toEqual({ sped: 3 })
})

test('an output has a name like that of an objective, and is a finite number, a truth value or a short text', () => {
  const one = { loss: 'minimize' } as const
  const refused = (outputs: Readonly<Record<string, unknown>>): (() => unknown) => {
    return () => told(one, { loss: 1, ...outputs } as never)
  }
  expect(refused({ '1st': 1 })).toThrow("output '1st': a name must begin with a letter")
  expect(() => told(one, JSON.parse('{"loss": 1, "__proto__": 1}'))).toThrow("output '__proto__'")
  expect(refused({ memory: 1n })).toThrow("output 'memory': must be a finite number, true, false, or text")
  expect(refused({ memory: null })).toThrow("output 'memory'")
  expect(refused({ memory: [1] })).toThrow("output 'memory'")
  expect(refused({ note: 'x'.repeat(1001) })).toThrow('got 1001 characters')
  expect(refused({ note: 'x'.repeat(1000) })).not.toThrow()
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`o${i}`, i]))
  expect(refused(many)).toThrow('outputs: must be at most 100 beside the objectives, got 101')
})

test('two trials compare by the first objective; one without a value does not compare', () => {
  const worth = worthOf({ objectives: { speed: 'maximize', loss: 'minimize' } })
  expect(worth({ speed: 3, loss: 9 })!).toBeLessThan(worth({ speed: 2, loss: 0 })!)
  expect(worth({})).toBeUndefined()
  expect(worth({ speed: NaN })).toBeUndefined()
})

test('of two trials the one worth less comes first, and of two worth the same the one with the lower number', () => {
  expect(isBetter({ worth: 1, number: 9 }, { worth: 2, number: 0 })).toBe(true)
  expect(isBetter({ worth: 2, number: 0 }, { worth: 1, number: 9 })).toBe(false)
  expect(isBetter({ worth: 1, number: 3 }, { worth: 1, number: 4 })).toBe(true)
  expect(isBetter({ worth: 1, number: 4 }, { worth: 1, number: 3 })).toBe(false)
  expect(isBetter({ worth: 1, number: 4 }, null)).toBe(true)
  expect(isBetter({ worth: 1, number: 4 }, { worth: undefined, number: 3 })).toBe(true)
  expect(isBetter({ worth: undefined, number: 0 }, null)).toBe(false)
})
